"""Who may ask, and what an account tells of itself."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatedTwilioChannel, SimulatorProcess, start_simulator


@pytest.mark.parametrize("path", [".json", "Messages.json", "/v1/Content", "/v2/Channels/Senders"])
async def test_wrong_credentials(path: str, twilio: Twilio) -> None:
    for login in ((twilio.channel.account_sid, "wrong"), ("AC" + "0" * 32, twilio.channel.auth_token), ("", "")):
        status, answer = await twilio.call("GET", path, login=login)
        assert (status, answer["code"], answer["message"]) == (401, 20003, "Authenticate")


@pytest.mark.parametrize("header", ["", "Basic", "Basic \u00e9", "Basic AAAA", "Bearer x", "Basic //8="])
async def test_odd_credentials(header: str, simulator: SimulatorProcess, twilio: Twilio) -> None:
    url = f"{simulator.url}{twilio.root}.json"
    async with simulator.session.get(url, headers={"Authorization": header}) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Basic")


async def test_the_account(twilio: Twilio) -> None:
    status, account = await twilio.call("GET", ".json")
    assert status == 200
    assert (account["sid"], account["status"], account["type"]) == (twilio.channel.account_sid, "active", "Full")
    assert account["owner_account_sid"] == twilio.channel.account_sid


async def test_no_token_in_the_wire_log_or_the_control_api(
    simulator: SimulatorProcess, twilio: Twilio, person: str, sender: SimulatedTwilioChannel
) -> None:
    await twilio.call("GET", ".json")
    await twilio.accept(person)
    assert sender.auth_token not in str(await simulator.log())
    assert sender.auth_token not in str(await simulator.world())


async def test_the_numbers(twilio: Twilio) -> None:
    _, page = await twilio.call("GET", f"IncomingPhoneNumbers.json?PhoneNumber=%2B{twilio.channel.number[1:]}")
    (row,) = page["incoming_phone_numbers"]
    assert (row["phone_number"], row["friendly_name"]) == (twilio.channel.number, twilio.channel.name)
    _, page = await twilio.call("GET", "IncomingPhoneNumbers.json?PhoneNumber=%2B15550000")
    assert page["incoming_phone_numbers"] == []


async def test_the_senders_by_page(simulator: SimulatorProcess, twilio: Twilio, forms: FormReceiver) -> None:
    second = await simulator.add_twilio_channel(
        forms.url, account_sid=twilio.channel.account_sid, auth_token=twilio.channel.auth_token
    )
    _, page = await twilio.call("GET", "/v2/Channels/Senders?Channel=whatsapp&PageSize=1")
    found = page["senders"]
    _, page = await twilio.call("GET", page["meta"]["next_page_url"])
    found += page["senders"]
    assert page["meta"]["next_page_url"] is None
    assert [one["sender_id"] for one in found] == [f"whatsapp:{twilio.channel.number}", f"whatsapp:{second.number}"]
    assert {one["status"] for one in found} == {"ONLINE"}
    assert await twilio.call("GET", f"/v2/Channels/Senders/{second.phone_number_id}") == (200, found[1])


async def test_a_master_account_acts_for_its_sub_account(
    simulator: SimulatorProcess, forms: FormReceiver, number: str
) -> None:
    master, token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
    own = await simulator.add_twilio_channel(forms.url, owner_account_sid=master, owner_auth_token=token)
    twilio = Twilio(simulator, own)
    await simulator.say(number, own, "hi")
    assert (await forms.wait(forms.messages, "message")).is_signed(own.auth_token)
    form = {"To": f"whatsapp:{number}", "From": f"whatsapp:{own.number}", "Body": "x"}
    status, answer = await twilio.call("POST", "Messages.json", form=form, login=(master, token))
    assert (status, answer["account_sid"]) == (201, own.account_sid)
    _, account = await twilio.call("GET", ".json", login=(master, token))
    assert account["owner_account_sid"] == master
    _, page = await twilio.call("GET", "/2010-04-01/Accounts.json", login=(master, token))
    assert [one["sid"] for one in page["accounts"]] == [master, own.account_sid]
    _, page = await twilio.call("GET", "/2010-04-01/Accounts.json")
    assert [one["sid"] for one in page["accounts"]] == [own.account_sid]
    other = await simulator.add_twilio_channel(forms.url)
    status, answer = await Twilio(simulator, other).call("GET", ".json", login=(master, token))
    assert (status, answer["code"]) == (404, 20404)


async def test_a_suspended_account_sends_nothing(simulator: SimulatorProcess, number: str) -> None:
    twilio = Twilio(simulator, await simulator.add_twilio_channel(account_status="suspended"))
    status, answer = await twilio.send(number)
    assert (status, answer["code"]) == (403, 20005)
    assert (await twilio.call("GET", ".json"))[1]["status"] == "suspended"
    _, page = await twilio.call("GET", "/v2/Channels/Senders?Channel=whatsapp")
    assert page["senders"][0]["status"] == "OFFLINE"


@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_typing_marks_as_read_and_shows_on_the_phone(
    version: str, simulator: SimulatorProcess, twilio: Twilio, person: str
) -> None:
    (message,) = await simulator.messages(person)
    body = {"messageId": message["id"], "channel": "whatsapp" if version == "v2" else "WHATSAPP"}
    sent = {"form": body} if version == "v2" else {"json": body}
    assert await twilio.call("POST", f"/{version}/Indicators/Typing.json", **sent) == (200, {"success": True})
    await simulator.wait_for_status(person, message["id"], "read")
    assert (await simulator.call("GET", f"/phones/{person}"))["threads"][0]["is_typing"]
    await twilio.accept(person)
    assert not (await simulator.call("GET", f"/phones/{person}"))["threads"][0]["is_typing"]


async def test_typing_for_a_message_that_nobody_wrote(twilio: Twilio, person: str) -> None:
    own = await twilio.accept(person)
    for sid in (own, "SM" + "0" * 32, ""):
        form = {"messageId": sid, "channel": "whatsapp"}
        status, answer = await twilio.call("POST", "/v2/Indicators/Typing.json", form=form)
        assert (status, answer["code"]) == (404, 20404)


@pytest.mark.parametrize("path", ["/2010-04-01/nothing.json", "Calls.json", "/v1/Content/HX1/x", "/v2/Indicators/x"])
async def test_what_is_not_there(path: str, twilio: Twilio) -> None:
    status, answer = await twilio.call("GET", path)
    assert (status, answer["code"]) == (404, 20404)


async def test_both_providers_in_one_configuration(tmp_path: Path, forms: FormReceiver, number: str) -> None:
    """The file that `hoopoe up` hands over."""
    config = tmp_path / "world.json"
    account, token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
    twilio = {
        "provider": "twilio",
        "number": "+966125550001",
        "account_sid": account,
        "auth_token": token,
        "callback_url": forms.url,
    }
    meta = {
        "name": "Qamar", "number": "+966115550001", "phone_number_id": "106540352242922", "waba_id": "102290129340398",
        "access_token": "t", "app_secret": "s",
    }  # fmt: skip
    config.write_text(json.dumps({"channels": [twilio, meta]}))
    async with start_simulator(tmp_path, is_kept=True, environment={"SIMULATOR_CONFIG": str(config)}) as own:
        for _ in range(2):
            channels = (await own.world())["channels"]
            assert [(one["provider"], one["number"], one["name"]) for one in channels] == [
                ("twilio", "+966125550001", "Twilio"),
                ("meta", "+966115550001", "Qamar"),
            ]
            await own.stop()
            await own.start()
        await own.say(number, "+966125550001", "hi")
        assert (await forms.wait(forms.messages, "message")).is_signed(token)


@pytest.mark.parametrize(("wrong", "field"), [
    ({"account_sid": "AC1"}, "account_sid"),
    ({"auth_token": ""}, "auth_token"),
    ({"callback_url": "ftp://x"}, "callback_url"),
    ({"owner_account_sid": "AC" + "0" * 32}, ""),
    ({"waba_id": "102290129340398"}, "waba_id"),
    ({"provider": "vonage"}, ""),
])  # fmt: skip
async def test_a_number_that_is_not_right(wrong: dict[str, str], field: str, simulator: SimulatorProcess) -> None:
    right = {"provider": "twilio", "number": "+966125550002", "account_sid": "AC" + "1" * 32, "auth_token": "t"}
    answer = await simulator.call("POST", "/world/channels", {**right, **wrong}, status=422)
    assert answer["error"]["details"][0]["field"] == ".".join(part for part in ("body", field) if part)
