"""When a customer was told that answers wait for a limit."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0016"
down_revision = "0015"

TOLD = """
alter table rate_buckets add column told_at timestamptz;
comment on column rate_buckets.told_at is 'Domain time: when the customer was last told that answers take a while.';
"""


def upgrade() -> None:
    """A nullable column: nothing is rewritten, and nothing that serves waits."""
    run_script(TOLD)
