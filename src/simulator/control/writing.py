"""From what the control API takes to what a phone sends."""

from __future__ import annotations

import orjson

from simulator.attachments import attach_media, make_vcard
from simulator.calls import hang_up, ring
from simulator.changes import edit, react, revoke
from simulator.control.message_schemas import (
    AddressIn,
    CallIn,
    CallPermissionIn,
    EditIn,
    FormIn,
    MediaIn,
    MessageIn,
    OrderIn,
    ReactionIn,
    RevokeIn,
    TextIn,
    UnsupportedIn,
)
from simulator.jsontypes import Json, JsonObject
from simulator.owner import write_as_owner, write_raw_as_owner
from simulator.phones import PhoneError, answer_reply, deliver_message, send_raw
from simulator.simulator import Simulator
from simulator.state import Channel, Message, MetaChannel, Person, TwilioChannel

ECHOED = frozenset({"text", "image", "video", "audio", "document", "sticker", "location", "contacts"})


def write_message(simulator: Simulator, person: Person, channel: Channel, body: MessageIn, *, base_url: str) -> Message:
    """Do on a phone what was asked for. PhoneError when it cannot be done."""
    match body:
        case MessageIn(raw=dict() as item):
            sent = send_raw(simulator, person, channel, item)
        case MessageIn(reaction=ReactionIn(message_id=target, emoji=emoji)):
            sent = react(simulator, person, channel, target, emoji)
        case MessageIn(edit=EditIn(message_id=target, text=text, caption=caption)):
            sent = edit(simulator, person, channel, target, text=text, caption=caption)
        case MessageIn(revoke=RevokeIn(message_id=target)):
            sent = revoke(simulator, person, channel, target)
        case MessageIn(call=CallIn(event="connect")):
            sent = ring(simulator, person, channel)
        case MessageIn(call=CallIn(id=call_id, seconds=seconds)):
            sent = hang_up(simulator, person, channel, call_id, seconds)
        case _:
            sent = _write(simulator, person, channel, body, base_url=base_url)
    return sent


def _write(simulator: Simulator, person: Person, channel: Channel, body: MessageIn, *, base_url: str) -> Message:
    context = _read_context(channel, body)
    kind, content, extra = _read_content(simulator, channel, body, base_url=base_url)
    if (reply := body.reply()) is not None:
        given = reply.model_dump(exclude_none=True)
        context_id = body.context.id if body.context is not None else None
        content, context = answer_reply(simulator.world, person, channel, body.type, given, context_id=context_id)
    if body.referral is not None:
        extra["referral"] = body.referral
    if body.group_id is not None:
        extra["group_id"] = body.group_id
    return deliver_message(
        simulator, person, channel, kind, content, context=context, extra=extra, is_standby=body.standby
    )


def write_echo(
    simulator: Simulator, person: Person, channel: MetaChannel, body: MessageIn, *, base_url: str
) -> Message:
    """Do on the owner's phone what was asked for. PhoneError 422 for what a phone cannot write there."""
    if body.raw is not None:
        return write_raw_as_owner(simulator, person, channel, body.raw)
    if body.type not in ECHOED:
        raise PhoneError(422, "not_echoed", f"Put an echo of type {body.type} in with raw.")
    kind, content, _ = _read_content(simulator, channel, body, base_url=base_url)
    return write_as_owner(simulator, person, channel, kind, content, context=_read_context(channel, body))


def _read_context(channel: Channel, body: MessageIn) -> JsonObject | None:
    context: JsonObject = {}
    if body.context is not None:
        context |= {"from": channel.number, "id": body.context.id}
    if body.forwarded is not None:
        context["frequently_forwarded" if body.forwarded == "often" else "forwarded"] = True
    if body.product is not None:
        context["referred_product"] = body.product.model_dump()
    return context or None


def _read_content(
    simulator: Simulator, channel: Channel, body: MessageIn, *, base_url: str
) -> tuple[str, JsonObject, JsonObject]:
    """The type under which the wire has it, the object of that type, and what stands beside it."""
    kind: str = body.type
    extra: JsonObject = {}
    content: JsonObject = {**(body.button or body.location or body.system or {})}
    match body:
        case MessageIn(text=TextIn() as text):
            content = text.model_dump(exclude_none=True)
        case MessageIn(order=OrderIn() as order):
            content = order.model_dump(exclude_none=True)
        case MessageIn(contacts=list() as contacts):
            content = _read_contacts(simulator, channel, contacts, base_url=base_url)
        case MessageIn(form_reply=FormIn() as form):
            kind, content = "interactive", _read_form(form)
        case MessageIn(address=AddressIn() as address):
            kind, content = "interactive", _read_address(address)
        case MessageIn(call_permission_reply=CallPermissionIn() as permission):
            given = {**permission.model_dump(exclude_none=True), "response_source": "user_action"}
            kind, content = "interactive", {"type": "call_permission_reply", "call_permission_reply": given}
        case MessageIn(unsupported=UnsupportedIn() as unsupported):
            content, extra["errors"] = _read_unsupported(unsupported)
        case _ if body.reply() is not None:
            kind = "interactive"
        case _ if (media := body.media()) is not None:
            content = _read_media(simulator, channel, media, kind=kind, base_url=base_url)
    return kind, content, extra


def _read_form(form: FormIn) -> JsonObject:
    answer = orjson.dumps(form.answer).decode()
    return {"type": "nfm_reply", "nfm_reply": {"response_json": answer, "body": form.body, "name": form.name}}


def _read_address(address: AddressIn) -> JsonObject:
    response: JsonObject = {"values": address.values}
    if address.saved_address_id is not None:
        response["saved_address_id"] = address.saved_address_id
    body = address.body or "\n".join(str(value) for value in address.values.values() if value)
    reply: JsonObject = {"response_json": orjson.dumps(response).decode(), "body": body, "name": "address_message"}
    return {"type": "nfm_reply", "nfm_reply": reply}


def _read_unsupported(given: UnsupportedIn) -> tuple[JsonObject, list[Json]]:
    error: JsonObject = {
        "code": given.code,
        "title": given.title,
        "message": given.title,
        "error_data": {"details": given.details},
    }
    return ({} if given.type is None else {"type": given.type}), [error]


def _read_contacts(simulator: Simulator, channel: Channel, contacts: list[Json], *, base_url: str) -> JsonObject:
    """At Twilio cards are a file."""
    if not isinstance(channel, TwilioChannel):
        return {"contacts": contacts}
    file = attach_media(
        simulator, channel, make_vcard(contacts), mime_type="text/vcard", filename="contacts.vcf", base_url=base_url
    )
    return {**file, "contacts": contacts}


def _read_media(simulator: Simulator, channel: Channel, media: MediaIn, *, kind: str, base_url: str) -> JsonObject:
    if media.id is not None:
        known = simulator.world.state.media.get(media.id)
        data = simulator.world.store.get_media(media.id)
        if known is None or data is None:
            raise PhoneError(404, "unknown_media", f"No file has the id {media.id!r}.")
        mime_type, filename = known.mime_type, known.filename
    else:
        try:
            data = media.read_data()
        except ValueError as error:
            raise PhoneError(422, "not_base64", f"{kind}.data: {error}") from error
        mime_type, filename = media.mime_type, media.filename or ""
    content = attach_media(simulator, channel, data, mime_type=mime_type, filename=filename, base_url=base_url)
    if kind == "document":
        content["filename"] = filename
    if media.caption is not None:
        content["caption"] = media.caption
    for name, value in (("voice", media.voice), ("animated", media.animated)):
        if value is not None:
            content[name] = value
    return content
