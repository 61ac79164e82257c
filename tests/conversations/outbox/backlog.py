"""Many conversations, each with as many rows of the outbox, put there by hand."""

from __future__ import annotations

from hoopoe.kernel.db.pool import Connection
from tests.support.tenants import Tenant

PEOPLE = """
with people as (
    insert into contacts (workspace_id, id) select $1, gen_random_uuid() from generate_series(1, $3) returning id
)
insert into conversations (workspace_id, id, channel_id, contact_id, lane, recipient, last_at, window_expires_at)
select $1, gen_random_uuid(), $2, id, 1, '{}', now(), now() + interval '1 day' from people
"""
QUEUE = """
with queued as (
    insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status,
                          author_kind, at)
    select workspace_id, gen_random_uuid(), channel_id, id, 'out', 'text', '{}', 'pending', 'bot', now()
    from conversations cross join generate_series(1, $2) where workspace_id = $1
    returning workspace_id, id, channel_id, conversation_id
)
insert into outbox (workspace_id, channel_id, conversation_id, message_id, content, recipient, state)
select workspace_id, channel_id, conversation_id, id, '{}', '{}', $3 from queued
"""


async def add_people(conn: Connection, tenant: Tenant, count: int) -> None:
    """Add conversations whose windows are open."""
    await conn.execute(PEOPLE, tenant.workspace_id, tenant.channel_id, count)


async def add_sends(conn: Connection, tenant: Tenant, *, each: int, state: str) -> None:
    """Add rows of the outbox to each conversation of the tenant."""
    await conn.execute(QUEUE, tenant.workspace_id, each, state)
