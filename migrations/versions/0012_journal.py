"""Whose a webhook request is as a whole, what its signature was worth, and how long it took."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0012"
down_revision = "0011"

COLUMNS = """
alter table journal
    add column owner_id uuid,
    add column verdict text,
    add column took_us integer;
comment on column journal.owner_id is 'The only workspace that any of it is about; null: several, or nobody''s.';
comment on column journal.verdict is 'Of its signature: valid, invalid, missing, unchecked.';
comment on column journal.took_us is 'Microseconds from its first byte to the disk; what the disk took is not in it.';
"""


def upgrade() -> None:
    """Nullable columns without a default: nothing is rewritten. Whoever owns a request reads all of it."""
    run_script(COLUMNS)
    op.execute(f"create policy owner on journal for select to {tenancy.APP} using (owner_id = any {tenancy.CLAIMED})")
    op.execute(f"grant select on journal to {tenancy.APP}")
    op.execute(f"grant delete on journal to {tenancy.PIPE}")
