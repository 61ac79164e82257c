"""Dead letters of turns: a poisoned message stops only itself, and is handled when what poisoned it is mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from hoopoe.kernel.json import dump_json
from tests.flows_live.blueprints import question_blueprint
from tests.monitoring.conftest import Desk
from tests.support.core import make_handlers, take_turns


@asynccontextmanager
async def poison(desk: Desk, text: str) -> AsyncIterator[None]:
    """The database refuses to file one text, as it would for a fault of ours."""
    name = f"poison_{uuid4().hex[:12]}"
    async with desk.pool.acquire() as conn:
        await conn.execute(
            f"create function {name}() returns trigger language plpgsql as $$ "
            "begin raise exception 'this message is poisoned'; end $$; "
            f"create trigger {name} before insert on messages for each row "
            f"when (new.content ->> 'body' = '{text}') execute function {name}();"
        )
    try:
        yield
    finally:
        async with desk.pool.acquire() as conn:
            await conn.execute(f"drop trigger {name} on messages; drop function {name}()")


async def texts(desk: Desk, direction: str = "in") -> list[str]:
    rows = await desk.rows("select content from messages where direction = $1 order by id", direction)
    return [row["content"]["body"] for row in rows]


async def test_a_poisoned_message_does_not_hold_up_those_behind_it(desk: Desk) -> None:
    text = f"poison {uuid4()}"
    async with poison(desk, text):
        await desk.file(text, "wamid.bad")
        await desk.file("after it", "wamid.good")
        await desk.work()
        await desk.tend()
        assert await texts(desk) == ["after it"]
        assert len(await texts(desk, "out")) == 1
        letter = await desk.letter()
        assert (letter["kind"], letter["state"], letter["error"]["action"]) == ("turn", "failed", "fix_flow")
        assert letter["error"]["provider"] == "this message is poisoned"
        assert letter["preview"] == text
        assert letter["next_retry_at"] is None, "only a person tries it again"
        shown = await desk.call("GET", f"/{letter['id']}")
        assert shown["payload"]["key"] == "m:wamid.bad"
        assert not shown["can_edit"]
        answer = await desk.call("POST", f"/{letter['id']}/retry")
        assert answer["state"] == "retrying"
        await desk.work()
        await desk.tend()
        letter = await desk.letter()
        assert (letter["state"], letter["retry_count"]) == ("failed", 1)
    answers = await asyncio.gather(*(desk.call("POST", f"/{letter['id']}/retry") for _ in range(20)))
    assert {answer["state"] for answer in answers} == {"retrying"}
    await desk.tend()
    assert (await desk.letter())["state"] == "retrying", "in line is not handled"
    await asyncio.gather(*(take_turns(desk.pool, make_handlers()) for _ in range(3)))
    await desk.tend()
    letter = await desk.letter()
    assert (letter["state"], letter["retry_count"]) == ("resolved", 2)
    assert await texts(desk) == ["after it", text]
    assert len(await texts(desk, "out")) == 2


async def test_an_input_has_no_text_to_edit(desk: Desk) -> None:
    text = f"poison {uuid4()}"
    async with poison(desk, text):
        await desk.file(text, "wamid.bad")
        await desk.work()
    letter = await desk.letter()
    message = {"message": {"type": "text", "text": {"body": "other"}}}
    answer = await desk.call("POST", f"/{letter['id']}/retry", message, status=409)
    assert answer["error"]["code"] == "nothing_to_edit"
    assert (await desk.letter())["state"] == "failed"


async def test_an_unreadable_message_is_tried_again_and_stays_one_letter(desk: Desk) -> None:
    await desk.file("when?", "wamid.when")
    await desk.rows("update inbox set item = jsonb_set(item::jsonb, '{message,timestamp}', '\"soon\"') returning seq")
    await desk.work()
    letter = await desk.letter()
    assert (letter["error"]["code"], letter["error"]["action"]) == ("unreadable", "update")
    await desk.call("POST", f"/{letter['id']}/retry")
    await desk.work()
    await desk.tend()
    again = await desk.letter()
    assert (again["id"], again["state"], again["retry_count"]) == (letter["id"], "failed", 1)


async def test_a_bot_that_stumbled_goes_on_where_it_was_once_its_flow_is_mended(desk: Desk) -> None:
    versions = "update bot_versions set blueprint = $1 returning id"
    await desk.rows(versions, question_blueprint())
    await desk.file("hi", "wamid.1")
    await desk.work()
    assert await texts(desk, "out") == ["What is it?"]
    await desk.rows(versions, {})
    await desk.file("an answer", "wamid.2")
    await desk.work()
    letter = await desk.letter()
    assert letter["error"]["code"] == "version_missing"
    assert letter["conversation_id"] is not None
    assert letter["preview"] == "an answer"
    assert await texts(desk) == ["hi", "an answer"], "the message is filed all the same"
    await desk.rows(versions, question_blueprint(answer="So {{ answer }}"))
    await asyncio.gather(*(desk.call("POST", f"/{letter['id']}/retry") for _ in range(10)))
    await desk.work()
    await desk.tend()
    assert (await desk.letter())["state"] == "resolved"
    assert await texts(desk) == ["hi", "an answer"], "nothing is filed twice"
    assert await texts(desk, "out") == ["What is it?", "So an answer"]


async def test_a_bot_does_not_answer_late_where_a_person_has_taken_over(desk: Desk) -> None:
    versions = "update bot_versions set blueprint = $1 returning id"
    await desk.rows(versions, question_blueprint())
    await desk.file("hi", "wamid.1")
    await desk.work()
    await desk.rows(versions, {})
    await desk.file("an answer", "wamid.2")
    await desk.work()
    await desk.rows(versions, question_blueprint())
    letter = await desk.letter()
    taken = await desk.owner.post(f"/api/conversations/{letter['conversation_id']}/takeover")
    assert taken.status_code == 200
    await desk.call("POST", f"/{letter['id']}/retry")
    await desk.work()
    await desk.tend()
    assert (await desk.letter())["state"] == "resolved"
    assert await texts(desk, "out") == ["What is it?"]


async def test_a_replay_of_the_journal_takes_the_letter_along(desk: Desk) -> None:
    text = f"poison {uuid4()}"
    async with poison(desk, text):
        await desk.file(text, "wamid.bad")
        await desk.work()
    # As the journal would have it, had it come through the door.
    [row] = await desk.rows("select item from inbox where state = 'dead'")
    request, part = "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a10", "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"
    value = {
        "metadata": {"phone_number_id": desk.tenant.phone_number_id},
        "messages": [row["item"]["message"]],
        "contacts": [row["item"]["contact"]],
    }
    await desk.rows(
        "insert into journal_items (workspace_id, id, journal_id, channel_id, field, outcome, item_count, raw) "
        "values ($1, $2, $3, $4, 'messages', 'stored', 1, $5) returning id",
        desk.tenant.workspace_id,
        part,
        request,
        desk.tenant.channel_id,
        value,
    )
    assert dump_json(value)
    answer = await desk.owner.post("/api/webhooks/replay", {"ids": [request], "wait_seconds": 0})
    assert answer.json()["waiting"] == 1
    assert (await desk.letter())["state"] == "retrying"
    await desk.work()
    await desk.tend()
    assert (await desk.letter())["state"] == "resolved"
    assert await texts(desk) == [text]
