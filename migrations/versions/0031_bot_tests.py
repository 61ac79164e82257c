"""Tests of bots: what is said to one, and what it is expected to answer.

Safe while serving: a new table, which takes a short lock on `bots` for its foreign key.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0031"
down_revision = "0026"

TABLES = """
create table bot_tests (
    workspace_id uuid not null,
    id uuid not null,
    bot_id uuid not null,
    name text not null,
    script jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, id),
    foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade
);
comment on column bot_tests.script is 'flows.rehearsals.script.Script: where it begins, what happens, what is said.';
create index bot_tests_bot on bot_tests (workspace_id, bot_id, id);
"""


def upgrade() -> None:
    run_script(TABLES)
    for statement in tenancy.protect("bot_tests", is_queue=False):
        op.execute(statement)
