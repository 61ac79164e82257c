"""What others say on a number, taken apart and read: echoes, standby, handovers, history, the contact book."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.channels.contract import Deletion, InboundType, ItemKind, Provider, Reaction, StatusName
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta import parse_speakers
from hoopoe.channels.meta.changes import parse_change
from hoopoe.channels.meta.parse import parse_message
from hoopoe.channels.meta.split import split_webhook
from hoopoe.channels.registry import speakers_of
from hoopoe.channels.speakers import Speaker
from tests.channels.wire import METADATA, PHONE_NUMBER_ID, WABA_ID, split_one

OWN = METADATA["display_phone_number"]
PERSON, USER_ID = "966501112233", "SA.55012"
AT = "1763600000"
ECHO: dict[str, Any] = {
    "from": OWN, "to": PERSON, "id": "wamid.E", "timestamp": AT, "type": "text", "text": {"body": "نعم، بعد العصر"},
}  # fmt: skip
CONTACT = {"profile": {"username": "@hind"}, "wa_id": PERSON, "user_id": USER_ID, "parent_user_id": "SA.ENT.9"}


def split_echoes(*echoes: Any, field: str = "smb_message_echoes", **beside: Any) -> Any:
    return split_one({"message_echoes": [*echoes], **beside}, field=field)


# --- Echoes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("echo", "contacts", "address"),
    [
        (ECHO, [], PERSON),
        (ECHO, [CONTACT], USER_ID),
        ({**ECHO, "to_user_id": USER_ID}, [], USER_ID),
        ({**ECHO, "to": USER_ID}, [], USER_ID),
        ({**ECHO, "to": f"+{PERSON}"}, [CONTACT], USER_ID),
        ({**ECHO, "to": "966511112222"}, [CONTACT], USER_ID),
        ({key: value for key, value in ECHO.items() if key != "to"}, [CONTACT], USER_ID),
    ],
)
def test_an_echo_lies_where_the_persons_messages_lie(echo: Any, contacts: list[Any], address: str) -> None:
    change = split_echoes(echo, contacts=contacts)
    (item,) = change.items
    assert (item.kind, item.key, item.address) == (ItemKind.ECHO, "m:wamid.E", address)
    message = {**ECHO, "from": PERSON if "to" in echo else None, "from_user_id": echo.get("to_user_id"), "to": OWN}
    (inbound,) = split_one({"messages": [{**message, "from": echo.get("to")}], "contacts": contacts}).items
    assert inbound.address == item.address
    assert parse_speakers.parse_echo(item.payload).recipient == parse_message(inbound.payload).sender


def test_an_echo_is_read_as_a_message_is() -> None:
    (item,) = split_echoes({**ECHO, "context": {"id": "wamid.Q"}, "colour": "blue"}, contacts=[CONTACT]).items
    echo = parse_speakers.parse_echo(item.payload)
    assert (echo.speaker, echo.type, echo.text) == (Speaker.PHONE, InboundType.TEXT, "نعم، بعد العصر")
    assert (echo.reply_to, echo.opaque, echo.is_standby) == ("wamid.Q", None, False)
    assert echo.content == {"body": "نعم، بعد العصر", "extra": {"colour": "blue"}}
    assert (echo.recipient.username, echo.recipient.parent_user_id) == ("hind", "SA.ENT.9")


def test_one_of_another_app_is_that_apps_and_carries_its_opaque_id() -> None:
    (item,) = split_echoes({**ECHO, "biz_opaque_callback_data": "x.1"}, field="message_echoes").items
    echo = parse_speakers.parse_echo(item.payload)
    assert (echo.speaker, echo.opaque, "extra" in echo.content) == (Speaker.APP, "x.1", False)


def test_what_nobody_can_read_is_kept_whole() -> None:
    (item,) = split_echoes({**ECHO, "type": "hologram"}).items
    echo = parse_speakers.parse_echo(item.payload)
    assert (echo.type, echo.content["raw"]) == (InboundType.UNSUPPORTED, {**ECHO, "type": "hologram"})


def test_what_changes_a_message_lies_with_that_message() -> None:
    gone = {**ECHO, "id": "wamid.G", "type": "revoke", "revoke": {"original_message_id": "wamid.E"}}
    like = {**ECHO, "id": "wamid.L", "type": "reaction", "reaction": {"message_id": "wamid.E", "emoji": "👍"}}
    items = split_echoes(gone, like).items
    assert [(item.kind, item.address) for item in items] == [(ItemKind.CHANGE, "wamid.E")] * 2
    changes = [parse_change(item.payload) for item in items]
    assert [type(change) for change in changes] == [Deletion, Reaction]
    assert all(isinstance(change, Deletion | Reaction) and change.is_ours for change in changes)


def test_an_echo_into_a_group_opens_no_private_talk() -> None:
    (item,) = split_echoes({**ECHO, "group_id": "R3JvdXA"}).items
    assert (item.kind, item.address) == (ItemKind.GROUP, "R3JvdXA")


def test_a_broken_echo_is_named_and_costs_only_itself() -> None:
    nobody = {"id": "wamid.N", "timestamp": AT, "type": "text"}
    change = split_echoes(7, {**ECHO, "id": None}, nobody, ECHO)
    assert [item.key for item in change.items] == ["m:wamid.E"]
    assert [fault.partition(":")[0] for fault in change.unreadable] == [
        "message_echoes[0]",
        "message_echoes[1].id",
        "message_echoes[2].to",
    ]
    assert split_one({"message_echoes": 7}, field="smb_message_echoes").unreadable == ("message_echoes: not a list",)
    with pytest.raises(UnreadableItem):
        parse_speakers.parse_echo({"message": {**ECHO, "timestamp": "noon"}, "speaker": "phone"})


def test_messages_in_a_field_of_echoes_are_nobodys_words() -> None:
    change = split_echoes(messages=[{**ECHO, "from": PERSON}])
    assert change.items == ()
    assert split_one({"messages": [], "message_echoes": [ECHO]}).items == ()


# --- Standby and handovers ------------------------------------------------------------------------


def test_standby_holds_messages_echoes_and_statuses_of_another_app() -> None:
    sent = {"id": "wamid.A", "timestamp": AT, "message": {
        "messaging_product": "whatsapp", "recipient": USER_ID, "type": "text", "text": {"body": "shipped"},
        "context": {"message_id": "wamid.Q"}}}  # fmt: skip
    said = {"from": PERSON, "id": "wamid.S", "timestamp": AT, "type": "text", "text": {"body": "?"}}
    status = {"id": "wamid.A", "status": "read", "timestamp": AT, "recipient_id": PERSON}
    change = split_one(
        {"standby": {"messages": [said], "message_echoes": [sent], "statuses": [status]}}, field="standby"
    )
    assert [item.kind for item in change.items] == [ItemKind.MESSAGE, ItemKind.ECHO, ItemKind.STATUS]
    assert parse_message(change.items[0].payload).is_standby
    echo = parse_speakers.parse_echo(change.items[1].payload)
    assert (echo.speaker, echo.is_standby, echo.recipient.user_id) == (Speaker.APP, True, USER_ID)
    assert (echo.content, echo.reply_to) == ({"body": "shipped"}, "wamid.Q")
    assert split_one({"standby": {}}, field="standby").unreadable == ()
    assert split_one({}, field="standby").unreadable == ("standby: not an object",)


def split_handover(**value: Any) -> Any:
    """A handover names its number as the recipient."""
    whole = {"recipient": METADATA, "sender": {"phone_number": PERSON}, "timestamp": AT, **value}
    body = {"entry": [{"id": WABA_ID, "changes": [{"field": "messaging_handovers", "value": whole}]}]}
    (change,) = split_webhook(body)
    return change


def test_a_handover_says_who_has_the_thread() -> None:
    told = {"previous_owner_role": "ai_agent", "new_owner_role": "escalation", "metadata": " a person, please "}
    change = split_handover(type="control_passed", control_passed=told)
    assert change.sender_id == PHONE_NUMBER_ID
    (item,) = change.items
    assert (item.kind, item.address) == (ItemKind.HANDOVER, PERSON)
    passed = parse_speakers.parse_handover(item.payload)
    assert (passed.is_ours, passed.role, passed.note) == (True, "ai_agent", "a person, please")
    (item,) = split_handover(type="control_taken", control_taken={**told, "metadata": {"a": 1}}).items
    taken = parse_speakers.parse_handover(item.payload)
    assert (taken.is_ours, taken.role, taken.note) == (False, "escalation", None)


def test_two_handovers_of_one_second_are_two_and_a_repeat_is_none() -> None:
    """They have no id: what they say tells them apart, in whatever order its keys come (again)."""
    told = {"previous_owner_role": "ai_agent", "new_owner_role": "escalation"}
    keys = [
        split_handover(type="control_passed", control_passed=value).items[0].key
        for value in (told, {**told, "new_owner_role": "customer_service"}, dict(reversed(told.items())))
    ]
    assert keys[0] != keys[1]
    assert keys[0] == keys[2]


@pytest.mark.parametrize(
    "value",
    [
        {"type": "control_shared", "control_shared": {}},
        {"type": "control_passed", "timestamp": "noon"},
    ],
)
def test_a_handover_that_nobody_knows_is_set_aside(value: dict[str, Any]) -> None:
    (item,) = split_handover(**value).items
    with pytest.raises(UnreadableItem):
        parse_speakers.parse_handover(item.payload)


def test_a_handover_of_nobody_is_named() -> None:
    assert split_handover(type="control_passed", sender={}).unreadable == ("sender: names nobody",)
    (bare,) = split_handover(type="control_passed").items
    assert parse_speakers.parse_handover(bare.payload).role is None


# --- History --------------------------------------------------------------------------------------


def past(n: int, *, second: int = 0, sender: str = PERSON, status: str | None = None, **changes: Any) -> dict[str, Any]:
    message = {"from": sender, "id": f"wamid.{n}", "timestamp": str(int(AT) + second), "type": "text"}
    context = {} if status is None else {"history_context": {"status": status}}
    return {**message, "text": {"body": str(n)}, **context, **changes}


def split_history(*messages: Any, thread: Any = PERSON, **of_thread: Any) -> Any:
    return split_one(
        {"history": [{"metadata": {"phase": 0}, "threads": [{"id": thread, "messages": [*messages], **of_thread}]}]},
        field="history",
    )


def test_history_is_read_both_ways_with_its_statuses() -> None:
    spelled = f"+{OWN[:3]} {OWN[3:]}"
    (item,) = split_history(
        past(1, sender=OWN, status="READ"), past(2), past(3, sender=spelled, status="PENDING"),
        past(4, sender="966000000000", status="SENT"), past(5, sender=OWN, status="ERROR", second=1),
    ).items  # fmt: skip
    assert (item.kind, item.address) == (ItemKind.HISTORY, PERSON)
    read = parse_speakers.parse_imported(item.payload)
    assert read.person is not None
    assert read.person.phone == PERSON
    assert [message.is_out for message in read.messages] == [True, False, True, False, True]
    assert [message.status for message in read.messages] == [
        StatusName.READ, None, None, StatusName.SENT, StatusName.FAILED,
    ]  # fmt: skip
    assert all("extra" not in message.content for message in read.messages)


def test_a_long_thread_is_cut_into_slices_of_the_same_keys_each_time() -> None:
    messages = [past(n, second=n) for n in range(250)]
    items = split_history(*messages).items
    slices = [parse_speakers.parse_imported(item.payload) for item in items]
    assert [(each.first, len(each.messages)) for each in slices] == [(0, 100), (100, 100), (200, 50)]
    again = split_history(*reversed(messages)).items
    assert [item.key for item in again] == [item.key for item in items]
    assert len({item.key for item in items}) == 3


def test_a_thread_is_known_by_the_user_id_where_there_is_one() -> None:
    (item,) = split_history(past(1), thread=None, context={"user_id": USER_ID, "username": "@hind"}).items
    person = parse_speakers.parse_imported(item.payload).person
    assert person is not None
    assert (item.address, person.user_id, person.phone, person.username) == (USER_ID, USER_ID, None, "hind")


def test_files_come_later_by_themselves() -> None:
    image = {"type": "image", "image": {"id": "9911", "mime_type": "image/jpeg"}}
    sent = {**past(2, sender=OWN), **image}
    change = split_one(
        {"messages": [{**past(1), **image}, {**sent, "to": PERSON}, {**sent, "id": "wamid.3"}]}, field="history"
    )
    assert [item.address for item in change.items] == [PERSON, PERSON, "wamid.3"]
    read = [parse_speakers.parse_imported(item.payload) for item in change.items]
    assert [each.person is None for each in read] == [False, False, True]
    assert [each.messages[0].is_out for each in read] == [False, True, True]
    assert read[0].messages[0].content["media_id"] == "9911"


def test_broken_history_is_named_and_the_rest_is_read() -> None:
    change = split_history(7, {"id": "wamid.9"}, past(1))
    assert len(change.items) == 1
    assert len(change.unreadable) == 2
    declined = split_one({"history": [{"errors": [{"code": 2593109}]}, {"threads": 7}, 7]}, field="history")
    assert declined.items == ()
    assert declined.unreadable == ("history[1].threads: not a list", "history[2]: not an object")


# --- The contact book -----------------------------------------------------------------------------


def test_the_book_names_people_and_forgets_nobody() -> None:
    contact = {"full_name": "Umm Khalid", "phone_number": f"+{PERSON}", "user_id": USER_ID}
    entries = [
        {"type": "contact", "action": "add", "contact": contact, "metadata": {"timestamp": AT}},
        {"type": "contact", "action": "remove", "contact": contact},
        {"type": "contact", "action": "add", "contact": {"full_name": "Nobody"}},
        7,
    ]
    change = split_one({"state_sync": entries}, field="smb_app_state_sync")
    (item,) = change.items
    assert (item.kind, item.address, len(change.unreadable)) == (ItemKind.BOOK, USER_ID, 2)
    entry = parse_speakers.parse_book_entry(item.payload)
    assert (entry.name, entry.person.phone, entry.person.user_id) == ("Umm Khalid", PERSON, USER_ID)


def test_nobody_else_speaks_on_a_number_of_twilios() -> None:
    with pytest.raises(UnreadableItem):
        speakers_of(Provider.TWILIO)
