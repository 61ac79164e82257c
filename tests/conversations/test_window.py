"""The 24-hour window, pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hoopoe.conversations.window import expires_at, is_open

WROTE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_message_opens_the_window_for_a_day() -> None:
    assert expires_at(WROTE) == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert is_open(expires_at(WROTE), WROTE)
    assert is_open(expires_at(WROTE), WROTE + timedelta(hours=24) - timedelta(microseconds=1))
    assert not is_open(expires_at(WROTE), WROTE + timedelta(hours=24))


def test_for_a_person_who_never_wrote_it_is_shut() -> None:
    assert not is_open(None, WROTE)
