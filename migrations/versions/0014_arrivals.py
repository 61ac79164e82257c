"""Messages that are edited, deleted and reacted to; what is written in groups."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0014"
down_revision = "0013"

MESSAGES = """
alter table messages
    add column versions jsonb,
    add column edited_at timestamptz,
    add column deleted_at timestamptz;
comment on column messages.versions is 'What it said before it was edited, oldest first: [{"type", "content", "at"}].';
comment on column messages.deleted_at is 'Taken back by its sender. What it said stays here.';
"""

TABLES = """
create table message_reactions (
    workspace_id uuid not null,
    message_id uuid not null,
    author text not null check (author in ('contact', 'business')),
    emoji text,
    provider_id text not null,
    at timestamptz not null,
    primary key (workspace_id, message_id, author),
    foreign key (workspace_id, message_id) references messages (workspace_id, id) on delete cascade
);
comment on column message_reactions.emoji is
    'Null: taken back. The row stays, so that an older one that comes late is known as such.';

create table groups (
    workspace_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    provider_id text not null,
    subject text,
    last_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    unique (workspace_id, channel_id, provider_id),
    foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
create index groups_recent on groups (workspace_id, last_at desc, id desc);

create table group_messages (
    workspace_id uuid not null,
    id uuid not null,
    group_id uuid not null,
    channel_id uuid not null,
    provider_id text not null,
    sender jsonb not null,
    type text not null,
    content jsonb not null,
    reply_to text,
    at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    unique (workspace_id, channel_id, provider_id),
    foreign key (workspace_id, group_id) references groups (workspace_id, id) on delete cascade
);
comment on column group_messages.sender is 'Who wrote: {"phone", "user_id", "name"}. No contact is made of it.';
create index group_messages_thread on group_messages (workspace_id, group_id, id desc);
"""


def upgrade() -> None:
    """Columns without a default and new tables: nothing is rewritten, and nothing that serves waits for long."""
    run_script(MESSAGES)
    run_script(TABLES)
    for table in ("message_reactions", "groups", "group_messages"):
        for statement in tenancy.protect(table, is_queue=False):
            op.execute(statement)
