"""The constraints that were widened without a look at the rows: now that is taken, beside what is served."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import validate_constraints

revision = "0022"
down_revision = "0021"

CONSTRAINTS = (
    ("messages", "messages_author_kind_check"),
    ("conversation_events", "conversation_events_actor_kind_check"),
    ("conversation_events", "conversation_events_type_check"),
    ("identities", "identities_kind_check"),
)


def upgrade() -> None:
    """Reads each table to its end, under a lock that neither readers nor writers wait for."""
    validate_constraints(CONSTRAINTS)
