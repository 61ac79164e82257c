"""What `POST /{phone_number_id}/messages` may hold, and how Meta refuses the rest (whatsapp.md A6).

Pure functions. What depends on the world (windows, media ids, templates) is checked in `messages`.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.ids import is_number, is_user_id, normalise_address
from simulator.jsontypes import Json, JsonObject, as_text
from simulator.meta.errors import GraphError
from simulator.meta.fields import (
    check_link,
    optional_text,
    require_choice,
    require_list,
    require_object,
    require_text,
)
from simulator.meta.interactive import check_interactive

MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
_TYPES = ("text", *MEDIA_TYPES, "interactive", "template", "location", "contacts", "reaction")


@dataclass(frozen=True, slots=True)
class SendRequest:
    """A message that is well formed. `address` is digits or a user id, `input` what the app wrote."""

    address: str
    input: str
    type: str
    content: JsonObject
    context_id: str | None
    opaque: str | None


@dataclass(frozen=True, slots=True)
class ReceiptRequest:
    """A read receipt for a person's message, with or without the typing indicator."""

    message_id: str
    is_typing: bool


def read_request(body: Json) -> SendRequest | ReceiptRequest:
    """Take a request body apart. Raises GraphError for the first thing that Meta would refuse."""
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The body must be a JSON object.")
    if body.get("messaging_product") != "whatsapp":
        if "messaging_product" in body:
            raise GraphError(100, "Param messaging_product must be one of {WHATSAPP}.")
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    if "status" in body:
        return _read_receipt(body)
    given, address = _read_address(body)
    if body.get("recipient_type", "individual") != "individual":
        raise GraphError(100, "Param recipient_type must be one of {INDIVIDUAL}: this world has no groups.")
    kind = body.get("type", "text")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise GraphError(100, f"Param type must be one of {{{', '.join(_TYPES).upper()}}} - got {kind!r}.")
    content = _read_content(body, kind)
    context_id: str | None = None
    if "context" in body:
        context = require_object(body, "context", of="a reply")
        context_id = require_text(context, "message_id", of="context", longest=512)
    opaque = optional_text(body, "biz_opaque_callback_data", of="the message", longest=512)
    return SendRequest(address, given, kind, content, context_id, opaque)


def _read_receipt(body: JsonObject) -> ReceiptRequest:
    require_choice(body, "status", of="a read receipt", choices=("read",))
    message_id = require_text(body, "message_id", of="a read receipt", longest=512)
    if "typing_indicator" in body:
        indicator = require_object(body, "typing_indicator", of="a read receipt")
        require_choice(indicator, "type", of="typing_indicator", choices=("text",))
    return ReceiptRequest(message_id, "typing_indicator" in body)


def _read_address(body: JsonObject) -> tuple[str, str]:
    """What was given and what it means; `to` wins over `recipient`."""
    name = "to" if body.get("to") else "recipient"
    given = body.get(name)
    if given is None or given == "":
        raise GraphError(100, message="(#100) The parameter to is required.")
    if not isinstance(given, str):
        raise GraphError(100, f"Param {name} must be a string.")
    address = normalise_address(given)
    if not (is_user_id(address) or (name == "to" and is_number(address))):
        raise GraphError(131009, f"Param {name} is not a valid WhatsApp address.")
    return given, address


def _read_content(body: JsonObject, kind: str) -> JsonObject:
    of = f"type '{kind}'"
    if kind == "contacts":
        cards = require_list(body, kind, of=of)
        _check_cards(cards)
        return {"contacts": body[kind]}
    content = require_object(body, kind, of=of)
    match kind:
        case "text":
            require_text(content, "body", of=of, longest=4096)
            if not isinstance(content.get("preview_url", False), bool):
                raise GraphError(100, "Param text['preview_url'] must be a boolean.")
        case "interactive":
            check_interactive(content)
        case "template":
            require_text(content, "name", of=of, longest=512)
            language = require_object(content, "language", of=of)
            require_text(language, "code", of="template language", longest=20)
            if content.get("components"):
                require_list(content, "components", of=of)
        case "location":
            _check_coordinate(content, "latitude", 90)
            _check_coordinate(content, "longitude", 180)
        case "reaction":
            require_text(content, "message_id", of=of, longest=512)
            if not isinstance(content.get("emoji"), str):
                raise GraphError(131008, "Parameter 'emoji' is mandatory for type 'reaction'; empty removes it.")
        case _:
            _check_media(content, kind)
    return content


def _check_media(content: JsonObject, kind: str) -> None:
    has_id, has_link = bool(content.get("id")), bool(content.get("link"))
    if not has_id and not has_link:
        raise GraphError(131008, f"Parameter 'id' or 'link' is mandatory for type '{kind}'.")
    if has_id and has_link:
        raise GraphError(100, f"Type '{kind}' takes either 'id' or 'link', not both.")
    if has_link:
        check_link(content["link"], f"{kind}['link']")
    elif not as_text(content["id"]):
        raise GraphError(100, f"Param {kind}['id'] must be a string.")
    if "caption" in content and kind in {"audio", "sticker"}:
        raise GraphError(100, f"Type '{kind}' takes no caption.")
    optional_text(content, "caption", of=kind, longest=1024)
    optional_text(content, "filename", of=kind, longest=240)


def _check_coordinate(content: JsonObject, name: str, largest: int) -> None:
    value = content.get(name)
    if value is None or value == "":
        raise GraphError(131008, f"Parameter '{name}' is mandatory for type 'location'.")
    try:
        degrees = float(str(value))
    except ValueError:
        degrees = float("nan")
    if isinstance(value, bool) or not -largest <= degrees <= largest:
        raise GraphError(131009, f"Param location['{name}'] must be between -{largest} and {largest}.")


def _check_cards(cards: list[JsonObject]) -> None:
    if len(cards) > 257:
        raise GraphError(131009, f"At most 257 contacts, got {len(cards)}.")
    for card in cards:
        name = require_object(card, "name", of="a contact")
        require_text(name, "formatted_name", of="a contact's name", longest=1024)
