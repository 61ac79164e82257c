"""Every type of message from a phone to the agent's desk, over signed webhooks; and what people do to messages."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from hoopoe.channels.contract import Provider
from hoopoe.flows.demo.echo import echo_blueprint
from tests.e2e.house import House, Shop, new_phone
from tests.flows_live.blueprints import blueprint, say
from tests.support.simulator import wait_until

FILE = base64.b64encode(b"some bytes").decode()
CARD = {"name": {"formatted_name": "هدى الزهراني"}, "phones": [{"phone": "+966 50 222 3344", "wa_id": "966502223344"}]}
ITEM = {"product_retailer_id": "kunafa-l", "quantity": 2, "item_price": 29.5, "currency": "SAR"}

# What the phone sends, what it is filed as, and some of what it then holds.
AT_META: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("text", {"body": "https://kunafa.example", "preview_url": True}, "text", {"preview": True}),
    ("form_reply", {"answer": {"day": "الجمعة"}}, "form_reply", {"answer": {"day": "الجمعة"}}),
    ("address", {"values": {"city": "Pune"}}, "address", {"values": {"city": "Pune"}}),
    ("call_permission_reply", {"response": "accept"}, "call_permission", {"response": "accept"}),
    ("audio", {"data": FILE, "mime_type": "audio/ogg", "voice": True}, "audio", {"voice": True}),
    ("video", {"data": FILE, "mime_type": "video/mp4", "caption": "شاهد"}, "video", {"caption": "شاهد"}),
    (
        "document",
        {"data": FILE, "mime_type": "application/pdf", "filename": "a.pdf"},
        "document",
        {"filename": "a.pdf"},
    ),
    ("sticker", {"data": FILE, "mime_type": "image/webp", "animated": True}, "sticker", {"animated": True}),
    ("location", {"latitude": 24.7, "longitude": 46.7, "name": "Olaya"}, "location", {"name": "Olaya"}),
    ("order", {"product_items": [ITEM]}, "order", {"total": 5900, "currency": "SAR"}),
    ("system", {"type": "customer_identity_changed", "body": "changed"}, "system", {"body": "changed"}),
    ("unsupported", {"type": "poll"}, "unsupported", {"of": "poll"}),
    ("call", {"event": "connect"}, "call", {"direction": "in", "status": "ringing"}),
]
AT_TWILIO: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("form_reply", {"answer": {"day": "الجمعة"}}, "form_reply", {"answer": {"day": "الجمعة"}}),
    ("audio", {"data": FILE, "mime_type": "audio/ogg"}, "audio", {"voice": True}),
    ("video", {"data": FILE, "mime_type": "video/mp4", "caption": "شاهد"}, "video", {"caption": "شاهد"}),
    ("document", {"data": FILE, "mime_type": "application/pdf", "filename": "a.pdf"}, "document", {"caption": "a.pdf"}),
    ("sticker", {"data": FILE, "mime_type": "image/webp"}, "sticker", {"animated": False}),
    ("location", {"latitude": 24.7, "longitude": 46.7, "name": "Olaya"}, "location", {"name": "Olaya"}),
    ("contacts", [CARD], "document", {}),
]


@pytest.fixture
def twilio_house(house: House) -> House:
    return replace(house, provider=Provider.TWILIO)


async def send_all(house: House, sent: list[tuple[str, Any, str, dict[str, Any]]]) -> None:
    shop, phone = await house.open_shop(None), new_phone()
    for kind, content, _, _ in sent:
        await shop.simulator.send(phone, shop.channel, kind, content)
    filed = await wait_for_thread(shop, phone, len(sent))
    assert [message["type"] for message in filed] == [type_ for _, _, type_, _ in sent]
    for message, (_, _, _, held) in zip(filed, sent, strict=True):
        assert message["content"].items() >= held.items(), message


async def wait_for_thread(shop: Shop, phone: str, count: int) -> list[dict[str, Any]]:
    async def look() -> list[dict[str, Any]] | None:
        thread = await shop.thread(phone)
        return thread if len(thread) >= count else None

    return await wait_until(look, f"{count} messages with {phone}", within=30)


async def test_every_type_of_metas_reaches_the_desk(house: House) -> None:
    await send_all(house, AT_META)


async def test_every_type_of_twilios_reaches_the_desk(twilio_house: House) -> None:
    await send_all(twilio_house, AT_TWILIO)


async def test_a_flow_reads_a_form_a_card_and_the_ad_that_brought_the_person(house: House) -> None:
    text = "{{ message.form.day }}{{ message.phone }}{{ message.referral.headline }}"
    shop, phone = await house.open_shop(blueprint(say("say", text))), new_phone()
    to = shop.channel.phone_number_id
    bodies: list[tuple[dict[str, Any], str]] = [
        ({"type": "form_reply", "form_reply": {"answer": {"day": "الجمعة"}}}, "الجمعة"),
        ({"type": "contacts", "contacts": [CARD]}, "+966502223344"),
        ({"type": "text", "text": {"body": "hi"}, "referral": {"source_type": "ad", "headline": "Tray"}}, "Tray"),
    ]
    for place, (body, _) in enumerate(bodies, start=1):
        await shop.simulator.call("POST", f"/phones/{phone}/messages", {"to": to, **body}, status=201)
        await shop.wait_for_texts(phone, *(answer for _, answer in bodies[:place]))


async def test_reactions_edits_and_deletions_reach_the_desk_and_nobody_answers_them(house: House) -> None:
    shop, phone = await house.open_shop(echo_blueprint()), new_phone()
    simulator, channel = shop.simulator, shop.channel
    await simulator.set_faults(
        {"kind": "reorder", "probability": 0.5, "phone_number_id": channel.phone_number_id},
        {"kind": "duplicate", "probability": 0.5, "phone_number_id": channel.phone_number_id},
    )
    try:
        own = await simulator.say(phone, channel, "two trays")
        answer = await simulator.wait_for_reply(phone, after=own, within=30)
        await simulator.send(phone, channel, "reaction", {"message_id": answer["id"], "emoji": "👍"})
        await simulator.send(phone, channel, "edit", {"message_id": own, "text": "ثلاث صواني"})
        await simulator.send(phone, channel, "revoke", {"message_id": own})
        await simulator.wait_until_settled()

        async def look() -> tuple[dict[str, Any], dict[str, Any]] | None:
            first, second = (await shop.thread(phone))[:2]
            return (first, second) if first["deleted_at"] and first["edited_at"] and second["reactions"] else None

        first, second = await wait_until(look, "reaction, edit and deletion", within=30)
    finally:
        await simulator.set_faults()
    assert (first["content"], [version["content"] for version in first["versions"]]) == (
        {"body": "ثلاث صواني"},
        [{"body": "two trays"}],
    )
    assert [(each["emoji"], each["author"]) for each in second["reactions"]] == [("👍", "contact")]
    assert len(await shop.heard(phone)) == 1
    conversation = await shop.conversation(phone)
    assert conversation["unread"] == 0, "the bot answered it"


async def test_a_group_is_read_and_never_answered(house: House) -> None:
    shop, phone = await house.open_shop(echo_blueprint()), new_phone()
    body = {"to": shop.channel.phone_number_id, "type": "text", "text": {"body": "من يأتي؟"}, "group_id": "R3JvdXA"}
    await shop.simulator.call("POST", f"/phones/{phone}/messages", body, status=201)

    async def look() -> list[dict[str, Any]] | None:
        groups = (await shop.desk.get("/api/groups"))["data"]
        return (await shop.desk.get(f"/api/groups/{groups[0]['id']}/messages"))["data"] if groups else None

    [message] = await wait_until(look, "message in a group")
    assert (message["content"], message["sender"]["phone"]) == ({"body": "من يأتي؟"}, phone.removeprefix("+"))
    assert await shop.ask(phone, "to you alone") is not None
    assert len(await shop.heard(phone)) == 1
    assert len(await shop.thread(phone)) == 2
