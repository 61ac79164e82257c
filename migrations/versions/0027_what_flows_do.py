"""What flows do beyond talking: tags and names of contacts, reactions, credentials of requests, files."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0027"
down_revision = "0026"

TABLES = """
alter table contacts
    add column tags text[] not null default '{}',
    add column has_given_name boolean not null default false;
comment on column contacts.has_given_name is 'The name was given by a flow or a person: a profile does not change it.';

create table credentials (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    name text not null,
    kind text not null check (kind in ('bearer', 'basic', 'header', 'query')),
    hosts text[] not null,
    parameter text,
    sealed bytea not null,
    created_by uuid,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    primary key (workspace_id, id),
    unique (workspace_id, name)
);
comment on table credentials is 'Secrets that flows send to other systems, by name. They are never read back.';
comment on column credentials.hosts is 'To which hosts the secret may be sent.';
comment on column credentials.parameter is 'The header or the parameter that carries it, where the kind needs one.';

create table reactions_due (
    workspace_id uuid not null,
    conversation_id uuid not null,
    channel_id uuid not null,
    provider_id text not null,
    emoji text not null,
    recipient jsonb not null,
    state text not null default 'queued' check (state in ('queued', 'sending', 'done')),
    attempt smallint not null default 0,
    next_at timestamptz not null default now(),
    primary key (workspace_id, conversation_id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, id) on delete cascade
);
comment on table reactions_due is 'The last reaction of each conversation: it may be sent twice without harm.';
create index reactions_due_at on reactions_due (next_at) where state <> 'done';

create table media_links (
    workspace_id uuid not null,
    url_hash bytea not null,
    file_id uuid not null,
    fetched_at timestamptz not null default now(),
    primary key (workspace_id, url_hash),
    foreign key (workspace_id, file_id) references media_files (workspace_id, id) on delete cascade
);
comment on table media_links is 'Files that flows fetched by their address, so that each is kept once.';
create index media_links_file on media_links (workspace_id, file_id);
"""

TENANT_TABLES = ("credentials", "reactions_due", "media_links")
QUEUE_TABLES = ("reactions_due",)


def upgrade() -> None:
    """New tables, and columns with a constant default: nothing is rewritten, and nothing that serves waits."""
    run_script(TABLES)
    for table in TENANT_TABLES:
        for statement in tenancy.protect(table, is_queue=table in QUEUE_TABLES):
            op.execute(statement)
