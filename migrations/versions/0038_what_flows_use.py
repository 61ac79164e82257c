"""What flows use from outside: credentials that are renamed and replaced, secret addresses that are rotated, calls.

Safe while serving: columns without a default that is computed, one small new table, and policies. Who runs the code
before this one gives a hook a new id when it makes the address anew: its calls follow.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0038"
down_revision = "0031"

TABLES = """
alter table credentials
    add column former_names text[] not null default '{}',
    add column changed_at timestamptz;
comment on column credentials.former_names is 'Names under which published flows still find it.';
comment on column credentials.changed_at is 'When the secret was last replaced.';

alter table flow_hooks
    add column former_hash bytea,
    add column former_until timestamptz;
comment on column flow_hooks.former_hash is 'The secret before the last one, good until former_until (machine time).';
create unique index flow_hooks_former on flow_hooks (former_hash) where former_hash is not null;

create table flow_hook_calls (
    workspace_id uuid not null,
    id uuid not null,
    hook_id uuid not null,
    at timestamptz not null default now(),
    status smallint not null,
    reason text,
    primary key (workspace_id, id),
    foreign key (workspace_id, hook_id) references flow_hooks (workspace_id, id) on update cascade on delete cascade
);
comment on table flow_hook_calls is 'What became of each call of a secret address; nothing of what was sent.';
comment on column flow_hook_calls.reason is 'The code of the refusal; null where a flow was started.';
create index flow_hook_calls_of_hook on flow_hook_calls (workspace_id, hook_id, at desc);
"""


def upgrade() -> None:
    run_script(TABLES)
    for statement in tenancy.protect("flow_hook_calls", is_queue=False):
        op.execute(statement)
    op.execute(tenancy.admit_former_holder("flow_hooks"))
