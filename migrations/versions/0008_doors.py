"""Second factors, requests counted per key, keys of operators, and what a WebSocket hangs on."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0008"
down_revision = "0007"

TABLES = """
alter table users
    add column totp_secret bytea,
    add column totp_confirmed_at timestamptz,
    add column totp_last_step bigint;
comment on column users.totp_secret is 'Sealed. It counts from totp_confirmed_at on.';
comment on column users.totp_last_step is 'The half minute of the last code that was taken: no code is taken twice.';

create table recovery_codes (
    user_id uuid not null references users on delete cascade,
    code_hash bytea not null,
    primary key (user_id, code_hash)
);

alter table personal_access_tokens add column requests_per_minute integer default 60;
comment on column personal_access_tokens.requests_per_minute is 'Null: no limit.';

alter table ws_tickets add column session_id uuid, add column key_id uuid;
comment on column ws_tickets.session_id is 'Whose end ends the WebSocket too: the session, or the key.';

-- Requests of a key in the minute that began. Lost in a crash, and nobody minds.
create unlogged table key_windows (
    key_id uuid primary key,
    requests integer not null,
    began_at timestamptz not null
);

create table operator_keys (
    id uuid primary key,
    name text not null,
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);
comment on table operator_keys is 'Of whoever runs this Hoopoe: they open no workspace.';
"""


def upgrade() -> None:
    """New tables and columns: nothing is rewritten, and nothing that serves waits."""
    run_script(TABLES)
    op.execute(f"grant select, insert, delete on recovery_codes to {tenancy.APP}")
    op.execute(f"grant select, insert, update, delete on key_windows to {tenancy.APP}")
    op.execute(f"grant select, insert, update on operator_keys to {tenancy.APP}")
