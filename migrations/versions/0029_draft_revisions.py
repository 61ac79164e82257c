"""Drafts with a revision and a hand, versions with a note, and who has an editor open.

Safe while serving: columns with a constant default or none are catalogue changes alone, and the table is new. The code
that was rolled out last saves drafts without counting them; whoever edits beside it is told by the draft's own time.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0029"
down_revision = "0028"

COLUMNS = """
alter table bots add column draft_revision bigint not null default 1, add column draft_updated_by uuid;
comment on column bots.draft_revision is 'Counts the savings of the draft. Who saves names the one that he began with.';
alter table bot_versions add column note text;
"""

TABLE = """
create table bot_editors (
    workspace_id uuid not null,
    bot_id uuid not null,
    tab text not null,
    user_id uuid references users on delete cascade,
    seen_at timestamptz not null,
    primary key (workspace_id, bot_id, tab),
    foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade
);
comment on table bot_editors is 'Editors that are open now: each tells of itself every few seconds.';
"""


def upgrade() -> None:
    run_script(COLUMNS)
    run_script(TABLE)
    for statement in tenancy.protect("bot_editors", is_queue=False):
        op.execute(statement)
