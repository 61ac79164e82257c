"""What each sprint of a flow did, for some days; how often each node and edge was taken.

New tables without a key to others: nothing that serves is locked, neither now nor by the next days' partitions.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0025"
down_revision = "0024"

TABLES = """
create table sprint_traces (
    workspace_id uuid not null,
    conversation_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    sprint integer not null,
    bot_id uuid not null,
    version_id uuid not null,
    at timestamptz not null,
    trace json not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, conversation_id, id, created_at)
) partition by range (created_at);
comment on table sprint_traces is 'Why a bot said what it said. A row''s id is greater than those of its messages.';
comment on column sprint_traces.trace is 'Written once and read as a whole: json is smaller and cheaper than jsonb.';
comment on column sprint_traces.at is 'Domain time; created_at is machine time, and says when the row goes.';
create table sprint_traces_default partition of sprint_traces default;

create table flow_count_deltas (
    workspace_id uuid not null,
    id uuid not null,
    version_id uuid not null,
    day date not null,
    counts jsonb not null,
    primary key (workspace_id, id)
);
comment on column flow_count_deltas.counts is '[[node, kind, exit, how often]], to be added to flow_counts.';

create table flow_counts (
    workspace_id uuid not null,
    version_id uuid not null,
    day date not null,
    node_id text not null,
    kind text not null check (kind in ('arrived', 'left', 'ended', 'failed', 'interrupted')),
    exit text not null,
    count bigint not null,
    primary key (workspace_id, version_id, day, node_id, kind, exit)
);
comment on column flow_counts.exit is 'The exit of those that left; empty for all other kinds.';
"""


def upgrade() -> None:
    """Nothing is rewritten, and nothing that is there is locked."""
    run_script(TABLES)
    for table in ("sprint_traces", "flow_count_deltas", "flow_counts"):
        for statement in tenancy.protect(table, is_queue=table != "sprint_traces"):
            op.execute(statement)
