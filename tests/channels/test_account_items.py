"""Changes about accounts as items: known again by field, entry, time and value, and taken apart once more alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hoopoe.channels.meta.receive import read_part
from hoopoe.channels.meta.split import split_webhook
from hoopoe.channels.parts import Change, KeptPart
from hoopoe.kernel.json import Json
from hoopoe.webhooks.asgi import to_jsonb_text

WABA_ID = "204"
RECEIVED_AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def split_one(value: Any, *, field: str = "security", entry_id: Any = WABA_ID, time: Any = 1764320400) -> Change:
    (change,) = split_webhook(
        {"entry": [{"id": entry_id, "time": time, "changes": [{"field": field, "value": value}]}]}
    )
    return change


def key_of(value: Any, **options: Any) -> str:
    (item,) = split_one(value, **options).items
    return item.key


def replay(field: str, raw: Json, account_id: str = WABA_ID) -> Change:
    return read_part(KeptPart(field=field, raw=raw, account_id=account_id, query="", received_at=RECEIVED_AT))


def test_a_repeat_has_the_same_key_however_its_value_is_written() -> None:
    assert key_of({"event": "PIN_CHANGED", "requester": "1"}) == key_of({"requester": "1", "event": "PIN_CHANGED"})


@pytest.mark.parametrize(
    "other",
    [{"field": "account_alerts"}, {"entry_id": "205"}, {"time": 1764320401}, {"value": {"event": "PIN_RESET_REQUEST"}}],
)
def test_another_field_account_time_or_value_is_another_event(other: dict[str, Any]) -> None:
    same = {"value": {"event": "PIN_CHANGED"}}
    assert key_of(**{**same, **other}) != key_of(**same)


def test_events_of_partners_belong_to_the_account_inside_and_keep_the_portfolio() -> None:
    value = {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": 777, "owner_business_id": "3"}}
    change = split_one(value, field="account_update", entry_id="900")
    assert (change.account_id, change.raw) == (
        "777",
        {"id": "900", "time": 1764320400, "changes": [{"field": "account_update", "value": value}]},
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user_preferences", {"metadata": {"phone_number_id": "106"}, "user_preferences": []}),
        ("account_settings_update", {"phone_number_settings": {"phone_number_id": "106", "calling": {}}}),
    ],
)
def test_what_names_a_number_belongs_to_it(field: str, value: Any) -> None:
    change = split_one(value, field=field)
    assert (change.sender_id, change.is_of_account) == ("106", False)


@pytest.mark.parametrize("value", ["text", None, 7, []])
def test_a_broken_value_is_unreadable_and_stops_nothing_else(value: Any) -> None:
    broken, good = split_webhook(
        {
            "entry": [
                {
                    "id": WABA_ID,
                    "changes": [
                        {"field": "security", "value": value},
                        {"field": "security", "value": {"event": "PIN_CHANGED"}},
                    ],
                }
            ]
        }
    )
    assert (broken.items, broken.unreadable) == ((), ("value: not an object",))
    assert len(good.items) == 1


@pytest.mark.parametrize("time", [None, {"a": 1}, [1], True, "soon"])
def test_any_time_of_an_entry_is_taken(time: Any) -> None:
    assert len(split_one({"event": "PIN_CHANGED"}, time=time).items) == 1


def test_a_value_that_is_nested_beyond_measure_has_a_key() -> None:
    value: Any = {}
    for _ in range(400):
        value = {"in": value}
    assert key_of(value) == key_of(value)


def test_a_kept_part_is_the_same_event_when_it_is_replayed() -> None:
    value = {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": WABA_ID}}
    first = split_one(value, field="account_update", entry_id="900")
    again = replay("account_update", first.raw)
    assert (again.items, again.account_id, again.raw) == (first.items, first.account_id, first.raw)


def test_a_value_that_no_database_holds_is_the_same_event_when_it_is_replayed() -> None:
    first = split_one({"event": "PIN\x00_CHANGED"})
    [item] = replay("security", json.loads(to_jsonb_text(first.raw))).items
    assert item.key == first.items[0].key


def test_a_value_that_looks_like_what_is_kept_of_an_entry_is_a_value() -> None:
    (item,) = replay("security", {"id": "1", "time": 2, "changes": [{}, {}]}).items
    assert item.payload["value"] == {"id": "1", "time": 2, "changes": [{}, {}]}


def test_a_key_fits_into_an_index_whatever_comes() -> None:
    assert len(key_of({"a": "x" * 9_000}, field="f" * 500, entry_id="ق" * 500, time="9" * 500)) < 128


def test_a_part_that_was_kept_before_entries_were_is_dated_by_its_request() -> None:
    (item,) = replay("security", {"event": "PIN_CHANGED"}).items
    assert item.payload["time"] == int(RECEIVED_AT.timestamp())
    assert replay("security", {"event": "PIN_CHANGED"}).items == (item,)
