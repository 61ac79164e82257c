"""What is known of messages that come back to us as echoes: whether they are our own, and how far they got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.channels.speakers import Echo, Speaker
from hoopoe.conversations.adoption import Imported
from hoopoe.conversations.imports import PLACEHOLDER
from hoopoe.conversations.status import MessageStatus, parse_opaque
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject

# Ours: filed under the provider's id, under our own, or on its way at this moment, so that the answer to its send
# is not known yet. What is on its way is compared by what it says, and only for as long as an echo may take: a send
# that stays in doubt for days must not swallow what another app says in the same words. The phone tells nothing but
# what was written there, so its words are compared with nothing.
FIND: Final = """
select asked.position, filed.id is not null or own.found is not null as is_known, flying.contents,
       case when filed.is_imported and filed.author_kind = 'phone' and own.found is null then filed.id end
           as imported_id,
       filed.is_placeholder
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[]) with ordinality
    as asked (workspace_id, channel_id, provider_id, message_id, conversation_id, position)
left join lateral (
    select id, is_imported, author_kind, type = 'unsupported' and content ->> 'type' = $6 as is_placeholder
    from messages where workspace_id = asked.workspace_id and channel_id = asked.channel_id
        and provider_id = asked.provider_id limit 1
) as filed on true
left join lateral (
    select true as found from messages where workspace_id = asked.workspace_id and id = asked.message_id limit 1
) as own on true
left join lateral (
    select jsonb_agg(content) as contents from outbox where workspace_id = asked.workspace_id
        and conversation_id = asked.conversation_id and state in ('sending', 'unknown')
        and attempted_at > now() - interval '5 minutes'
) as flying on true
order by asked.position
"""

# A status may come before the message: nobody knew it then, and what is left of it is its key in the inbox.
FIND_STATUSES: Final = """
select asked.position, asked.status from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[])
    as asked (workspace_id, channel_id, key, status, position)
cross join lateral (
    select from inbox where workspace_id = asked.workspace_id and channel_id = asked.channel_id
        and provider_key = asked.key limit 1
) as told
"""
TOLD: Final = (MessageStatus.DELIVERED, MessageStatus.READ, MessageStatus.PLAYED)


@dataclass(frozen=True, slots=True)
class EchoKey:
    """An echo, and the conversation that it belongs to."""

    workspace_id: UUID
    channel_id: UUID
    conversation_id: UUID
    echo: Echo


@dataclass(frozen=True, slots=True)
class NewEcho:
    """What is known of an echo that nobody has taken. `imported`: the history filed it first."""

    status: MessageStatus
    imported: Imported | None = None


async def find_new_echoes(conn: Connection, keys: Sequence[EchoKey]) -> Mapping[tuple[UUID, str], NewEcho]:
    """The echoes of what others sent and nobody has filed, by channel and provider's id, with how far each came.

    One that was imported with the history, and now comes by itself, is among them: it is to be adopted.

    Call it holding the conversations. One whose send is acknowledged at this very moment fails the turn by its
    unique id, and is known when the turn is tried again.
    """
    if not keys:
        return {}
    opaque = [parse_opaque(key.echo.opaque) for key in keys]
    rows = await conn.fetch(
        FIND,
        [key.workspace_id for key in keys],
        [key.channel_id for key in keys],
        [key.echo.provider_id for key in keys],
        [own.message_id if own is not None else None for own in opaque],
        [key.conversation_id for key in keys],
        PLACEHOLDER,
    )
    new = [
        key
        for key, row in zip(keys, rows, strict=True)
        if not row["is_known"] and not any(_is_the_same(content, key.echo) for content in row["contents"] or ())
    ]
    statuses = await _read_statuses(conn, new)
    imported = {
        (key.channel_id, key.echo.provider_id): NewEcho(
            MessageStatus.SENT, Imported(row["imported_id"], is_placeholder=bool(row["is_placeholder"]))
        )
        for key, row in zip(keys, rows, strict=True)
        if row["imported_id"] is not None
    }
    return {key: NewEcho(status) for key, status in statuses.items()} | imported


def _is_the_same(content: JsonObject, echo: Echo) -> bool:
    """Whether what is on its way and the echo are one message, as far as their words tell."""
    if echo.speaker is Speaker.PHONE:
        return False
    words = content.get("body") or content.get("caption") or ""
    is_text = isinstance(content.get("body"), str)
    return words == echo.text and (is_text or content.get("type") == echo.type)


async def _read_statuses(conn: Connection, keys: Sequence[EchoKey]) -> dict[tuple[UUID, str], MessageStatus]:
    statuses = {(key.channel_id, key.echo.provider_id): MessageStatus.SENT for key in keys}
    asked = [(key, status, place) for place, key in enumerate(keys) for status in TOLD]
    rows = await conn.fetch(
        FIND_STATUSES,
        [key.workspace_id for key, _, _ in asked],
        [key.channel_id for key, _, _ in asked],
        [f"s:{key.echo.provider_id}:{status}:" for key, status, _ in asked],
        [status for _, status, _ in asked],
        [place for _, _, place in asked],
    )
    for row in sorted(rows, key=lambda row: TOLD.index(MessageStatus(row["status"]))):
        key = keys[row["position"]]
        statuses[key.channel_id, key.echo.provider_id] = MessageStatus(row["status"])
    return statuses
