"""Files: what messages came with, what was uploaded, and which of them providers have already."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0015"
down_revision = "0014"

TABLES = """
create table media_files (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    origin text not null check (origin in ('message', 'upload', 'link')),
    state text not null check (state in ('pending', 'fetching', 'storing', 'stored', 'failed', 'deleted')),
    channel_id uuid,
    message_id uuid,
    source jsonb,
    attempt smallint not null default 0,
    next_at timestamptz not null default now(),
    lease_until timestamptz,
    problem text,
    said text,
    mime_type text,
    name text,
    size bigint,
    sha256 bytea,
    width integer,
    height integer,
    duration_ms integer,
    audio_channels smallint,
    is_animated boolean not null default false,
    has_thumbnail boolean not null default false,
    in_store boolean not null default false,
    created_by uuid,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, channel_id) references channels (workspace_id, id) on delete set null (channel_id),
    foreign key (workspace_id, message_id) references messages (workspace_id, id) on delete set null (message_id)
);
comment on table media_files is 'The bytes are in the store under <workspace>/<id>; a row is there before them.';
comment on column media_files.source is 'Where the provider has it: media_id or media_url, with what it says of it.';
comment on column media_files.problem is 'Why the last try came to nothing: a code of media/problems.py.';
comment on column media_files.in_store is 'The store holds bytes of it, also of one that is deleted and not yet swept.';
comment on column media_files.used_at is 'When it was first sent. What was uploaded and never sent is swept.';
create index media_files_due on media_files (workspace_id, next_at) where state = 'pending';
create index media_files_leased on media_files (lease_until) where state in ('fetching', 'storing');
create index media_files_message on media_files (workspace_id, message_id) where message_id is not null;
create index media_files_channel on media_files (workspace_id, channel_id) where channel_id is not null;
create index media_files_deleted on media_files (workspace_id, id) where state = 'deleted' and in_store;
create index media_files_unused on media_files (created_at)
    where state = 'stored' and origin <> 'message' and used_at is null;
create index media_files_kept on media_files (created_at) where state = 'stored';

create table media_usage (
    workspace_id uuid primary key references workspaces,
    bytes bigint not null default 0,
    files integer not null default 0
);
comment on table media_usage is 'What a workspace keeps, counted in the transaction that keeps or deletes a file.';

create table media_uploads (
    workspace_id uuid not null,
    file_id uuid not null,
    channel_id uuid not null,
    provider_id text,
    uploaded_at timestamptz,
    lease_until timestamptz,
    primary key (workspace_id, file_id, channel_id),
    foreign key (workspace_id, file_id) references media_files (workspace_id, id) on delete cascade,
    foreign key (workspace_id, channel_id) references channels (workspace_id, id) on delete cascade
);
comment on table media_uploads is 'Files that a provider has already, by its own id. uploaded_at is domain time.';

alter table workspaces add column media_quota_mb integer;
comment on column workspaces.media_quota_mb is 'Null: MEDIA_QUOTA_MB counts.';
"""

TENANT_TABLES = ("media_files", "media_usage", "media_uploads")
QUEUE_TABLES = ("media_files",)


def upgrade() -> None:
    """New tables and a nullable column: nothing is rewritten, and nothing that serves waits."""
    run_script(TABLES)
    for table in TENANT_TABLES:
        for statement in tenancy.protect(table, is_queue=table in QUEUE_TABLES):
            op.execute(statement)
