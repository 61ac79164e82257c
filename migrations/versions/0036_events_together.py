"""Events of one kind, workspace and transaction stand in one row: its first is `ref`, the others stand beside it.

Safe while serving: a column without a default, for which the table is locked as long as a row of the catalogue takes.
While old and new processes run together, an old one shows its screens the first of each row: what it misses they see
when they look again.
"""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0036"
down_revision = "0034"

COLUMN = """
alter table events add column others uuid[];
comment on column events.others is 'What the row speaks of besides ref, in its order; null for nothing.';
"""


def upgrade() -> None:
    run_script(COLUMN)
