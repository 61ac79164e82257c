"""What people do with their phones: write, tap, send pictures, read, block."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from simulator.config import PersonConfig
from simulator.ids import is_number, is_user_id, make_user_id, new_message_id, normalise_address
from simulator.jsontypes import JsonObject, as_object, as_text
from simulator.meta.payloads import make_inbound, make_inbound_raw
from simulator.meta.speakers import put_into_standby
from simulator.simulator import Simulator
from simulator.state import SILENT, Channel, Message, MetaChannel, Person, TwilioChannel
from simulator.twilio.payloads import make_inbound as make_twilio_inbound
from simulator.twilio.payloads import new_sid
from simulator.world import World


class PhoneError(Exception):
    """A phone cannot do that. `status` and `code` are for the control API's answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        super().__init__(message)


def get_person(world: World, address: str) -> Person:
    """The person with this number or user id. PhoneError 404."""
    person = world.find_person(address)
    if person is None:
        raise PhoneError(404, "unknown_person", f"Nobody here has {address!r}.")
    return person


def get_or_add_person(world: World, address: str) -> Person:
    """The person with this address; a plausible address that nobody has becomes a new person."""
    person = world.find_person(address)
    if person is not None:
        return person
    plain = normalise_address(address)
    if is_number(plain):
        return add_person(world, PersonConfig(name=f"+{plain}", number=plain))
    if is_user_id(plain):
        return add_person(world, PersonConfig(name=plain, user_id=plain))
    raise PhoneError(404, "unknown_person", f"Nobody here has {address!r}, and it is no number or user id.")


def add_person(world: World, config: PersonConfig) -> Person:
    """PhoneError 409 when the number or the user id is somebody's already."""
    person = config.make_person()
    if person.key in world.state.people and world.find_person(person.key) is None:
        person = _make_next_owner(world, config)
    if world.find_person(person.key) is not None or world.find_person(person.user_id) is not None:
        raise PhoneError(409, "person_exists", f"{person.key} is somebody here already.")
    world.put_person(person)
    return person


def _make_next_owner(world: World, config: PersonConfig) -> Person:
    """Somebody with the number that another gave up: an account of its own, with an id of its own."""
    tried = 2
    while config.user_id == "" and world.find_person(make_user_id(f"{config.number} {tried}")) is not None:
        tried += 1
    user_id = config.user_id or make_user_id(f"{config.number} {tried}")
    return replace(config.make_person(), key=user_id, user_id=user_id)


def get_channel(world: World, address: str) -> Channel:
    """The channel with this number or phone_number_id. PhoneError 404."""
    channel = world.find_channel(address)
    if channel is None:
        raise PhoneError(404, "unknown_channel", f"No channel has the number {address!r}.")
    return channel


def deliver_message(
    simulator: Simulator,
    person: Person,
    channel: Channel,
    kind: str,
    content: JsonObject,
    *,
    context: JsonObject | None = None,
    extra: JsonObject | None = None,
    is_standby: bool = False,
) -> Message:
    """Send a message from a phone; its webhook is owed from now on. PhoneError 409 when the phone cannot.

    `extra` stands in the webhook beside the message: `referral`, `group_id`, `errors`. `is_standby`: another app has
    the thread, and this one is told by the way.
    """
    world = simulator.world
    message = _make_message(world, person, channel, kind, content, context=context)
    message.is_on_phone = kind not in SILENT and "group_id" not in (extra or {})
    _put_message(simulator, message)
    value = _write_inbound(world, channel, person, message, extra=extra)
    if is_standby and value is not None and isinstance(channel, MetaChannel):
        _owe_message(simulator, person, channel, message, put_into_standby(value), field="standby")
    else:
        _owe_message(simulator, person, channel, message, value)
    return message


def send_raw(simulator: Simulator, person: Person, channel: Channel, item: JsonObject) -> Message:
    """Put a message object into a webhook as it stands, broken or not.

    On the phone it is kept under its own id; an id that was used before is sent again and not kept twice.
    """
    world = simulator.world
    if isinstance(channel, TwilioChannel):
        return _send_raw_form(simulator, person, channel, item)
    kind = as_text(item.get("type")) or "unknown"
    content = {"contacts": item.get("contacts")} if kind == "contacts" else as_object(item.get(kind))
    message = _make_message(world, person, channel, kind, content, message_id=as_text(item.get("id")))
    is_new = message.id not in world.state.messages
    if is_new:
        _put_message(simulator, message)
    seen = world.as_seen_by(channel, person)
    value = make_inbound_raw(channel, seen, item, is_number_shown=world.is_number_shown(channel, person))
    _owe_message(simulator, person, channel, message, value, is_new=is_new)
    return message


def _send_raw_form(simulator: Simulator, person: Person, channel: TwilioChannel, item: JsonObject) -> Message:
    """The same for Twilio: parameters that are put over those of a text; one that is null is left out."""
    world = simulator.world
    body = as_text(item.get("Body"))
    message = _make_message(world, person, channel, "text", {"body": body}, message_id=as_text(item.get("MessageSid")))
    is_new = message.id not in world.state.messages
    if is_new:
        _put_message(simulator, message)
    value = {**(_write_inbound(world, channel, person, message) or {}), **item}
    given: JsonObject = {name: text for name, text in value.items() if text is not None}
    _owe_message(simulator, person, channel, message, given, is_new=is_new)
    return message


def _write_inbound(
    world: World, channel: Channel, person: Person, message: Message, *, extra: JsonObject | None = None
) -> JsonObject | None:
    """What the webhook of a person's message says; None when the provider does not pass such a message on."""
    is_number_shown = world.is_number_shown(channel, person)
    person = world.as_seen_by(channel, person)
    match channel:
        case MetaChannel():
            return make_inbound(channel, person, message, is_number_shown=is_number_shown, extra=extra)
        case TwilioChannel():
            context_id = as_text((message.context or {}).get("id"))
            answered = world.state.messages.get(context_id)
            context_at = world.now() if answered is None else answered.at
            return make_twilio_inbound(
                channel,
                person,
                message,
                is_number_shown=is_number_shown,
                at=world.now(),
                context_at=context_at,
                extra=extra,
            )
        case _:
            assert_never(channel)


def answer_reply(
    world: World, person: Person, channel: Channel, kind: str, reply: JsonObject, *, context_id: str | None
) -> tuple[JsonObject, JsonObject | None]:
    """The `interactive` object and the context of a tap on a button or a row.

    Without `context_id` the newest message with that button or row is meant, and a title or
    description that is not given is taken from it. PhoneError 422 when there is neither.
    """
    thread = world.state.threads.get(person.key, [])
    for message in reversed(thread):
        is_meant = context_id in {None, message.id} and message.phone_number_id == channel.phone_number_id
        option = find_option(message, kind, as_text(reply["id"])) if is_meant and message.is_from_business else None
        if option is not None:
            answer: JsonObject = {"type": kind, kind: {**option, **reply}}
            return answer, {"from": channel.number, "id": message.id}
    if "title" not in reply:
        raise PhoneError(422, "unknown_reply", f"No message on this phone offers {reply['id']!r}; give its title.")
    return {"type": kind, kind: reply}, None if context_id is None else {"from": channel.number, "id": context_id}


def find_option(message: Message, kind: str, option_id: str) -> JsonObject | None:
    """The button or row of an interactive message, as a reply repeats it."""
    action = as_object(message.content.get("action"))
    if kind == "button_reply":
        buttons = action.get("buttons")
        options = [as_object(as_object(item).get("reply")) for item in buttons] if isinstance(buttons, list) else []
    else:
        sections = action.get("sections")
        rows = [as_object(item).get("rows") for item in sections] if isinstance(sections, list) else []
        options = [as_object(row) for own in rows if isinstance(own, list) for row in own]
    for option in options:
        if option.get("id") == option_id:
            return {name: option[name] for name in ("id", "title", "description") if name in option}
    return None


def read_thread(simulator: Simulator, person: Person, channel: Channel | None) -> int:
    """The person looks at the thread (with one channel, or all): what was received becomes read. How many."""
    count = 0
    for message in simulator.world.state.threads.get(person.key, []):
        is_meant = channel is None or message.phone_number_id == channel.phone_number_id
        if is_meant and message.is_from_business and message.status != "read":
            simulator.statuses.read(message)
            count += 1
    return count


def check_phone(person: Person) -> None:
    """PhoneError 409 when the phone can send nothing."""
    if person.has_blocked:
        raise PhoneError(409, "blocked", f"{person.name} blocked the business; unblock it to write.")
    if not person.is_reachable:
        raise PhoneError(409, "unreachable", f"The phone of {person.name} is out of reach.")


def _make_message(
    world: World,
    person: Person,
    channel: Channel,
    kind: str,
    content: JsonObject,
    *,
    context: JsonObject | None = None,
    message_id: str = "",
) -> Message:
    check_phone(person)
    twilio: JsonObject | None = None
    if isinstance(channel, TwilioChannel):
        media = [content["id"]] if "message_sid" in content else []
        message_id = message_id or as_text(content.pop("message_sid", "")) or new_sid("SM")
        body = as_text(content.get("body")) or as_text(content.get("caption"))
        twilio = {"body": body, "media": media, "messaging_service_sid": channel.messaging_service_sid}
    return Message(
        id=message_id or new_message_id(person.key, is_from_business=False),
        seq=world.state.next_seq(),
        is_from_business=False,
        phone_number_id=channel.phone_number_id,
        person=person.key,
        type=kind,
        content=content,
        at=world.now(),
        status="owed",
        context=context,
        twilio=twilio,
    )


def _put_message(simulator: Simulator, message: Message) -> None:
    world = simulator.world
    world.put_message(message)
    if message.is_on_phone:
        world.tell_message(message)
    if world.limits is not None:
        channel = world.find_meta_channel(message.phone_number_id)
        rate = {} if channel is None else {"per_second": channel.per_second}
        world.limits.count_inbound(message.phone_number_id, now=world.now(), **rate)


def _owe_message(
    simulator: Simulator,
    person: Person,
    channel: Channel,
    message: Message,
    value: JsonObject | None,
    *,
    is_new: bool = True,
    field: str = "messages",
) -> None:
    is_owed = value is not None and simulator.deliverer.owe(
        channel,
        field=field,
        value=value,
        lane=f"{channel.phone_number_id} {person.key}",
        label=f"message from {person.name}, {say_content(message)}",
        message_id=message.id if is_new else None,
    )
    if is_new and not is_owed and simulator.world.put_status(message, "sent"):
        simulator.world.tell_status(message)


def say_content(message: Message) -> str:
    """A person's message in a few words, for the wire log."""
    content = message.content
    match message.type:
        case "text":
            return f"“{as_text(content.get('body'))[:60]}”"
        case "interactive":
            reply = as_object(content.get(as_text(content.get("type"))))
            title = as_text(reply.get("title"))
            return f"tapped “{title}”" if title else as_text(content.get("type"))
        case other:
            return other
