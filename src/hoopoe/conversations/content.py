"""Outgoing content as JSON: what `messages.content` and `outbox.content` hold, and the API shows.

The shapes are in docs/reference/messages.md. Both directions are lossless for what we wrote
ourselves; JSON of strangers is checked by conversations.schemas before it comes here.
"""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from hoopoe.channels.contract import (
    Button,
    ButtonsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaKind,
    OutboundContent,
    Row,
    Section,
    TextContent,
)
from hoopoe.kernel.json import Json, JsonObject

TEXT = "text"
BUTTONS = "buttons"
LIST = "list"
LOCATION = "location"


def content_type(content: OutboundContent) -> str:
    """The message's `type`."""
    match content:
        case TextContent():
            return TEXT
        case ButtonsContent():
            return BUTTONS
        case ListContent():
            return LIST
        case MediaContent():
            return content.kind.value
        case LocationContent():
            return LOCATION
        case _:
            assert_never(content)


def content_to_json(content: OutboundContent) -> JsonObject:
    """The message's `content`. Absent headers and footers are left out."""
    match content:
        case TextContent(body):
            return {"body": body}
        case ButtonsContent(body, buttons, header, footer):
            buttons_json: list[Json] = [{"id": button.id, "title": button.title} for button in buttons]
            return _present({"body": body, "buttons": buttons_json, "header": header, "footer": footer})
        case ListContent(body, button, sections, header, footer):
            sections_json: list[Json] = [
                _present({"title": section.title, "rows": [_row_to_json(row) for row in section.rows]})
                for section in sections
            ]
            return _present(
                {"body": body, "button": button, "sections": sections_json, "header": header, "footer": footer}
            )
        case MediaContent(_, file_id, caption, filename, is_voice):
            voice: JsonObject = {"voice": True} if is_voice else {}
            return _present({"file_id": str(file_id), "caption": caption, "filename": filename, **voice})
        case LocationContent(latitude, longitude, name, address):
            return _present({"latitude": latitude, "longitude": longitude, "name": name, "address": address})
        case _:
            assert_never(content)


def content_from_json(type_: str, content: JsonObject) -> OutboundContent:
    """Read back what `content_to_json` wrote. Raises ValueError for a type that is never sent."""
    match type_:
        case "text":
            return TextContent(_text(content, "body"))
        case "buttons":
            return ButtonsContent(
                body=_text(content, "body"),
                buttons=tuple(Button(_text(item, "id"), _text(item, "title")) for item in _objects(content, "buttons")),
                header=_optional(content, "header"),
                footer=_optional(content, "footer"),
            )
        case "list":
            return ListContent(
                body=_text(content, "body"),
                button=_text(content, "button"),
                sections=tuple(
                    Section(
                        rows=tuple(
                            Row(_text(row, "id"), _text(row, "title"), _optional(row, "description"))
                            for row in _objects(section, "rows")
                        ),
                        title=_optional(section, "title"),
                    )
                    for section in _objects(content, "sections")
                ),
                header=_optional(content, "header"),
                footer=_optional(content, "footer"),
            )
        case "image" | "video" | "audio" | "document" | "sticker":
            return MediaContent(
                kind=MediaKind(type_),
                file_id=UUID(_text(content, "file_id")),
                caption=_optional(content, "caption"),
                filename=_optional(content, "filename"),
                is_voice=content.get("voice") is True,
            )
        case "location":
            return LocationContent(
                latitude=_number(content, "latitude"),
                longitude=_number(content, "longitude"),
                name=_optional(content, "name"),
                address=_optional(content, "address"),
            )
        case _:
            raise ValueError(f"messages of type {type_} are not sent")


def _row_to_json(row: Row) -> JsonObject:
    return _present({"id": row.id, "title": row.title, "description": row.description})


def _present(value: JsonObject) -> JsonObject:
    return {key: item for key, item in value.items() if item is not None}


def _text(value: JsonObject, key: str) -> str:
    text = value[key]
    if not isinstance(text, str):
        raise TypeError(f"{key} is not text")
    return text


def _number(value: JsonObject, key: str) -> float:
    number = value[key]
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise TypeError(f"{key} is not a number")
    return number


def _optional(value: JsonObject, key: str) -> str | None:
    return _text(value, key) if value.get(key) is not None else None


def _objects(value: JsonObject, key: str) -> list[JsonObject]:
    items = value[key]
    if not isinstance(items, list):
        raise TypeError(f"{key} is not a list")
    return [item for item in items if isinstance(item, dict)]
