"""From an event's ids to what a screen shows: the same objects that the API answers with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never
from uuid import UUID

from pydantic import BaseModel

from hoopoe.accounts.queries import load_account_events
from hoopoe.channels.queries import load_states
from hoopoe.conversations.joining import follow_conversations
from hoopoe.conversations.views import load_conversations, load_messages
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject
from hoopoe.media.addresses import Addresses
from hoopoe.realtime.cursor import Event

OF_MESSAGES: Final = (EventType.MESSAGE_RECEIVED, EventType.MESSAGE_STATUS, EventType.MESSAGE_CHANGED)


async def load_events(
    addresses: Addresses, conn: Connection, workspace_id: UUID, events: Sequence[Event]
) -> list[JsonObject | None]:
    """A frame's data for each event, or None for what is gone. Each object is loaded once.

    The connection's transaction admits this workspace. `addresses` signs those of files.
    """
    wanted = [event.row for event in events]
    messages = await load_messages(
        conn,
        workspace_id,
        list({row.ref for row in wanted if row.type in OF_MESSAGES}),
        addresses=addresses,
    )
    conversations = await load_conversations(
        conn,
        workspace_id,
        list(
            {row.ref for row in wanted if row.type is EventType.CONVERSATION_UPDATED}
            | {
                messages[row.ref].conversation_id
                for row in wanted
                if row.type is EventType.MESSAGE_RECEIVED and row.ref in messages
            }
        ),
    )
    account_events = await load_account_events(
        conn, workspace_id, list({row.ref for row in wanted if row.type is EventType.ACCOUNT_CHANGED})
    )
    channels = await load_states(
        conn, workspace_id, list({row.ref for row in wanted if row.type is EventType.CHANNEL_CHANGED})
    )
    merged = await _follow_merged(
        conn,
        workspace_id,
        [row.ref for row in wanted if row.type is EventType.CONVERSATION_UPDATED and row.ref not in conversations],
    )
    data: list[JsonObject | None] = []
    for row in wanted:
        message = messages.get(row.ref)
        match row.type:
            case EventType.MESSAGE_RECEIVED:
                conversation = conversations.get(message.conversation_id) if message is not None else None
                data.append(_join(message=message, conversation=conversation))
            case EventType.MESSAGE_STATUS | EventType.MESSAGE_CHANGED:
                data.append(_join(message=message))
            case EventType.CONVERSATION_UPDATED:
                data.append(_join(conversation=conversations.get(row.ref)) or merged.get(row.ref))
            case EventType.ACCOUNT_CHANGED:
                data.append(_join(account_event=account_events.get(row.ref)))
            case EventType.CHANNEL_CHANGED:
                data.append(_join(channel=channels.get(row.ref)))
            case _:
                assert_never(row.type)
    return data


async def _follow_merged(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> dict[UUID, JsonObject]:
    """What screens are told of conversations that were merged: the one that goes on, and which one it took up."""
    if not ids:
        return {}
    led = await follow_conversations(conn, [(workspace_id, id_) for id_ in ids])
    found = await load_conversations(conn, workspace_id, list(set(led.values())))
    return {
        id_: {"conversation": found[kept].model_dump(mode="json"), "merged_id": str(id_)}
        for id_, kept in led.items()
        if kept in found
    }


def _join(**parts: BaseModel | None) -> JsonObject | None:
    data: JsonObject = {}
    for name, part in parts.items():
        if part is None:
            return None
        data[name] = part.model_dump(mode="json")
    return data
