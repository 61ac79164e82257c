"""The conversation's row, held by whoever changes the conversation.

Turns of the bot hold the same lock: what a person does and what the bot does never interleave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hoopoe.conversations.joining import follow_conversation
from hoopoe.conversations.turns import Mode
from hoopoe.identity.authentication import find_role
from hoopoe.identity.roles import PERMISSIONS, Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound, NotPermitted
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

HOLD: Final = """
select id, channel_id, mode, assignee_id, unread, lane, recipient, last_inbound_id, window_expires_at,
       domain_now() as now
from conversations where workspace_id = $1 and id = $2 for no key update
"""


@dataclass(frozen=True, slots=True)
class HeldConversation:
    """A conversation whose row this transaction holds until its end. `now` is domain time."""

    id: UUID
    channel_id: UUID
    mode: Mode
    assignee_id: UUID | None
    unread: int
    lane: int
    recipient: JsonObject
    last_inbound_id: str | None
    window_expires_at: datetime | None
    now: datetime


async def hold_conversation(conn: Connection, scope: WorkspaceScope, conversation_id: UUID) -> HeldConversation:
    """The only way from an id to a conversation that may be changed. Raises `NotFound`.

    The id of one that was merged into another leads to that one: what follows takes its id from here.
    """
    row = await conn.fetchrow(HOLD, scope.workspace_id, conversation_id)
    if row is None:
        followed = await follow_conversation(conn, scope.workspace_id, conversation_id)
        row = await conn.fetchrow(HOLD, scope.workspace_id, followed) if followed is not None else None
    if row is None:
        raise NotFound
    return HeldConversation(**{**row, "mode": Mode(row["mode"])})


async def save_mode(
    conn: Connection, scope: WorkspaceScope, held: HeldConversation, *, mode: Mode, assignee_id: UUID | None, event: str
) -> None:
    """Change who answers, note it in the thread, and tell the screens.

    Raises `NotPermitted` when the assignee has just been removed, or given a role that may not write.
    """
    try:
        await conn.execute(
            "update conversations set mode = $3, assignee_id = $4 where workspace_id = $1 and id = $2",
            scope.workspace_id,
            held.id,
            mode,
            assignee_id,
        )
    except asyncpg.ForeignKeyViolationError:
        raise NotPermitted from None
    # The key just waited for whoever was changing the member.
    role = await find_role(conn, scope.workspace_id, assignee_id) if assignee_id is not None else None
    if role is not None and Permission.CONVERSATIONS_WRITE not in PERMISSIONS[role]:
        raise NotPermitted
    await conn.execute(
        """
        insert into conversation_events (workspace_id, id, conversation_id, type, actor_kind, actor_id, at)
        values ($1, $2, $3, $4, 'user', $5, $6)
        """,
        scope.workspace_id,
        new_id(),
        held.id,
        event,
        scope.user_id,
        held.now,
    )
    await tell_updated(conn, scope, held.id)


async def tell_updated(conn: Connection, scope: WorkspaceScope, conversation_id: UUID) -> None:
    """Let the screens know that the conversation looks different."""
    await record_events(conn, [EventRow(scope.workspace_id, EventType.CONVERSATION_UPDATED, conversation_id)])
