"""Calls from a phone: they ring and they end. Nobody speaks; what a call is, is what its webhooks say of it."""

from __future__ import annotations

import base64
import os

from simulator.jsontypes import JsonObject
from simulator.meta.payloads import make_call
from simulator.phones import PhoneError, check_phone
from simulator.simulator import Simulator
from simulator.state import Channel, Message, MetaChannel, Person


def ring(simulator: Simulator, person: Person, channel: Channel) -> Message:
    """Call the business. PhoneError 409 when the phone cannot, 422 where nobody is told of calls (Twilio)."""
    meta, world = _need_meta(channel), simulator.world
    check_phone(person)
    message = Message(
        id="wacid." + base64.b64encode(b"\x1d\x18" + os.urandom(18)).decode(),
        seq=world.state.next_seq(),
        is_from_business=False,
        phone_number_id=channel.phone_number_id,
        person=person.key,
        type="call",
        content={"status": "ringing"},
        at=world.now(),
        status="owed",
    )
    world.put_message(message)
    world.tell_message(message)
    offer: JsonObject = {"session": {"sdp": "v=0\r\n", "sdp_type": "offer"}}
    _owe(simulator, person, meta, message, {"event": "connect", **offer}, label="calls")
    return message


def hang_up(simulator: Simulator, person: Person, channel: Channel, call_id: str | None, seconds: int) -> Message:
    """End a call (the last one, without an id) after so many seconds of talk. PhoneError 404."""
    meta, world = _need_meta(channel), simulator.world
    calls = [
        message
        for message in world.state.threads.get(person.key, [])
        if message.type == "call" and message.phone_number_id == channel.phone_number_id
    ]
    call = next((each for each in reversed(calls) if call_id in {None, each.id}), None)
    if call is None:
        raise PhoneError(404, "unknown_call", "There is no such call on this phone.")
    end: JsonObject = {"event": "terminate", "status": "COMPLETED"}
    if seconds:
        ended = int(world.now())
        end |= {"start_time": str(ended - seconds), "end_time": str(ended), "duration": seconds}
    world.change_message(call, {"content": {"status": "ended" if seconds else "missed", "seconds": seconds}})
    _owe(simulator, person, meta, call, end, label="ends a call")
    return call


def _need_meta(channel: Channel) -> MetaChannel:
    if not isinstance(channel, MetaChannel):
        raise PhoneError(422, "not_at_twilio", "Twilio tells its numbers of no calls.")
    return channel


def _owe(
    simulator: Simulator, person: Person, channel: MetaChannel, call: Message, event: JsonObject, *, label: str
) -> None:
    world = simulator.world
    is_number_shown = world.is_number_shown(channel, person)
    value = make_call(
        channel, world.as_seen_by(channel, person), call, event, is_number_shown=is_number_shown, at=world.now()
    )
    simulator.deliverer.owe(
        channel,
        field="calls",
        value=value,
        lane=f"{channel.phone_number_id} {person.key}",
        label=f"{person.name} {label}",
        message_id=call.id if event["event"] == "connect" else None,
    )
