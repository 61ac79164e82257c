"""What one input of a turn says, read, and whom it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from hoopoe.channels.contract import Address, InboundMessage, ItemKind
from hoopoe.channels.registry import adapter_for, speakers_of
from hoopoe.channels.speakers import Echo, Handover
from hoopoe.conversations.adoption import Imported, find_filed_before
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


async def look_for_failed(
    conn: Connection, rows: Sequence[InboxRow], said: dict[int, Said], imported: dict[int, Imported]
) -> None:
    """Of the messages that failed before, take out those that are filed by now; note those that are to be adopted.

    A message that is filed fails by its unique id. That is rare, so the others are not looked up before.
    """
    asked = [(row, said[row.seq]) for row in rows if row.attempts > 0 and row.seq in said]
    for seq in await look_for_filed(conn, asked, imported):
        del said[seq]


async def look_for_filed(
    conn: Connection, asked: Sequence[tuple[InboxRow, Said | None]], imported: dict[int, Imported]
) -> set[int]:
    """The places of those messages that are filed already. Those that are to be adopted are noted instead.

    Nothing asked, no statement.
    """
    messages = [(row, message) for row, message in asked if isinstance(message, InboundMessage)]
    if not messages:
        return set()
    filed = set()
    keys = [(row.workspace_id, row.channel_id, message.provider_id) for row, message in messages]
    for (row, _), found in zip(messages, await find_filed_before(conn, keys), strict=True):
        if isinstance(found, Imported):
            imported[row.seq] = found
        elif found:
            filed.add(row.seq)
    return filed


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
