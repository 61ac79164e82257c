"""What people do to messages that are there already: react, edit, delete. Each is a webhook of its own at Meta.

Twilio passes none of them on; on the phone they happen all the same.
"""

from __future__ import annotations

from simulator.jsontypes import JsonObject, as_text
from simulator.phones import PhoneError, deliver_message
from simulator.simulator import Simulator
from simulator.state import Channel, Message, Person

_CAPTIONED = ("image", "video", "document")


def react(simulator: Simulator, person: Person, channel: Channel, message_id: str, emoji: str | None) -> Message:
    """Put a reaction on a message, or take it back (no emoji). One to what is not here goes out all the same."""
    content: JsonObject = {"message_id": message_id}
    if emoji is not None:
        content["emoji"] = emoji
    sent = deliver_message(simulator, person, channel, "reaction", content)
    target = simulator.world.state.messages.get(message_id)
    if target is not None and target.person == person.key:
        simulator.world.change_message(target, {"reaction": emoji or ""})
    return sent


def edit(
    simulator: Simulator, person: Person, channel: Channel, message_id: str, *, text: str | None, caption: str | None
) -> Message:
    """Give an own message another text or caption. PhoneError 404, 409, 422 for one that cannot have it."""
    target = _get_own(simulator, person, channel, message_id)
    if target.is_deleted:
        raise PhoneError(409, "deleted", "A deleted message cannot be edited.")
    has_text, has_caption = target.type == "text", target.type in _CAPTIONED
    if not ((text is not None and has_text) or (caption is not None and has_caption)):
        raise PhoneError(422, "not_editable", f"A message of type {target.type} has no such thing to edit.")
    changed: JsonObject = {**target.content, **({"body": text} if has_text else {"caption": caption})}
    inner: JsonObject = {"type": target.type, target.type: changed}
    if target.context is not None and as_text(target.context.get("id")):
        inner["context"] = {"id": target.context["id"]}
    content: JsonObject = {"original_message_id": target.id, "message": inner}
    sent = deliver_message(simulator, person, channel, "edit", content)
    simulator.world.change_message(target, {"content": changed, "is_edited": True})
    return sent


def revoke(simulator: Simulator, person: Person, channel: Channel, message_id: str) -> Message:
    """Delete an own message for everybody. PhoneError 404, 409."""
    target = _get_own(simulator, person, channel, message_id)
    if target.is_deleted:
        raise PhoneError(409, "deleted", "It is deleted already.")
    sent = deliver_message(simulator, person, channel, "revoke", {"original_message_id": target.id})
    simulator.world.change_message(target, {"is_deleted": True})
    return sent


def _get_own(simulator: Simulator, person: Person, channel: Channel, message_id: str) -> Message:
    target = simulator.world.state.messages.get(message_id)
    is_own = target is not None and not target.is_from_business and target.person == person.key
    if target is None or not is_own or target.phone_number_id != channel.phone_number_id or not target.is_on_phone:
        raise PhoneError(404, "unknown_message", f"{person.name} has written no message {message_id!r} here.")
    return target
