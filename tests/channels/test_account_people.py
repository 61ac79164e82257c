"""People who stop and resume marketing messages, as Meta tells of them. The payloads are our own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hoopoe.channels.account_events import About, Preference
from hoopoe.channels.account_events import AccountEventKind as Kind
from hoopoe.channels.contract import Address
from hoopoe.channels.meta.account import parse_account

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
TIME = int(AT.timestamp())
PERSON = {"wa_id": "966500000101", "user_id": "SA.1234567890"}


def test_each_person_of_a_value_is_an_event_of_the_own() -> None:
    value = {
        "contacts": [
            {"profile": {"name": " Noura ", "username": "@noura"}, **PERSON},
            {"profile": {"name": "Sami"}, "wa_id": "966500000102"},
        ],
        "user_preferences": [
            {"wa_id": "966500000102", "category": "marketing_messages", "value": "resume", "timestamp": TIME - 9},
            {**PERSON, "category": "marketing_messages", "value": "stop", "detail": "Enough.", "timestamp": str(TIME)},
        ],
    }
    resumed, stopped = parse_account({"field": "user_preferences", "value": value, "time": None, "number_id": "106"})
    assert (resumed.person, resumed.preference) == (
        Address(phone="966500000102", name="Sami"),
        Preference("marketing", is_wanted=True),
    )
    assert resumed.at == datetime.fromtimestamp(TIME - 9, UTC)
    assert (stopped.kind, stopped.what, stopped.about) == (Kind.PREFERENCE, "stop", About.PERSON)
    assert stopped.person == Address("966500000101", "SA.1234567890", username="noura", name="Noura")
    assert (stopped.preference, stopped.reason) == (Preference("marketing", is_wanted=False), "Enough.")
    assert stopped.at == AT
    assert stopped.is_of_channel
    # A value with a thousand people is not kept a thousand times.
    assert stopped.raw == {"contacts": value["contacts"][:1], "user_preferences": value["user_preferences"][1:]}


@pytest.mark.parametrize(
    ("given", "person"),
    [
        ({"wa_id": "SA.1234567890"}, Address(user_id="SA.1234567890", name="Noura")),
        ({"wa_id": "+966500000101"}, Address(phone="966500000101")),
        ({}, Address(user_id="SA.1234567890", name="Noura")),
        ({"user_id": "SA.999"}, Address(user_id="SA.999")),
    ],
)
def test_who_it_is(given: dict[str, Any], person: Address) -> None:
    """The only contact is not somebody else: what it says counts for whom it names, or for whom nobody names."""
    value = {
        "contacts": [{"profile": {"name": "Noura"}, "user_id": "SA.1234567890"}],
        "user_preferences": [{**given, "category": "marketing_messages", "value": "stop"}],
    }
    (event,) = parse_account({"field": "user_preferences", "value": value})
    assert event.person == person


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"user_preferences": "none"},
        {"user_preferences": [4]},
        {"user_preferences": [{"value": "stop"}], "contacts": [{}]},
        {"user_preferences": [{"wa_id": "966500000101", "value": "perhaps"}]},
    ],
)
def test_a_wish_of_nobody_or_without_sense_changes_no_consent(value: dict[str, Any]) -> None:
    (event,) = parse_account({"field": "user_preferences", "value": value})
    assert event.preference is None
