"""One index over what waits in the inbox, by workspace, lane and number, instead of two.

Turns look at the head of each lane: a lane costs one probe, however long it is.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Built beside what is served; the old ones go when it stands. An index that a killed run left is replaced."""
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists inbox_heads")
        op.execute(
            "create index concurrently inbox_heads on inbox (workspace_id, lane, seq) include (not_before) "
            "where state = 'waiting'"
        )
        op.execute("drop index concurrently if exists inbox_due")
        op.execute("drop index concurrently if exists inbox_lane")
