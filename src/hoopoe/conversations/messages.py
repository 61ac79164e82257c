"""Rows of `messages`, written in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hoopoe.conversations.status import MessageStatus
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.writes import Writes
from hoopoe.kernel.json import JsonObject
from hoopoe.media.files import Expected, expect_files, plan_files

INSERT = """
insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status,
                      author_kind, author_id, provider_id, reply_to, is_stale, is_imported, at, fitting)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[],
                     $9::text[], $10::uuid[], $11::text[], $12::text[], $13::bool[], $14::bool[],
                     $15::timestamptz[], $16::jsonb[])
"""


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class AuthorKind(StrEnum):
    """Who wrote a message. `phone`: the number's owner, on the phone; `app`: another app on the same number."""

    CONTACT = "contact"
    BOT = "bot"
    USER = "user"
    PHONE = "phone"
    APP = "app"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message as it is first filed. `at` is when it was sent (in) or decided (out), in UTC.

    `fitting`: how it differs from what was to be sent, see outbox/composing.py.
    """

    workspace_id: UUID
    id: UUID
    channel_id: UUID
    conversation_id: UUID
    direction: Direction
    type: str
    content: JsonObject
    status: MessageStatus
    author_kind: AuthorKind
    author_id: UUID | None
    provider_id: str | None
    reply_to: str | None
    is_stale: bool
    at: datetime
    is_imported: bool = False
    fitting: JsonObject | None = None


async def insert_messages(conn: Connection, rows: Sequence[MessageRow]) -> None:
    """File messages, each with a row for every file that it came with: those are fetched afterwards, beside it.

    Raises asyncpg's UniqueViolationError for a provider id that is filed already.
    """
    writes = Writes()
    files = add_messages(writes, rows)
    await writes.run(conn)
    await expect_files(conn, files)


def add_messages(writes: Writes, rows: Sequence[MessageRow]) -> Sequence[Expected]:
    """The same among other writes. The files that are returned are to be expected (`expect_files`) after them."""
    if not rows:
        return ()
    planned = [plan_files(row.workspace_id, row.channel_id, row.id, row.content) for row in rows]
    writes.add(
        INSERT,
        [row.workspace_id for row in rows],
        [row.id for row in rows],
        [row.channel_id for row in rows],
        [row.conversation_id for row in rows],
        [row.direction for row in rows],
        [row.type for row in rows],
        [content for content, _ in planned],
        [row.status for row in rows],
        [row.author_kind for row in rows],
        [row.author_id for row in rows],
        [row.provider_id for row in rows],
        [row.reply_to for row in rows],
        [row.is_stale for row in rows],
        [row.is_imported for row in rows],
        [row.at for row in rows],
        [row.fitting for row in rows],
    )
    return [file for _, files in planned for file in files]
