"""Who writes through Twilio and when, and what became of what we sent, in our own words."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from hoopoe.channels.contract import (
    Address,
    InboundMessage,
    InboundType,
    ProviderError,
    StatusName,
    StatusUpdate,
)
from hoopoe.channels.errors import NO_CODE, UnreadableItem
from hoopoe.channels.twilio.parse import (
    StatusChangesNothing,
    parse_change,
    parse_group_message,
    parse_message,
    parse_status,
)
from hoopoe.kernel.json import Json
from tests.channels.twilio.forms import (
    AT,
    INBOUND,
    MESSAGE_SID,
    NADA,
    OTHER_SID,
    STATUS,
    USER_ID,
    file_one,
    pairs,
)


def read(*without: str, **changes: str) -> InboundMessage:
    return parse_message(file_one(pairs(INBOUND, *without, **changes))[1])


def read_status(*without: str, query: str | None = None, **changes: str) -> StatusUpdate:
    query_pairs = [("message", query)] if query is not None else []
    return parse_status(file_one(pairs(STATUS, *without, **changes), query_pairs)[1])


def test_a_text() -> None:
    assert read() == InboundMessage(
        provider_id=MESSAGE_SID,
        sender=Address(phone=NADA, name="ندى"),
        type=InboundType.TEXT,
        content={"body": "كم سعر الكنافة؟"},
        text="كم سعر الكنافة؟",
        sent_at=AT,
    )


@pytest.mark.parametrize(
    ("changes", "sender"),
    [
        ({"ExternalUserId": f"whatsapp:{USER_ID}"}, Address(phone=NADA, user_id=USER_ID, name="ندى")),
        ({"From": f"whatsapp:{USER_ID}", "WaId": ""}, Address(user_id=USER_ID, name="ندى")),
        ({"From": f"whatsapp:{USER_ID}"}, Address(phone=NADA, user_id=USER_ID, name="ندى")),
        ({"WaId": "", "ProfileName": " "}, Address(phone=NADA)),
    ],
)
def test_who_writes(changes: dict[str, str], sender: Address) -> None:
    assert read(**changes).sender == sender


def test_a_reply_names_the_message_it_answers() -> None:
    assert read(OriginalRepliedMessageSid=OTHER_SID).reply_to == OTHER_SID


def test_twilio_has_no_changes_and_no_groups() -> None:
    for parse in (parse_change, parse_group_message):
        with pytest.raises(UnreadableItem, match="Twilio"):
            parse({**INBOUND, "received_at": AT.isoformat()})


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-21T09:30:00Z", AT),
        ("2026-11-21T09:30:00", AT),
        ("2026-11-21T12:30:00+03:00", AT.astimezone(timezone(timedelta(hours=3)))),
    ],
)
def test_the_time_is_when_it_came(at: str, expected: object) -> None:
    assert parse_message({**INBOUND, "received_at": at}).sent_at == expected
    assert parse_status({**STATUS, "received_at": at}).at == expected


@pytest.mark.parametrize("at", [None, "", "yesterday", 1763717400])
def test_without_a_time_nothing_is_read(at: Json) -> None:
    for parse, form in ((parse_message, INBOUND), (parse_status, STATUS)):
        with pytest.raises(UnreadableItem, match="received_at"):
            parse({**form, "received_at": at})


def test_without_an_id_or_a_sender_nothing_is_read() -> None:
    with pytest.raises(UnreadableItem, match="MessageSid"):
        parse_message({"From": f"whatsapp:+{NADA}", "received_at": AT.isoformat()})
    with pytest.raises(UnreadableItem, match="From"):
        parse_message({"MessageSid": MESSAGE_SID, "received_at": AT.isoformat()})
    with pytest.raises(UnreadableItem, match="MessageSid"):
        parse_status({"MessageStatus": "sent", "received_at": AT.isoformat()})


# --- Statuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("sent", StatusName.SENT),
        ("delivered", StatusName.DELIVERED),
        ("read", StatusName.READ),
        ("failed", StatusName.FAILED),
        ("undelivered", StatusName.FAILED),
        ("Delivered", StatusName.DELIVERED),
    ],
)
def test_a_status(said: str, status: StatusName) -> None:
    assert read_status(MessageStatus=said, query="0190.1") == StatusUpdate(MESSAGE_SID, status, AT, opaque="0190.1")
    assert read_status(MessageStatus=said).opaque is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"ErrorCode": "63016", "ErrorMessage": "no window", "ChannelStatusMessage": "131047: too late"},
            ProviderError(63016, "no window", "131047: too late"),
        ),
        ({"ErrorCode": "63024"}, ProviderError(63024, "")),
        ({"ErrorCode": "", "ChannelStatusMessage": "no"}, ProviderError(NO_CODE, "", "no")),
        ({"ErrorCode": "0"}, None),
        ({"ErrorCode": "many"}, None),
        ({}, None),
    ],
)
def test_what_went_wrong(changes: dict[str, str], error: ProviderError | None) -> None:
    assert read_status(MessageStatus="undelivered", **changes).error == error


@pytest.mark.parametrize("said", ["queued", "accepted", "sending", "scheduled", "canceled"])
def test_what_changes_nothing_says_so(said: str) -> None:
    with pytest.raises(StatusChangesNothing, match=said):
        parse_status({**STATUS, "MessageStatus": said, "received_at": AT.isoformat()})


@pytest.mark.parametrize("said", ["partially_delivered", "x" * 100, ""])
def test_a_status_nobody_knows_is_unreadable(said: str) -> None:
    with pytest.raises(UnreadableItem, match="MessageStatus") as refused:
        parse_status({**STATUS, "MessageStatus": said, "received_at": AT.isoformat()})
    assert not isinstance(refused.value, StatusChangesNothing)
    assert len(str(refused.value)) < 120
