"""What became of each call of a secret address that was taken.

Safe while serving: one column that is null.
"""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0046"
down_revision = "0044"

COLUMN = """
alter table flow_hook_calls add column outcome text;
comment on column flow_hook_calls.reason is 'The code of the refusal; null where the call was taken.';
comment on column flow_hook_calls.outcome is 'What became of a call that was taken, as its turn found it.';
"""


def upgrade() -> None:
    run_script(COLUMN)
