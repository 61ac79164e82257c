"""Others who speak on a number: the owner's phone, another app, imported history."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0018"
down_revision = "0017"

# Whoever was allowed before is allowed still. `not valid` takes no look at the rows that are there: 0022 does.
MESSAGES = """
alter table messages
    add column is_imported boolean not null default false,
    drop constraint messages_author_kind_check,
    add constraint messages_author_kind_check
        check (author_kind in ('contact', 'bot', 'user', 'phone', 'app')) not valid;
comment on column messages.is_imported is
    'From before this Hoopoe: shown, never heard. Its id is made for its own time.';
"""

CONVERSATIONS = """
alter table conversations add column other_app text;
comment on column conversations.other_app is
    'Another app has the thread at the provider: its role there, or "unknown". Null: as far as we know we have it.';
"""

EVENTS = """
alter table conversation_events
    add column actor_name text,
    drop constraint conversation_events_actor_kind_check,
    add constraint conversation_events_actor_kind_check
        check (actor_kind in ('user', 'bot', 'system', 'phone', 'app')) not valid;
comment on column conversation_events.actor_name is
    'The role of an app, as the provider told it. Others are named by id.';
"""


def upgrade() -> None:
    """Columns without a rewrite and constraints without a scan: each lock lasts a moment.

    The tables are locked in the order in which a turn meets them, so that the two wait for each other in a row.
    """
    for script in (CONVERSATIONS, MESSAGES, EVENTS):
        run_script(script)
