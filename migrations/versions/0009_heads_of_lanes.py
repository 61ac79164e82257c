"""Indexes of the core: what waits in the inbox by lane, what is unread, what is old.

Turns look at the head of each lane: a lane costs one probe, however long it is. One index over what waits takes
the place of two. What is pruned by age has a block range index, which costs an insert nothing.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db.migrate import build_indexes

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
    """Built beside what is served; the old ones go when they stand. A run that was stopped is done again."""
    op.execute("alter table timers add column if not exists created_at timestamptz not null default now()")
    build_indexes(INDEXES, instead_of=("inbox_due", "inbox_lane"))
