"""Names from the contact book of an owner's phone, for people whom we do not know yet.

A new table whose only key to others is made while it is empty: nothing that serves is locked for longer than that.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0040"
down_revision = "0031"

TABLE = """
create table book_names (
    workspace_id uuid not null,
    kind text not null check (kind in ('user_id', 'phone')),
    scope text not null,
    value text not null,
    name text not null,
    at timestamptz not null default domain_now(),
    primary key (workspace_id, kind, scope, value)
);
comment on table book_names is 'What an owner''s phone calls people who were nobody''s contact yet. Kept for some days.';
comment on column book_names.scope is 'As of an identity: the business account for a user id, empty for a number.';
"""


def upgrade() -> None:
    """Nothing is rewritten, and nothing that is there is locked."""
    run_script(TABLE)
    for statement in tenancy.protect("book_names", is_queue=False):
        op.execute(statement)
