"""A line in the thread where a flow failed.

Safe while serving: the constraint is widened without a look at the rows, under a lock of a moment, and then validated
beside whoever reads and writes.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db.migrate import validate_constraints

revision = "0035"
down_revision = "0033"

WIDEN = """
alter table conversation_events
    drop constraint conversation_events_type_check,
    add constraint conversation_events_type_check
        check (type in ('taken_over', 'handed_over', 'released', 'closed', 'reopened', 'merged', 'flow_failed'))
        not valid
"""


def upgrade() -> None:
    op.execute(WIDEN)
    validate_constraints([("conversation_events", "conversation_events_type_check")])
