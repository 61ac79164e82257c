"""What the judge is given: the simulator's log, read. A kind of message that is not read would never be missed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chaos.judge import NO_NUMBER, Change, Key, Post, Takeover
from tests.chaos.wire import Told, read_answers

LINE, SAMI = "106500000000001", "966550000001"


def row(value: dict[str, Any], *, field: str = "messages", status: int | None = 200) -> dict[str, Any]:
    """A try that began at 9.9 and ended at 10."""
    metadata = {"metadata": {"phone_number_id": LINE}}
    body = {"entry": [{"changes": [{"field": field, "value": {**metadata, **value}}]}]}
    return {"at": 10.0, "ms": 100, "status": status, "body": json.dumps(body)}


def told_of(message: dict[str, Any], *, status: int | None = 200) -> Told:
    told = Told()
    told.read([row({"messages": [{"from": SAMI, "id": "wamid.1", **message}]}, status=status)])
    return told


@pytest.mark.parametrize(
    "message",
    [
        {"type": "text", "text": {"body": "#7#"}},
        {"type": "image", "image": {"id": "1", "caption": "#7#"}},
        {"type": "button", "button": {"text": "#7#", "payload": "again"}},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "a", "title": "#7#"}}},
        {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "a", "title": "#7#"}}},
    ],
    ids=lambda message: message["type"],
)
def test_every_kind_of_the_load_is_read(message: dict[str, Any]) -> None:
    [post] = told_of(message).posts
    assert post.key == Key(LINE, SAMI, 7)
    assert post.posted == pytest.approx(9.9)
    assert post == Post(post.key, post.posted, 10.0)
    [missed] = told_of(message, status=503).posts
    assert missed.acknowledged is None


def test_changes_are_no_messages_and_count_once_acknowledged() -> None:
    inner = {"type": "text", "text": {"body": "#7# again"}}
    edit = {"type": "edit", "edit": {"original_message_id": "wamid.7", "message": inner}}
    reaction = {"type": "reaction", "reaction": {"message_id": "wamid.7", "emoji": "👍"}}
    told = told_of(edit)
    assert (told.posts, told.changes) == ([], {Change(LINE, SAMI, "wamid.7", "edit", "#7# again")})
    assert told_of(reaction).changes == {Change(LINE, SAMI, "wamid.7", "reaction", "👍")}
    assert told_of(reaction, status=None).changes == set()


def test_the_owners_word_is_read_from_its_own_field() -> None:
    told = Told()
    told.read([row({"message_echoes": [{"to": SAMI}]}, field="smb_message_echoes")])
    [takeover] = told.takeovers
    assert takeover == Takeover(LINE, SAMI, takeover.posted, 10.0)


def test_a_try_that_has_not_ended_is_not_read() -> None:
    told = Told()
    told.read([{**row({"messages": []}), "ms": None}])
    assert told == Told()


def test_answers_without_a_number_are_kept() -> None:
    accepted = {"phone_number_id": LINE, "to": f"+{SAMI}", "biz_opaque_callback_data": "m.1"}
    one, other = read_answers([{**accepted, "body": "you said #7#"}, {**accepted, "body": "you said 👍"}])
    assert (one.key.number, other.key.number, other.message_id) == (7, NO_NUMBER, "m")
