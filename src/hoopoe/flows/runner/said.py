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


async def look_for_filed(
    conn: Connection, rows: Sequence[InboxRow], said: dict[int, Said], imported: dict[int, Imported]
) -> None:
    """Of the messages that failed before, take out those that are filed by now; note those that are to be adopted.

    Only what failed is looked up: a message that is filed fails by its unique id, and that is rare.
    """
    asked = [
        (row, message) for row in rows if row.attempts > 0 and isinstance(message := said.get(row.seq), InboundMessage)
    ]
    if not asked:
        return
    keys = [(row.workspace_id, row.channel_id, message.provider_id) for row, message in asked]
    for (row, _), found in zip(asked, await find_filed_before(conn, keys), strict=True):
        if isinstance(found, Imported):
            imported[row.seq] = found
        elif found:
            del said[row.seq]


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
