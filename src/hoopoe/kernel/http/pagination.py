"""Pages by key: `limit`, an opaque `cursor`, and the rows behind it in a fixed order.

A cursor holds the sort key of the last row that was given. Rows that come meanwhile shift nothing,
and the hundredth page costs what the first one does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query

from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.http.shapes import Wire

DEFAULT_LIMIT = 30
MAX_LIMIT = 100

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many to give at most.")]
CursorText = Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")]

Item = TypeVar("Item")
Row = TypeVar("Row")


class Page(Wire, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last one."""

    data: list[Item]
    next_cursor: str | None


def encode_cursor(*key: str | int | datetime | UUID) -> str:
    """The sort key of a row as opaque text."""
    plain = [str(part) if isinstance(part, UUID) else part for part in key]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def decode_cursor(text: str | None, *kinds: type) -> tuple[object, ...] | None:
    """The sort key in a cursor, of these types; None where there is no cursor.

    Raises `ValidationFailed` for text that is not a cursor of this list.
    """
    if text is None:
        return None
    try:
        return _read_key(orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))), kinds)
    except (ValueError, binascii.Error):
        raise ValidationFailed(FieldFault("cursor", "This is not a cursor of this list.", "bad_cursor")) from None


def decode_id(text: str | None) -> UUID | None:
    """The id in a cursor of a list that is sorted by id alone. Raises `ValidationFailed`."""
    match decode_cursor(text, UUID):
        case (UUID() as id_,):
            return id_
        case _:
            return None


def _read_key(key: object, kinds: Sequence[type]) -> tuple[object, ...]:
    if not isinstance(key, list) or len(key) != len(kinds):
        raise ValueError("another list's cursor")
    return tuple(_read_part(part, kind) for part, kind in zip(key, kinds, strict=True))


def _read_part(part: object, kind: type) -> object:
    if kind is datetime and isinstance(part, str):
        at = datetime.fromisoformat(part)
        if at.tzinfo is None:
            raise ValueError("a time without a zone")
        return at
    if kind is UUID and isinstance(part, str):
        return UUID(part)
    if kind in (int, str) and type(part) is kind:
        return part
    raise ValueError("another list's cursor")


def cut_page(rows: Sequence[Row], limit: int, key: Callable[[Row], str]) -> tuple[Sequence[Row], str | None]:
    """The page of `limit` rows, and the cursor behind it, from `limit + 1` rows that were read."""
    if len(rows) <= limit:
        return rows, None
    page = rows[:limit]
    return page, key(page[-1])
