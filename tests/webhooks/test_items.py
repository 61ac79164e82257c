"""What is in a body: whose it is, what is filed of it, and what a broken part costs its neighbours (nothing)."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime
from typing import Any

import pytest

from tests.support.desk import post_webhook, sign
from tests.webhooks.bodies import (
    JsonObject,
    body,
    change,
    contact,
    entry,
    new_message_id,
    new_number,
    text_message,
    typed_message,
)
from tests.webhooks.conftest import Door

HUGE = 10**400


async def test_a_batch_is_taken_with_all_its_entries_changes_and_messages(door: Door) -> None:
    tenant = await door.add_tenant()
    people = [new_number() for _ in range(3)]
    entries = [
        entry(
            tenant,
            *(
                change(tenant, *(text_message(person, f"{e}.{c}.{m}") for m, person in enumerate(people)))
                for c in range(3)
            ),
        )
        for e in range(3)
    ]
    assert await door.post(tenant, body(*entries)) == 200
    assert sorted(await door.texts(tenant)) == sorted(
        f"{e}.{c}.{m}" for e in range(3) for c in range(3) for m in range(3)
    )
    assert len(await door.filed(tenant, "out")) == 27
    assert sum(part["items"] for part in await (await door.desk(tenant)).journal("stored")) == 27


async def test_statuses_of_a_batch_reach_their_messages_and_never_go_back(door: Door) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    assert await door.post_messages(tenant, *(text_message(person, f"{n}") for n in range(3))) == 200
    await door.take_turns()
    desk = await door.desk(tenant)
    [conversation] = await desk.conversations()
    answers = [message for message in await desk.thread(conversation["id"]) if message["direction"] == "out"]
    now = int(time.time())

    def status(message: JsonObject, name: str, at: int) -> JsonObject:
        return {
            "id": f"wamid.out.{message['id']}",
            "status": name,
            "timestamp": str(at),
            "recipient_id": person,
            "biz_opaque_callback_data": f"{message['id']}.1",
        }

    statuses = [
        status(answers[0], "read", now + 3),
        status(answers[0], "delivered", now + 2),
        status(answers[1], "sent", now),
        status(answers[2], "delivered", now),
        status(answers[2], "sent", now),
    ]
    assert await door.post(tenant, body(entry(tenant, change(tenant, statuses=statuses)))) == 200
    assert await door.post(tenant, body(entry(tenant, change(tenant, statuses=statuses[1:2])))) == 200
    await door.take_turns()
    after = [message for message in await desk.thread(conversation["id"]) if message["direction"] == "out"]
    assert [message["status"] for message in after] == ["read", "sent", "delivered"]
    assert [after[0][field] is not None for field in ("sent_at", "delivered_at", "read_at")] == [False, True, True]


async def test_every_step_of_a_message_keeps_its_own_time(door: Door) -> None:
    tenant = await door.add_tenant()
    person, now = new_number(), int(time.time())
    assert await door.post(tenant, body(entry(tenant, change(tenant, text_message(person, "first"))))) == 200
    await door.take_turns()
    desk = await door.desk(tenant)
    [conversation] = await desk.conversations()
    [answer] = [each for each in await desk.thread(conversation["id"]) if each["direction"] == "out"]
    steps = ["played", "failed", "read", "sent", "delivered", "played"]
    statuses: list[JsonObject] = [
        {
            "id": "wamid.voice",
            "status": step,
            "timestamp": str(now + place),
            "recipient_id": person,
            "biz_opaque_callback_data": f"{answer['id']}.1",
        }
        for place, step in enumerate(steps)
    ]
    for each in statuses:
        assert await door.post(tenant, body(entry(tenant, change(tenant, statuses=[each])))) == 200
        await door.take_turns()
    [answer] = [each for each in await desk.thread(conversation["id"]) if each["direction"] == "out"]
    assert answer["status"] == "played"
    seconds = {
        step: datetime.fromisoformat(str(answer[f"{step}_at"])).timestamp() - now
        for step in ("played", "failed", "read", "sent", "delivered")
    }
    assert seconds == {"played": 0, "failed": 1, "read": 2, "sent": 3, "delivered": 4}


async def test_what_a_signs_and_addresses_to_b_is_not_bs(door: Door) -> None:
    a, b = await door.add_tenant(), await door.add_tenant()
    person = new_number()
    mixed = body(
        entry(b, change(b, text_message(person, "forged for B"))),
        entry(a, change(a, text_message(person, "A's own")), change(b, text_message(person, "forged inside A's"))),
        entry(a, change(b, statuses=[{"id": "wamid.x", "status": "read", "timestamp": "1", "recipient_id": person}])),
    )
    assert await door.post(a, mixed) == 200
    assert await door.texts(a) == ["A's own"]
    assert await door.filed(b) == []
    desk = await door.desk(b)
    assert await desk.conversations() == []
    assert [await desk.journal(result) for result in ("stored", "unreadable", "ignored")] == [[], [], []]
    [part] = await (await door.desk(a)).journal("stored")
    assert "forged" not in json.dumps(part), "A's own journal shows nothing that names B"


async def test_a_body_for_b_alone_signed_by_a_is_refused(door: Door) -> None:
    a, b = await door.add_tenant(), await door.add_tenant()
    forged = body(entry(b, change(b, text_message(new_number(), "forged"))))
    assert await door.post(a, forged) == 403
    assert await door.post(a, body(entry(a, *forged["entry"][0]["changes"]))) == 403, "whatever the entry says"
    assert await door.filed(b) == []


async def test_two_channels_of_one_app_share_a_body(door: Door) -> None:
    first = await door.add_tenant()
    second = await door.add_tenant(app_secret=first.app_secret, waba_id=first.waba_id)
    person = new_number()
    shared = body(entry(first, change(first, text_message(person, "one")), change(second, text_message(person, "two"))))
    assert await door.post(first, shared) == 200
    assert (await door.texts(first), await door.texts(second)) == (["one"], ["two"])


def _broken_items(person: str) -> dict[str, Any]:
    """Items that cannot be told whose or what they are."""
    return {
        "no id": text_message(person, "lost", id=None),
        "an empty id": text_message(person, "lost", id=" "),
        "an id that is a list": text_message(person, "lost", id=["a"]),
        "no sender": {**text_message(person, "lost"), "from": None},
        "a sender that is an object": {**text_message(person, "lost"), "from": {}},
        "not an object": "lost",
        "null": None,
    }


@pytest.mark.parametrize("name", list(_broken_items("")))
async def test_a_broken_item_among_good_ones_is_listed_and_the_good_ones_handled(door: Door, name: str) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    messages = [text_message(person, "before"), _broken_items(new_number())[name], text_message(person, "after")]
    contacts = [contact(person), contact(new_number(), "Somebody else")]
    assert await door.post_messages(tenant, *messages, contacts=contacts) == 200
    assert await door.texts(tenant) == ["before", "after"]
    [part] = await (await door.desk(tenant)).journal("unreadable")
    assert part["reason"].startswith("messages[1]")
    assert part["items"] == 2
    assert part["raw"]["messages"][1] == messages[1], "it is kept as it came"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"messages": "x"}, "messages"),
        ({"statuses": {}}, "statuses"),
        ({"statuses": [1]}, "statuses[0]"),
        ({"statuses": [{"id": "wamid.1"}]}, "statuses[0].status"),
    ],
)
async def test_a_broken_part_is_listed_and_its_neighbours_handled(door: Door, value: JsonObject, place: str) -> None:
    tenant = await door.add_tenant()
    broken, good = change(tenant, **value), change(tenant, text_message(new_number(), "good"))
    assert await door.post(tenant, body(entry(tenant, broken, good))) == 200
    assert await door.texts(tenant) == ["good"]
    [part] = await (await door.desk(tenant)).journal("unreadable")
    assert part["reason"].startswith(f"{place}: ")


@pytest.mark.parametrize(
    "timestamp", ["soon", "-1", "0", "NaN", "1e400", pytest.param(HUGE, id="huge"), [], {}, True, "9" * 30]
)
async def test_a_message_without_a_readable_time_is_set_aside_with_its_reason(door: Door, timestamp: Any) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    bad = text_message(person, "when?", timestamp=timestamp)
    assert await door.post_messages(tenant, text_message(person, "good"), bad, text_message(person, "good too")) == 200
    assert await door.texts(tenant) == ["good", "good too"]
    assert len(await door.filed(tenant, "out")) == 2
    letters = await door.dead_letters(tenant)
    listed = await (await door.desk(tenant)).journal("unreadable")
    assert [letter["payload"]["item"]["message"]["id"] for letter in letters] == [bad["id"]] or (
        [part["raw"]["messages"][1]["id"] for part in listed] == [bad["id"]]
    )


BROKEN_INSIDE = {
    "a text that is a number": typed_message("", "text", {"body": 5}),
    "a text without a body": typed_message("", "text", {}),
    "a text that is a list": typed_message("", "text", []),
    "a reply without an id": typed_message("", "interactive", {"type": "button_reply", "button_reply": {"title": "x"}}),
    "a location beyond the pole": typed_message("", "location", {"latitude": 91, "longitude": 0}),
    "a location that is huge": typed_message("", "location", {"latitude": HUGE, "longitude": 0}),
    "an image without an id": typed_message("", "image", {"mime_type": "image/png"}),
    "a type that is a number": {**typed_message("", "text", {"body": "x"}), "type": 7},
    "no type": {**typed_message("", "text", {"body": "x"}), "type": None},
}
UNKNOWN = {"deeply": [{"nested": [None, 1.5, "قهوة"]}]}


@pytest.mark.parametrize("name", list(BROKEN_INSIDE))
async def test_a_message_broken_inside_is_filed_as_unsupported_with_its_raw_part(door: Door, name: str) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    message = {**BROKEN_INSIDE[name], "from": person, "id": new_message_id()}
    assert await door.post_messages(tenant, text_message(person, "good"), message) == 200
    filed = await door.filed(tenant)
    assert [row["type"] for row in filed] == ["text", "unsupported"]
    assert filed[1]["provider_id"] == message["id"]
    raw = json.dumps(filed[1]["content"])
    assert name == "a location that is huge" or json.dumps(message.get(str(message["type"]))) in raw


async def test_a_type_that_nobody_knows_yet_is_filed_with_its_raw_part(door: Door) -> None:
    tenant = await door.add_tenant()
    assert await door.post_messages(tenant, typed_message(new_number(), "tomorrow's type", UNKNOWN)) == 200
    [filed] = await door.filed(tenant)
    assert (filed["type"], filed["content"]["type"]) == ("unsupported", "tomorrow's type")
    assert filed["content"]["raw"]["tomorrow's type"] == UNKNOWN


@pytest.mark.parametrize("depth", [200, 300, 900])
async def test_what_is_nested_beyond_measure_costs_only_itself(door: Door, depth: int) -> None:
    tenant = await door.add_tenant()
    person, deep = new_number(), "[" * depth + "]" * depth
    messages = (typed_message(person, "poll", "DEEP"), text_message(person, "good"))
    raw = json.dumps(body(entry(tenant, change(tenant, *messages)))).replace('"DEEP"', deep).encode()
    assert await post_webhook(door.session, door.url, raw, signature=sign(tenant.app_secret, raw)) == 200
    assert [row["type"] for row in await door.filed(tenant)] == ["unsupported", "text"]


@pytest.mark.parametrize(
    ("type_", "content", "filed_as"),
    [
        ("reaction", {"message_id": "wamid.1", "emoji": "👍"}, []),
        ("edit", {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "other"}}}, []),
        ("revoke", {"original_message_id": "wamid.1"}, []),
        ("system", {"body": "A changed to B", "type": "user_changed_number", "wa_id": "966500000001"}, ["system"]),
        ("request_welcome", {}, ["system"]),
    ],
)
async def test_what_is_not_a_turn_of_a_talk_starts_no_flow(
    door: Door, type_: str, content: JsonObject, filed_as: list[str]
) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    message = typed_message(person, type_, content)
    assert await door.post_messages(tenant, message, text_message(new_number(), "after it")) == 200
    filed = await door.filed(tenant)
    assert sorted(row["type"] for row in filed) == sorted([*filed_as, "text"])
    assert len(await door.filed(tenant, "out")) == 1, "only the other's message is answered"


async def test_taps_pictures_and_places_are_read(door: Door) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    tap = {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}
    row = {"type": "list_reply", "list_reply": {"id": "latte", "title": "Latte", "description": "Hot"}}
    messages = [
        typed_message(person, "interactive", tap),
        typed_message(person, "interactive", row),
        typed_message(person, "image", {"id": "77", "mime_type": "image/jpeg", "sha256": "a=", "caption": "This"}),
        typed_message(person, "location", {"latitude": 24.71, "longitude": 46.67, "name": "Café"}),
    ]
    assert await door.post_messages(tenant, *messages) == 200
    filed = await door.filed(tenant)
    assert [row["type"] for row in filed] == ["button_reply", "list_reply", "image", "location"]
    assert filed[0]["content"] == {"id": "yes", "title": "Yes"}
    assert filed[1]["content"]["description"] == "Hot"
    assert (filed[2]["content"]["state"], filed[2]["content"]["media_id"]) == ("pending", "77")
    assert filed[3]["content"] == {"latitude": 24.71, "longitude": 46.67, "name": "Café"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param('"a\\u0000b"', "a\ufffdb", id="a NUL character"),
        pytest.param('"half \\ud83d an emoji"', "half \ufffd an emoji", id="half an emoji"),
        pytest.param('"whole \\ud83c\\udf19"', "whole 🌙", id="a whole emoji"),
        pytest.param('"\\\\u0000 typed"', "\\u0000 typed", id="a typed escape"),
    ],
)
async def test_texts_that_a_database_cannot_hold_are_mended(door: Door, sent: str, kept: str) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    content = body(entry(tenant, change(tenant, text_message(person, "good"), text_message(person, "BROKEN"))))
    raw = json.dumps(content).replace('"BROKEN"', sent).encode()
    assert await post_webhook(door.session, door.url, raw, signature=sign(tenant.app_secret, raw)) == 200
    assert await door.texts(tenant) == ["good", kept]


async def test_a_key_with_a_nul_character_costs_nobody_else_anything(door: Door) -> None:
    tenant = await door.add_tenant()
    good = [text_message(new_number(), f"good {n}") for n in range(20)]
    bad = [text_message(new_number(), "bad", id=f"wamid.\0{n}") for n in range(5)]
    statuses = await asyncio.gather(*(door.post_messages(tenant, message) for message in [*good, *bad]))
    assert set(statuses) == {200}
    texts = await door.texts(tenant)
    assert sorted(text for text in texts if text != "bad") == sorted(f"good {n}" for n in range(20))


async def test_the_same_webhook_a_hundred_times_at_once_is_one_message_and_one_answer(door: Door) -> None:
    tenant = await door.add_tenant()
    content = body(entry(tenant, change(tenant, text_message(new_number(), "once"))))
    posts = [door.post(tenant, content) for _ in range(100)]
    statuses, *_ = await asyncio.gather(asyncio.gather(*posts), door.take_turns(), door.take_turns())
    assert statuses == [200] * 100
    assert await door.texts(tenant) == ["once"]
    assert len(await door.filed(tenant, "out")) == 1


async def test_a_person_without_a_number_is_one_contact_with_the_number_that_comes_later(door: Door) -> None:
    tenant = await door.add_tenant()
    person, user_id = new_number(), "SA.13491208655302741918"
    hidden = text_message("", "from a username", **{"from": None}, from_user_id=user_id)
    contacts = [{"profile": {"name": "Noura", "username": "@noura.q"}, "user_id": user_id}]
    assert await door.post_messages(tenant, hidden, contacts=contacts) == 200
    desk = await door.desk(tenant)
    await door.take_turns()
    [conversation] = await desk.conversations()
    shown = conversation["contact"]
    assert (shown["name"], shown["phone"], shown["user_id"], shown["username"]) == ("Noura", None, user_id, "noura.q")

    both = text_message(person, "with the number", from_user_id=user_id)
    assert await door.post_messages(tenant, both, contacts=[contact(person, user_id=user_id)]) == 200
    await door.take_turns()
    assert await door.post_messages(tenant, text_message(person, "by the number alone")) == 200
    assert await door.texts(tenant) == ["from a username", "with the number", "by the number alone"]
    [conversation] = await desk.conversations()
    assert (conversation["contact"]["phone"], conversation["contact"]["user_id"]) == (f"+{person}", user_id)


async def test_other_fields_are_kept_and_handled_as_nothing(door: Door) -> None:
    tenant = await door.add_tenant()
    echo = change(tenant, text_message(new_number(), "an echo"))
    echo["field"] = "smb_message_echoes"
    passed = {"field": "group_settings_update", "value": {"groups": []}}
    assert await door.post(tenant, body(entry(tenant, echo, passed))) == 200
    assert await door.filed(tenant) == []
    parts = await (await door.desk(tenant)).journal("ignored")
    assert {part["field"] for part in parts} == {"smb_message_echoes", "group_settings_update"}
