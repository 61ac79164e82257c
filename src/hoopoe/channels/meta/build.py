"""From our content to the Cloud API's request body. Pure.

Limits are Meta's own (messages/send-messages and the interactive message pages); what is over one is
refused here with the field's name, because Meta's answer would name only a code.
"""

from __future__ import annotations

from typing import assert_never

from hoopoe.channels.addressing import ToPhone, ToUserId, choose_destination
from hoopoe.channels.capabilities import META, Capabilities
from hoopoe.channels.contract import (
    Address,
    Button,
    ButtonsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaKind,
    OutboundContent,
    OutboundReaction,
    ReadReceipt,
    Row,
    Section,
    Signal,
    TextContent,
)
from hoopoe.channels.errors import ContentRefused
from hoopoe.kernel.json import Json, JsonObject


def build_request(
    content: OutboundContent | Signal,
    *,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
    media_id: str | None = None,
) -> JsonObject:
    """The body of `POST /{phone_number_id}/messages`. `media_id` is Meta's own of a content's file.

    Raises `ContentRefused`.
    """
    if isinstance(content, ReadReceipt):
        return {"messaging_product": "whatsapp", "status": "read", "message_id": content.provider_id}
    body: JsonObject = {"messaging_product": "whatsapp", "recipient_type": "individual", **_address(recipient)}
    if isinstance(content, OutboundReaction):
        return {**body, "type": "reaction", "reaction": {"message_id": content.provider_id, "emoji": content.emoji}}
    match content:
        case TextContent():
            body["type"] = "text"
            text = _limit(content.body, META.text_body, "body")
            body["text"] = {"preview_url": "http://" in text or "https://" in text, "body": text}
        case ButtonsContent():
            body["type"] = "interactive"
            body["interactive"] = _buttons(content, META)
        case ListContent():
            body["type"] = "interactive"
            body["interactive"] = _list(content, META)
        case MediaContent():
            body["type"] = content.kind.value
            body[content.kind.value] = _media(content, media_id)
        case LocationContent():
            body["type"] = "location"
            body["location"] = _location(content)
        case _:
            assert_never(content)
    if reply_to is not None:
        body["context"] = {"message_id": reply_to}
    if opaque is not None:
        body["biz_opaque_callback_data"] = _limit(opaque, META.opaque, "opaque")
    return body


def _address(recipient: Address) -> JsonObject:
    match choose_destination(recipient):
        case ToPhone(phone):
            return {"to": phone}
        case ToUserId(user_id):
            return {"recipient": user_id}


def _media(content: MediaContent, media_id: str | None) -> JsonObject:
    """A file by Meta's id of it. Sound and stickers have no caption: what one says there is never lost in silence."""
    if media_id is None:
        raise ContentRefused("file_id", "the file is not at WhatsApp yet")
    built: JsonObject = {"id": media_id}
    if content.caption is not None:
        if content.kind in (MediaKind.AUDIO, MediaKind.STICKER):
            raise ContentRefused("caption", f"WhatsApp shows no caption under a message of kind {content.kind.value}")
        built["caption"] = _limit(content.caption, META.caption, "caption")
    if content.kind is MediaKind.DOCUMENT and content.filename is not None:
        built["filename"] = content.filename
    if content.is_voice:
        built["voice"] = True
    return built


def _location(content: LocationContent) -> JsonObject:
    # Meta takes degrees as text, and as numbers too.
    latitude, longitude = content.degrees
    built: JsonObject = {"latitude": latitude, "longitude": longitude}
    if content.name is not None:
        built["name"] = _limit(content.name, META.place, "name")
    if content.address is not None:
        built["address"] = _limit(content.address, META.place, "address")
    return built


def _buttons(content: ButtonsContent, limits: Capabilities) -> JsonObject:
    if not 1 <= len(content.buttons) <= limits.buttons:
        raise ContentRefused("buttons", f"between 1 and {limits.buttons} buttons, not {len(content.buttons)}")
    _distinct([button.title for button in content.buttons], "buttons.title")
    _distinct([button.id for button in content.buttons], "buttons.id")
    buttons: list[Json] = [_button(button, limits) for button in content.buttons]
    return _interactive(
        "button", content.body, content.header, content.footer, {"buttons": buttons}, body_limit=limits.buttons_body
    )


def _button(button: Button, limits: Capabilities) -> JsonObject:
    return {
        "type": "reply",
        "reply": {
            "id": _limit(button.id, limits.button_id, "buttons.id"),
            "title": _limit(button.title, limits.button_title, "buttons.title"),
        },
    }


def _list(content: ListContent, limits: Capabilities) -> JsonObject:
    rows = [row for section in content.sections for row in section.rows]
    if not 1 <= len(rows) <= limits.list_rows:
        raise ContentRefused("sections", f"between 1 and {limits.list_rows} rows in all, not {len(rows)}")
    _distinct([row.id for row in rows], "sections.rows.id")
    if len(content.sections) > 1 and not all(section.title for section in content.sections):
        raise ContentRefused("sections.title", "every section needs a title when there are several")
    if not all(section.rows for section in content.sections):
        raise ContentRefused("sections.rows", "a section has no rows")
    sections: list[Json] = [_section(section, limits) for section in content.sections]
    action: JsonObject = {"button": _limit(content.button, limits.list_button, "button"), "sections": sections}
    return _interactive("list", content.body, content.header, content.footer, action, body_limit=limits.list_body)


def _section(section: Section, limits: Capabilities) -> JsonObject:
    rows: list[Json] = [_row(row, limits) for row in section.rows]
    built: JsonObject = {"rows": rows}
    if section.title:
        built["title"] = _limit(section.title, limits.section_title, "sections.title")
    return built


def _row(row: Row, limits: Capabilities) -> JsonObject:
    built: JsonObject = {
        "id": _limit(row.id, limits.row_id, "sections.rows.id"),
        "title": _limit(row.title, limits.row_title, "sections.rows.title"),
    }
    if row.description:
        built["description"] = _limit(row.description, limits.row_description, "sections.rows.description")
    return built


def _interactive(
    type_: str, body: str, header: str | None, footer: str | None, action: JsonObject, *, body_limit: int
) -> JsonObject:
    built: JsonObject = {"type": type_, "body": {"text": _limit(body, body_limit, "body")}, "action": action}
    if header:
        built["header"] = {"type": "text", "text": _limit(header, META.header, "header")}
    if footer:
        built["footer"] = {"text": _limit(footer, META.footer, "footer")}
    return built


def _limit(text: str, most: int, field: str) -> str:
    if not text.strip():
        raise ContentRefused(field, "it is empty")
    if len(text) > most:
        raise ContentRefused(field, f"{len(text)} characters; WhatsApp takes {most}")
    return text


def _distinct(texts: list[str], field: str) -> None:
    if len(set(texts)) != len(texts):
        raise ContentRefused(field, "two are the same")
