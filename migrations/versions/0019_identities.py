"""Identities of every kind, those that are no longer anybody's, and contacts that turned out to be one."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0019"
down_revision = "0018"

IDENTITIES = """
alter table identities
    drop constraint identities_kind_check,
    add constraint identities_kind_check
        check (kind in ('user_id', 'parent_user_id', 'wa_id', 'phone')) not valid,
    add column since timestamptz not null default now();
comment on column identities.since is 'Machine time: when it was first seen.';

alter table conversation_events
    drop constraint conversation_events_type_check,
    add constraint conversation_events_type_check
        check (type in ('taken_over', 'handed_over', 'released', 'closed', 'reopened', 'merged')) not valid;
"""

TABLES = """
create table former_identities (
    workspace_id uuid not null,
    kind text not null check (kind in ('user_id', 'parent_user_id', 'wa_id', 'phone')),
    scope text not null,
    value text not null,
    contact_id uuid not null,
    until timestamptz not null,
    reason text not null check (reason in ('number_changed', 'user_id_changed', 'passed_on')),
    since timestamptz not null,
    primary key (workspace_id, kind, scope, value, contact_id, until),
    foreign key (workspace_id, contact_id) references contacts on delete cascade
);
comment on table former_identities is 'What a contact was known by. Only a message older than `until` finds it so.';
comment on column former_identities.until is 'The provider''s time of what ended it.';
create index former_identities_contact on former_identities (workspace_id, contact_id);

create table contact_merges (
    workspace_id uuid not null,
    id uuid not null,
    kept_id uuid not null,
    merged_id uuid not null,
    reason text not null check (reason in ('message', 'number_changed', 'user_id_changed')),
    shown jsonb not null,
    moved jsonb not null,
    at timestamptz not null,
    primary key (workspace_id, id),
    unique (workspace_id, merged_id)
);
comment on column contact_merges.shown is 'The address that showed two contacts to be one: {"user_id", "phone", ...}.';
comment on column contact_merges.moved is 'What was the merged contact''s, by id: enough to part the two again.';
create index contact_merges_kept on contact_merges (workspace_id, kept_id);

create table contact_aliases (
    workspace_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, contact_id) references contacts on delete cascade
);
comment on table contact_aliases is 'Ids of contacts that were merged into another.';
create index contact_aliases_contact on contact_aliases (workspace_id, contact_id);

create table conversation_aliases (
    workspace_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, id) on delete cascade
);
comment on table conversation_aliases is 'Ids of conversations that were merged into another.';
create index conversation_aliases_conversation on conversation_aliases (workspace_id, conversation_id);
"""

TENANT_TABLES = ("former_identities", "contact_merges", "contact_aliases", "conversation_aliases")


def upgrade() -> None:
    """Constraints are widened `not valid`, so without a scan; the column rewrites nothing; the rest is new."""
    run_script(IDENTITIES)
    run_script(TABLES)
    for table in TENANT_TABLES:
        for statement in tenancy.protect(table, is_queue=False):
            op.execute(statement)
