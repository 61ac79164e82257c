"""Dead letters that are tried again: one per send and per input, with steps of the workspace's own."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0013"
down_revision = "0012"

TABLES = """
alter table dead_letters
    add column channel_id uuid,
    add column input_key text,
    add column failed_at timestamptz not null default domain_now(),
    add column next_retry_at timestamptz,
    add column is_triaged boolean not null default false,
    add column state_at timestamptz not null default now();
comment on column dead_letters.input_key is 'Of a turn: the key in the inbox that a retry puts in line.';
comment on column dead_letters.failed_at is 'Domain time of the last failure: the steps count from here.';
comment on column dead_letters.next_retry_at is 'Domain time of the next try by itself; null: a person decides.';
comment on column dead_letters.is_triaged is 'Whether somebody has looked what kind of failure it is.';

create table dead_letter_settings (
    workspace_id uuid primary key references workspaces,
    steps integer[] not null,
    max_tries smallint not null
);
comment on column dead_letter_settings.steps is 'Seconds from a failure to the next try; the last one repeats.';
"""

# Letters of before: there are few, and one of the same send twice where it gave up twice.
TIDY = """
alter table dead_letters no force row level security;
delete from dead_letters older using dead_letters newer
where older.kind = 'send' and newer.kind = 'send' and older.workspace_id = newer.workspace_id
  and older.message_id = newer.message_id and older.id < newer.id;
update dead_letters set channel_id = (payload ->> 'channel_id')::uuid, input_key = payload ->> 'key'
where kind = 'turn' and payload ->> 'key' is not null and payload ->> 'channel_id' is not null;
alter table dead_letters force row level security;
"""

INDEXES = """
create unique index dead_letters_send on dead_letters (workspace_id, message_id) where kind = 'send';
create unique index dead_letters_turn on dead_letters (workspace_id, channel_id, input_key) where kind = 'turn';
create index dead_letters_state on dead_letters (workspace_id, state, id desc);
create index dead_letters_due on dead_letters (next_retry_at) where state = 'failed' and next_retry_at is not null;
create index dead_letters_new on dead_letters (id) where state = 'failed' and not is_triaged;
create index dead_letters_retrying on dead_letters (id) where state = 'retrying';
"""


def upgrade() -> None:
    """Columns whose defaults are no rewrite, a new table, and indexes over few rows. Workers claim across tenants."""
    run_script(TABLES)
    run_script(TIDY)
    run_script(INDEXES)
    for statement in tenancy.protect("dead_letter_settings", is_queue=True):
        op.execute(statement)
    op.execute(f"create policy queue on dead_letters to {tenancy.PIPE} using (true)")
