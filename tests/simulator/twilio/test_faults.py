"""Every fault of the list, at a Twilio number."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

import aiohttp
import pytest

from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatorProcess, start_simulator


@pytest.mark.parametrize(("fault", "status", "code"), [
    ({"kind": "refuse_429"}, 429, 20429),
    ({"kind": "error_5xx"}, 503, 20500),
    ({"kind": "refuse_code", "code": 21610}, 400, 21610),
    ({"kind": "refuse_code", "code": 63038}, 429, 63038),
])  # fmt: skip
async def test_refused_at_once(
    fault: dict[str, object], status: int, code: int, *, simulator: SimulatorProcess, twilio: Twilio, person: str
) -> None:
    await simulator.set_faults({**fault, "phone_number_id": twilio.channel.phone_number_id, "count": 1})
    answered, answer = await twilio.send(person)
    assert (answered, answer["code"], answer["status"]) == (status, code, status)
    assert await simulator.messages(person, direction="in") == []
    await twilio.accept(person)


@pytest.mark.parametrize(("fault", "name", "code"), [
    ({"kind": "refuse_pair_rate"}, "failed", "63018"),
    ({"kind": "refuse_code", "code": 63051}, "undelivered", "63051"),
])  # fmt: skip
async def test_accepted_and_failed_later(
    fault: dict[str, object], name: str, code: str, *,
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver,
) -> None:  # fmt: skip
    await simulator.set_faults({**fault, "count": 1})
    (failed,) = await forms.wait_for_statuses(await twilio.accept(person), name)
    assert failed.form["ErrorCode"] == code
    await twilio.accept(person)


async def test_drop_and_accept_and_never_answer(simulator: SimulatorProcess, twilio: Twilio, person: str) -> None:
    await simulator.set_faults({"kind": "drop", "count": 1})
    with pytest.raises(aiohttp.ClientError):
        await twilio.send(person, "dropped")
    await simulator.set_faults({"kind": "accept_and_never_answer", "count": 1, "seconds": 0})
    with pytest.raises(aiohttp.ClientError):
        await twilio.send(person, "taken")
    assert [one["text"]["body"] for one in await simulator.messages(person, direction="in")] == ["taken"]
    kept = [row for row in await simulator.log(kind="send") if row["fault"]]
    assert [row["fault"] for row in kept[-2:]] == ["drop", "accept_and_never_answer"]
    assert kept[-1]["phone_number_id"] == twilio.channel.phone_number_id


async def test_delay(simulator: SimulatorProcess, twilio: Twilio, person: str) -> None:
    await simulator.set_faults({"kind": "delay", "count": 1, "seconds": 0.2})
    started = time.monotonic()
    await twilio.accept(person)
    assert time.monotonic() - started >= 0.2


async def fault(twilio: Twilio, *faults: dict[str, object]) -> None:
    """Faults of this number alone: the statuses of an earlier test may still be on their way."""
    number = twilio.channel.phone_number_id
    await twilio.simulator.set_faults(*({**one, "phone_number_id": number} for one in faults))


async def test_duplicate(simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver) -> None:
    await fault(twilio, {"kind": "duplicate", "count": 1})
    await simulator.say(person, twilio.channel, "twice")
    await forms.wait(forms.messages, "second copy", count=3)
    one, other = forms.messages()[1:]
    assert one.form == other.form
    assert one.headers["I-Twilio-Idempotency-Token"] == other.headers["I-Twilio-Idempotency-Token"]


async def test_reorder_delay_and_statuses(
    simulator: SimulatorProcess, twilio: Twilio, person: str, forms: FormReceiver
) -> None:
    await fault(twilio, {"kind": "reorder", "count": 1})
    await simulator.say(person, twilio.channel, "one")
    await simulator.say(person, twilio.channel, "two")
    await forms.wait(forms.messages, "both", count=3)
    assert [one.form["Body"] for one in forms.messages()[1:]] == ["two", "one"]
    await fault(twilio, {"kind": "delay_webhooks", "count": 1, "seconds": 0.2})
    started = time.monotonic()
    await simulator.say(person, twilio.channel, "late")
    await forms.wait(forms.messages, "late message", count=4)
    assert time.monotonic() - started >= 0.2
    await fault(twilio, {"kind": "drop_statuses", "count": 1}, {"kind": "slow_statuses", "seconds": 0.2})
    started = time.monotonic()
    await forms.wait_for_statuses(await twilio.accept(person), "delivered")
    assert time.monotonic() - started >= 0.2


async def test_the_check_sees_a_message_accepted_twice_by_the_callbacks_query(
    tmp_path: Path, forms: FormReceiver, number: str
) -> None:
    async with start_simulator(tmp_path, environment={"SIMULATOR_LIMITS": "on"}) as own:
        twilio = Twilio(own, await own.add_twilio_channel(forms.url))
        await own.say(number, twilio.channel, "hi")
        message = secrets.token_hex(8)
        for attempt in (1, 2):
            await twilio.accept(number, StatusCallback=f"{forms.status_url}?tenant=1&message={message}.{attempt}")
        check = await own.wait_until_settled()
        assert (check["lost"], check["doubled"]) == (0, 1)
        accepted = await own.accepted(twilio.channel)
        assert [row["biz_opaque_callback_data"] for row in accepted] == [f"{message}.1", f"{message}.2"]
        # The pair rate: 45 on credit, and the next one fails with WhatsApp's word for it.
        sids = [await twilio.accept(number, StatusCallback=forms.status_url) for _ in range(44)]
        (failed,) = await forms.wait_for_statuses(sids[-1], "failed")
        assert failed.form["ErrorCode"] == "63018"


async def test_a_fault_for_menus_alone(simulator: SimulatorProcess, twilio: Twilio, person: str) -> None:
    types = {"twilio/quick-reply": {"body": "x", "actions": [{"type": "QUICK_REPLY", "title": "y", "id": "z"}]}}
    sid = await twilio.make_content(types)
    await simulator.set_faults({"kind": "refuse_429", "message_type": "interactive"})
    await twilio.accept(person)
    status, answer = await twilio.send(person, "", ContentSid=sid)
    assert (status, answer["code"]) == (429, 20429)
