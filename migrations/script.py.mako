"""${message}

Safe while serving: say here which locks it takes and why nobody waits for them. A rename is three
migrations; an index of a large table is made by `build_indexes`; a constraint is added `not valid` and validated in a
migration of its own; a backfill commits in slices. `make drill` tries it under load.
"""

from __future__ import annotations

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
