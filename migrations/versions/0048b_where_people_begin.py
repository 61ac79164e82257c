"""At which trigger those begin anew whom a published version takes along.

Safe while serving: one column that is null.
"""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0048b"
down_revision = "0048"

COLUMN = """
alter table flow_transitions add column trigger_id text;
comment on column flow_transitions.trigger_id is 'Where who begins anew does so; null: where the flow begins.';
"""


def upgrade() -> None:
    run_script(COLUMN)
