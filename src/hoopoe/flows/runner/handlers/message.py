"""`message_queued`: file the bot's message, queue it, and let it be the conversation's last."""

from __future__ import annotations

from uuid import UUID

from hoopoe.channels.contract import OutboundContent
from hoopoe.conversations.messages import AuthorKind
from hoopoe.conversations.outbox.queue import OutgoingMessage, to_message_row
from hoopoe.flows.engine import MessageQueued
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.ids import new_id


def queue_message(scene: Scene, session: SessionState, event: MessageQueued, rows: TurnRows) -> None:
    """The order of these events is the order of sending."""
    say(scene, event.content, session.bot_id, rows)


def say(scene: Scene, content: OutboundContent, bot_id: UUID | None, rows: TurnRows) -> None:
    """Send something in a bot's name."""
    conversation = scene.conversation
    message = OutgoingMessage(
        workspace_id=conversation.workspace_id,
        id=new_id(),
        channel_id=conversation.channel_id,
        conversation_id=conversation.id,
        content=content,
        recipient=conversation.recipient,
        author_kind=AuthorKind.BOT,
        author_id=bot_id,
        at=rows.now,
    )
    rows.outgoing.append(message)
    rows.messages.append(to_message_row(message))
    rows.tell(conversation.workspace_id, EventType.MESSAGE_RECEIVED, message.id)
    conversation.last_message_id = message.id
    conversation.last_at = rows.now
    scene.is_changed = True
