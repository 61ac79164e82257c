"""What one input of a turn says, read, and whom it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from hoopoe.channels.contract import Address, InboundMessage, ItemKind
from hoopoe.channels.registry import adapter_for, speakers_of
from hoopoe.channels.speakers import Echo, Handover
from hoopoe.conversations.queries import find_filed
from hoopoe.kernel.db.pool import Connection
from hoopoe.webhooks.inbox import InboxRow

Said: TypeAlias = InboundMessage | Echo | Handover

SAID: frozenset[ItemKind] = frozenset({ItemKind.MESSAGE, ItemKind.ECHO, ItemKind.HANDOVER})
"""Inputs that name a person; all others name their conversation."""


def read_said(row: InboxRow) -> Said:
    """Read an input of `SAID`. Raises `UnreadableItem`."""
    match row.kind:
        case ItemKind.ECHO:
            return speakers_of(row.provider).parse_echo(row.item)
        case ItemKind.HANDOVER:
            return speakers_of(row.provider).parse_handover(row.item)
        case _:
            return adapter_for(row.provider).parse_message(row.item)


async def find_filed_before(conn: Connection, rows: Sequence[InboxRow], said: Mapping[int, Said]) -> list[int]:
    """The inputs that failed before and whose message is filed by now: imported with the history, say.

    Only what failed is looked up: a message that is filed fails by its unique id, and that is rare.
    """
    asked: dict[UUID, list[tuple[int, tuple[UUID, str]]]] = {}
    for row in rows:
        message = said.get(row.seq)
        if row.attempts > 0 and isinstance(message, InboundMessage):
            asked.setdefault(row.workspace_id, []).append((row.seq, (row.channel_id, message.provider_id)))
    found: list[int] = []
    for workspace_id, keys in asked.items():
        filed = await find_filed(conn, workspace_id, [key for _, key in keys])
        found += [seq for seq, key in keys if key in filed]
    return found


def person_of(said: Said) -> Address:
    """The person in whose conversation it is."""
    match said:
        case InboundMessage():
            return said.sender
        case Echo():
            return said.recipient
        case Handover():
            return said.person


def words_of(said: Said) -> str:
    """What the person wrote: it tells the person's language. Empty for what others wrote."""
    return said.text if isinstance(said, InboundMessage) else ""


def time_of(said: Said) -> datetime:
    """When it was said, by the provider."""
    return said.at if isinstance(said, Handover) else said.sent_at
