"""What Twilio accepts and refuses, what becomes of it, and what it tells when asked."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.simulator.receiver import Receiver
from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatedChannel, SimulatedTwilioChannel, SimulatorProcess

MESSAGE_FIELDS = {
    "body", "num_segments", "direction", "from", "to", "date_updated", "price", "error_message", "uri", "account_sid",
    "num_media", "status", "messaging_service_sid", "sid", "date_sent", "date_created", "error_code", "price_unit",
    "api_version", "subresource_uris",
}  # fmt: skip


async def test_a_text_is_accepted_and_reaches_the_phone(
    simulator: SimulatorProcess, twilio: Twilio, person: str
) -> None:
    status, answer = await twilio.send(person, "سلام / hello")
    assert status == 201, answer
    assert set(answer) == MESSAGE_FIELDS
    assert re.fullmatch(r"SM[0-9a-f]{32}", answer["sid"])
    assert answer["account_sid"] == twilio.channel.account_sid
    assert (answer["status"], answer["direction"], answer["error_code"]) == ("queued", "outbound-api", None)
    assert (answer["from"], answer["to"]) == (f"whatsapp:{twilio.channel.number}", f"whatsapp:{person}")
    assert (answer["body"], answer["num_media"], answer["num_segments"]) == ("سلام / hello", "0", "1")
    assert answer["date_sent"] is None
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", answer["date_created"])
    reply = await simulator.wait_for_reply(person)
    assert (reply["id"], reply["type"], reply["text"]) == (answer["sid"], "text", {"body": "سلام / hello"})
    assert (reply["from"], reply["to"]) == (twilio.channel.number, person)


async def test_statuses_go_to_the_address_of_the_message_signed_with_its_query(
    twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    callback = f"{forms.status_url}?a=%2F&message=0192-m.1"
    sid = await twilio.accept(person, StatusCallback=callback)
    sent, delivered = await forms.wait_for_statuses(sid, "sent", "delivered")
    assert sent.url == callback
    assert dict(parse_qsl(urlsplit(sent.url).query))["message"] == "0192-m.1"
    assert sent.is_signed(twilio.channel.auth_token)
    assert not sent.is_signed("another")
    assert sent.form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "sent",
        "SmsStatus": "sent",
        "AccountSid": twilio.channel.account_sid,
        "ApiVersion": "2010-04-01",
        "From": f"whatsapp:{twilio.channel.number}",
        "To": f"whatsapp:{person}",
        "ChannelPrefix": "whatsapp",
        "ChannelInstallSid": twilio.channel.phone_number_id,
        "ChannelToAddress": f"{person[:-4]}XXXX",
    }
    assert delivered.form["EventType"] == "DELIVERED"


async def test_without_an_address_of_its_own_a_status_goes_to_the_senders(
    twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    sid = await twilio.accept(person)
    sent, _ = await forms.wait_for_statuses(sid, "sent", "delivered")
    assert sent.url.endswith("/status?own=1")


async def test_read_comes_when_the_thread_is_opened(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    sid = await twilio.accept(person)
    await forms.wait_for_statuses(sid, "sent", "delivered")
    await simulator.read(person)
    *_, read = await forms.wait_for_statuses(sid, "sent", "delivered", "read")
    assert read.form["EventType"] == "READ"
    _, answer = await twilio.call("GET", f"Messages/{sid}.json")
    assert answer["status"] == "read"
    assert answer["date_sent"] is not None


async def test_outside_the_window_a_text_is_accepted_and_undelivered(
    simulator: SimulatorProcess, twilio: Twilio, person: str, number: str, forms: FormReceiver
) -> None:
    await simulator.add_person("Never wrote", f"{number}1")
    sid = await twilio.accept(f"{number}1")
    (failed,) = await forms.wait_for_statuses(sid, "undelivered")
    assert (failed.form["ErrorCode"], failed.form["EventType"]) == ("63016", "UNDELIVERED")
    assert failed.form["ErrorMessage"]
    assert await simulator.messages(f"{number}1") == []
    _, answer = await twilio.call("GET", f"Messages/{sid}.json")
    assert (answer["status"], answer["error_code"]) == ("undelivered", 63016)


async def test_the_window_is_on_the_simulators_clock(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    await simulator.advance(24 * 3600 - 60)
    await forms.wait_for_statuses(await twilio.accept(person), "sent", "delivered")
    await simulator.advance(120)
    (failed,) = await forms.wait_for_statuses(await twilio.accept(person), "undelivered")
    assert failed.form["ErrorCode"] == "63016"


async def test_nobody_there_and_who_blocked_us(
    simulator: SimulatorProcess, twilio: Twilio, person: str, number: str, forms: FormReceiver
) -> None:
    (failed,) = await forms.wait_for_statuses(await twilio.accept(f"{number}7"), "undelivered")
    assert failed.form["ErrorCode"] == "63003"
    await simulator.change_person(person, blocked=True)
    (failed,) = await forms.wait_for_statuses(await twilio.accept(person), "undelivered")
    assert failed.form["ErrorCode"] == "63024"


async def test_who_writes_stop_is_left_alone_until_start(
    simulator: SimulatorProcess, forms: FormReceiver, number: str
) -> None:
    own = await simulator.add_twilio_channel(forms.url, has_opt_out=True)
    twilio = Twilio(simulator, own)
    await simulator.say(number, own, " stop ")
    status, answer = await twilio.send(number)
    assert (status, answer["code"]) == (400, 21610)
    await simulator.say(number, own, "START")
    assert (await twilio.send(number))[0] == 201


REFUSALS: dict[str, tuple[dict[str, str], int]] = {
    "no recipient": ({"To": ""}, 21604),
    "a word as recipient": ({"To": "whatsapp:hello"}, 21211),
    "a recipient of another channel": ({"To": "+966500000101"}, 21910),
    "no sender": ({"From": ""}, 21603),
    "a sender of another channel": ({"From": "+966500000101"}, 21910),
    "somebody else's number": ({"From": "whatsapp:+966119999999"}, 63007),
    "nothing to say": ({"Body": ""}, 21602),
    "too long": ({"Body": "x" * 1601}, 21617),
    "no address of a picture": ({"MediaUrl": "picture.png"}, 21620),
    "no address of a callback": ({"StatusCallback": "status"}, 21609),
    "a Content that is none": ({"ContentSid": "HX1"}, 21655),
    "a Content of nobody": ({"ContentSid": "HX" + "0" * 32}, 21655),
    "a service of nobody": ({"From": "", "MessagingServiceSid": "MG" + "0" * 32}, 21701),
    "valid for a day": ({"ValidityPeriod": "86400"}, 20001),
    "valid for ever": ({"ValidityPeriod": "9" * 5000}, 20001),
    "a port that is none": ({"StatusCallback": "http://127.0.0.1:99999/x"}, 21609),
    "a place that is none": ({"PersistentAction": "geo:here"}, 20001),
    "later": ({"SendAt": "2030-01-01T00:00:00Z", "ScheduleType": "fixed"}, 20001),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_what_is_refused_at_once(name: str, simulator: SimulatorProcess, twilio: Twilio, person: str) -> None:
    fields, code = REFUSALS[name]
    body = fields.pop("Body", "hello") if "Body" in fields else "hello"
    status, answer = await twilio.send(person, body, **fields)
    assert (status, answer["code"]) == (400, code), answer
    assert set(answer) == {"code", "message", "more_info", "status"}
    assert answer["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert answer["status"] == 400
    assert await simulator.messages(person, direction="in") == []


async def test_to_itself(twilio: Twilio) -> None:
    status, answer = await twilio.send(twilio.channel.number)
    assert (status, answer["code"]) == (400, 63031)


async def test_the_longest_body_is_taken(twilio: Twilio, person: str) -> None:
    await twilio.accept(person, "س" * 1600)


async def test_a_picture_and_a_place_by_form(simulator: SimulatorProcess, twilio: Twilio, person: str) -> None:
    sid = await twilio.accept(person, "Here", MediaUrl="https://example.com/menu.png")
    assert sid.startswith("MM")
    await twilio.accept(person, "King Fahd Road", PersistentAction="geo:24.71,46.67|Olaya")
    picture, place = await simulator.messages(person, direction="in")
    assert picture["image"] == {"link": "https://example.com/menu.png", "caption": "Here"}
    assert place["location"] == {
        "latitude": "24.71", "longitude": "46.67", "name": "Olaya", "address": "King Fahd Road"
    }  # fmt: skip


async def test_to_a_user_id(simulator: SimulatorProcess, twilio: Twilio, sender: SimulatedTwilioChannel) -> None:
    made = await simulator.add_person("Tariq", username=f"@t{sender.number}")
    await simulator.say(made["user_id"], sender, "hi")
    _, answer = await twilio.send(made["user_id"])
    assert answer["to"] == f"whatsapp:{made['user_id']}"
    assert (await simulator.wait_for_reply(made["user_id"]))["text"] == {"body": "hello"}


async def test_a_service_sends_from_its_number(simulator: SimulatorProcess, forms: FormReceiver, number: str) -> None:
    service = "MG" + "ab" * 16
    own = await simulator.add_twilio_channel(forms.url, messaging_service_sid=service)
    twilio = Twilio(simulator, own)
    await simulator.say(number, own, "hi")
    status, answer = await twilio.send(
        number, From="", MessagingServiceSid=service, StatusCallback=f"{forms.status_url}?x=1"
    )
    assert (status, answer["status"], answer["from"]) == (201, "accepted", f"whatsapp:{own.number}")
    queued, *_ = await forms.wait_for_statuses(answer["sid"], "queued", "sent", "delivered")
    assert queued.form["MessagingServiceSid"] == service


async def test_one_person_talks_to_both_providers(
    simulator: SimulatorProcess,
    twilio: Twilio,
    person: str,
    channel: SimulatedChannel,
    receiver: Receiver,
) -> None:
    await simulator.say(person, channel, "hi Meta")
    await receiver.wait(receiver.messages, "message at Meta")
    await twilio.accept(person, "from Twilio")
    found = await simulator.messages(person)
    assert [one["phone_number_id"] for one in found] == [
        twilio.channel.phone_number_id,
        channel.phone_number_id,
        twilio.channel.phone_number_id,
    ]
    phone = await simulator.call("GET", f"/phones/{person}")
    assert {thread["phone_number_id"]: thread["is_window_open"] for thread in phone["threads"]} == {
        twilio.channel.phone_number_id: True,
        channel.phone_number_id: True,
    }


# --- Records --------------------------------------------------------------------------------------


async def test_the_list_is_newest_first_and_pages_do_not_shift(
    simulator: SimulatorProcess, twilio: Twilio, person: str
) -> None:
    sids = [await twilio.accept(person, str(number)) for number in range(5)]
    status, page = await twilio.call("GET", "Messages.json?PageSize=2")
    assert status == 200
    assert {"end", "first_page_uri", "next_page_uri", "page", "page_size", "previous_page_uri", "start", "uri"} < set(
        page
    )
    found = [row["sid"] for row in page["messages"]]
    await twilio.accept(person, "in between")
    while page["next_page_uri"]:
        _, page = await twilio.call("GET", page["next_page_uri"])
        found += [row["sid"] for row in page["messages"]]
    assert found[:5] == sids[::-1]
    assert len(found) == 6
    assert page["messages"][-1]["direction"] == "inbound"
    assert page["messages"][-1]["status"] == "received"


async def test_the_list_by_number_and_date(simulator: SimulatorProcess, twilio: Twilio, person: str) -> None:
    await twilio.accept(person)
    own = twilio.channel.number.replace("+", "%2B")
    _, page = await twilio.call("GET", f"Messages.json?To=whatsapp:{own}")
    assert [row["direction"] for row in page["messages"]] == ["inbound"]
    _, page = await twilio.call("GET", f"Messages.json?From=whatsapp:{own}")
    assert [row["direction"] for row in page["messages"]] == ["outbound-api"]
    for query, count in {
        "DateSent%3E=2020-01-01": 2,
        "DateSent%3E=2020-01-01T10:00:00Z": 2,
        "DateSent%3C=2020-01-01": 0,
        "DateSent=2020-01-01": 0,
        "DateSent%3E=2099-01-01": 0,
    }.items():
        _, page = await twilio.call("GET", f"Messages.json?{query}")
        assert len(page["messages"]) == count, query
    status, answer = await twilio.call("GET", "Messages.json?DateSent%3E=soon")
    assert (status, answer["code"]) == (400, 20001)


async def test_a_record_is_redacted_and_deleted_and_the_phone_keeps_it(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    sid = await twilio.accept(person, "secret")
    await forms.wait_for_statuses(sid, "sent", "delivered")
    status, answer = await twilio.call("POST", f"Messages/{sid}.json", form={"Body": ""})
    assert (status, answer["body"]) == (200, "")
    assert (await twilio.call("DELETE", f"Messages/{sid}.json"))[0] == 204
    status, answer = await twilio.call("GET", f"Messages/{sid}.json")
    assert (status, answer["code"]) == (404, 20404)
    assert (await simulator.wait_for_reply(person))["text"] == {"body": "secret"}


async def test_a_message_of_another_account_is_not_found(
    simulator: SimulatorProcess, twilio: Twilio, person: str
) -> None:
    sid = await twilio.accept(person)
    other = Twilio(simulator, await simulator.add_twilio_channel())
    status, answer = await other.call("GET", f"Messages/{sid}.json")
    assert (status, answer["code"]) == (404, 20404)


@pytest.mark.parametrize("query", ["PageSize=x", "PageSize=" + "9" * 5000, "Page=-1", "DateSent=%FF%00"])
async def test_a_list_that_nobody_can_mean(query: str, twilio: Twilio) -> None:
    status, answer = await twilio.call("GET", f"Messages.json?{query}")
    assert (status, answer["code"]) == (400, 20001)


async def test_an_address_that_cannot_be_called_holds_nothing_up(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    sid = await twilio.accept(person, StatusCallback="http://no such host/a b?x=\u0633")
    await simulator.wait_for_status(person, sid, "delivered")
    await forms.wait_for_statuses(await twilio.accept(person), "sent", "delivered")
