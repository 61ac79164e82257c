"""Why a channel does not connect as a code, whether it ever was active, and Twilio's numbers by account.

`channel_catch_ups` holds how far the messages of a number have been looked for at its provider.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0011"
down_revision = "0010"

CHANNELS = """
alter table channels
    add column status_reason_code text,
    add column status_reason_details jsonb,
    add column activated_at timestamptz;
comment on column channels.activated_at is 'When it was connected first. Null: never, so that its ids may change.';
"""

# A table has as many rows as there are numbers: these take milliseconds. The new route stands before the old one goes.
ROUTES = """
update channels set activated_at = created_at
where status <> 'pending' or exists (
    select from conversations
    where conversations.workspace_id = channels.workspace_id and conversations.channel_id = channels.id
);
create unique index channels_twilio_account_route on channels (number, account_sid)
    where provider = 'twilio' and status = 'active';
drop index channels_twilio_route;
"""

CATCH_UPS = """
create table channel_catch_ups (
    workspace_id uuid not null,
    channel_id uuid not null,
    caught_up_until timestamptz not null,
    next_at timestamptz not null default now(),
    lease_until timestamptz,
    problem text,
    primary key (workspace_id, channel_id),
    foreign key (workspace_id, channel_id) references channels (workspace_id, id) on delete cascade
);
comment on table channel_catch_ups is 'What webhooks lost is looked for at the provider, by one worker at a time.';
comment on column channel_catch_ups.caught_up_until is 'Domain time: nothing that came before is missing.';
comment on column channel_catch_ups.next_at is 'Machine time, as lease_until is.';
"""


def upgrade() -> None:
    """Columns without a default, a small table and an index over a handful of rows."""
    run_script(CHANNELS)
    run_script(ROUTES)
    run_script(CATCH_UPS)
    for statement in tenancy.protect("channel_catch_ups", is_queue=True):
        op.execute(statement)
