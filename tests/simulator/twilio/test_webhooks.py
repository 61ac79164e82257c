"""What Twilio tells the app of a person's message, how it signs it, and that it says so once."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.simulator.twilio.app import CUT, FormReceiver, Twilio
from tests.support.simulator import SimulatedTwilioChannel, SimulatorProcess, start_simulator, wait_until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
BUTTONS = {
    "twilio/quick-reply": {
        "body": "Delivery or pickup?",
        "actions": [{"type": "QUICK_REPLY", "title": "Delivery", "id": "d"}],
    }
}
LIST = {
    "twilio/list-picker": {
        "body": "Choose",
        "button": "Menu",
        "items": [{"id": "latte", "item": "Latte", "description": "Warm"}],
    }
}


async def test_a_text(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver, number: str
) -> None:
    await simulator.add_person("ندى", number)
    sid = await simulator.say(number, sender, "كم سعر الكنافة؟ +&=")
    came = await forms.wait(forms.messages, "message")
    user_id = (await simulator.call("GET", f"/phones/{number}"))["user_id"]
    assert came.is_signed(sender.auth_token)
    assert not came.is_signed("another")
    assert came.headers["I-Twilio-Idempotency-Token"]
    assert came.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert json.loads(came.form.pop("ChannelMetadata")) == {
        "type": "whatsapp",
        "data": {"context": {"ProfileName": "ندى", "WaId": number[1:]}},
    }
    assert came.form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "SmsStatus": "received",
        "AccountSid": sender.account_sid,
        "ApiVersion": "2010-04-01",
        "From": f"whatsapp:{number}",
        "To": f"whatsapp:{sender.number}",
        "WaId": number[1:],
        "ProfileName": "ندى",
        "ExternalUserId": user_id,
        "MessageType": "text",
        "Body": "كم سعر الكنافة؟ +&=",
        "NumMedia": "0",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
    }
    await simulator.wait_for_status(number, sid, "delivered")


async def test_the_address_is_signed_as_it_stands(
    simulator: SimulatorProcess, forms: FormReceiver, number: str
) -> None:
    url = f"{forms.url}/in%20box/%D8%B3?b=2&a=%2F1"
    own = await simulator.add_twilio_channel(f"{url}#rc=1")
    await simulator.say(number, own, "hi")
    came = await forms.wait(forms.messages, "message")
    assert came.url == url
    assert came.is_signed(own.auth_token)


async def test_who_hides_the_number_comes_with_a_user_id_alone(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver
) -> None:
    made = await simulator.add_person("Tariq", username=f"@w{sender.number}")
    await simulator.say(made["user_id"], sender, "hi")
    came = await forms.wait(forms.messages, "message")
    assert came.form["From"] == f"whatsapp:{made['user_id']}"
    assert came.form["ExternalUserId"] == made["user_id"]
    assert "WaId" not in came.form


@pytest.mark.parametrize(("types", "kind", "option", "expected"), [
    (BUTTONS, "button", "d", {"MessageType": "button", "ButtonText": "Delivery", "ButtonPayload": "d"}),
    (LIST, "list", "latte", {"MessageType": "interactive", "ListId": "latte", "ListTitle": "Latte", "Body": "Latte"}),
])  # fmt: skip
async def test_a_tap(
    types: dict[str, Any], kind: str, option: str, expected: dict[str, str], *,
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver,
) -> None:  # fmt: skip
    offered = await twilio.accept(person, "", ContentSid=await twilio.make_content(types))
    await simulator.tap(person, twilio.channel, option, kind=kind)
    came = await forms.wait(forms.messages, "tap", count=2)
    assert came.form.items() >= expected.items()
    assert came.form["OriginalRepliedMessageSid"] == offered
    assert came.form["OriginalRepliedMessageSender"] == f"whatsapp:{twilio.channel.number}"


async def test_a_file_lies_behind_the_accounts_credentials(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    data = base64.b64encode(PNG).decode()
    sid = await simulator.send(
        person, twilio.channel, "image", {"data": data, "mime_type": "image/png", "caption": "A"}
    )
    came = await forms.wait(forms.messages, "picture", count=2)
    assert sid.startswith("MM")
    assert (came.form["NumMedia"], came.form["Body"], came.form["MessageType"]) == ("1", "A", "image")
    assert came.form["MediaContentType0"] == "image/png"
    url = came.form["MediaUrl0"]
    assert url.startswith(f"{simulator.url}{twilio.root}/Messages/{sid}/Media/ME")
    login = aiohttp.encode_basic_auth(twilio.channel.account_sid, twilio.channel.auth_token)
    async with simulator.session.get(url) as response:
        assert response.status == 401
    async with simulator.session.get(url, headers={"Authorization": login}, allow_redirects=False) as response:
        assert response.status == 307
        signed = response.headers["Location"]
    async with simulator.session.get(signed) as response:
        assert (await response.read(), response.content_type) == (PNG, "image/png")
    await simulator.advance(301)
    async with simulator.session.get(signed) as response:
        assert response.status == 403
    _, listed = await twilio.call("GET", f"Messages/{sid}/Media.json")
    (media,) = listed["media_list"]
    assert (media["content_type"], media["parent_sid"]) == ("image/png", sid)
    assert (await twilio.call("GET", media["uri"]))[1] == media
    assert (await twilio.call("DELETE", media["uri"]))[0] == 204
    assert (await twilio.call("GET", media["uri"]))[0] == 404
    _, message = await twilio.call("GET", f"Messages/{sid}.json")
    assert (message["num_media"], message["direction"]) == ("1", "inbound")


async def test_a_place_and_a_template_button(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, person: str, forms: FormReceiver
) -> None:
    place = {"latitude": 24.71, "longitude": 46.67, "name": "Olaya", "address": "King Fahd Road"}
    await simulator.send(person, sender, "location", place)
    came = await forms.wait(forms.messages, "place", count=2)
    expected = {"Latitude": "24.71", "Longitude": "46.67", "Label": "Olaya", "Address": "King Fahd Road", "Body": ""}
    assert came.form.items() >= expected.items()
    await simulator.send(person, sender, "button", {"text": "Yes", "payload": "y"})
    came = await forms.wait(forms.messages, "button", count=3)
    assert (came.form["ButtonText"], came.form["ButtonPayload"]) == ("Yes", "y")


async def test_a_reaction_is_not_passed_on(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    sid = await twilio.accept(person)
    await simulator.send(person, twilio.channel, "reaction", {"message_id": sid, "emoji": "👍"})
    await simulator.say(person, twilio.channel, "after")
    came = await forms.wait(forms.messages, "text behind it", count=2)
    assert came.form["Body"] == "after"


async def test_any_parameters_by_raw(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, person: str, forms: FormReceiver
) -> None:
    await simulator.send(person, sender, "raw", {"Body": "x", "FlowData": "{}", "ProfileName": None, "NewOne": "1"})
    came = await forms.wait(forms.messages, "raw message", count=2)
    assert (came.form["Body"], came.form["FlowData"], came.form["NewOne"]) == ("x", "{}", "1")
    assert "ProfileName" not in came.form
    assert came.is_signed(sender.auth_token)


# --- Once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [500, 404, CUT])
async def test_a_failed_webhook_is_not_tried_again(
    answer: int, simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver, number: str
) -> None:
    forms.answers.append(answer)
    lost = await simulator.say(number, sender, "one")
    await simulator.say(number, sender, "two")
    await forms.wait(lambda: [one for one in forms.messages() if one.form["Body"] == "two"], "second message")
    assert [one.form["Body"] for one in forms.messages()] == ["one", "two"]
    await simulator.wait_for_status(number, lost, "failed")


async def test_any_2xx_is_kept(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver, number: str
) -> None:
    forms.answers.append(204)
    sid = await simulator.say(number, sender, "one")
    await simulator.wait_for_status(number, sid, "delivered")


async def test_the_fallback_is_called_once_and_told_why(
    simulator: SimulatorProcess, forms: FormReceiver, number: str
) -> None:
    own = await simulator.add_twilio_channel(forms.url, fallback_url=f"{forms.url}/fallback")
    forms.answers.append(500)
    sid = await simulator.say(number, own, "one")
    await simulator.wait_for_status(number, sid, "delivered")
    first, second = forms.messages()
    assert second.url == f"{forms.url}/fallback"
    assert second.is_signed(own.auth_token)
    assert (second.form["ErrorCode"], second.form["ErrorUrl"]) == ("11200", forms.url)
    assert second.headers["I-Twilio-Idempotency-Token"] == first.headers["I-Twilio-Idempotency-Token"]


async def test_the_address_itself_may_ask_for_retries(
    simulator: SimulatorProcess, forms: FormReceiver, number: str
) -> None:
    own = await simulator.add_twilio_channel(f"{forms.url}#rc=2&rp=5xx")
    forms.answers.extend([500, 503])
    sid = await simulator.say(number, own, "one")
    await simulator.wait_for_status(number, sid, "delivered")
    assert len(forms.messages()) == 3
    assert len({one.headers["I-Twilio-Idempotency-Token"] for one in forms.messages()}) == 1
    forms.answers.append(404)
    sid = await simulator.say(number, own, "two")
    await simulator.wait_for_status(number, sid, "failed")
    assert len(forms.messages()) == 4


async def test_a_failed_status_callback_is_lost(twilio: Twilio, person: str, forms: FormReceiver) -> None:
    forms.answers.append(500)
    await forms.wait_for_statuses(await twilio.accept(person), "sent", "delivered")


async def test_nobody_to_tell(simulator: SimulatorProcess, number: str) -> None:
    own = await simulator.add_twilio_channel()
    sid = await simulator.say(number, own, "hi")
    await simulator.wait_for_status(number, sid, "sent")


async def test_what_is_owed_outlives_a_restart(tmp_path: Path, forms: FormReceiver, number: str) -> None:
    async with start_simulator(tmp_path, is_kept=True) as own:
        channel = await own.add_twilio_channel("http://127.0.0.1:1/#rc=0", status_callback_url=forms.status_url)
        twilio = Twilio(own, channel)
        await own.say(number, channel, "hi")
        sid = await twilio.accept(number)
        content = await twilio.make_content(BUTTONS)
        await forms.wait_for_statuses(sid, "sent", "delivered")
        await own.kill()
        await own.start()
        assert (await twilio.call("GET", f"Messages/{sid}.json"))[1]["status"] == "delivered"
        assert (await twilio.call("GET", f"/v1/Content/{content}"))[0] == 200
        await own.read(number)
        await forms.wait_for_statuses(sid, "sent", "delivered", "read")

        async def look() -> bool:
            return bool((await own.world())["check"]["lost"] == 1)

        await wait_until(look, "lost message")
