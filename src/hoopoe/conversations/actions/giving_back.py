"""What a member had when there is nobody any more who could answer for it."""

from __future__ import annotations

from typing import Final

from hoopoe.identity.events import MemberSilenced
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id

# In the order in which everybody locks them.
HOLD: Final = """
select id from conversations where workspace_id = $1 and assignee_id = $2 order by id for no key update
"""

# They stay with people: the bot knows nothing of what was agreed with one.
GIVE_BACK: Final = """
with freed as (
    update conversations set assignee_id = null where workspace_id = $1 and id = any ($2::uuid[])
)
insert into conversation_events (workspace_id, id, conversation_id, type, actor_kind, actor_id, at)
select $1, noted.id, noted.conversation_id, 'unassigned', 'user', $4, domain_now()
from unnest($3::uuid[], $2::uuid[]) as noted (id, conversation_id)
"""


async def give_back(conn: Connection, scope: WorkspaceScope, member: MemberSilenced) -> None:
    """Leave a member's conversations to the others: with people still, and nobody's. Each thread tells of it."""
    rows = await conn.fetch(HOLD, scope.workspace_id, member.user_id)
    if not rows:
        return
    ids = [row["id"] for row in rows]
    await conn.execute(GIVE_BACK, scope.workspace_id, ids, [new_id() for _ in ids], scope.user_id)
    await record_events(conn, [EventRow(scope.workspace_id, EventType.CONVERSATION_UPDATED, id_) for id_ in ids])
