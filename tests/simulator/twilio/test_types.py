"""What of a person's messages Twilio passes on, and in which words."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatorProcess

CARD = {"name": {"formatted_name": "هدى الزهراني"}, "phones": [{"phone": "+966 50 222 3344"}]}


async def send(simulator: SimulatorProcess, number: str, to: str, body: dict[str, Any]) -> str:
    return str((await simulator.call("POST", f"/phones/{number}/messages", {"to": to, **body}, status=201))["id"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"type": "text", "text": {"body": "look"}, "forwarded": "once"},
            {"Body": "look", "Forwarded": "true", "FrequentlyForwarded": "false"},
        ),
        (
            {"type": "text", "text": {"body": "look"}, "forwarded": "often"},
            {"Body": "look", "Forwarded": "true", "FrequentlyForwarded": "true"},
        ),
        (
            {
                "type": "text",
                "text": {"body": "hi"},
                "referral": {"headline": "Tray", "source_id": "12", "ctwa_clid": "AR", "source_type": "ad"},
            },
            {
                "ReferralHeadline": "Tray",
                "ReferralSourceId": "12",
                "ReferralCtwaClid": "AR",
                "ReferralSourceType": "ad",
            },
        ),
        (
            {"type": "form_reply", "form_reply": {"answer": {"day": "الجمعة"}}},
            {"MessageType": "interactive", "Body": "Sent"},
        ),
    ],
)
async def test_each_in_twilios_words(
    body: dict[str, Any],
    expected: dict[str, str],
    *,
    simulator: SimulatorProcess,
    twilio: Twilio,
    person: str,
    forms: FormReceiver,
) -> None:
    await send(simulator, person, twilio.channel.number, body)
    came = await forms.wait(forms.messages, "message", count=2)
    assert came.form.items() >= expected.items()
    if body["type"] == "form_reply":
        assert json.loads(came.form["FlowData"]) == {"day": "الجمعة"}
    assert came.is_signed(twilio.channel.auth_token)


async def test_cards_come_as_a_file(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    await send(simulator, person, twilio.channel.number, {"type": "contacts", "contacts": [CARD]})
    came = await forms.wait(forms.messages, "card", count=2)
    assert (came.form["NumMedia"], came.form["MediaContentType0"]) == ("1", "text/vcard")
    login = aiohttp.encode_basic_auth(twilio.channel.account_sid, twilio.channel.auth_token)
    async with simulator.session.get(came.form["MediaUrl0"], headers={"Authorization": login}) as response:
        card = (await response.read()).decode()
    assert card == "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:هدى الزهراني\r\nTEL:+966 50 222 3344\r\nEND:VCARD\r\n"
    *_, shown = await simulator.messages(person)
    assert shown["contacts"] == [CARD]


async def test_of_changes_and_of_what_only_meta_has_nobody_is_told(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    to = twilio.channel.number
    text = await simulator.say(person, twilio.channel, "two trays")
    item = {"product_retailer_id": "a", "quantity": 1, "item_price": 5, "currency": "SAR"}
    for body in (
        {"type": "edit", "edit": {"message_id": text, "text": "three"}},
        {"type": "revoke", "revoke": {"message_id": text}},
        {"type": "order", "order": {"product_items": [item]}},
        {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}},
        {"type": "unsupported", "unsupported": {}},
        {"type": "text", "text": {"body": "all of you"}, "group_id": "R3JvdXA"},
    ):
        await send(simulator, person, to, body)
    await simulator.say(person, twilio.channel, "after")
    await forms.wait(forms.messages, "texts", count=3)
    assert [one.form["Body"] for one in forms.messages()][1:] == ["two trays", "after"]
    [shown] = [message for message in await simulator.messages(person) if message["id"] == text]
    assert (shown["text"], shown["edited"], shown["deleted"]) == ({"body": "three"}, True, True)
    call = {"to": to, "type": "call", "call": {"event": "connect"}}
    await simulator.call("POST", f"/phones/{person}/messages", call, status=422)
