"""Changes of a data table's columns that a worker makes, and tables whose rows go behind them.

Safe while serving: columns that are null or have a constant, and a new table whose keys are made while it is empty.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0043"
down_revision = "0041"

TABLES = """
alter table data_tables add column key_slot smallint not null default 1, add column deleted_at timestamptz;
comment on column data_tables.key_slot is 'Where its rows have their keys: 1 is data_rows.key, 2 is key_2.';
comment on column data_tables.deleted_at is 'Since when it is nobody''s any more: its rows are being removed.';
alter table data_rows add column key_2 bytea;
comment on column data_rows.key_2 is 'The other place for a key: the next one is made here, beside the one that holds.';

create table data_rewrites (
    workspace_id uuid not null,
    id uuid not null,
    table_id uuid not null,
    kind text not null check (kind in ('column', 'key', 'removal', 'deletion')),
    subject text not null default '',
    columns jsonb not null default '[]',
    key_columns text[] not null default '{}',
    table_revision bigint not null,
    old_id text,
    new_id text,
    has_new_keys boolean not null default false,
    discards boolean not null default false,
    state text not null default 'queued'
        check (state in ('queued', 'running', 'asking', 'done', 'failed', 'cancelled')),
    is_open boolean not null default true,
    total integer not null default 0,
    done integer not null default 0,
    report jsonb,
    last_id uuid,
    leftover text[] not null default '{}',
    created_by uuid,
    created_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    attempt integer not null default 0,
    lease_until timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, table_id) references data_tables (workspace_id, id) on delete cascade
);
comment on table data_rewrites is 'Changes of columns for which every row is written: beside what holds, then at once.';
comment on column data_rewrites.columns is 'The columns as they will be.';
comment on column data_rewrites.old_id is 'The column whose cells are read; new_id: under which they are written.';
comment on column data_rewrites.is_open is 'Whether a worker has something to do for it.';
comment on column data_rewrites.last_id is 'The row up to which this round has come.';
comment on column data_rewrites.leftover is 'What rows still have under these ids is nobody''s, and is taken off.';
create index data_rewrites_open on data_rewrites (created_at) where is_open;
create index data_rewrites_of_table on data_rewrites (workspace_id, table_id, created_at);
"""


def upgrade() -> None:
    run_script(TABLES)
    for statement in tenancy.protect("data_rewrites", is_queue=True):
        op.execute(statement)
