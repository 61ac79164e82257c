"""People who change their number, or get another user id: every number of a business that they wrote to is told.

Meta says so in a `system` notice that comes from the old address (A3); Twilio says nothing. A new number brings a new
user id. The old number is nobody's from then on, and may become somebody else's.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.ids import is_number, is_user_id, make_user_id, normalise_address
from simulator.jsontypes import JsonObject
from simulator.phones import PhoneError, check_phone, deliver_message
from simulator.simulator import Simulator
from simulator.state import Person


def change_number(simulator: Simulator, person: Person, number: str) -> Person:
    """Move to another number. PhoneError 409 when it is somebody's or the phone cannot, 422 when it is no number."""
    digits = normalise_address(number)
    if not is_number(digits) or not person.number:
        raise PhoneError(422, "not_a_number", f"{person.name} cannot move to {number!r}.")
    if simulator.world.find_person(digits) is not None:
        raise PhoneError(409, "person_exists", f"{digits} is somebody here already.")
    moved = replace(person, number=digits, user_id=new_user_id(simulator, digits))
    _move(
        simulator, person, moved, "user_changed_number", f"User {person.name} changed from {person.number} to {digits}"
    )
    return moved


def change_user_id(simulator: Simulator, person: Person, user_id: str | None) -> Person:
    """Get another user id, this one or a new one. PhoneError 409 when it is somebody's, 422 when it is none."""
    user_id = user_id or new_user_id(simulator, person.user_id)
    if not is_user_id(user_id):
        raise PhoneError(422, "not_a_user_id", f"{user_id!r} is no user id.")
    if simulator.world.find_person(user_id) is not None:
        raise PhoneError(409, "person_exists", f"{user_id} is somebody here already.")
    moved = replace(person, user_id=user_id)
    _move(simulator, person, moved, "user_changed_user_id", f"User {person.name} has a new user id")
    return moved


def new_user_id(simulator: Simulator, seed: str) -> str:
    """A user id that nobody has, the same for the same seed as long as it is free."""
    tried = 0
    while simulator.world.find_person(user_id := make_user_id(seed if tried == 0 else f"{seed} {tried}")) is not None:
        tried += 1
    return user_id


def _move(simulator: Simulator, person: Person, moved: Person, event: str, words: str) -> None:
    check_phone(person)
    world = simulator.world
    written_to = {message.phone_number_id for message in world.state.messages.values() if message.person == person.key}
    for channel in world.state.meta_channels():
        if channel.phone_number_id not in written_to:
            continue
        content: JsonObject = {"body": words, "type": event}
        if world.is_number_shown(channel, person):
            content["wa_id"] = moved.number
        before, after = world.as_seen_by(channel, person), world.as_seen_by(channel, moved)
        content |= {"user_id": after.user_id, "previous_user_id": before.user_id}
        deliver_message(simulator, person, channel, "system", content)
    world.put_person(moved)
