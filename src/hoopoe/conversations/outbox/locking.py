"""The one order in which several rows of the outbox are locked.

Acknowledgements and statuses speak of the same rows at the same time, each of many: in any other order they wait
for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hoopoe.kernel.db.pool import Connection

LOCK = """
select from unnest($1::uuid[], $2::uuid[]) as asked (workspace_id, message_id)
cross join lateral (
    select from outbox where workspace_id = asked.workspace_id and message_id = asked.message_id for no key update
) as held
"""


async def lock_outbox(conn: Connection, messages: Iterable[tuple[UUID, UUID]]) -> None:
    """Lock the outbox rows of messages, given as (workspace, message), until the transaction ends."""
    ordered = sorted(set(messages))
    await conn.execute(LOCK, [workspace for workspace, _ in ordered], [id_ for _, id_ in ordered])
