"""`message_queued`: file the bot's message, queue it, and let it be the conversation's last."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.contract import OutboundContent
from hoopoe.channels.fitting import Degradation, DegradationCode
from hoopoe.conversations.messages import AuthorKind
from hoopoe.conversations.outbox.composing import compose
from hoopoe.conversations.outbox.queue import OutgoingMessage, to_message_row
from hoopoe.flows.engine import MessageQueued
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.ids import new_id


def queue_message(scene: Scene, session: SessionState, event: MessageQueued, rows: TurnRows) -> None:
    """The order of these events is the order of sending."""
    merged = event.bubbles
    changed = (Degradation(DegradationCode.MERGED, merged, 1, 1),) if merged > 1 else ()
    say(scene, event.content, session.bot_id, rows, waits_for_delivery=event.waits_for_delivery, changed=changed)


def say(
    scene: Scene,
    content: OutboundContent,
    bot_id: UUID | None,
    rows: TurnRows,
    *,
    waits_for_delivery: bool = False,
    changed: Sequence[Degradation] = (),
) -> None:
    """Send something in a bot's name, in as many messages as the provider needs for it."""
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
        waits_for_delivery=waits_for_delivery,
    )
    for part in compose(message, capabilities_of(conversation.channel_provider), changed=changed):
        rows.outgoing.append(part)
        rows.messages.append(to_message_row(part))
        rows.tell(conversation.workspace_id, EventType.MESSAGE_RECEIVED, part.id)
        conversation.last_message_id = part.id
    conversation.last_at = rows.now
    scene.is_changed = True
