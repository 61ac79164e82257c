"""What leaves, and how: fitted messages, barriers of delivery, consents, numbers that slow down."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0020"
down_revision = "0016"

COLUMNS = """
alter table messages add column fitting jsonb;
comment on column messages.fitting is 'How it differs from what was to be sent. Null: not at all.';

alter table outbox
    add column category text,
    add column waits_for_delivery boolean not null default false,
    add column holds_until timestamptz;
comment on column outbox.category is 'Null: service. What is marketing leaves only to who did not opt out.';
comment on column outbox.waits_for_delivery is 'A barrier: what stands behind it waits until this is on the phone.';
comment on column outbox.holds_until is 'Machine time: accepted, and nothing behind it leaves before.';

alter table channel_pace add column held_until timestamptz;
comment on column channel_pace.held_until is 'Machine time: nothing leaves before. The provider asked for it.';
"""

CONSENTS = """
create table if not exists consents (
    workspace_id uuid not null,
    contact_id uuid not null,
    category text not null,
    state text not null check (state in ('opted_in', 'opted_out')),
    method text not null,
    detail text,
    at timestamptz not null,
    primary key (workspace_id, contact_id, category),
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete cascade
)
"""

# Nearly empty at all times: a barrier lasts seconds, and a status or the steward takes it away.
HOLDING = "outbox_holding on outbox (workspace_id, conversation_id, id) where holds_until is not null"


def upgrade() -> None:
    """Columns whose defaults are no rewrite, a new table, and an index that is built beside what is served."""
    run_script(COLUMNS)
    run_script(CONSENTS)
    for statement in tenancy.protect("consents", is_queue=False):
        op.execute(statement)
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists outbox_holding")
        op.execute(f"create index concurrently {HOLDING}")
