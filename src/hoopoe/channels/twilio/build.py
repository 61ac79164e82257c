"""From our content to Twilio's request: a form for the message, and a Content for what has buttons. Pure.

Buttons and lists exist at Twilio only as Contents, made once and sent many times. Every text of ours is a
variable of the Content, so that two menus that differ only in words share one. Twilio has no header, footer or
sections: the first two become lines of the body, a section's title stands before its rows' descriptions.
Twilio cannot quote a message either: `reply_to` changes nothing.

Sources: Twilio, messaging/api/message-resource, content/twilio-quick-reply, content/twiliolist-picker and
content/using-variables-with-content-api.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, assert_never
from urllib.parse import quote, urlsplit, urlunsplit

import orjson

from hoopoe.channels.addressing import ToPhone, ToUserId, choose_destination
from hoopoe.channels.capabilities import TWILIO
from hoopoe.channels.contract import (
    Address,
    ButtonsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaKind,
    OutboundContent,
    OutboundReaction,
    ReadReceipt,
    Signal,
    TextContent,
)
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.twilio.split import OPAQUE_PARAM
from hoopoe.kernel.json import Json, JsonObject

MAX_VARIABLES: Final = 100
# A Content needs a language, and ours has no words of its own.
LANGUAGE: Final = "en"
LINE: Final = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
# What a variable does not take: tabs, and more than four spaces in a row.
SPACES: Final = re.compile(r" {5,}")
MAX_SPACES: Final = " " * 4
SECTION_MARK: Final = " · "


@dataclass(frozen=True, slots=True)
class BuiltContent:
    """A Content and what fills it in. `hash` is of the body alone: it stays when only words change.

    `body` is the JSON of `POST /v1/Content`, `variables` the values of one message, `text` its text with the places
    in it.
    """

    hash: str
    body: JsonObject
    variables: dict[str, str]
    text: str


def build_request(
    content: OutboundContent | Signal,
    *,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,  # noqa: ARG001  # Twilio cannot quote; the shape is that of all providers
    sender_number: str,
    status_callback_url: str | None,
    content_sid: str | None = None,
    variables: Mapping[str, str] | None = None,
    media_url: str | None = None,
) -> dict[str, str]:
    """The form of `POST …/Messages.json`; for a receipt, of `POST /v2/Indicators/Typing.json`.

    `content_sid` and `variables` are of the Content that `build_content` describes, `media_url` is where Twilio can
    fetch a content's file. `opaque` comes back in the query of the status callback. Raises `ContentRefused`.
    """
    if isinstance(content, ReadReceipt):
        return {"channel": "whatsapp", "messageId": content.provider_id}
    if isinstance(content, OutboundReaction):
        raise ContentRefused("emoji", "Twilio carries no reactions")
    form = {"To": write_address(recipient), "From": f"whatsapp:+{sender_number.removeprefix('+')}"}
    match content:
        case TextContent():
            form["Body"] = _limit(content.body, TWILIO.text_body, "body")
        case ButtonsContent() | ListContent():
            if content_sid is None:
                raise ContentRefused("content_sid", "buttons and lists are sent by a Content of Twilio's")
            form["ContentSid"] = content_sid
            form["ContentVariables"] = _dump_variables(variables or {})
        case MediaContent():
            form |= _media(content, media_url)
        case LocationContent():
            form["Body"] = write_place(content)
            form["PersistentAction"] = _write_pin(content)
        case _:
            assert_never(content)
    if status_callback_url:
        form["StatusCallback"] = _callback(status_callback_url, opaque)
    return form


def _media(content: MediaContent, media_url: str | None) -> dict[str, str]:
    """One file by its address, and the words below it. Sound and stickers have none."""
    if media_url is None:
        raise ContentRefused("file_id", "the file has no address")
    form = {"MediaUrl": media_url}
    if content.caption is not None:
        if content.kind in (MediaKind.AUDIO, MediaKind.STICKER):
            raise ContentRefused("caption", f"WhatsApp shows no caption under a message of kind {content.kind.value}")
        form["Body"] = _limit(content.caption, TWILIO.caption, "caption")
    return form


def write_place(content: LocationContent) -> str:
    """The words below a place: Twilio sends none without."""
    words = content.address or content.name or ", ".join(content.degrees)
    return _limit(words, TWILIO.place, "address")


def _write_pin(content: LocationContent) -> str:
    pin = f"geo:{','.join(content.degrees)}"
    return pin if content.name is None else f"{pin}|{LINE.sub(' ', _limit(content.name, TWILIO.place, 'name'))}"


def build_content(content: ButtonsContent | ListContent) -> BuiltContent:
    """The Content of a menu, and the words that fill it in. Raises `ContentRefused`."""
    filled = _Variables()
    types: JsonObject
    match content:
        case ButtonsContent():
            shape = _quick_reply(content, filled)
            types = {"twilio/quick-reply": shape}
        case ListContent():
            shape = _list_picker(content, filled)
            types = {"twilio/list-picker": shape}
        case _:
            assert_never(content)
    if len(filled.values) > MAX_VARIABLES:
        raise ContentRefused("body", f"too many lines: Twilio takes {MAX_VARIABLES} pieces of text in one menu")
    # Samples, not words: they would tell two menus apart that are one.
    samples: JsonObject = {name: name for name in filled.values}
    body: JsonObject = {"language": LANGUAGE, "variables": samples, "types": types}
    content_hash = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
    named: JsonObject = {"friendly_name": f"hoopoe-{content_hash[:16]}", **body}
    return BuiltContent(content_hash, named, filled.values, str(shape["body"]))


@dataclass(slots=True)
class _Variables:
    """The values of {{1}}, {{2}} and so on. A text gets a place for each of its lines: no value spans two."""

    values: dict[str, str] = field(default_factory=dict)

    def place(self, text: str) -> str:
        """The place that stands for a text of one line; breaks in it become spaces."""
        name = str(len(self.values) + 1)
        self.values[name] = SPACES.sub(MAX_SPACES, LINE.sub(" ", text).replace("\t", " ")).strip()
        return f"{{{{{name}}}}}"

    def place_lines(self, text: str) -> str:
        """The places of all lines. Empty lines stay, as part of the Content."""
        lines = text.replace("\r\n", "\n").strip().split("\n")
        return "\n".join(self.place(line) if LINE.sub(" ", line).strip() else "" for line in lines)


def _quick_reply(content: ButtonsContent, filled: _Variables) -> JsonObject:
    if not 1 <= len(content.buttons) <= TWILIO.buttons:
        raise ContentRefused("buttons", f"between 1 and {TWILIO.buttons} buttons, not {len(content.buttons)}")
    _distinct([button.title for button in content.buttons], "buttons.title")
    _distinct([button.id for button in content.buttons], "buttons.id")
    body = filled.place_lines(_body(content, TWILIO.buttons_body))
    # The ids stay as they are: for lists it is written that an id may be a variable, for buttons we did not find it.
    actions: list[Json] = [
        {
            "type": "QUICK_REPLY",
            "title": filled.place(_limit(button.title, TWILIO.button_title, "buttons.title")),
            "id": _plain(_limit(button.id, TWILIO.button_id, "buttons.id"), "buttons.id"),
        }
        for button in content.buttons
    ]
    return {"body": body, "actions": actions}


def _list_picker(content: ListContent, filled: _Variables) -> JsonObject:
    rows = [row for section in content.sections for row in section.rows]
    if not 1 <= len(rows) <= TWILIO.list_rows:
        raise ContentRefused("sections", f"between 1 and {TWILIO.list_rows} rows in all, not {len(rows)}")
    _distinct([row.id for row in rows], "sections.rows.id")
    if len(content.sections) > 1 and not all(section.title for section in content.sections):
        raise ContentRefused("sections.title", "every section needs a title when there are several")
    if not all(section.rows for section in content.sections):
        raise ContentRefused("sections.rows", "a section has no rows")
    body = filled.place_lines(_body(content, TWILIO.list_body))
    button = filled.place(_limit(content.button, TWILIO.list_button, "button"))
    items: list[Json] = []
    for section in content.sections:
        title = _limit(section.title, TWILIO.section_title, "sections.title") if section.title else None
        for row in section.rows:
            item: JsonObject = {
                "item": filled.place(_limit(row.title, TWILIO.row_title, "sections.rows.title")),
                "id": filled.place(
                    _plain(_limit(row.id, TWILIO.row_id, "sections.rows.id"), "sections.rows.id", is_variable=True)
                ),
            }
            description = _describe(title if len(content.sections) > 1 else None, row.description)
            if description is not None:
                item["description"] = filled.place(description)
            items.append(item)
    return {"body": body, "button": button, "items": items}


def _describe(section: str | None, description: str | None) -> str | None:
    """A row's second line, with the section before it where both have room: the row's own words come first."""
    if not description:
        return section
    own = _limit(description, TWILIO.row_description, "sections.rows.description")
    both = f"{section}{SECTION_MARK}{own}" if section is not None else own
    return both if len(both) <= TWILIO.row_description else own


def _body(content: ButtonsContent | ListContent, most: int) -> str:
    """Header, body and footer as one text, marked up as WhatsApp shows them: bold above, slanted below."""
    parts = [_limit(content.body, most, "body").strip()]
    if content.header:
        parts.insert(0, f"*{_limit(content.header, TWILIO.header, 'header').strip()}*")
    if content.footer:
        parts.append(f"_{_limit(content.footer, TWILIO.footer, 'footer').strip()}_")
    return _limit("\n\n".join(parts), most, "body")


def write_address(recipient: Address) -> str:
    """A person as Twilio writes one. Raises `ContentRefused`."""
    match choose_destination(recipient):
        case ToPhone(phone):
            return f"whatsapp:{phone}"
        case ToUserId(user_id):
            return f"whatsapp:{user_id}"


def _callback(url: str, opaque: str | None) -> str:
    """The address of the status callback with our ids in its query. A fragment (Twilio's overrides) stays last."""
    if opaque is None:
        return url
    parts = urlsplit(url)
    ours = f"{OPAQUE_PARAM}={quote(_limit(opaque, TWILIO.opaque, 'opaque'), safe='')}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{ours}" if parts.query else ours))


def _dump_variables(variables: Mapping[str, str]) -> str:
    """The values as JSON. Apostrophes are escaped: Twilio has refused them as they are (its error 21656)."""
    return orjson.dumps(dict(variables)).decode().replace("'", "\\u0027")


def _plain(text: str, name: str, *, is_variable: bool = False) -> str:
    """An id that comes back letter by letter: nothing that a Content would read as a place, or a value lose."""
    is_changed = text != text.strip() or "\t" in text or LINE.search(text) or SPACES.search(text)
    if is_changed or (not is_variable and "{{" in text):
        raise ContentRefused(name, "Twilio would change this id: line breaks, many spaces or braces in it")
    return text


def _limit(text: str, most: int, name: str) -> str:
    if not text.strip():
        raise ContentRefused(name, "it is empty")
    if len(text) > most:
        raise ContentRefused(name, f"{len(text)} characters; Twilio takes {most}")
    return text


def _distinct(texts: list[str], name: str) -> None:
    if len(set(texts)) != len(texts):
        raise ContentRefused(name, "two are the same")
