"""`POST /{phone_number_id}/messages`: what is accepted, what is refused, what will fail later."""

from __future__ import annotations

import orjson

from simulator.faults import Fault, FaultKind, accept_among_faults
from simulator.ids import new_message_id
from simulator.jsontypes import Json, JsonObject, as_object, as_text, load_json
from simulator.limits import Limit
from simulator.meta.checks import MEDIA_TYPES, ReceiptRequest, SendRequest, read_request
from simulator.meta.errors import GraphError
from simulator.meta.payloads import make_accepted, make_pricing
from simulator.meta.templates import check_template
from simulator.receipts import mark_read
from simulator.simulator import Simulator
from simulator.state import Message, MetaChannel, Person
from simulator.world import World


def parse_body(raw: bytes) -> Json:
    """The JSON of a request. Raises GraphError (100) when it is none."""
    try:
        return load_json(raw)
    except ValueError as error:
        raise GraphError(100, f"The body is not JSON: {error}") from error


async def answer_messages(
    simulator: Simulator, channel: MetaChannel, raw: bytes
) -> tuple[JsonObject, FaultKind | None]:
    """Accept or refuse one request; the answer, and the fault that delayed it.

    Raises GraphError when it is refused, ConnectionCut when a fault takes the answer away.
    """
    request = read_request(parse_body(raw))
    if isinstance(request, ReceiptRequest):
        return _mark_read(simulator.world, channel, request), None

    def accept(refusal: Fault | None) -> JsonObject:
        if refusal is not None:
            raise _refuse(refusal)
        failing = simulator.world.faults.strike(FaultKind.FAIL_CODE, channel.phone_number_id, message_type=request.type)
        return accept_message(simulator, channel, request, failure=failing.code if failing is not None else None)

    return await accept_among_faults(
        simulator.world.faults, channel.phone_number_id, message_type=request.type, accept=accept
    )


def accept_message(
    simulator: Simulator, channel: MetaChannel, request: SendRequest, *, failure: int | None = None
) -> JsonObject:
    """Take a well-formed message, all of it or (GraphError) nothing. Never waits, so nothing comes between.

    `failure` is the code with which a fault lets it fail later.
    """
    world = simulator.world
    now = world.now()
    person = world.find_person_at(channel, request.address)
    if request.address == channel.number:
        raise GraphError(131021)
    category = "service"
    if request.type == "template":
        name = as_text(request.content.get("name"))
        language = as_text(as_object(request.content.get("language")).get("code"))
        template = check_template(world.find_template(channel.waba_id, name, language), request.content)
        category = template.category.lower()
    elif request.type in MEDIA_TYPES and "id" in request.content:
        _check_media_id(world, channel, request)
    if world.limits is not None:
        limit = world.limits.take(channel.phone_number_id, request.address, now=now, per_second=channel.per_second)
        if limit is not None:
            raise GraphError(130429 if limit is Limit.THROUGHPUT else 131056)
    failure = failure or _foresee_failure(world, channel, person, request, now=now)
    is_free = category == "service" and world.tallies.is_service_free(channel.phone_number_id, now)
    message = Message(
        id=new_message_id(request.address, is_from_business=True),
        seq=world.state.next_seq(),
        is_from_business=True,
        phone_number_id=channel.phone_number_id,
        person=request.address if person is None else person.key,
        type=request.type,
        content=request.content,
        at=now,
        status="accepted",
        address=request.address,
        context=None if request.context_id is None else {"id": request.context_id},
        opaque=request.opaque,
        pricing=None if failure is not None else make_pricing(category=category, is_free=is_free),
        failure=failure,
        is_on_phone=failure is None and person is not None and person.is_reachable,
    )
    world.put_message(message)
    if message.is_on_phone:
        world.typing_until.pop((channel.phone_number_id, message.person), None)
        world.tell_message(message)
    simulator.statuses.plan(message)
    return make_accepted(request.input, message)


def _mark_read(world: World, channel: MetaChannel, request: ReceiptRequest) -> JsonObject:
    message = world.state.messages.get(request.message_id)
    if message is None or message.is_from_business or message.phone_number_id != channel.phone_number_id:
        raise GraphError(131009, "Param message_id is not the id of a message that this number received.")
    mark_read(world, message, is_typing=request.is_typing)
    return {"success": True}


def say_request(raw: bytes) -> str:
    """A request in a few words, for the wire log: `interactive, 2 buttons`."""
    try:
        body = as_object(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return "not JSON"
    if "status" in body:
        return "typing indicator" if "typing_indicator" in body else "read receipt"
    kind = as_text(body.get("type")) or "text"
    content = as_object(body.get(kind))
    match kind:
        case "text":
            text = as_text(content.get("body"))
            return f"text, “{text[:60]}{'…' if len(text) > 60 else ''}”"
        case "template":
            return f"template {as_text(content.get('name'))}"
        case "interactive":
            return f"interactive, {_say_interactive(content)}"
        case _:
            return kind


def _say_interactive(content: JsonObject) -> str:
    action = as_object(content.get("action"))
    buttons, sections = action.get("buttons"), action.get("sections")
    if isinstance(buttons, list):
        return "1 button" if len(buttons) == 1 else f"{len(buttons)} buttons"
    if isinstance(sections, list):
        rows = [as_object(section).get("rows") for section in sections]
        return f"a list of {sum(len(own) for own in rows if isinstance(own, list))}"
    return as_text(content.get("type"))


def _check_media_id(world: World, channel: MetaChannel, request: SendRequest) -> None:
    media = world.state.media.get(as_text(request.content["id"]))
    if media is None or media.phone_number_id != channel.phone_number_id or media.expires_at < world.now():
        raise GraphError(
            100, f"Param {request.type}['id'] is not a valid whatsapp business account media attachment ID"
        )


def _foresee_failure(
    world: World, channel: MetaChannel, person: Person | None, request: SendRequest, *, now: float
) -> int | None:
    """The code of the failed status that will come, if one will. Meta accepts such messages with a 200."""
    if person is None or person.has_blocked:
        return 131026
    if request.type == "template":
        return None
    ends_at = world.window_ends_at(channel.phone_number_id, person.key)
    return 131047 if ends_at is None or now >= ends_at else None


def _refuse(fault: Fault) -> GraphError:
    match fault.kind:
        case FaultKind.REFUSE_429:
            return GraphError(130429)
        case FaultKind.REFUSE_PAIR_RATE:
            return GraphError(131056)
        case FaultKind.ERROR_5XX:
            return GraphError(fault.code or 2, http=503)
        case _:
            return GraphError(fault.code or 131000)
