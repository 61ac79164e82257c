"""Whatever Meta's webhook holds: each good piece becomes an item, each broken one is named, nothing raises."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import ItemKind
from hoopoe.channels.meta.split import split_webhook
from hoopoe.channels.parts import Change
from tests.channels.wire import METADATA, PHONE_NUMBER_ID, WABA_ID, envelop, load_cases, split_one

TEXT = {"from": "966501112233", "id": "wamid.G", "timestamp": "1763600000", "type": "text", "text": {"body": "salam"}}
SENT = {"id": "wamid.OURS", "status": "sent", "timestamp": "1763600000", "recipient_id": "966501112233"}

# Meta's own names everywhere, so that garbage comes close to what is read.
NAMES = [
    "entry changes value field id metadata phone_number_id messages statuses contacts from from_user_id user_id wa_id",
    "type text body interactive button_reply list_reply title image location latitude profile name status timestamp",
    "recipient_id recipient_user_id errors code error_data context group_id",
]
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text()
    | st.sampled_from(["messages", "text", "1"])
)
names = st.sampled_from(" ".join(NAMES).split()) | st.text(max_size=3)
json_values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=25
)


@pytest.mark.parametrize("case", load_cases("broken"), ids=lambda case: str(case["name"]))
def test_a_broken_piece_is_named_and_costs_its_neighbours_nothing(case: dict[str, Any]) -> None:
    assert split_one(case["value"]).unreadable == tuple(case["unreadable"])
    assert split_one(case["value"]).items == ()
    value = copy.deepcopy(case["value"])
    value.setdefault("messages", [])
    value.setdefault("statuses", [])
    for name, good in (("messages", TEXT), ("statuses", SENT)):
        if isinstance(value[name], list):
            value[name].append(good)
    change = split_one(value)
    assert change.unreadable == tuple(case["unreadable"])
    wanted = [
        key
        for name, key in (("messages", "m:wamid.G"), ("statuses", "s:wamid.OURS:sent:"))
        if isinstance(value[name], list)
    ]
    assert [item.key for item in change.items] == wanted


def test_all_entries_all_changes_all_items() -> None:
    def value(phone_number_id: str, *ids: str) -> dict[str, Any]:
        return {
            "metadata": {"phone_number_id": phone_number_id},
            "messages": [{**TEXT, "id": each} for each in ids],
            "statuses": [{**SENT, "id": f"{each}.ours"} for each in ids],
        }

    changes = split_webhook(
        {
            "entry": [
                {"id": "1", "changes": [{"field": "messages", "value": value("11", "a", "b")}]},
                {
                    "id": 2,
                    "changes": [
                        {"field": "messages", "value": value("21", "c")},
                        {"field": "messages", "value": value("22")},
                    ],
                },
            ]
        }
    )
    assert [(change.account_id, change.sender_id) for change in changes] == [
        ("1", "11"),
        ("2", "21"),
        ("2", "22"),
    ]
    assert [[item.key for item in change.items] for change in changes] == [
        ["m:a", "m:b", "s:a.ours:sent:", "s:b.ours:sent:"],
        ["m:c", "s:c.ours:sent:"],
        [],
    ]
    assert all(change.unreadable == () for change in changes)


def test_an_item_carries_the_message_as_it_came_with_its_own_contact() -> None:
    theirs = {"profile": {"name": "ندى"}, "wa_id": "966501112233"}
    change = split_one({"contacts": [{"wa_id": "966500000000"}, theirs], "messages": [TEXT], "statuses": [SENT]})
    message, status = change.items
    assert (message.kind, message.payload) == (ItemKind.MESSAGE, {"message": TEXT, "contact": theirs})
    assert (status.kind, status.payload) == (ItemKind.STATUS, {"status": SENT})


def test_the_same_event_has_the_same_key_and_another_status_another() -> None:
    first, again = split_one({"statuses": [SENT, {**SENT, "timestamp": "1763600009"}]}).items
    assert first.key == again.key
    (delivered,) = split_one({"statuses": [{**SENT, "status": "delivered"}]}).items
    assert delivered.key != first.key


@pytest.mark.parametrize(
    "field",
    [
        "group_lifecycle_update",
        "group_settings_update",
    ],
)
def test_other_fields_are_kept_and_give_no_items(field: str) -> None:
    change = split_one({"messages": [TEXT], "message_echoes": [TEXT]}, field=field)
    assert (change.items, change.unreadable) == ((), ())
    assert isinstance(change.raw, dict)
    assert change.raw["messages"] == [TEXT]


@pytest.mark.parametrize("field", ["security", "account_update", "message_template_status_update", "x"])
def test_a_field_of_the_account_is_one_item_that_belongs_to_no_number(field: str) -> None:
    value = {"event": "PIN_CHANGED"}
    (change,) = split_webhook({"entry": [{"id": WABA_ID, "time": 1, "changes": [{"field": field, "value": value}]}]})
    assert (change.account_id, change.sender_id, change.unreadable) == (WABA_ID, None, ())
    assert change.is_of_account
    (item,) = change.items
    assert (item.kind, item.address) == (ItemKind.ACCOUNT, f"account:{WABA_ID}")
    assert (item.payload["field"], item.payload["value"], item.payload["time"]) == (field, value, 1)


def test_messages_without_a_number_are_given_to_nobody() -> None:
    """By the account they would be filed once for each of its numbers, and answered by each."""
    (change,) = split_webhook(
        {"entry": [{"id": WABA_ID, "changes": [{"field": "messages", "value": {"messages": [TEXT]}}]}]}
    )
    assert (change.items, change.unreadable) == ((), ("metadata.phone_number_id: missing",))


@pytest.mark.parametrize("body", [None, True, 1, "entry", [], {}, {"entry": {}}, {"entry": None}, {"object": "page"}])
def test_a_body_of_another_shape_has_no_parts(body: Any) -> None:
    assert split_webhook(body) == []


def test_broken_frames_are_named_by_their_path() -> None:
    changes = split_webhook(
        {
            "entry": [
                "x",
                {"id": "9", "changes": "y"},
                {"id": "9", "changes": [7, {"field": "messages", "value": "z"}, {"value": {"metadata": METADATA}}]},
            ]
        }
    )
    assert [(change.account_id, change.raw, change.unreadable) for change in changes] == [
        (None, "x", ("entry[0]: not an object",)),
        ("9", {"id": "9", "changes": "y"}, ("entry[1].changes: not a list",)),
        ("9", 7, ("entry[2].changes[0]: not an object",)),
        ("9", "z", ("value: not an object",)),
        ("9", {"metadata": METADATA}, ()),
    ]


@pytest.mark.parametrize("bad", ["", "   ", "a\x00b", "x" * 513, 10**40, True, 1.5, ["a"], {"a": 1}])
def test_what_no_key_can_be_made_of_is_not_an_id(bad: Any) -> None:
    change = split_one({"messages": [{**TEXT, "id": bad}], "statuses": [{**SENT, "id": bad}]})
    assert change.items == ()
    assert change.unreadable == ("messages[0].id: missing or not an id", "statuses[0].id: missing or not an id")


def test_an_error_that_comes_alone_is_named() -> None:
    error = {"code": 131000, "title": "Something went wrong\x00", "error_data": {"details": "Too much"}}
    change = split_one({"errors": [error, None, {"code": 1, "title": "x" * 1000}]})
    assert change.items == ()
    assert change.unreadable[0] == "errors[0]: 131000 Something went wrong\ufffd: Too much"
    assert len(change.unreadable[1]) < 350
    # Beside a message it is that message's.
    assert split_one({"messages": [TEXT], "errors": [error]}).unreadable == ()


@given(json_values)
def test_no_json_at_all_makes_it_raise(body: Any) -> None:
    for change in split_webhook(body):
        assert isinstance(change, Change)


@given(json_values)
def test_no_value_at_all_makes_it_raise(value: Any) -> None:
    body = {"entry": [{"id": WABA_ID, "changes": [{"field": "messages", "value": value}]}]}
    (change,) = split_webhook(body)
    assert change.raw is value


@given(st.lists(json_values, max_size=4), st.lists(json_values, max_size=4), json_values, st.randoms())
def test_a_good_message_among_garbage_is_never_lost(
    garbage: list[Any], statuses: list[Any], contacts: Any, random: Any
) -> None:
    messages = [*garbage, TEXT]
    random.shuffle(messages)
    body = envelop({"messages": messages, "statuses": [*statuses, SENT], "contacts": contacts})
    body["entry"] = [*garbage, *body["entry"], *statuses]
    keys = [item.key for change in split_webhook(body) for item in change.items if change.sender_id == PHONE_NUMBER_ID]
    assert "m:wamid.G" in keys
    assert "s:wamid.OURS:sent:" in keys
