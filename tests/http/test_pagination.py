"""Cursors: what goes in comes out, and nothing else is taken."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.kernel.errors import ValidationFailed
from hoopoe.kernel.http.pagination import cut_page, decode_cursor, decode_id, encode_cursor


@given(st.datetimes(timezones=st.just(UTC)), st.uuids(), st.integers(0, 2**53), st.text(max_size=50))
def test_keys_survive(at: datetime, id_: UUID, number: int, text: str) -> None:
    cursor = encode_cursor(at, id_, number, text)
    assert decode_cursor(cursor, datetime, UUID, int, str) == (at, id_, number, text)
    assert cursor.isascii()
    assert "=" not in cursor


def encode(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "\u0661",
        "AAAA",
        encode({}),
        encode([]),
        encode(["2026-01-01T00:00:00Z"]),
        encode(["2026-01-01T00:00:00", "01990000-0000-7000-8000-000000000000"]),
        encode([1, "01990000-0000-7000-8000-000000000000"]),
        encode(["2026-01-01T00:00:00Z", "not an id"]),
        encode(["2026-01-01T00:00:00Z", None]),
    ],
)
def test_what_is_no_cursor_of_the_list_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        decode_cursor(cursor, datetime, UUID)
    assert caught.value.details == {
        "fields": [{"field": "cursor", "message": "This is not a cursor of this list.", "code": "bad_cursor"}]
    }


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        assert decode_id(text) is not None
    except ValidationFailed:
        return


@given(st.lists(st.integers(), max_size=12), st.integers(1, 10))
def test_pages_end_where_the_rows_end(rows: list[int], limit: int) -> None:
    page, cursor = cut_page(rows[: limit + 1], limit, str)
    assert list(page) == rows[:limit]
    assert (cursor is None) == (len(rows) <= limit)
    if cursor is not None:
        assert cursor == str(rows[limit - 1])
