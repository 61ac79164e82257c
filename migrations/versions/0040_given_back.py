"""Names from contact books for people who are not known yet; people kept apart; conversations that were given back;
channels whose stopping somebody is to be told of.

New tables, whose keys to others are made while they are empty, and a constraint that is widened `not valid`: nothing
that serves is locked for longer than that takes.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0040"
down_revision = "0035"

TABLES = """
create table book_names (
    workspace_id uuid not null,
    kind text not null check (kind in ('user_id', 'phone')),
    scope text not null,
    value text not null,
    name text not null,
    at timestamptz not null default domain_now(),
    primary key (workspace_id, kind, scope, value)
);
comment on table book_names is 'What an owner''s phone calls people whom we do not know yet. Kept for some days.';
comment on column book_names.scope is 'As of an identity: the business account for a user id, empty for a number.';

create table contacts_apart (
    workspace_id uuid not null,
    one_id uuid not null,
    other_id uuid not null,
    at timestamptz not null,
    user_id uuid not null,
    primary key (workspace_id, one_id, other_id),
    foreign key (workspace_id, one_id) references contacts on delete cascade,
    foreign key (workspace_id, other_id) references contacts on delete cascade
);
comment on table contacts_apart is 'Somebody said that these two are not one. The smaller id first.';
create index contacts_apart_other on contacts_apart (workspace_id, other_id);

create table channel_alerts (
    workspace_id uuid not null,
    channel_id uuid not null,
    words jsonb not null,
    at timestamptz not null,
    primary key (workspace_id, channel_id),
    foreign key (workspace_id, channel_id) references channels (workspace_id, id) on delete cascade
);
comment on table channel_alerts is 'Channels that stopped by themselves, until the mails about it have been written.';
comment on column channel_alerts.words is 'Why, as {"en", "ar"}.';
"""

EVENTS = """
alter table conversation_events
    drop constraint conversation_events_type_check,
    add constraint conversation_events_type_check
        check (type in ('taken_over', 'handed_over', 'released', 'closed', 'reopened', 'merged', 'flow_failed',
                        'unassigned', 'parted')) not valid;
"""

TENANT_TABLES = {"book_names": False, "contacts_apart": False, "channel_alerts": True}


def upgrade() -> None:
    """Nothing is rewritten, and nothing that is there is read through."""
    run_script(TABLES)
    run_script(EVENTS)
    for table, is_queue in TENANT_TABLES.items():
        for statement in tenancy.protect(table, is_queue=is_queue):
            op.execute(statement)
