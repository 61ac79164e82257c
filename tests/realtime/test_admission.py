"""Who may look, at what, and what ends a connection."""

from __future__ import annotations

import json

import pytest

from tests.realtime.screens import Closed, open_screen
from tests.support.desk import Desk
from tests.webhooks.bodies import new_number, text_message
from tests.webhooks.conftest import Door


@pytest.fixture(scope="module")
async def desk(door: Door) -> Desk:
    return await door.desk(await door.add_tenant())


async def code_of_end(desk: Desk, frame: object = None, **how: object) -> int | None:
    """The close code of a connection that says this."""
    async with open_screen(desk, **how) as screen:  # type: ignore[arg-type]
        with pytest.raises(Closed) as closed:
            if frame is not None:
                await screen.say(frame)
            await screen.next()
        return closed.value.code


async def test_a_ticket_opens_one_connection(desk: Desk) -> None:
    ticket = (await desk.post("/api/ws-ticket"))["ticket"]
    async with open_screen(desk, ticket=ticket) as screen:
        await screen.say({"action": "ping"})
        assert await screen.next() == {"type": "pong", "data": {}}
        assert await code_of_end(desk, ticket=ticket) == 4401


async def test_a_token_in_the_header_opens_any_number(desk: Desk) -> None:
    async with open_screen(desk) as first, open_screen(desk) as second:
        for screen in (first, second):
            assert (await screen.subscribe("messages"))["data"]["cursor"]


@pytest.mark.parametrize(
    "how",
    [
        {"headers": {}},
        {"headers": {"Authorization": "Bearer hpt_nothing"}},
        {"headers": {"Authorization": "Basic aG9vcG9l"}},
        {"headers": {"Authorization": "Bearer "}},
        {"ticket": ""},
        {"ticket": "hwt_nothing"},
    ],
)
async def test_who_is_not_known_is_told_to_log_in(desk: Desk, how: dict[str, object]) -> None:
    assert await code_of_end(desk, **how) == 4401


async def test_nobody_subscribes_to_another_workspace(door: Door, desk: Desk) -> None:
    other = await door.add_tenant()
    for topic in ("messages", "conversations"):
        channels = [
            f"ws:restaurant:{desk.workspace_id}:{topic}",
            f"ws:restaurant:{other.workspace_id}:{topic}",
        ]
        assert await code_of_end(desk, {"action": "subscribe", "channels": channels}) == 4403
        assert await code_of_end(desk, {"action": "subscribe", "channels": channels[1:]}) == 4403


async def test_what_happens_elsewhere_is_not_told_here(door: Door, desk: Desk) -> None:
    mine, theirs = await door.add_tenant(), await door.add_tenant()
    async with open_screen(await door.desk(mine)) as screen, open_screen(await door.desk(theirs)) as other:
        await screen.subscribe("messages", "conversations")
        await other.subscribe("messages", "conversations")
        await door.post_messages(theirs, text_message(new_number(), "theirs"))
        await door.take_turns()
        await other.until(lambda frames: len(frames) >= 4)
        await door.post_messages(mine, text_message(new_number(), "mine"))
        await door.take_turns()
        await screen.until(lambda frames: len(frames) >= 4)
        assert "theirs" not in json.dumps(screen.seen)
        assert "mine" not in json.dumps(other.seen)


@pytest.mark.parametrize(
    "frame",
    [
        "hello",
        "null",
        "[]",
        {"action": "dance"},
        {"action": "ping", "and": "more"},
        {"action": "subscribe", "channels": "messages"},
        {"action": "subscribe", "channels": ["messages"]},
        {"action": "subscribe", "channels": ["ws:restaurant:{own}:secrets"]},
        {"action": "subscribe", "channels": ["ws:restaurant:{own}:messages"], "cursor": "yesterday"},
        {"action": "subscribe", "channels": ["ws:restaurant:{own}:messages"], "cursor": "1.2.-3"},
        {"action": "subscribe", "channels": ["x"] * 21},
        "x" * 20_000,
    ],
)
async def test_a_frame_that_makes_no_sense_ends_the_connection(desk: Desk, frame: object) -> None:
    text = frame if isinstance(frame, str) else json.dumps(frame)
    assert await code_of_end(desk, text.replace("{own}", str(desk.workspace_id))) == 4400
