"""Checks of interactive messages (whatsapp.md A6). Pure functions."""

from __future__ import annotations

from simulator.jsontypes import JsonObject, as_text
from simulator.meta.errors import GraphError
from simulator.meta.fields import (
    check_link,
    check_unique,
    optional_text,
    require_choice,
    require_list,
    require_object,
    require_text,
)

_INVALID = 131009

_TYPES = (
    "button",
    "list",
    "cta_url",
    "location_request_message",
    "contact_request",
    "request_contact_info",
    "voice_call",
    "call_permission_request",
    "flow",
    "product",
    "product_list",
    "catalog_message",
    "carousel",
    "address_message",
)


_WITHOUT_BODY = ("product", "call_permission_request")
_MINUTES_OF_A_CALL_BUTTON = 43_200


def check_interactive(interactive: JsonObject) -> None:
    """Raise GraphError when Meta would refuse this `interactive` object.

    Flows, products and addresses are looked at from outside only. Meta's page of May 2026 names the request for
    a number `contact_request`; pywa 4.5 (August 2026) names it as its action: both are taken.
    """
    kind = require_choice(interactive, "type", of="interactive", choices=_TYPES)
    if kind not in _WITHOUT_BODY or "body" in interactive:
        body = require_object(interactive, "body", of=f"interactive type '{kind}'")
        longest = 4096 if kind == "list" else 1024
        require_text(body, "text", of="the interactive body", longest=longest, code=_INVALID)
    if "footer" in interactive:
        footer = require_object(interactive, "footer", of="interactive")
        require_text(footer, "text", of="the interactive footer", longest=60, code=_INVALID)
    if "header" in interactive:
        _check_header(require_object(interactive, "header", of="interactive"), kind)
    action = require_object(interactive, "action", of=f"interactive type '{kind}'")
    match kind:
        case "button":
            _check_buttons(action)
        case "list":
            _check_list(action)
        case "cta_url":
            _check_cta_url(action)
        case "location_request_message":
            require_choice(action, "name", of="the action", choices=("send_location",))
        case "contact_request" | "request_contact_info":
            require_choice(action, "name", of="the action", choices=("request_contact_info",))
        case "call_permission_request":
            require_choice(action, "name", of="the action", choices=("call_permission_request",))
        case "voice_call":
            _check_voice_call(action)
        case "carousel":
            _check_carousel(action)
        case _:
            pass


def _check_voice_call(action: JsonObject) -> None:
    require_choice(action, "name", of="the action", choices=("voice_call",))
    parameters = action.get("parameters")
    if not isinstance(parameters, dict):
        return
    optional_text(parameters, "display_text", of="the button", longest=20, code=_INVALID)
    minutes = parameters.get("ttl_minutes", 1)
    if not isinstance(minutes, int | float) or not 1 <= minutes <= _MINUTES_OF_A_CALL_BUTTON:
        raise GraphError(_INVALID, f"Param ttl_minutes must be between 1 and {_MINUTES_OF_A_CALL_BUTTON}.")


def _check_carousel(action: JsonObject) -> None:
    cards = require_list(action, "cards", of="interactive type 'carousel'")
    if not 2 <= len(cards) <= 10:
        raise GraphError(_INVALID, f"Invalid cards count. Min allowed cards: 2, max: 10, got {len(cards)}.")
    kinds: set[str] = set()
    for number, card in enumerate(cards):
        if card.get("card_index") != number:
            raise GraphError(_INVALID, f"Param card_index of card {number} must be {number}.")
        kinds.add(require_choice(card, "type", of="a card", choices=("cta_url", "button", "product")))
        if "header" in card:
            _check_header(require_object(card, "header", of="a card"), "carousel")
        if "body" in card:
            require_text(require_object(card, "body", of="a card"), "text", of="a card", longest=160, code=_INVALID)
        of_card = require_object(card, "action", of="a card")
        if of_card.get("name") == "cta_url":
            _check_cta_url(of_card)
    if len(kinds) > 1:
        raise GraphError(_INVALID, "All cards of a carousel must be of the same type.")


def _check_header(header: JsonObject, kind: str) -> None:
    allowed = ("text",) if kind == "list" else ("text", "image", "video", "document")
    header_type = require_choice(header, "type", of="the interactive header", choices=allowed)
    if header_type == "text":
        require_text(header, "text", of="the interactive header", longest=60, code=_INVALID)
        return
    media = require_object(header, header_type, of="the interactive header")
    if not as_text(media.get("id")):
        check_link(media.get("link"), f"header.{header_type}.link")


def _check_buttons(action: JsonObject) -> None:
    buttons = require_list(action, "buttons", of="interactive type 'button'")
    if len(buttons) > 3:
        raise GraphError(_INVALID, f"Invalid buttons count. Min allowed buttons: 1, max: 3, got {len(buttons)}.")
    ids: list[str] = []
    titles: list[str] = []
    for button in buttons:
        require_choice(button, "type", of="a button", choices=("reply",))
        reply = require_object(button, "reply", of="a button")
        ids.append(require_text(reply, "id", of="a button", longest=256, code=_INVALID))
        titles.append(require_text(reply, "title", of="a button", longest=20, code=_INVALID))
    check_unique(ids, "button id")
    check_unique(titles, "button title")


def _check_list(action: JsonObject) -> None:
    require_text(action, "button", of="interactive type 'list'", longest=20, code=_INVALID)
    sections = require_list(action, "sections", of="interactive type 'list'")
    if len(sections) > 10:
        raise GraphError(_INVALID, f"Max allowed sections: 10, got {len(sections)}.")
    ids: list[str] = []
    for section in sections:
        if len(sections) > 1:
            require_text(section, "title", of="a section of several", longest=24, code=_INVALID)
        else:
            optional_text(section, "title", of="a section", longest=24, code=_INVALID)
        for row in require_list(section, "rows", of="a section"):
            ids.append(require_text(row, "id", of="a row", longest=200, code=_INVALID))
            require_text(row, "title", of="a row", longest=24, code=_INVALID)
            optional_text(row, "description", of="a row", longest=72, code=_INVALID)
    if len(ids) > 10:
        raise GraphError(_INVALID, f"Total row count exceeds the max allowed count: 10, got {len(ids)}.")
    check_unique(ids, "row id")


def _check_cta_url(action: JsonObject) -> None:
    require_choice(action, "name", of="the action", choices=("cta_url",))
    parameters = require_object(action, "parameters", of="interactive type 'cta_url'")
    require_text(parameters, "display_text", of="the button", longest=20, code=_INVALID)
    check_link(require_text(parameters, "url", of="the button", longest=2000, code=_INVALID), "url")
