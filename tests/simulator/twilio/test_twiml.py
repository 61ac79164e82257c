"""An answer to a person's message may be messages itself, whether the app means it or not."""

from __future__ import annotations

import pytest

from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatorProcess

TWO = "<Response><Message>one</Message><Message><Body>two</Body><Media>https://example.com/a.png</Media></Message></Response>"


async def test_messages_in_the_answer_are_sent(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    forms.words.append(("text/xml", TWO))
    await simulator.say(person, twilio.channel, "hello?")
    second = await simulator.wait_for_reply(person, count=2)
    first = await simulator.wait_for_reply(person)
    assert first["text"] == {"body": "one"}
    assert second["image"] == {"link": "https://example.com/a.png", "caption": "two"}
    _, record = await twilio.call("GET", f"Messages/{first['id']}.json")
    assert (record["direction"], record["body"]) == ("outbound-reply", "one")
    await forms.wait_for_statuses(first["id"], "sent", "delivered")


async def test_a_text_in_the_answer_reaches_the_person(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    forms.words.append(("text/plain", "OK"))
    await simulator.say(person, twilio.channel, "hello?")
    assert (await simulator.wait_for_reply(person))["text"] == {"body": "OK"}


@pytest.mark.parametrize("words", [
    ("application/json", "{}"),
    ("text/xml", "<Response>"),
    ("text/xml", "<Answer><Message>x</Message></Answer>"),
    ("text/xml", '<!DOCTYPE x [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>'),
    ("text/xml", "<Response><Message/></Response>"),
    ("text/xml", "<Response><Redirect>https://example.com</Redirect></Response>"),
    ("text/plain", ""),
])  # fmt: skip
async def test_what_says_nothing(
    words: tuple[str, str], simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    forms.words.append(words)
    sid = await simulator.say(person, twilio.channel, "hello?")
    await simulator.wait_for_status(person, sid, "delivered")
    assert await simulator.messages(person, direction="in") == []
