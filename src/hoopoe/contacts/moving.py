"""People who change their number or whose user id changes: the identity moves, the contact stays.

WhatsApp says so in a notice (Meta, webhooks/reference/messages/system), once to each number of the business that the
person has written to. What left is a former identity: the next owner of the number is nobody we know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import Address, InboundMessage, InboundType
from hoopoe.contacts.identities import phone_candidates
from hoopoe.contacts.passing_on import Retired, retire
from hoopoe.contacts.resolve import Person, find_people, person_key
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import Json, JsonObject

NUMBER_CHANGED: Final = "user_changed_number"
ID_CHANGED: Final = "user_changed_user_id"
REASONS: Final = {NUMBER_CHANGED: "number_changed", ID_CHANGED: "user_id_changed"}


@dataclass(frozen=True, slots=True)
class Move:
    """From one address to another. What is None in `old` stays as it is."""

    old: Address
    new: Address
    reason: str
    at: datetime


def read_move(message: InboundMessage) -> Move | None:
    """What a notice says of a move, in the content's shape of docs/reference/messages.md; None for anything else.

    A number that was changed takes the user id with it also where the notice names no new one: ids change with the
    number. A notice of another id may name another number as well.
    """
    content, sender = message.content, message.sender
    reason = REASONS.get(str(content.get("event"))) if message.type is InboundType.SYSTEM else None
    if reason is None:
        return None
    phone, user_id, parent_id = (_read(content, name) for name in ("phone", "user_id", "parent_user_id"))
    phone = _digits(phone)
    old_phone = _digits(_read(content, "previous_phone")) or sender.phone
    old_id = _read(content, "previous_user_id") or sender.user_id
    old_parent = _read(content, "previous_parent_user_id") or sender.parent_user_id
    if reason == REASONS[ID_CHANGED]:
        phone = phone or old_phone
    new = Address(phone, user_id, parent_id, sender.username, sender.name)
    if not new.key:
        return None
    old = Address(
        phone=old_phone if old_phone != new.phone else None,
        user_id=old_id if old_id != new.user_id else None,
        parent_user_id=old_parent if old_parent != new.parent_user_id else None,
    )
    return Move(old, new, reason, message.sent_at)


def _read(content: JsonObject, name: str) -> str | None:
    value: Json = content.get(name)
    return value if isinstance(value, str) and value else None


def _digits(phone: str | None) -> str | None:
    digits = (phone or "").removeprefix("+")
    return digits if digits.isascii() and digits.isdigit() else None


@dataclass(frozen=True, slots=True)
class MovedContact:
    """Whom a notice speaks of: None where we never knew the person. `phones`: the old number's spellings."""

    contact_id: UUID | None
    phones: tuple[str, ...] = ()


async def begin_moves(conn: Connection, moves: Sequence[tuple[UUID, UUID, Move]]) -> list[MovedContact]:
    """Let the old identities of people who moved leave them, given as (workspace, channel, move).

    The new ones are added by resolving the new address with the contact as `known`: where they are somebody's
    already, that decides who is who. A notice that comes twice, or to a second channel, finds the contact by the
    former address or by the new one.
    """
    moved = []
    for workspace_id, channel_id, move in moves:
        hits = await find_people(
            conn,
            [
                Person(person_key(workspace_id, channel_id, address), address, at=move.at)
                for address in (move.old, move.new)
                if address.key
            ],
        )
        contact_id = next((id_ for hit in hits for id_ in hit.named), None)
        phones = phone_candidates(f"+{move.old.phone}") if move.old.phone else ()
        phones = tuple(phone for phone in phones if phone != f"+{move.new.phone}")
        if contact_id is not None:
            await retire(
                conn,
                Retired(
                    workspace_id,
                    contact_id,
                    move.reason,
                    move.at,
                    portfolio=hits[0].portfolio,
                    user_id=move.old.user_id,
                    parent_user_id=move.old.parent_user_id,
                    phones=phones,
                    every_id=True,
                    kept=tuple(id_ for id_ in (move.new.user_id, move.new.parent_user_id) if id_ is not None),
                ),
            )
        moved.append(MovedContact(contact_id, phones))
    return moved
