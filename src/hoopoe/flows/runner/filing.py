"""Filing what a person sent: its row, and what the conversation learns from it. No bot is asked here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hoopoe.channels.contract import Address, InboundMessage, InboundType
from hoopoe.contacts.resolve import NewName
from hoopoe.conversations.messages import AuthorKind, Direction, MessageRow
from hoopoe.conversations.status import MessageStatus
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.window import expires_at
from hoopoe.flows.runner.scene import ConversationEventRow, LanguageRow, Scene, TurnRows
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.text import detect_language
from hoopoe.webhooks.inbox import InboxRow


def file_message(message: InboundMessage, row: InboxRow, scene: Scene, written: TurnRows) -> MessageRow:
    """File what a person said; it is the conversation's newest, and opens a closed one."""
    filed = _file(message, row, scene, written)
    _note_arrival(message, row, scene, written, filed.id)
    scene.conversation.last_inbound_id = message.provider_id
    _learn_language(message, scene, written)
    _note_name(message, scene, written)
    reopen(scene, written)
    return filed


def file_notice(message: InboundMessage, row: InboxRow, scene: Scene, written: TurnRows) -> None:
    """File what stands in the thread without anybody having said something: a notice, a call.

    A notice of the provider's changes nothing else. A call that comes in is news, and opens the window as a message
    does (Meta, messages/send-messages); one that goes out is only seen.
    """
    is_incoming = message.type is InboundType.CALL and message.content.get("direction") == "in"
    filed = _file(message, row, scene, written, direction=Direction.IN if is_incoming else _direction_of(message))
    if is_incoming:
        _note_arrival(message, row, scene, written, filed.id)
        _note_name(message, scene, written)
        reopen(scene, written)
    elif message.type is InboundType.CALL:
        conversation = scene.conversation
        scene.is_changed = True
        conversation.last_message_id = filed.id
        conversation.last_at = max(conversation.last_at, message.sent_at)


def _direction_of(message: InboundMessage) -> Direction:
    return Direction.OUT if message.type is InboundType.CALL else Direction.IN


def _file(
    message: InboundMessage, row: InboxRow, scene: Scene, written: TurnRows, *, direction: Direction = Direction.IN
) -> MessageRow:
    conversation, is_in = scene.conversation, direction is Direction.IN
    new = MessageRow(
        workspace_id=row.workspace_id,
        id=new_id(),
        channel_id=row.channel_id,
        conversation_id=conversation.id,
        direction=direction,
        type=message.type,
        content=message.content,
        status=MessageStatus.RECEIVED if is_in else MessageStatus.SENT,
        author_kind=AuthorKind.CONTACT if is_in else AuthorKind.USER,
        author_id=conversation.contact_id if is_in else None,
        provider_id=message.provider_id,
        reply_to=message.reply_to,
        is_stale=written.now > expires_at(message.sent_at),
        at=message.sent_at,
    )
    filed = written.file(new, row)
    written.tell(row.workspace_id, EventType.MESSAGE_RECEIVED, filed.id)
    return filed


def _note_arrival(message: InboundMessage, row: InboxRow, scene: Scene, written: TurnRows, message_id: UUID) -> None:
    conversation = scene.conversation
    scene.is_changed = True
    if not message.is_standby:
        conversation.unread += 1
    conversation.lane = row.lane
    conversation.recipient = recipient_of(message.sender)
    scene.show_last(message_id, written)
    conversation.last_at = max(conversation.last_at, message.sent_at)
    expires = expires_at(message.sent_at)
    conversation.window_expires_at = max(conversation.window_expires_at or expires, expires)


def note_answer(scene: Scene) -> None:
    """The bot answered what was said and keeps the conversation: nobody has to read it.

    What it answered on its way out, handing over to people, stays unread: that is what they are asked about.
    """
    conversation = scene.conversation
    if conversation.mode is Mode.BOT and conversation.unread > 0:
        conversation.unread -= 1
        scene.is_changed = True


def _learn_language(message: InboundMessage, scene: Scene, written: TurnRows) -> None:
    conversation = scene.conversation
    if conversation.contact_language is None:
        language = detect_language(message.text)
        if language is not None:
            conversation.contact_language = language
            written.languages.append(LanguageRow(conversation.workspace_id, conversation.contact_id, language))


def _note_name(message: InboundMessage, scene: Scene, written: TurnRows) -> None:
    """People rename themselves: the newest name is the one that a colleague looks for. One that was given stays."""
    conversation, sender = scene.conversation, message.sender
    told = None if conversation.contact_has_given_name else sender.name
    name = told or conversation.contact_name
    username = sender.username or conversation.contact_username
    if (name, username) == (conversation.contact_name, conversation.contact_username):
        return
    conversation.contact_name, conversation.contact_username = name, username
    written.names[conversation.contact_id] = NewName(conversation.workspace_id, conversation.contact_id, name, username)


def reopen(scene: Scene, written: TurnRows) -> None:
    """Let the bot have a closed conversation again."""
    if scene.conversation.mode is Mode.CLOSED:
        scene.conversation.mode = Mode.BOT
        scene.is_changed = True
        written.thread_events.append(_thread_event(scene, "reopened", written.now))


def _thread_event(scene: Scene, type_: str, at: datetime) -> ConversationEventRow:
    conversation = scene.conversation
    return ConversationEventRow(
        workspace_id=conversation.workspace_id,
        id=new_id(),
        conversation_id=conversation.id,
        type=type_,
        actor_kind="system",
        actor_id=None,
        note=None,
        at=at,
    )


def recipient_of(address: Address) -> JsonObject:
    """An address to answer to, as a conversation keeps it."""
    return {"phone": address.phone, "user_id": address.user_id}
