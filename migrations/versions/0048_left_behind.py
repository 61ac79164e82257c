"""What a deleted bot leaves behind: its versions without it, until a worker has removed their sessions in slices.

Safe while serving: a column that may be null, a key that is made without a look at the rows and checked beside what is
served, and indexes that are built there too. Code that deletes sessions with their bot goes on doing so.
"""

from __future__ import annotations

from hoopoe.kernel.db.migrate import build_indexes, run_script, validate_constraints

revision = "0048"
down_revision = "0046"

VERSIONS = """
alter table bot_versions alter column bot_id drop not null;
alter table bot_versions drop constraint if exists bot_versions_workspace_id_bot_id_fkey;
alter table bot_versions drop constraint if exists bot_versions_bot;
alter table bot_versions add constraint bot_versions_bot foreign key (workspace_id, bot_id)
    references bots (workspace_id, id) on delete set null (bot_id) not valid;
comment on column bot_versions.bot_id is
    'Null: the bot was deleted, and the version goes when its sessions have gone. Nobody goes on in one of these.';
"""

# None of the columns of sessions changes from sprint to sprint. What is removed finds its timers and effects by the
# session, whatever their state.
INDEXES = {
    "bot_versions_left_behind": "bot_versions (workspace_id, id) where bot_id is null",
    "flow_sessions_of_version": "flow_sessions (workspace_id, version_id, status)",
    "flow_sessions_ended": "flow_sessions (workspace_id, id) where status <> 'waiting' and parked_at is null",
    "timers_of_session": "timers (workspace_id, session_id)",
    "effects_of_session": "effects (workspace_id, session_id)",
}
REPLACED = ("flow_sessions_version", "timers_session")


def upgrade() -> None:
    """A run that was stopped is done again."""
    run_script(VERSIONS)
    validate_constraints((("bot_versions", "bot_versions_bot"),))
    build_indexes(INDEXES, instead_of=REPLACED)
