"""Drafts that somebody tries on their own phone: who may, by which word, until when.

Safe while serving: a new table, which takes a short lock on the tables that it refers to.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0034"
down_revision = "0038"

TABLES = """
create table draft_passes (
    workspace_id uuid not null,
    id uuid not null,
    bot_id uuid not null,
    version_id uuid not null,
    channel_id uuid not null,
    word_hash bytea not null,
    minutes integer not null,
    created_by uuid references users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    contact_id uuid,
    bound_at timestamptz,
    revoked_at timestamptz,
    primary key (workspace_id, id),
    unique (workspace_id, word_hash),
    foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade,
    foreign key (workspace_id, version_id) references bot_versions (workspace_id, id) on delete cascade,
    foreign key (workspace_id, channel_id) references channels (workspace_id, id) on delete cascade,
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete cascade
);
comment on table draft_passes is 'One number each may try a draft; expires_at is machine time, as of any token.';
comment on column draft_passes.contact_id is 'Who sent the word first: nobody else is let in by it.';
comment on column draft_passes.version_id is 'The draft as it was: a version with a negative number.';
create index draft_passes_bot on draft_passes (workspace_id, bot_id, id);
create index draft_passes_version on draft_passes (workspace_id, version_id);
comment on column bot_versions.number is 'From 1 on; negative: a draft that somebody tries, which nobody else is in.';
"""


def upgrade() -> None:
    run_script(TABLES)
    for statement in tenancy.protect("draft_passes", is_queue=False):
        op.execute(statement)
