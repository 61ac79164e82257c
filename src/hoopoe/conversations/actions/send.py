"""A person writes, or sends again what failed."""

from __future__ import annotations

from uuid import UUID

from hoopoe.channels.contract import OutboundContent
from hoopoe.conversations.actions.locking import hold_conversation
from hoopoe.conversations.actions.modes import take_held
from hoopoe.conversations.errors import ChannelNotActive, WindowClosed
from hoopoe.conversations.events import ConversationHooks
from hoopoe.conversations.messages import AuthorKind
from hoopoe.conversations.outbox.queue import OutgoingMessage, queue_messages
from hoopoe.conversations.outbox.retry import retry_send
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.window import is_open
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id


async def send_message(
    conn: Connection,
    scope: WorkspaceScope,
    conversation_id: UUID,
    content: OutboundContent,
    *,
    hooks: ConversationHooks,
) -> UUID:
    """Queue a message of the member in the scope; returns its id.

    Takes the conversation over when no person has it. Raises `NotFound`, `WindowClosed` (the sender
    checks once more, at the last moment) and `ChannelNotActive`.
    """
    held = await hold_conversation(conn, scope, conversation_id)
    if not is_open(held.window_expires_at, held.now):
        closed_at = held.window_expires_at
        raise WindowClosed(details={"window_expires_at": closed_at.isoformat() if closed_at is not None else None})
    status = await conn.fetchval(
        "select status from channels where workspace_id = $1 and id = $2", scope.workspace_id, held.channel_id
    )
    if status != "active":
        raise ChannelNotActive(details={"status": status})
    if held.mode is not Mode.HUMAN or held.assignee_id is None:
        await take_held(conn, scope, held, hooks=hooks)
    message_id = new_id()
    await queue_messages(
        conn,
        [
            OutgoingMessage(
                workspace_id=scope.workspace_id,
                id=message_id,
                channel_id=held.channel_id,
                conversation_id=held.id,
                content=content,
                recipient=held.recipient,
                author_kind=AuthorKind.USER,
                author_id=scope.user_id,
                at=held.now,
            )
        ],
    )
    return message_id


async def send_again(conn: Connection, scope: WorkspaceScope, conversation_id: UUID, message_id: UUID) -> None:
    """Queue a message again that gave up, failed, or stays in doubt. Raises `NotFound`, `NothingToRetry`."""
    held = await hold_conversation(conn, scope, conversation_id)
    is_here: bool = await conn.fetchval(
        """
        select exists (
            select from messages
            where workspace_id = $1 and id = $2 and conversation_id = $3 and direction = 'out'
        )
        """,
        scope.workspace_id,
        message_id,
        held.id,
    )
    if not is_here:
        raise NotFound
    await retry_send(conn, scope.workspace_id, message_id)
