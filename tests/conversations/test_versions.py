"""Folding changes into a message: any order, any number of times, the same message."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.conversations.versions import (
    CALL_RANKS,
    MAX_VERSIONS,
    Stored,
    apply_call_progress,
    apply_deletion,
    apply_edit,
)
from hoopoe.kernel.json import JsonObject

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def stored(**content: object) -> Stored:
    return Stored("text", {"body": "first", **content}, AT)


def edit(message: Stored, number: int) -> None:
    apply_edit(message, type_="text", content={"body": f"edit {number}"}, at=AT + timedelta(seconds=number))


@given(st.lists(st.integers(1, 15), min_size=1, max_size=12))
def test_edits_in_any_order_and_repeated_make_the_same_message(order: list[int]) -> None:
    message, wanted = stored(), stored()
    for number in order:
        edit(message, number)
    for number in sorted(set(order)):
        edit(wanted, number)
    assert (message.content, message.edited_at) == (wanted.content, wanted.edited_at)
    assert message.versions == wanted.versions
    assert message.versions[0] == {"type": "text", "content": {"body": "first"}, "at": AT.isoformat()}


def test_the_first_version_and_the_newest_ones_are_kept() -> None:
    message = stored()
    for number in range(1, 100):
        edit(message, number)
    bodies = [version["content"]["body"] for version in message.versions]
    assert bodies == ["first", *(f"edit {number}" for number in range(100 - MAX_VERSIONS, 99))]


def test_the_same_edit_again_changes_nothing() -> None:
    message = stored()
    edit(message, 1)
    before = copy.deepcopy(message)
    before.is_changed = message.is_changed = False
    edit(message, 1)
    assert message == before


def test_what_was_there_first_stays_first_whatever_the_clocks_say() -> None:
    message = stored()
    for seconds in (-5, -3):
        apply_edit(message, type_="text", content={"body": f"{seconds}"}, at=AT + timedelta(seconds=seconds))
    bodies = [version["content"]["body"] for version in message.versions]
    assert (bodies, message.content) == (["first", "-5"], {"body": "-3"})


def test_a_deletion_holds_since_the_first_of_it() -> None:
    message = stored()
    apply_deletion(message, AT)
    apply_deletion(message, AT + timedelta(hours=1))
    assert (message.deleted_at, message.content) == (AT, {"body": "first"})


def test_an_edit_does_not_forget_where_the_message_came_from() -> None:
    message = stored(referral={"headline": "Tray"}, forwarded="once")
    edit(message, 1)
    assert message.content == {"body": "edit 1", "referral": {"headline": "Tray"}, "forwarded": "once"}


@pytest.mark.parametrize("same", ["media_id", "sha256"])
def test_another_caption_under_the_same_file_does_not_fetch_it_again(same: str) -> None:
    here: JsonObject = {"media_id": "1", "sha256": "s", "caption": "a", "state": "stored", "key": "k"}
    told: JsonObject = {"media_id": "2", "sha256": "t", "caption": "b", "state": "pending", same: here[same]}
    message = Stored("image", here, AT)
    apply_edit(message, type_="image", content=told, at=AT + timedelta(seconds=1))
    assert message.content == {**here, "caption": "b"}


def test_another_file_is_another_file() -> None:
    message = Stored("image", {"media_id": "1", "sha256": None, "state": "stored"}, AT)
    told: JsonObject = {"media_id": "2", "sha256": None, "caption": None, "state": "pending"}
    apply_edit(message, type_="image", content=told, at=AT + timedelta(seconds=1))
    assert message.content == told


@given(st.lists(st.sampled_from(sorted(CALL_RANKS)), min_size=1))
def test_a_call_only_goes_forward(reports: list[str]) -> None:
    message = Stored("call", {"direction": "in", "status": "ringing"}, AT)
    for status in reports:
        apply_call_progress(message, {"status": status, "seconds": None})
    assert CALL_RANKS[str(message.content["status"])] == max(CALL_RANKS[status] for status in ["ringing", *reports])
    assert message.content["direction"] == "in"


def test_a_caption_of_ours_is_edited_beside_the_same_file() -> None:
    message = Stored("image", {"file_id": "f1", "caption": "two trays"}, AT)
    edited: JsonObject = {"media_id": "m1", "sha256": "x", "state": "pending", "caption": "three trays"}
    apply_edit(message, type_="image", content=edited, at=AT + timedelta(seconds=1))
    assert message.content == {"file_id": "f1", "caption": "three trays"}
    apply_edit(message, type_="video", content=edited, at=AT + timedelta(seconds=2))
    assert message.content == edited, "another kind of file is another file"
