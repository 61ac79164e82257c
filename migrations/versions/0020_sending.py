"""What leaves, and how: fitted messages, barriers of delivery, numbers that slow down."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import build_indexes, run_script

revision = "0020"
down_revision = "0019"

COLUMNS = """
alter table messages add column if not exists fitting jsonb;
comment on column messages.fitting is 'How it differs from what was to be sent. Null: not at all.';

alter table outbox
    add column if not exists category text,
    add column if not exists waits_for_delivery boolean not null default false,
    add column if not exists holds_until timestamptz;
comment on column outbox.category is 'Null: service. What is marketing leaves only to who did not opt out.';
comment on column outbox.waits_for_delivery is 'A barrier: what stands behind it waits until this is on the phone.';
comment on column outbox.holds_until is 'Machine time: accepted, and nothing behind it leaves before.';

alter table channel_pace add column if not exists held_until timestamptz;
comment on column channel_pace.held_until is 'Machine time: nothing leaves before. The provider asked for it.';
"""

# Nearly empty at all times: a barrier lasts seconds, and a status or the steward takes it away.
HOLDING = {"outbox_holding": "outbox (workspace_id, conversation_id, id) where holds_until is not null"}


def upgrade() -> None:
    """Columns whose defaults are no rewrite, and an index that is built beside what is served."""
    run_script(COLUMNS)
    build_indexes(HOLDING)
