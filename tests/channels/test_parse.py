"""From Meta's items to our own words: tables in payloads/, and that nothing odd gets past `UnreadableItem`."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import InboundType, ItemKind, StatusName
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta.changes import parse_change
from hoopoe.channels.meta.parse import parse_group_message, parse_message, parse_status
from hoopoe.kernel.json import dump_json
from tests.channels.test_split import json_values
from tests.channels.wire import describe, load_cases, split_one

MESSAGES = load_cases("messages")
STATUSES = load_cases("statuses")
TYPES = load_cases("types")
CALLS = load_cases("calls")
SENT = {"from": "966501112233", "id": "wamid.U", "timestamp": "1763600000"}
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


@pytest.mark.parametrize("case", TYPES, ids=name_of)
def test_every_type(case: dict[str, Any]) -> None:
    (item,) = split_one({"messages": [{**SENT, **case["message"]}]}).items
    parsed = parse_message(item.payload)
    assert item.kind is ItemKind.MESSAGE
    assert (parsed.type, parsed.content) == (case["type"], case["content"])
    assert (parsed.text, parsed.payload_id) == (case["text"], case.get("payload_id"))


def test_there_is_a_payload_of_every_type() -> None:
    seen = {case["type"] for case in TYPES} | {
        item["event"]["type"]
        for case in (*MESSAGES, *CALLS)
        for item in case.get("items", [case])
        if "type" in item["event"]
    }
    assert seen | {"unsupported"} == {type_.value for type_ in InboundType}


def test_an_empty_message_is_explained_by_the_errors_of_its_webhook() -> None:
    errors = [{"code": 131000, "title": "Something went wrong", "error_data": {"details": "Unsupported payload"}}]
    message = {**SENT, "type": "interactive"}
    (item,) = split_one({"messages": [message], "errors": errors}).items
    content = parse_message(item.payload).content
    assert content["type"] == "interactive"
    assert content["errors"] == [
        {
            "code": 131000,
            "title": "Something went wrong",
            "details": "Unsupported payload",
            "words": {
                "en": "WhatsApp could not pass on what this person sent.",
                "ar": "لم يتمكن واتساب من إيصال ما أرسله هذا الشخص.",
            },
        }
    ]


def test_what_whatsapp_does_not_pass_on_says_what_it_was_and_why() -> None:
    errors = [{"code": 131051, "title": "Message type unknown"}]
    message = {**SENT, "type": "unsupported", "unsupported": {"type": "poll"}, "errors": errors}
    (item,) = split_one({"messages": [message]}).items
    content = parse_message(item.payload).content
    assert (content["type"], content["of"], content["raw"]) == ("unsupported", "poll", message)
    [error] = content["errors"]
    assert (error["code"], error["title"], error["details"]) == (131051, "Message type unknown", None)
    assert "does not pass this kind of message" in error["words"]["en"]


@pytest.mark.parametrize("case", load_cases("changes"), ids=name_of)
def test_changes_of_other_messages(case: dict[str, Any]) -> None:
    (item,) = split_one({"messages": [{**SENT, "id": "wamid.C", **case["message"]}]}).items
    assert (item.kind, item.key, item.address) == (ItemKind.CHANGE, "m:wamid.C", case["event"]["target_id"])
    assert describe(parse_change(item.payload)) == case["event"]


@pytest.mark.parametrize("case", CALLS, ids=name_of)
def test_calls(case: dict[str, Any]) -> None:
    (item,) = split_one(case["value"], field="calls").items
    assert (item.kind, item.key, item.address) == (case["kind"], case["key"], case["address"])
    parsed = parse_change(item.payload) if item.kind is ItemKind.CHANGE else parse_message(item.payload)
    assert describe(parsed) == case["event"]


@pytest.mark.parametrize(
    ("changes", "type_", "content"),
    [
        ({"type": "text", "text": {"body": "كلكم"}}, "text", {"body": "كلكم"}),
        (
            {"type": "reaction", "reaction": {"message_id": "wamid.X"}},
            "reaction",
            {"target_id": "wamid.X", "emoji": None},
        ),
        ({"type": "revoke", "revoke": {"original_message_id": "wamid.X"}}, "deletion", {"target_id": "wamid.X"}),
        (
            {
                "type": "edit",
                "edit": {"original_message_id": "wamid.X", "message": {"type": "text", "text": {"body": "b"}}},
            },
            "edit",
            {"target_id": "wamid.X", "type": "text", "content": {"body": "b"}},
        ),
    ],
)
def test_whatever_is_done_in_a_group_is_the_groups(
    changes: dict[str, Any], type_: str, content: dict[str, Any]
) -> None:
    (item,) = split_one({"messages": [{**SENT, "group_id": "R3JvdXA", **changes}]}).items
    assert (item.kind, item.key, item.address) == (ItemKind.GROUP, "m:wamid.U", "R3JvdXA")
    parsed = parse_group_message(item.payload)
    assert (parsed.group_id, parsed.type, parsed.content) == ("R3JvdXA", type_, content)
    assert parsed.sender.phone == "966501112233"


def test_a_form_that_is_nested_for_ever_is_kept_as_the_text_that_it_was() -> None:
    response = '{"a":' * 60 + "1" + "}" * 60
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": response}}
    (item,) = split_one({"messages": [{**SENT, "type": "interactive", "interactive": reply}]}).items
    assert parse_message(item.payload).content == {"name": "flow", "body": None, "answer": None, "response": response}


def test_a_form_holds_nothing_that_a_database_refuses() -> None:
    reply = {
        "type": "nfm_reply",
        "nfm_reply": {"name": "flow", "response_json": '{"a\\u0000":["x\\u0000y",' + "9" * 400 + "]}"},
    }
    (item,) = split_one({"messages": [{**SENT, "type": "interactive", "interactive": reply}]}).items
    content = parse_message(item.payload).content
    assert content["answer"] == {"a\ufffd": ["x\ufffdy", "9" * 400]}
    assert "\\u0000" not in dump_json(content)


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
    message = {**SENT, **case["message"]}
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


@given(st.sampled_from(TYPES), PATHS, json_values)
def test_any_type_with_any_place_replaced_is_read_or_unreadable(
    case: dict[str, Any], path: list[int], put: Any
) -> None:
    message = mutate({**SENT, **case["message"]}, path, put)
    for item in split_one({"messages": [message]}).items:
        try:
            if item.kind is ItemKind.CHANGE:
                changed = parse_change(item.payload)
                assert changed.target_id == item.address
            elif item.kind is ItemKind.GROUP:
                assert parse_group_message(item.payload).group_id == item.address
            else:
                parsed = parse_message(item.payload)
                assert isinstance(parsed.text, str)
                assert dump_json(parsed.content)
        except UnreadableItem as error:
            assert str(error)


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
