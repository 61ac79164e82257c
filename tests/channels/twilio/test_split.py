"""One form, one part: whose it is, what it holds, and what cannot be filed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import InboundMessage, ItemKind, StatusUpdate
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.twilio.parse import parse_message, parse_status
from hoopoe.channels.twilio.split import split_form
from tests.channels.twilio.forms import (
    ACCOUNT_SID,
    AT,
    INBOUND,
    MESSAGE_SID,
    NADA,
    NUMBER,
    STATUS,
    USER_ID,
    pairs,
    split_one,
)


def test_a_message_belongs_to_the_number_it_was_sent_to() -> None:
    change = split_one(pairs(INBOUND))
    assert (change.sender_id, change.account_id, change.unreadable) == (NUMBER, ACCOUNT_SID, ())
    [item] = change.items
    assert (item.kind, item.key, item.address) == (ItemKind.MESSAGE, f"m:{MESSAGE_SID}", NADA)
    assert item.payload == change.raw == INBOUND


def test_a_status_belongs_to_the_number_that_sent_and_names_our_own_ids() -> None:
    change = split_one(pairs(STATUS), [("lang", "ar"), ("message", "0190-aa.2")])
    assert (change.sender_id, change.account_id, change.unreadable) == (NUMBER, ACCOUNT_SID, ())
    [item] = change.items
    assert (item.kind, item.key, item.address) == (ItemKind.STATUS, f"s:{MESSAGE_SID}:delivered", NADA)
    assert item.payload == {**STATUS, "opaque": "0190-aa.2"}
    assert change.raw == STATUS


def test_our_own_keys_come_from_us_alone() -> None:
    forged = pairs(STATUS, opaque="other.1", received_at="2020-01-01T00:00:00Z")
    assert split_one(forged, [("message", "mine.1")]).items[0].payload == {**STATUS, "opaque": "mine.1"}
    assert split_one(forged).items[0].payload == STATUS


def test_a_status_is_known_by_its_own_name_and_not_by_that_of_a_text_message() -> None:
    with_body = split_one(pairs(STATUS, Body="Your order", SmsStatus="received"))
    assert with_body.items[0].kind is ItemKind.STATUS
    inbound = split_one(pairs(INBOUND, MessageStatus="received"))
    assert inbound.items[0].kind is ItemKind.MESSAGE


@pytest.mark.parametrize("status", ["queued", "accepted", "sending", "scheduled", "canceled", "Queued"])
def test_what_changes_nothing_is_kept_and_not_filed(status: str) -> None:
    change = split_one(pairs(STATUS, MessageStatus=status, SmsStatus=status))
    assert (change.items, change.unreadable) == ((), ())
    assert change.sender_id == NUMBER


def test_a_name_that_came_twice_is_a_list() -> None:
    change = split_one([*pairs(INBOUND), ("Extra", "a"), ("Extra", "b"), ("Extra", "c")])
    assert change.items[0].payload["Extra"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({"From": f"whatsapp:{USER_ID}", "WaId": ""}, USER_ID),
        ({"ExternalUserId": f"whatsapp:{USER_ID}"}, USER_ID),
        ({"ExternalUserId": USER_ID}, USER_ID),
        ({"From": "whatsapp:+5511987654321", "WaId": "551187654321"}, "551187654321"),
        ({"WaId": "+" + NADA}, NADA),
        ({"WaId": "nobody"}, NADA),
        ({"From": f"whatsapp: {NADA}"}, NADA),
    ],
)
def test_a_person_is_filed_under_the_most_stable_id(changes: dict[str, str], address: str) -> None:
    assert split_one(pairs(INBOUND, **changes)).items[0].address == address


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({"To": f"whatsapp:{USER_ID}"}, USER_ID),
        ({"ExternalUserId": f"whatsapp:{USER_ID}"}, USER_ID),
        ({"To": ""}, MESSAGE_SID),
    ],
)
def test_a_status_without_a_number_is_as_good_as_any(changes: dict[str, str], address: str) -> None:
    assert split_one(pairs(STATUS, **changes)).items[0].address == address


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ([], "MessageSid"),
        (pairs(INBOUND, "MessageSid", "SmsSid", "SmsMessageSid"), "MessageSid"),
        (pairs(INBOUND, MessageSid="x" * 600, SmsSid="\x00", SmsMessageSid=" "), "MessageSid"),
        (pairs(INBOUND, To="+966112223344"), "To"),
        (pairs(INBOUND, To="messenger:1122334455"), "To"),
        (pairs(INBOUND, "From", "WaId"), "From"),
        (pairs(INBOUND, "WaId", From="+966501112233"), "From"),
        (pairs(INBOUND, SmsStatus="delivered"), "MessageStatus"),
        (pairs(STATUS, "MessageSid", "SmsSid"), "MessageSid"),
        (pairs(STATUS, From="+966112223344"), "From"),
    ],
)
def test_what_cannot_be_filed_is_named(params: list[tuple[str, str]], named: str) -> None:
    change = split_one(params)
    assert (change.items, change.sender_id) == ((), None)
    [reason] = change.unreadable
    assert reason.startswith(f"{named}:")


def test_the_old_names_of_the_id_will_do() -> None:
    for left in ("SmsSid", "SmsMessageSid"):
        without = {"MessageSid", "SmsSid", "SmsMessageSid"} - {left}
        assert split_one(pairs(INBOUND, *without)).items[0].key == f"m:{MESSAGE_SID}"


names = st.sampled_from([*INBOUND, *STATUS, "Latitude", "Longitude", "ButtonPayload", "ErrorCode", "MediaUrl0", "x"])
values = st.text(max_size=30) | st.sampled_from(["whatsapp:+966501112233", "whatsapp:", "1", "image/png", "failed"])


@given(st.lists(st.tuples(names, values), max_size=20), st.sampled_from([INBOUND, STATUS, {}]))
def test_no_form_breaks_anything(params: list[tuple[str, str]], base: dict[str, str]) -> None:
    [change] = split_form([*pairs(base, *{name for name, _ in params}), *params], params)
    assert json.loads(json.dumps(change.raw)) == change.raw
    assert not (change.items and change.unreadable)
    for item in change.items:
        assert item.address
        payload = {**item.payload, "received_at": AT.isoformat()}
        if item.kind is ItemKind.MESSAGE:
            assert isinstance(parse_message(payload), InboundMessage)
        else:
            try:
                assert isinstance(parse_status(payload), StatusUpdate)
            except UnreadableItem as error:
                assert "MessageStatus" in str(error)
