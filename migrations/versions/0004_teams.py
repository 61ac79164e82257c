"""Teams: invitations, what a token may, and who did what."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0004"
down_revision = "0003"

TABLES = """
alter table personal_access_tokens add column scopes text[];
comment on column personal_access_tokens.scopes is 'Permissions of this token; null is all that its member has.';

create table invitations (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    email text,
    role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
    token_hash bytea not null unique,
    invited_by uuid references users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    primary key (workspace_id, id)
);
comment on column invitations.email is 'Only this person may accept; null: whoever has the link.';

create table audit_entries (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    at timestamptz not null default now(),
    actor_id uuid references users on delete set null,
    actor_kind text not null,
    address text,
    action text not null,
    target_kind text not null,
    target_id uuid,
    before jsonb,
    after jsonb,
    primary key (workspace_id, id)
);
comment on table audit_entries is 'Who did what. Rows are added and never changed.';
"""


def upgrade() -> None:
    """New tables and a nullable column: nothing is rewritten, and nothing that serves waits."""
    run_script(TABLES)
    for table in ("invitations", "audit_entries"):
        for statement in tenancy.protect(table, is_queue=False):
            op.execute(statement)
    op.execute(tenancy.admit_holder("invitations"))
    op.execute(f"revoke update, delete on audit_entries from {tenancy.APP}, {tenancy.PIPE}")
