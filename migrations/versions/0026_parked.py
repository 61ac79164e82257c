"""Sessions that wait for the bot to have the conversation again.

A column without a default: nothing is rewritten, and the lock is held for a moment.
"""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0026"
down_revision = "0025"

COLUMN = """
alter table flow_sessions add column parked_at timestamptz;
comment on column flow_sessions.parked_at is
    'Interrupted by a person; by its flow''s rule it goes on when the conversation is the bot''s again.';
"""


def upgrade() -> None:
    """Add the column."""
    run_script(COLUMN)
