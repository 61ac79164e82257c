"""Committing messages for sending.

The row is written in the transaction that decided on the message: a crash leaves both or neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import MediaContent, OutboundContent
from hoopoe.conversations.content import content_to_json, content_type
from hoopoe.conversations.messages import AuthorKind, Direction, MessageRow, add_messages
from hoopoe.conversations.status import MessageStatus
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.writes import Writes
from hoopoe.kernel.json import JsonObject
from hoopoe.media.files import expect_files, mark_used

INSERT = """
insert into outbox (workspace_id, channel_id, conversation_id, message_id, priority, content, recipient, reply_to,
                    category, waits_for_delivery, state, attempt, attempted_at, lease_until)
select workspace_id, channel_id, conversation_id, message_id, priority, content, recipient, reply_to, category,
       waits_for_delivery, case when leaves then 'sending' else 'queued' end, leaves::int,
       case when leaves then $12::timestamptz end,
       case when leaves then $12::timestamptz + make_interval(secs => $13) end
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int2[], $6::jsonb[], $7::jsonb[], $8::text[],
            $9::text[], $10::bool[], $11::bool[]) as decided
    (workspace_id, channel_id, conversation_id, message_id, priority, content, recipient, reply_to, category,
     waits_for_delivery, leaves)
returning id, message_id
"""


class Priority(IntEnum):
    """What leaves first on a channel: lower goes before higher."""

    REPLY = 0
    BROADCAST = 10


class Category(StrEnum):
    """What a message is for, where the law tells them apart."""

    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message decided on. `recipient` is the conversation's: {"phone", "user_id"}, either may be null.

    `waits_for_delivery`: what follows in the conversation waits until this one is on the phone. `category`: None for
    what the person waits for; `marketing` leaves only to who did not opt out.
    """

    workspace_id: UUID
    id: UUID
    channel_id: UUID
    conversation_id: UUID
    content: OutboundContent
    recipient: JsonObject
    author_kind: AuthorKind
    author_id: UUID | None
    at: datetime
    priority: Priority = Priority.REPLY
    reply_to: str | None = None
    category: Category | None = None
    waits_for_delivery: bool = False
    fitting: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Which messages are filed as claimed, and leave once they are committed (outbox.departing).

    `places`: by message, when it leaves by the monotonic clock; None where its channel has no timetable. They are
    claimed at `at`, machine time, and may leave until `deadline` of the monotonic clock.
    """

    at: datetime | None = None
    lease_seconds: float = 0.0
    deadline: float = 0.0
    places: Mapping[UUID, float | None] = field(default_factory=dict)
    holds_channels: bool = False
    """Whether channels with a timetable are locked until the commit, so that claims pass over them."""


NONE_LEAVES: Final = Leaving()


def content_to_send(content: OutboundContent) -> JsonObject:
    """The content as the queue and the sender have it: as it is filed, with its type."""
    return {"type": content_type(content), **content_to_json(content)}


def to_message_row(message: OutgoingMessage) -> MessageRow:
    """The message as it is filed, before anything was sent."""
    return MessageRow(
        workspace_id=message.workspace_id,
        id=message.id,
        channel_id=message.channel_id,
        conversation_id=message.conversation_id,
        direction=Direction.OUT,
        type=content_type(message.content),
        content=content_to_json(message.content),
        status=MessageStatus.PENDING,
        author_kind=message.author_kind,
        author_id=message.author_id,
        provider_id=None,
        reply_to=message.reply_to,
        is_stale=False,
        at=message.at,
        fitting=message.fitting,
    )


def add_outbox(writes: Writes, messages: Sequence[OutgoingMessage], leaving: Leaving = NONE_LEAVES) -> None:
    """Queue messages that are filed already, or by the same writes. The order given is the order of sending.

    The rows that the writes bring are these, each with its `id` and `message_id`. `note_sent_files` belongs behind.
    """
    if not messages:
        return
    writes.ask(
        INSERT,
        [message.workspace_id for message in messages],
        [message.channel_id for message in messages],
        [message.conversation_id for message in messages],
        [message.id for message in messages],
        [message.priority for message in messages],
        [content_to_send(message.content) for message in messages],
        [message.recipient for message in messages],
        [message.reply_to for message in messages],
        [message.category for message in messages],
        [message.waits_for_delivery for message in messages],
        [message.id in leaving.places for message in messages],
        leaving.at,
        leaving.lease_seconds,
    )


async def note_sent_files(conn: Connection, messages: Sequence[OutgoingMessage]) -> None:
    """Keep the files that these messages are sent with: what was never sent is swept."""
    used = [
        (message.workspace_id, message.content.file_id)
        for message in messages
        if isinstance(message.content, MediaContent)
    ]
    if used:
        await mark_used(conn, used)


async def queue_messages(conn: Connection, messages: Sequence[OutgoingMessage]) -> None:
    """File and queue messages of people and programs, and say so to the screens.

    The caller holds each conversation's row FOR NO KEY UPDATE: that lock is what puts them in order
    with the bot's own.
    """
    writes = Writes()
    files = add_messages(writes, [to_message_row(message) for message in messages])
    add_outbox(writes, messages)
    await writes.run(conn)
    await expect_files(conn, files)
    await note_sent_files(conn, messages)
    last = {message.conversation_id: message for message in messages}.values()
    await conn.execute(
        """
        update conversations set last_at = sent.at, last_message_id = sent.message_id
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])
            as sent (workspace_id, conversation_id, message_id, at)
        where conversations.workspace_id = sent.workspace_id and conversations.id = sent.conversation_id
        """,
        [message.workspace_id for message in last],
        [message.conversation_id for message in last],
        [message.id for message in last],
        [message.at for message in last],
    )
    await record_events(
        conn, [EventRow(message.workspace_id, EventType.MESSAGE_RECEIVED, message.id) for message in messages]
    )
