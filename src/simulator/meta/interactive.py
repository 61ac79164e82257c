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
    "flow",
    "product",
    "product_list",
    "catalog_message",
    "carousel",
    "address_message",
)


def check_interactive(interactive: JsonObject) -> None:
    """Raise GraphError when Meta would refuse this `interactive` object.

    Flows, products, carousels and addresses are looked at from outside only.
    """
    kind = require_choice(interactive, "type", of="interactive", choices=_TYPES)
    if kind != "product" or "body" in interactive:
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
        case "contact_request":
            require_choice(action, "name", of="the action", choices=("request_contact_info",))
        case _:
            pass


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
