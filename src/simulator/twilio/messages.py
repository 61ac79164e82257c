"""`POST …/Messages.json`: what is accepted, what is refused, what will fail later. And the records of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from simulator.faults import Fault, FaultKind, accept_among_faults
from simulator.jsontypes import Json, JsonObject, as_object, as_text
from simulator.receipts import mark_read
from simulator.simulator import Simulator
from simulator.state import Content, Message, Person, TwilioChannel
from simulator.twilio.call import Call
from simulator.twilio.checks import SendRequest, first, read_address, read_request
from simulator.twilio.contents import (
    SESSION_ONLY,
    choose_type,
    fill_in,
    find_misfit,
    foresee_template_failure,
    read_variables,
    show_content,
)
from simulator.twilio.errors import TwilioError, is_found_later
from simulator.twilio.links import bring_link
from simulator.twilio.payloads import new_sid, view_message
from simulator.world import World

_STATUS_FAILURES = {"paused": 63041, "disabled": 63042, "rejected": 63040}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the phone shows, the Content that it was made from, and the code with which WhatsApp would refuse it."""

    type: str
    content: JsonObject
    body: str
    source: Content | None = None
    failure: int | None = None


async def post_message(call: Call) -> tuple[JsonObject, FaultKind | None]:
    """Accept or refuse one message; the answer, and the fault that delayed it.

    Raises TwilioError when it is refused, ConnectionCut when a fault takes the answer away.
    """
    call.require_active()
    given = read_request(call.form())
    channel = _find_sender(call, given)
    request, unfetched = await bring_link(call.simulator, channel, given)

    def accept(refusal: Fault | None) -> JsonObject:
        code = unfetched if refusal is None else _refuse(refusal)
        return view_message(channel, accept_message(call.simulator, channel, request, failure=code))

    return await accept_among_faults(
        call.simulator.world.faults, channel.phone_number_id, message_type=_name_type(call, request), accept=accept
    )


def accept_message(
    simulator: Simulator,
    channel: TwilioChannel,
    request: SendRequest,
    *,
    failure: int | None = None,
    direction: str = "outbound-api",
) -> Message:
    """Take a well-formed message, all of it or (TwilioError) nothing. Never waits, so nothing comes between.

    `failure` is the code with which a fault lets it fail later.
    """
    world = simulator.world
    now = world.now()
    person = world.find_person_at(channel, request.address)
    if request.address == channel.number:
        raise TwilioError(63031)
    key = request.address if person is None else person.key
    if channel.has_opt_out and (channel.phone_number_id, key) in world.state.opted_out:
        raise TwilioError(21610)
    shown = _show(world, channel, request)
    failure = failure or shown.failure
    wait = 0.0
    if world.limits is not None:
        wait = world.limits.wait_in_queue(channel.phone_number_id, now=now)
        if not world.limits.take_pair(channel.phone_number_id, request.address, now=now):
            failure = failure or 63018
    failure = failure or _foresee_failure(world, channel, person, shown.source, now=now)
    media: list[Json] = [*request.media]
    message = Message(
        id=new_sid("MM" if media else "SM"),
        seq=world.state.next_seq(),
        is_from_business=True,
        phone_number_id=channel.phone_number_id,
        person=key,
        type=shown.type,
        content=shown.content,
        at=now,
        status="accepted",
        address=request.address,
        opaque=request.opaque,
        failure=failure,
        is_on_phone=failure is None and person is not None and person.is_reachable,
        twilio={
            "body": shown.body,
            "direction": direction,
            "media": media,
            "content_sid": request.content_sid,
            "messaging_service_sid": request.service_sid,
            "status_callback": request.status_callback or channel.status_callback_url,
        },
    )
    world.put_message(message)
    if message.is_on_phone:
        world.typing_until.pop((channel.phone_number_id, message.person), None)
        world.tell_message(message)
    if request.service_sid:
        simulator.statuses.report(message, "queued")
    simulator.statuses.plan(message, wait=wait)
    return message


async def answer_message(call: Call) -> JsonObject:
    return (await post_message(call))[0]


async def get_messages(call: Call) -> JsonObject:
    """The account's messages, newest first; `To`, `From` and the day or the moment they were sent narrow them."""
    to, sender = call.query.get("To"), call.query.get("From")
    since, until = _read_dates(call.query)
    channels = {channel.phone_number_id: channel for channel in call.channels}
    rows: list[tuple[str, JsonObject]] = []
    for message in reversed(call.simulator.world.state.messages.values()):
        channel = channels.get(message.phone_number_id)
        if channel is None or (message.twilio or {}).get("is_forgotten"):
            continue
        if int(message.at) < since or int(message.at) > until:
            continue
        row = view_message(channel, message)
        if to is not None and read_address(to) != read_address(as_text(row["to"])):
            continue
        if sender is not None and read_address(sender) != read_address(as_text(row["from"])):
            continue
        rows.append((message.id, row))
    return call.list_2010("messages", rows)


async def get_message(call: Call, sid: str) -> JsonObject:
    message = call.message(sid)
    return view_message(call.channel_of(message), message)


async def update_message(call: Call, sid: str) -> JsonObject:
    """Redact a message: an empty `Body` is the only thing that can be set. What is sent cannot be canceled."""
    message, form = call.message(sid), call.form()
    if first(form, "Status"):
        raise TwilioError(20001, "Only a scheduled message can be canceled")
    if "Body" not in form or first(form, "Body"):
        raise TwilioError(20001, "Body can only be emptied")
    call.simulator.world.change_record(message, {"body": ""})
    return view_message(call.channel_of(message), message)


async def delete_message(call: Call, sid: str) -> None:
    """Twilio's record goes; the message on the phone stays. One under way cannot be deleted."""
    message = call.message(sid)
    if message.is_from_business and message.status == "accepted":
        raise TwilioError(20009, "A message that is under way cannot be deleted", http=409)
    call.simulator.world.change_record(message, {"is_forgotten": True})


async def post_typing(call: Call) -> JsonObject:
    """Mark a person's message as read, and show for 25 seconds that somebody writes."""
    is_json = call.content_type.startswith("application/json")
    given = call.json() if is_json else {name: values[0] for name, values in call.form().items()}
    if as_text(given.get("channel")).lower() != "whatsapp":
        raise TwilioError(20001, "channel must be whatsapp")
    sid = as_text(given.get("messageId"))
    message = call.message(sid) if sid in call.simulator.world.state.messages else None
    if message is None or message.is_from_business:
        raise TwilioError(20404, f"No message that came in has the id {sid}")
    mark_read(call.simulator.world, message, is_typing=True)
    return {"success": True}


def _find_sender(call: Call, request: SendRequest) -> TwilioChannel:
    if request.sender:
        found = [channel for channel in call.channels if channel.number == request.sender]
        if not found:
            raise TwilioError(63007)
        if request.service_sid not in {"", found[0].messaging_service_sid}:
            raise TwilioError(21701)
        return found[0]
    found = [channel for channel in call.channels if channel.messaging_service_sid == request.service_sid]
    if not found:
        raise TwilioError(21701)
    return found[0]


def _show(world: World, channel: TwilioChannel, request: SendRequest) -> _Shown:
    """A request with its Content filled in. TwilioError for a Content or for values that Twilio does not take."""
    if not request.content_sid:
        return _Shown(request.type, request.content, request.body)
    source = world.state.contents.get(request.content_sid)
    if source is None or source.account_sid != channel.account_sid:
        raise TwilioError(21655)
    name = choose_type(source)
    variables = read_variables(request.variables, source)
    filled = as_object(fill_in(source.types[name], variables))
    failure = foresee_template_failure(filled, variables) if _is_approved(source) else None
    if failure is None and find_misfit(name, filled, is_approved=_is_approved(source)) is not None:
        failure = 63005
    kind, content = show_content(name, filled)
    return _Shown(kind, content, as_text(filled.get("body")), source, failure)


def _name_type(call: Call, request: SendRequest) -> str:
    """What kind of message it will be on the phone, as faults name it."""
    own = call.simulator.world.state.contents.get(request.content_sid)
    if own is None:
        return request.type
    name = choose_type(own)
    return show_content(name, as_object(own.types[name]))[0]


def _is_approved(content: Content) -> bool:
    return content.approval is not None and content.approval.get("status") == "approved"


def _foresee_failure(
    world: World, channel: TwilioChannel, person: Person | None, content: Content | None, *, now: float
) -> int | None:
    """The code of the failure that will come, if one will: Twilio asks WhatsApp only after it answered."""
    if person is None:
        return 63003
    if person.has_blocked:
        return 63024
    ends_at = world.window_ends_at(channel.phone_number_id, person.key)
    if ends_at is not None and now < ends_at:
        return None
    if content is None or content.approval is None or choose_type(content) in SESSION_ONLY:
        return 63016
    status = as_text(content.approval.get("status"))
    return None if status == "approved" else _STATUS_FAILURES.get(status, 63016)


def _refuse(fault: Fault) -> int:
    """The code with which a fault lets the message fail later. Raises TwilioError when it is refused at once."""
    match fault.kind:
        case FaultKind.REFUSE_429:
            raise TwilioError(20429)
        case FaultKind.REFUSE_PAIR_RATE:
            return 63018
        case FaultKind.ERROR_5XX:
            raise TwilioError(fault.code or 20500, http=503)
        case _:
            code = fault.code or 20500
            if is_found_later(code):
                return code
            raise TwilioError(code)


def _read_dates(query: dict[str, str]) -> tuple[float, float]:
    """From when until when, both included: `DateSent` is a day, `DateSent>` and `DateSent<` a day or a moment."""
    since, until = float("-inf"), float("inf")
    for name, text in query.items():
        if name not in {"DateSent", "DateSent>", "DateSent<"} or not text:
            continue
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise TwilioError(20001, f"{name} is not a date: {text}") from error
        start = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
        end = start + 86_399 if len(text) <= 10 else start
        since = start if name != "DateSent<" else since
        until = end if name != "DateSent>" else until
    return since, until
