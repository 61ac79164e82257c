"""What starts flows without anybody writing: addresses that other systems call, and schedules."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0028"
down_revision = "0027"

TABLES = """
create table flow_hooks (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    bot_id uuid not null,
    node_id text not null,
    token_hash bytea not null unique,
    created_by uuid,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    primary key (workspace_id, id),
    unique (workspace_id, bot_id, node_id),
    foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade
);
comment on table flow_hooks is 'Secret addresses: whoever calls one starts a flow for one person.';

create table flow_schedules (
    workspace_id uuid not null,
    bot_id uuid not null,
    version_id uuid not null,
    node_id text not null,
    due_at timestamptz not null,
    after_id uuid,
    primary key (workspace_id, bot_id, node_id),
    foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade
);
comment on table flow_schedules is 'When the published version of a bot starts by itself next, in domain time.';
comment on column flow_schedules.after_id is 'The last conversation that was started: a large run goes on behind it.';
create index flow_schedules_due on flow_schedules (due_at);
"""

TENANT_TABLES = ("flow_hooks", "flow_schedules")
QUEUE_TABLES = ("flow_schedules",)


def upgrade() -> None:
    """New tables: nothing is rewritten, and nothing that serves waits."""
    run_script(TABLES)
    for table in TENANT_TABLES:
        for statement in tenancy.protect(table, is_queue=table in QUEUE_TABLES):
            op.execute(statement)
    op.execute(tenancy.admit_holder("flow_hooks"))
