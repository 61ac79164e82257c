"""People in flows: what becomes of them when a version is published, and what is done to one of them by hand.

Safe while serving: new tables, and indexes that are built beside what is served.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import build_indexes, run_script

revision = "0033"
down_revision = "0032"

TABLES = """
create table if not exists flow_transitions (
    workspace_id uuid not null,
    id uuid not null,
    bot_id uuid not null,
    version_id uuid not null,
    choice text not null check (choice in ('move', 'restart')),
    restarts_lost boolean not null,
    state text not null default 'feeding' check (state in ('feeding', 'fed', 'superseded')),
    total integer not null default 0,
    round smallint not null default 1,
    after_id uuid,
    next_at timestamptz not null default now(),
    actor_id uuid not null,
    actor_kind text not null,
    address text,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade
);
comment on table flow_transitions is 'Versions to which those are taken who wait in older ones of the bot.';
comment on column flow_transitions.after_id is
    'The last session whose act is in its lane; the next slice is behind it.';
create index if not exists flow_transitions_due on flow_transitions (next_at) where state = 'feeding';
create index if not exists flow_transitions_bot on flow_transitions (workspace_id, bot_id, id);

create table if not exists session_acts (
    workspace_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    transition_id uuid,
    act text not null,
    outcome text not null,
    reason text,
    actor_id uuid not null,
    before jsonb,
    after jsonb,
    at timestamptz not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, session_id) references flow_sessions (workspace_id, id) on delete cascade
);
comment on table session_acts is 'What was done to a flow session from outside, and what came of it.';
create index if not exists session_acts_session on session_acts (workspace_id, session_id, id);
create unique index if not exists session_acts_transition on session_acts (workspace_id, transition_id, session_id)
    where transition_id is not null;
"""

# None of the columns changes from sprint to sprint: what moves on writes to no index.
INDEXES = {
    "flow_sessions_bot": "flow_sessions (workspace_id, bot_id, status, id)",
    "flow_sessions_parked": "flow_sessions (workspace_id, bot_id, id) where parked_at is not null",
    "flow_sessions_conversation": "flow_sessions (workspace_id, conversation_id, id)",
}

PROTECTED = {"flow_transitions": True, "session_acts": False}


def upgrade() -> None:
    """A run that was stopped is done again."""
    is_new = op.get_bind().exec_driver_sql("select to_regclass('session_acts') is null").scalar()
    run_script(TABLES)
    if is_new:
        for table, is_queue in PROTECTED.items():
            for statement in tenancy.protect(table, is_queue=is_queue):
                op.execute(statement)
    build_indexes(INDEXES)
