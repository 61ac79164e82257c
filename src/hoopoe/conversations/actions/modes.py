"""Take over, hand back, close, reopen, mark as read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hoopoe.conversations.actions.locking import HeldConversation, hold_conversation, save_mode, tell_updated
from hoopoe.conversations.errors import TakenMeanwhile
from hoopoe.conversations.events import BotResumed, BotStopped, ConversationHooks
from hoopoe.conversations.outbox.receipts import ReceiptRow, queue_read_receipt
from hoopoe.conversations.turns import Mode
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection


@dataclass(frozen=True, slots=True)
class ExpectedHolder:
    """Who has a conversation as somebody sees it; None: nobody, or the bot."""

    assignee_id: UUID | None


async def take_over(
    conn: Connection,
    scope: WorkspaceScope,
    conversation_id: UUID,
    *,
    hooks: ConversationHooks,
    expected: ExpectedHolder | None = None,
) -> None:
    """The member in the scope answers from now on; the bot stops. Also takes it from a colleague.

    `expected`: who had it when the member looked. Raises `TakenMeanwhile` when that is somebody else by now, so that
    of two who press at once one is told.
    """
    held = await hold_conversation(conn, scope, conversation_id)
    if expected is not None and held.assignee_id not in (expected.assignee_id, scope.user_id):
        raise TakenMeanwhile(details={"assignee_id": str(held.assignee_id) if held.assignee_id else None})
    await take_held(conn, scope, held, hooks=hooks)


async def take_held(
    conn: Connection, scope: WorkspaceScope, held: HeldConversation, *, hooks: ConversationHooks
) -> None:
    """`take_over` for who holds the conversation's row already. Does nothing when the member has it."""
    if held.mode is Mode.HUMAN and held.assignee_id == scope.user_id:
        return
    await save_mode(conn, scope, held, mode=Mode.HUMAN, assignee_id=scope.user_id, event="taken_over")
    await hooks.tell_bot_stopped(conn, BotStopped(scope.workspace_id, held.id, held.now))


async def release(conn: Connection, scope: WorkspaceScope, conversation_id: UUID, *, hooks: ConversationHooks) -> None:
    """Give the conversation back to the bot.

    What has arrived so far stays with the people, even if no turn has come to it yet; what arrives from now
    on is the bot's.
    """
    held = await hold_conversation(conn, scope, conversation_id)
    if held.mode is Mode.BOT:
        return
    await conn.execute(
        "update conversations set bot_after_seq = (select last_value from inbox_seq_seq) "
        "where workspace_id = $1 and id = $2",
        scope.workspace_id,
        held.id,
    )
    await save_mode(conn, scope, held, mode=Mode.BOT, assignee_id=None, event="released")
    await hooks.tell_bot_resumed(conn, BotResumed(scope.workspace_id, held.id, held.now))


async def close(conn: Connection, scope: WorkspaceScope, conversation_id: UUID, *, hooks: ConversationHooks) -> None:
    """Put the conversation away, read and without an assignee. The next message opens it again."""
    held = await hold_conversation(conn, scope, conversation_id)
    if held.mode is Mode.CLOSED:
        return
    await _read_held(conn, scope, held)
    await save_mode(conn, scope, held, mode=Mode.CLOSED, assignee_id=None, event="closed")
    await hooks.tell_bot_stopped(conn, BotStopped(scope.workspace_id, held.id, held.now, is_closed=True))


async def reopen(conn: Connection, scope: WorkspaceScope, conversation_id: UUID) -> None:
    """Take a closed conversation up again: the member in the scope has it."""
    held = await hold_conversation(conn, scope, conversation_id)
    if held.mode is Mode.CLOSED:
        await save_mode(conn, scope, held, mode=Mode.HUMAN, assignee_id=scope.user_id, event="reopened")


async def mark_read(conn: Connection, scope: WorkspaceScope, conversation_id: UUID) -> None:
    """Nothing is unread any more, and the person sees blue ticks."""
    held = await hold_conversation(conn, scope, conversation_id)
    if await _read_held(conn, scope, held):
        await tell_updated(conn, scope, held.id)


async def _read_held(conn: Connection, scope: WorkspaceScope, held: HeldConversation) -> bool:
    if held.unread == 0:
        return False
    await conn.execute(
        "update conversations set unread = 0 where workspace_id = $1 and id = $2", scope.workspace_id, held.id
    )
    if held.last_inbound_id is not None:
        receipt = ReceiptRow(scope.workspace_id, held.id, held.channel_id, held.last_inbound_id)
        await queue_read_receipt(conn, receipt)
    return True
