"""What the owner of a number does on the phone, beside the app that is connected. Meta only: Twilio tells of none.

What the owner writes is on the person's phone, and was not sent by the app: it does not count as accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.ids import new_message_id
from simulator.jsontypes import Json, JsonObject, as_text
from simulator.meta.speakers import (
    make_book,
    make_echo,
    make_echo_raw,
    make_handover,
    make_history,
    make_history_declined,
)
from simulator.phones import PhoneError
from simulator.simulator import Simulator
from simulator.state import Channel, Message, MetaChannel, Person

ECHOES = "smb_message_echoes"


@dataclass(frozen=True, slots=True)
class Past:
    """One message of before, `seconds_ago` seconds of world time."""

    is_from_owner: bool
    seconds_ago: float
    kind: str
    content: JsonObject
    status: str
    id: str | None = None


def require_meta(channel: Channel) -> MetaChannel:
    """PhoneError 409 for a number of Twilio's."""
    if not isinstance(channel, MetaChannel):
        raise PhoneError(409, "meta_only", "Twilio tells nobody of what is written on the phone.")
    return channel


def write_as_owner(
    simulator: Simulator,
    person: Person,
    channel: MetaChannel,
    kind: str,
    content: JsonObject,
    *,
    context: JsonObject | None = None,
) -> Message:
    """The owner writes to a person on the phone: it is there at once, and the app is told."""
    world = simulator.world
    message = _make_message(simulator, person, channel, kind, content, context=context)
    world.put_message(message)
    world.tell_message(message)
    value = make_echo(channel, person, message, is_number_shown=world.is_number_shown(channel, person))
    _owe(simulator, person, channel, value, field=ECHOES, label=f"the owner wrote to {person.name}, {kind}")
    return message


def write_raw_as_owner(simulator: Simulator, person: Person, channel: MetaChannel, item: JsonObject) -> Message:
    """Put an echo into a webhook as it stands. On the phone is what it says, once for each id."""
    world = simulator.world
    kind = as_text(item.get("type")) or "unknown"
    part = item.get(kind)
    content: JsonObject = part if isinstance(part, dict) else {}
    message = _make_message(simulator, person, channel, kind, content, message_id=as_text(item.get("id")))
    if message.id not in world.state.messages:
        world.put_message(message)
        world.tell_message(message)
    value = make_echo_raw(channel, person, item, is_number_shown=world.is_number_shown(channel, person))
    _owe(simulator, person, channel, value, field=ECHOES, label=f"the owner wrote to {person.name}, {kind}")
    return message


def import_history(
    simulator: Simulator, person: Person, channel: MetaChannel, past: Sequence[Past], *, per_chunk: int
) -> list[str]:
    """Tell the app what was said before, newest chunk first; the ids, oldest first. The phone shows nothing of it."""
    now = simulator.world.now()
    told = sorted(past, key=lambda each: -each.seconds_ago)
    items = [_describe_past(person, channel, each, at=now - each.seconds_ago) for each in told]
    chunks = [items[start : start + per_chunk] for start in range(0, len(items), per_chunk)]
    for order, chunk in enumerate(reversed(chunks), start=1):
        messages: list[Json] = [*chunk]
        value = make_history(channel, person, messages, phase=0, order=order, progress=order * 100 // len(chunks))
        label = f"history with {person.name}, {len(chunk)} messages"
        _owe(simulator, person, channel, value, field="history", label=label)
    return [as_text(item["id"]) for item in items]


def _describe_past(person: Person, channel: MetaChannel, each: Past, *, at: float) -> JsonObject:
    message_id = each.id or new_message_id(person.key, is_from_business=each.is_from_owner)
    item: JsonObject = {"from": channel.number if each.is_from_owner else person.number or person.user_id}
    item |= {"id": message_id, "timestamp": str(int(at)), "type": each.kind}
    if each.kind != "media_placeholder":
        item[each.kind] = each.content
    return {**item, "history_context": {"status": each.status}}


def decline_history(simulator: Simulator, person: Person, channel: MetaChannel) -> None:
    """The owner does not share what was said before."""
    _owe(simulator, person, channel, make_history_declined(channel), field="history", label="history is not shared")


def tell_book(simulator: Simulator, person: Person, channel: MetaChannel) -> None:
    """Tell the app by which name the owner's contact book has the person."""
    value = make_book(channel, person, at=simulator.world.now())
    _owe(simulator, person, channel, value, field="smb_app_state_sync", label=f"{person.name} in the contact book")


def hand_over(
    simulator: Simulator,
    person: Person,
    channel: MetaChannel,
    kind: str,
    *,
    role: str,
    note: str | None,
    summary: str | None,
) -> None:
    """Another app gives the app a person's thread (`control_passed`), or takes it (`control_taken`)."""
    value = make_handover(channel, person, kind, role=role, note=note, summary=summary, at=simulator.world.now())
    _owe(simulator, person, channel, value, field="messaging_handovers", label=f"{kind} of {person.name}")


def _make_message(
    simulator: Simulator,
    person: Person,
    channel: MetaChannel,
    kind: str,
    content: JsonObject,
    *,
    context: JsonObject | None = None,
    message_id: str = "",
) -> Message:
    world = simulator.world
    return Message(
        id=message_id or new_message_id(person.key, is_from_business=True),
        seq=world.state.next_seq(),
        is_from_business=True,
        phone_number_id=channel.phone_number_id,
        person=person.key,
        type=kind,
        content=content,
        at=world.now(),
        status="sent",
        address=person.number or person.user_id,
        context=context,
        is_echo=True,
    )


def _owe(
    simulator: Simulator, person: Person, channel: MetaChannel, value: JsonObject, *, field: str, label: str
) -> None:
    lane = f"{channel.phone_number_id} {person.key}"
    simulator.deliverer.owe(channel, field=field, value=value, lane=lane, label=label)
