"""Everything dies while people wait, and time goes on meanwhile: each wait ends once, and the conversation goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.house import House, new_phone
from tests.flows_live.blueprints import blueprint, say
from tests.flows_live.other_system import OtherSystem, run_other_system
from tests.flows_live.rows import fetch, wait_for_rows
from tests.support.simulator import wait_until
from tests.support.stack import run_stack

pytestmark = pytest.mark.timeout(400)

HOUR = 3_600
DAY = 24 * HOUR
WAITING = "select id from timers where state = 'waiting'"
LETTERS = "select error_code from dead_letters"


@pytest.fixture(scope="module")
async def other() -> AsyncIterator[OtherSystem]:
    async with run_other_system() as running:
        yield running


@pytest.fixture(scope="module")
async def house(other: OtherSystem) -> AsyncIterator[House]:
    """One of their own: no other test is hit when everything is killed. Two workers, so that one could be too much."""
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

    await wait_until(look, "everything anew", within=60)
    await stack.wait_until_ready()


async def test_a_delay_of_a_day_ends_once(house: House, other: OtherSystem) -> None:
    flow = blueprint(
        say("before", "Until tomorrow"),
        ("wait", "delay", {"duration": 24, "unit": "hours"}),
        ("tell", "http_request", {"method": "POST", "url": other.url("/tomorrow/one"), "save_as": "told"}),
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
    shop, phone = await house.open_shop(flow), new_phone()
    assert await shop.ask(phone, "hi") == "Until tomorrow"
    await wait_for_rows(house, shop, WAITING)
    await kill_everything(house)
    await house.advance(shop, DAY - HOUR)
    assert other.requests == [], "it is not due yet"
    await kill_everything(house)
    await house.advance(shop, HOUR + 1)
    await other.wait_for("/tomorrow/one")
    # A day is over: what the flow says then is refused by WhatsApp's own rule, and the flow waits all the same.
    await wait_for_rows(house, shop, "select id from messages where direction = 'out' and type = 'text' offset 1")
    await kill_everything(house)
    sent = await shop.say(phone, "tea")
    answer = await shop.simulator.wait_for_reply(phone, after=sent, within=30)
    assert answer["text"]["body"] == "Thank you for tea, one"
    assert len([request for request in other.requests if request.path == "/tomorrow/one"]) == 1
    assert await fetch(house, shop, WAITING) == []


async def test_the_time_of_a_question_ends_once_and_an_answer_in_time_ends_it(house: House) -> None:
    ask = {"question": "Tea or coffee?", "variable_name": "drink", "timeout": 6 * HOUR}
    flow = blueprint(
        ("ask", "ask_question", ask),
        say("answered", "One {{ drink }}"),
        say("late", "Too late"),
        edges=[
            ("start", "ask", None),
            ("ask", "answered", "answered"),
            ("ask", "late", "timeout"),
            ("ask", "late", "invalid"),
        ],
    )
    shop, silent, quick = await house.open_shop(flow), new_phone(), new_phone()
    for phone in (silent, quick):
        assert await shop.ask(phone, "hi") == "Tea or coffee?"
    await wait_for_rows(house, shop, WAITING, count=2)
    await kill_everything(house)
    assert await shop.ask(quick, "tea") == "One tea"
    await house.advance(shop, 6 * HOUR + 1)
    await shop.wait_for_texts(silent, "Tea or coffee?", "Too late")
    await kill_everything(house)
    # What comes later does not start the time anew, and the other one's is a thing of the past.
    await house.advance(shop, HOUR)
    await wait_for_rows(house, shop, "select id from timers where state = 'done'")
    await shop.wait_for_texts(silent, "Tea or coffee?", "Too late")
    await shop.wait_for_texts(quick, "Tea or coffee?", "One tea")
    assert await fetch(house, shop, WAITING) == []
    assert await fetch(house, shop, LETTERS) == []
