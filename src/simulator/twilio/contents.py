"""Contents: what may be created, and what becomes of one when it is sent (whatsapp.md B4). Pure functions."""

from __future__ import annotations

import re
from typing import Final

import orjson

from simulator.jsontypes import Json, JsonObject, as_object, as_text
from simulator.state import Content
from simulator.twilio.errors import TwilioError
from simulator.twilio.media_types import guess_media

_HOLE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_KEY: Final = re.compile(r"[A-Za-z0-9_]{1,16}")
_NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
_UNCLEAN: Final = re.compile(r"\t| {5,}")
_LINE: Final = re.compile(r"[\r\n]")
_CATEGORIES: Final = ("AUTHENTICATION", "MARKETING", "UTILITY")
_MOST_VARIABLES: Final = 100
_LONGEST_VALUE: Final = 1600

_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "twilio/text": ("body",),
    "twilio/media": ("media",),
    "twilio/location": ("latitude", "longitude"),
    "twilio/list-picker": ("body", "button", "items"),
    "twilio/call-to-action": ("body", "actions"),
    "twilio/quick-reply": ("body", "actions"),
    "twilio/card": (),
    "twilio/catalog": ("body",),
    "twilio/carousel": ("body", "cards"),
    "twilio/flows": ("body", "button_text", "pages", "type"),
    "twilio/schedule": ("id", "title", "timeSlots"),
    "whatsapp/card": ("body",),
    "whatsapp/authentication": ("actions",),
    "whatsapp/flows": ("body", "button_text", "flow_id"),
}
"""What each type must have: the OpenAPI of content_v1."""

SESSION_ONLY: Final = frozenset({"twilio/list-picker", "twilio/location"})
"""WhatsApp approves none of these: they live inside the window."""


def read_content(body: JsonObject, *, sid: str, account_sid: str, at: float) -> Content:
    """A new Content out of a request. Raises TwilioError as Twilio refuses."""
    language = as_text(body.get("language"))
    if not language:
        raise TwilioError(20001, "language is required")
    # The SDKs write every type there is, and null for those that are not meant.
    types: JsonObject = {name: value for name, value in as_object(body.get("types")).items() if value is not None}
    if not types:
        raise TwilioError(20001, "types is required")
    for name, value in types.items():
        _check_type(name, as_object(value))
    variables = body.get("variables") or {}
    if not isinstance(variables, dict):
        raise TwilioError(20001, "variables must be an object")
    _check_variables(variables, code=20001)
    friendly_name = as_text(body.get("friendly_name"))
    return Content(
        sid=sid,
        account_sid=account_sid,
        friendly_name=friendly_name,
        language=language,
        variables=variables,
        types=types,
        at=at,
    )


def read_approval(body: JsonObject, content: Content) -> JsonObject:
    """What Twilio tells of a Content that was just handed in for approval. Raises TwilioError."""
    if content.approval is not None:
        raise TwilioError(92009)
    name, category = as_text(body.get("name")), as_text(body.get("category")).upper()
    if _NAME.fullmatch(name) is None:
        raise TwilioError(20001, "name may hold only lower-case letters, digits and underscores")
    if category not in _CATEGORIES:
        raise TwilioError(20001, f"category must be one of {', '.join(_CATEGORIES)}")
    return {
        "name": name,
        "category": category,
        "content_type": choose_type(content),
        "status": "received",
        "rejection_reason": "",
        "allow_category_change": body.get("allow_category_change") is not False,
    }


def choose_type(content: Content) -> str:
    """The type that WhatsApp shows: the first one that is more than a text."""
    return next((name for name in content.types if name != "twilio/text"), next(iter(content.types)))


def read_variables(raw: str, content: Content) -> dict[str, str]:
    """The values of one send over the samples of the Content. Raises TwilioError for what Twilio does not take."""
    given: Json = {}
    if raw.strip():
        try:
            given = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise TwilioError(21656, f"ContentVariables is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise TwilioError(21656, "ContentVariables must be a JSON object")
    _check_variables(given, code=21656)
    for name, value in given.items():
        if not as_text(value).strip() or _LINE.search(as_text(value)):
            raise TwilioError(92007, f"The value of {name} is empty or has a line break")
    return {name: as_text(value) for name, value in {**content.variables, **given}.items()}


def fill_in(value: Json, variables: dict[str, str]) -> Json:
    """A Content's type with all its places filled in; a place that nobody filled stays."""
    if isinstance(value, str):
        return _HOLE.sub(lambda hole: variables.get(hole[1], hole[0]), value)
    if isinstance(value, list):
        return [fill_in(item, variables) for item in value]
    if isinstance(value, dict):
        return {name: fill_in(item, variables) for name, item in value.items()}
    return value


def show_content(name: str, filled: JsonObject) -> tuple[str, JsonObject]:
    """The type and the object that the phone shows, in Meta's shape."""
    text = as_text(filled.get("body"))
    body: JsonObject = {"text": text}
    match name:
        case "twilio/quick-reply":
            replies: list[Json] = [
                {"type": "reply", "reply": {"id": _id_of(action), "title": as_text(action.get("title"))}}
                for action in _objects(filled.get("actions"))
            ]
            return "interactive", {"type": "button", "body": body, "action": {"buttons": replies}}
        case "twilio/list-picker":
            rows: list[Json] = [_show_item(item) for item in _objects(filled.get("items"))]
            action: JsonObject = {"button": as_text(filled.get("button")), "sections": [{"rows": rows}]}
            return "interactive", {"type": "list", "body": body, "action": action}
        case "twilio/location":
            return "location", {
                "latitude": filled.get("latitude"),
                "longitude": filled.get("longitude"),
                "name": as_text(filled.get("label")),
            }
        case "twilio/media":
            links = filled.get("media")
            link = as_text(links[0]) if isinstance(links, list) and links else ""
            kind, _ = guess_media(link)
            caption: JsonObject = {"caption": text} if text else {}
            return kind, {"link": link, **caption}
        case _:
            return "text", {"body": text or as_text(filled.get("title"))}


def foresee_template_failure(filled: JsonObject, variables: dict[str, str]) -> int | None:
    """What WhatsApp would not take of an approved template's values: a place without one, or odd white space."""
    if any(_UNCLEAN.search(value) for value in variables.values()):
        return 63013
    return 63028 if _HOLE.search(orjson.dumps(filled).decode()) else None


def find_misfit(name: str, filled: JsonObject, *, is_approved: bool) -> str | None:
    """What WhatsApp would not take of a filled-in Content, in words; it says so only after Twilio took it."""
    if len(as_text(filled.get("body"))) > 1024 and name != "twilio/text":
        return "the body has more than 1024 characters"
    limits: dict[str, int]
    if name == "twilio/quick-reply":
        most = 10 if is_approved else 3
        parts, limits = _objects(filled.get("actions")), {"title": 25 if is_approved else 20, "id": 256}
    elif name == "twilio/list-picker":
        parts, most, limits = _objects(filled.get("items")), 10, {"item": 24, "id": 200, "description": 72}
        if len(as_text(filled.get("button"))) > 20:
            return "the button of the list has more than 20 characters"
    else:
        return None
    if len(parts) > most:
        return f"there are more than {most}"
    for part in parts:
        for field, longest in limits.items():
            if len(as_text(part.get(field))) > longest:
                return f"a {field} has more than {longest} characters"
    names = [_id_of(part) for part in parts]
    return "two have the same id" if len(set(names)) < len(names) else None


def _show_item(item: JsonObject) -> JsonObject:
    row: JsonObject = {"id": as_text(item.get("id")), "title": as_text(item.get("item"))}
    if item.get("description"):
        row["description"] = as_text(item["description"])
    return row


def _id_of(part: JsonObject) -> str:
    return as_text(part.get("id")) or as_text(part.get("title"))


def _objects(value: Json) -> list[JsonObject]:
    return [as_object(item) for item in value] if isinstance(value, list) else []


def _check_type(name: str, value: JsonObject) -> None:
    if name not in _REQUIRED:
        raise TwilioError(20001, f"{name} is not a type of content")
    for field in _REQUIRED[name]:
        if value.get(field) in (None, "", []):
            raise TwilioError(20001, f"{name}: {field} is required")
    if name == "twilio/quick-reply":
        _check_parts(name, value, "actions", ("title",))
    elif name == "twilio/list-picker":
        _check_parts(name, value, "items", ("id", "item"))


def _check_parts(name: str, value: JsonObject, field: str, required: tuple[str, ...]) -> None:
    parts = value.get(field)
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise TwilioError(20001, f"{name}: {field} must be a list of objects")
    if len(parts) > 10:
        raise TwilioError(20001, f"{name}: at most 10 {field}, got {len(parts)}")
    for part in _objects(parts):
        for own in required:
            if not as_text(part.get(own)):
                raise TwilioError(20001, f"{name}: {field}.{own} is required")


def _check_variables(variables: JsonObject, *, code: int) -> None:
    if len(variables) > _MOST_VARIABLES:
        raise TwilioError(92002)
    for name, value in variables.items():
        if _KEY.fullmatch(name) is None:
            raise TwilioError(code, f"{name!r} is not a name of a variable")
        if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
            raise TwilioError(code, f"The value of {name} must be a text of at most {_LONGEST_VALUE} characters")
