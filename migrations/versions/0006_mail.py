"""Mails that wait to be sent, and links that let somebody set a new password."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0006"
down_revision = "0005"

TABLES = """
create table mails (
    id uuid primary key,
    sealed bytea not null,
    attempts integer not null default 0,
    next_at timestamptz not null default now(),
    created_at timestamptz not null default now()
);
create index mails_due on mails (next_at);
comment on column mails.sealed is 'To whom and what, encrypted: mails hold links that log in.';

create table password_resets (
    token_hash bytea primary key,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index password_resets_user on password_resets (user_id);

alter table refresh_tokens add column address text, add column agent text;
comment on column refresh_tokens.agent is 'What the browser calls itself, cut: by it people recognise their sessions.';
"""


def upgrade() -> None:
    """New tables, of people and of no workspace."""
    run_script(TABLES)
    op.execute(f"grant insert on mails to {tenancy.APP}")
    op.execute(f"grant select, update, delete on mails to {tenancy.PIPE}")
    op.execute(f"grant select, insert, delete on password_resets to {tenancy.APP}")
