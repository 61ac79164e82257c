"""Who files webhooks numbers the inbox's rows itself.

A batch is inserted in the order of its unique keys, so that two batches never wait for each other in a
ring; its rows are numbered in the order in which they stand in their bodies.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A grant: nothing is locked or rewritten."""
    op.execute(f"grant usage on sequence inbox_seq_seq to {tenancy.PIPE}")
