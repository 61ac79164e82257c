"""What providers tell of accounts, what is so of a number, and what people want of marketing."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0017"
down_revision = "0016"

CHANNELS = """
alter table channels
    add column chosen_per_second real,
    add column quality text,
    add column quality_at timestamptz,
    add column messaging_limit text,
    add column messaging_limit_at timestamptz,
    add column throughput text,
    add column throughput_at timestamptz,
    add column name_status text,
    add column name_status_at timestamptz,
    add column is_on_phone boolean,
    add column standing_at timestamptz;
comment on column channels.messages_per_second is
    'What sending keeps to: the chosen speed, the throughput''s if that is lower; null lifts the limit.';
comment on column channels.chosen_per_second is 'What a person set. Null: as fast as the provider lets this number be.';
comment on column channels.messaging_limit is 'How many people a day it may write to first: digits, or unlimited.';
comment on column channels.is_on_phone is 'It is used in WhatsApp''s own app for businesses too.';
comment on column channels.standing_at is 'When the provider last said whether the account can send at all.';
"""

# Whoever changed the speed keeps it.
CHOSEN = """
set local role hoopoe_pipe;
update channels set chosen_per_second = messages_per_second
where messages_per_second <> case provider when 'twilio' then 1 else 80 end;
reset role;
"""

TABLES = """
create table account_events (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    key text not null,
    channel_id uuid,
    account_id text,
    kind text not null,
    what text not null,
    about text not null,
    severity text not null check (severity in ('info', 'warning', 'problem')),
    subject text,
    old_value text,
    new_value text,
    reason text,
    details jsonb not null,
    contact_id uuid,
    field text not null,
    raw jsonb not null,
    at timestamptz not null,
    received_at timestamptz not null,
    primary key (workspace_id, id),
    unique (workspace_id, key),
    foreign key (workspace_id, channel_id) references channels (workspace_id, id) on delete set null (channel_id),
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete set null (contact_id)
);
comment on column account_events.key is 'Field, entry, time and hash of the value: a repeat is known by it.';
comment on column account_events.channel_id is 'Null: about the whole account, or a number that is not connected.';
create index account_events_newest on account_events (workspace_id, at desc, id desc);
create index account_events_channel on account_events (workspace_id, channel_id) where channel_id is not null;
create index account_events_contact on account_events (workspace_id, contact_id) where contact_id is not null;

create table consents (
    workspace_id uuid not null,
    contact_id uuid not null,
    category text not null,
    state text not null check (state in ('opted_in', 'opted_out')),
    method text not null,
    detail text,
    at timestamptz not null,
    primary key (workspace_id, contact_id, category),
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete cascade
);
comment on table consents is 'What a person wants of a category of messages, as last said. No row: nothing was said.';

create table consent_changes (
    workspace_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    category text not null,
    state text not null check (state in ('opted_in', 'opted_out')),
    method text not null,
    detail text,
    at timestamptz not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete cascade
);
comment on table consent_changes is 'Everything that was said of consent, as it came. Never changed.';
create index consent_changes_contact on consent_changes (workspace_id, contact_id, id desc);
"""


def upgrade() -> None:
    """Columns without a default, new tables, and a few rows of a small table: nobody who serves waits for long."""
    run_script(CHANNELS)
    run_script(CHOSEN)
    run_script(TABLES)
    for table in ("account_events", "consents", "consent_changes"):
        for statement in tenancy.protect(table, is_queue=False):
            op.execute(statement)
