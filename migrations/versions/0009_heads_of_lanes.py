"""Indexes of the core: what waits in the inbox by lane, what is unread, what is old.

Turns look at the head of each lane: a lane costs one probe, however long it is. One index over what waits takes
the place of two. What is pruned by age has a block range index, which costs an insert nothing.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

INDEXES = {
    "inbox_heads": "inbox (workspace_id, lane, seq) include (not_before) where state = 'waiting'",
    "conversations_unread": "conversations (workspace_id, last_at desc, id desc) where unread > 0",
    "outbox_age": "outbox using brin (created_at)",
    "timers_age": "timers using brin (created_at)",
    "effects_age": "effects using brin (created_at)",
}


def upgrade() -> None:
    """Built beside what is served; the old ones go when they stand. An index that a killed run left is replaced."""
    op.execute("alter table timers add column created_at timestamptz not null default now()")
    with op.get_context().autocommit_block():
        for name, definition in INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on {definition}")
        op.execute("drop index concurrently if exists inbox_due")
        op.execute("drop index concurrently if exists inbox_lane")
