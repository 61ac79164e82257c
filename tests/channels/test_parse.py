"""From Meta's items to our own words: tables in payloads/, and that nothing odd gets past `UnreadableItem`."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import InboundType, StatusName
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta.parse import parse_message, parse_status
from tests.channels.test_split import json_values
from tests.channels.wire import describe, load_cases, split_one

MESSAGES = load_cases("messages")
STATUSES = load_cases("statuses")
TEXT = {"from": "966501112233", "id": "wamid.G", "timestamp": "1763600000", "type": "text", "text": {"body": "salam"}}


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", MESSAGES, ids=name_of)
def test_messages(case: dict[str, Any]) -> None:
    change = split_one(case["value"])
    assert change.unreadable == ()
    assert [(item.key, item.address, describe(parse_message(item.payload))) for item in change.items] == [
        (item["key"], item["address"], item["event"]) for item in case["items"]
    ]


@pytest.mark.parametrize("case", load_cases("people"), ids=name_of)
def test_who_wrote(case: dict[str, Any]) -> None:
    items = split_one(case["value"]).items
    assert [[item.address, describe(parse_message(item.payload).sender)] for item in items] == case["senders"]


@pytest.mark.parametrize("case", STATUSES, ids=name_of)
def test_statuses(case: dict[str, Any]) -> None:
    (item,) = split_one({"statuses": [case["status"]]}).items
    assert (item.key, item.address) == (case["key"], case["address"])
    assert describe(parse_status(item.payload)) == case["event"]


@pytest.mark.parametrize("case", load_cases("unsupported"), ids=name_of)
def test_what_we_do_not_know_is_kept_whole(case: dict[str, Any]) -> None:
    message = {"from": "966501112233", "id": "wamid.U", "timestamp": "1763600000", **case["message"]}
    (item,) = split_one({"messages": [message]}).items
    parsed = parse_message(item.payload)
    type_ = message.get("type")
    assert parsed.type is InboundType.UNSUPPORTED
    assert parsed.content == {"type": type_ if isinstance(type_, str) else None, "raw": message}
    assert (parsed.text, parsed.payload_id, parsed.sender.phone) == ("", None, "966501112233")


@pytest.mark.parametrize(
    "timestamp", ["1763600000", 1763600000, 1763600000.0, 1763600000000, "1763600000000", " 1763600000 "]
)
def test_times_in_every_form_that_was_seen(timestamp: Any) -> None:
    parsed = parse_message({"message": {**TEXT, "timestamp": timestamp}, "contact": None})
    assert parsed.sent_at == datetime(2025, 11, 20, 0, 53, 20, tzinfo=UTC)


@pytest.mark.parametrize("timestamp", [None, "", "soon", 0, -5, True, "nan", "inf", 10**400, 1e300, [], {"s": 1}])
def test_what_is_no_time(timestamp: Any) -> None:
    with pytest.raises(UnreadableItem, match=r"message\.timestamp"):
        parse_message({"message": {**TEXT, "timestamp": timestamp}, "contact": None})


def test_a_number_beyond_all_measure_is_no_place() -> None:
    place = {"type": "location", "location": {"latitude": 10**400, "longitude": 0}}
    assert parse_message({"message": {**TEXT, **place}, "contact": None}).type is InboundType.UNSUPPORTED


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({}, "message is not an object"),
        ({"message": "hi"}, "message is not an object"),
        ({"message": {**TEXT, "id": None}}, r"message\.id is missing"),
        ({"message": {**TEXT, "from": None}}, r"message\.from is missing"),
    ],
)
def test_a_message_that_cannot_be_filed(payload: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableItem, match=reason):
        parse_message(payload)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "deleted"}, "not one that we know: 'deleted'"),
        ({"status": {"a": 1}}, "not one that we know"),
        ({"status": None}, "not one that we know"),
        ({"id": []}, r"status\.id is missing"),
        ({"timestamp": "later"}, r"status\.timestamp"),
    ],
)
def test_a_status_that_cannot_be_filed(changes: dict[str, Any], reason: str) -> None:
    status = {"id": "wamid.S", "status": "sent", "timestamp": "1763600000", **changes}
    with pytest.raises(UnreadableItem, match=reason):
        parse_status({"status": status})


def test_every_status_has_its_name() -> None:
    for name in StatusName:
        parsed = parse_status({"status": {"id": "wamid.S", "status": f" {name.value} ", "timestamp": "1763600000"}})
        assert parsed.status is name


def test_the_payload_is_left_as_it_is() -> None:
    for case in MESSAGES:
        value = copy.deepcopy(case["value"])
        for item in split_one(value).items:
            parse_message(item.payload)
        assert value == case["value"]


PATHS = st.lists(st.integers(0, 20), min_size=1, max_size=5)


def mutate(value: Any, path: list[int], put: Any) -> Any:
    """The value with one place inside it replaced."""
    if not path or not isinstance(value, dict | list) or not value:
        return put
    if isinstance(value, list):
        index = path[0] % len(value)
        return [*value[:index], mutate(value[index], path[1:], put), *value[index + 1 :]]
    name = sorted(value)[path[0] % len(value)]
    return {**value, name: mutate(value[name], path[1:], put)}


@given(st.sampled_from(MESSAGES), PATHS, json_values)
def test_a_message_with_any_place_replaced_is_read_or_unreadable(
    case: dict[str, Any], path: list[int], put: Any
) -> None:
    message = case["value"]["messages"][0]
    contact = case["value"].get("contacts", [None])[0]
    payload = mutate({"message": message, "contact": contact}, path, put)
    try:
        parsed = parse_message(payload)
    except UnreadableItem as error:
        assert str(error)
    else:
        assert parsed.provider_id
        assert parsed.sender.key
        assert parsed.sent_at.tzinfo is UTC
        assert isinstance(parsed.text, str)


@given(st.sampled_from(STATUSES), PATHS, json_values)
def test_a_status_with_any_place_replaced_is_read_or_unreadable(
    case: dict[str, Any], path: list[int], put: Any
) -> None:
    payload = mutate({"status": case["status"]}, path, put)
    try:
        parsed = parse_status(payload)
    except UnreadableItem as error:
        assert str(error)
    else:
        assert parsed.provider_id
        assert parsed.at.tzinfo is UTC
