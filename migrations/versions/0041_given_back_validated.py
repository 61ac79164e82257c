"""The constraint that was widened without a look at the rows: now that is taken, beside what is served."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import validate_constraints

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Reads the table to its end, under a lock that neither readers nor writers wait for."""
    validate_constraints((("conversation_events", "conversation_events_type_check"),))
