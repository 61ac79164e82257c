"""A workspace's own data tables: their schemas, their rows, and files of rows on their way in.

Safe while serving: new tables only.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0032"
down_revision = "0036"

TABLES = """
create table data_tables (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    name text not null,
    name_key text not null,
    former_keys text[] not null default '{}',
    description text not null default '',
    columns jsonb not null default '[]',
    key_columns text[] not null default '{}',
    row_count integer not null default 0,
    revision bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, id),
    unique (workspace_id, name_key)
);
comment on column data_tables.name_key is 'The name in the one spelling by which it is found.';
comment on column data_tables.former_keys is 'Names that it had: versions of flows that began with one go on with it.';
comment on column data_tables.columns is 'hoopoe.tables.columns.Column, in their order. Rows know them by id.';
comment on column data_tables.key_columns is 'Ids of the columns that together tell rows apart; empty: none do.';
comment on column data_tables.row_count is 'Rows that are not deleted. Who writes rows holds this row.';

create table data_rows (
    workspace_id uuid not null,
    table_id uuid not null,
    id uuid not null,
    cells jsonb not null,
    folded jsonb not null,
    key bytea,
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    primary key (workspace_id, table_id, id),
    foreign key (workspace_id, table_id) references data_tables (workspace_id, id) on delete cascade
);
comment on column data_rows.cells is '{column id: value}; what is empty is left out.';
comment on column data_rows.folded is 'The same as texts of one spelling, for comparing and searching.';
comment on column data_rows.key is 'SHA-256 of the folded key cells; null where the table has no key.';
comment on column data_rows.deleted_at is 'Since when it is gone; it can be brought back for a day.';
create unique index data_rows_key on data_rows (workspace_id, table_id, key)
    where key is not null and deleted_at is null;
create index data_rows_deleted on data_rows (workspace_id, deleted_at) where deleted_at is not null;

create table data_imports (
    workspace_id uuid not null,
    id uuid not null,
    table_id uuid not null,
    mode text not null check (mode in ('insert', 'upsert')),
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
    content bytea,
    total integer not null,
    done integer not null default 0,
    inserted integer not null default 0,
    updated integer not null default 0,
    refused integer not null default 0,
    faults jsonb not null default '[]',
    created_by uuid,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    attempt integer not null default 0,
    lease_until timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, table_id) references data_tables (workspace_id, id) on delete cascade
);
comment on table data_imports is 'Files of rows on their way in. How far one is, is written with its rows.';
comment on column data_imports.content is 'The file; null when it is finished.';
create index data_imports_waiting on data_imports (created_at) where state in ('queued', 'running');
"""


def upgrade() -> None:
    run_script(TABLES)
    for table in ("data_tables", "data_rows"):
        for statement in tenancy.protect(table, is_queue=False):
            op.execute(statement)
    for statement in tenancy.protect("data_imports", is_queue=True):
        op.execute(statement)
