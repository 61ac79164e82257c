"""Everything dies while people wait, and time goes on meanwhile: each wait ends once, and the conversation goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.house import House, body_of, new_phone
from tests.flows_live.blueprints import JsonObject, blueprint, question_blueprint, say
from tests.flows_live.other_system import OtherSystem, run_other_system
from tests.flows_live.rows import fetch, wait_for_rows
from tests.support.simulator import wait_until
from tests.support.stack import run_stack

pytestmark = pytest.mark.timeout(600)

HOUR = 3_600
WAITING = "select id from timers where state = 'waiting'"


@pytest.fixture(scope="module")
async def other() -> AsyncIterator[OtherSystem]:
    async with run_other_system() as running:
        yield running


@pytest.fixture(scope="module")
async def house(other: OtherSystem) -> AsyncIterator[House]:
    """One of their own: no other test shall be hit when everything is killed.

    Two workers, so that one could be too much.
    """
    async with run_stack(workers=2, variables={"OUTBOUND_ALLOW": f"127.0.0.1:{other.port}"}) as stack:
        yield House(stack)


async def kill_everything(house: House) -> None:
    """kill -9 of the web process, the workers and the database; returns when all of them are others and answer."""
    stack = house.stack
    before = {name: process.pid for name, process in stack.processes.items()}
    database = stack.database.pid
    for name in ("postgres", *before):
        stack.kill(name)

    async def look() -> bool:
        return stack.database.pid != database and all(
            process.pid != before[name] and process.poll() is None for name, process in stack.processes.items()
        )

    await wait_until(look, "everything anew", within=120)
    await stack.wait_until_ready()


def day_blueprint(url: str) -> JsonObject:
    """Waits for a day, tells another system, and asks.

    What it asks is refused by then, after a day without a message, and it waits for the answer all the same.
    """
    return blueprint(
        say("before", "Until tomorrow"),
        ("wait", "delay", {"duration": 24, "unit": "hours"}),
        ("tell", "http_request", {"method": "POST", "url": url, "save_as": "told"}),
        ("ask", "ask_question", {"question": "How was it?", "variable_name": "it", "timeout": None}),
        say("thanks", "Thank you for {{ it }}, {{ told.body.what }}"),
        edges=[
            ("start", "before", None),
            ("before", "wait", None),
            ("wait", "tell", None),
            ("tell", "ask", "ok"),
            ("ask", "thanks", "answered"),
        ],
    )


async def test_a_delay_of_a_day_and_the_time_of_a_question_end_once(house: House, other: OtherSystem) -> None:
    asking, silent, quick = await house.open_shop(question_blueprint(timeout=6 * HOUR)), new_phone(), new_phone()
    waiting, phone = await house.open_shop(day_blueprint(other.url("/tomorrow/one"))), new_phone()
    for each in (silent, quick):
        assert await asking.ask(each, "hi") == "What is it?"
    assert await waiting.ask(phone, "hi") == "Until tomorrow"
    await wait_for_rows(house, asking, WAITING, count=2)
    await wait_for_rows(house, waiting, WAITING)

    await kill_everything(house)
    assert await asking.ask(quick, "tea") == "You said tea"
    await house.advance(asking, 6 * HOUR + 1)
    await asking.wait_for_texts(silent, "What is it?", "Too late")
    assert other.requests == [], "the day is not over"

    await kill_everything(house)
    await house.advance(waiting, 18 * HOUR)
    await other.wait_for("/tomorrow/one")
    await wait_for_rows(house, waiting, "select id from messages where content->>'body' = 'How was it?'")
    sent = await waiting.say(phone, "tea")
    answer = await waiting.simulator.wait_for_reply(phone, after=sent, within=60)
    assert body_of(answer) == "Thank you for tea, one"

    assert len(await other.wait_for("/tomorrow/one")) == 1
    await asking.wait_for_texts(silent, "What is it?", "Too late")
    await asking.wait_for_texts(quick, "What is it?", "You said tea")
    for shop in (asking, waiting):
        assert await fetch(house, shop, WAITING) == []


async def test_who_waits_goes_on_when_the_flow_was_kept_by_older_code(house: House) -> None:
    """The version that people wait in is upgraded as it is read: nothing rewrites it."""
    shop, phone = await house.open_shop(question_blueprint(timeout=None)), new_phone()
    assert await shop.ask(phone, "hi") == "What is it?"
    [version] = await fetch(house, shop, "select id, blueprint from bot_versions")
    older = {key: value for key, value in version["blueprint"].items() if key != "spec_version"} | {"schema_version": 1}
    older["edges"] = [
        {("source_handle" if key == "sourceHandle" else key): value for key, value in edge.items()}
        for edge in older["edges"]
    ]
    await fetch(house, shop, "update bot_versions set blueprint = $1", older)
    for worker in ("worker0", "worker1"):
        house.stack.kill(worker)
    assert await shop.ask(phone, "tea") == "You said tea"
    [kept] = await fetch(house, shop, "select blueprint from bot_versions")
    assert kept["blueprint"] == older
