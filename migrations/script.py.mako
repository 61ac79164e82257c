"""${message}

Safe while serving: say here which locks it takes and why nobody waits for them. A rename is three
migrations; an index is made concurrently; a backfill commits in slices.
"""

from __future__ import annotations

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
