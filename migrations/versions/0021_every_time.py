"""When a voice note was played, and when a message failed."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0021"
down_revision = "0020"

TIMES = """
alter table messages add column played_at timestamptz, add column failed_at timestamptz;
"""


def upgrade() -> None:
    """Nullable columns: nothing is rewritten, and nothing that serves waits."""
    run_script(TIMES)
