"""What becomes of a call: refused where nothing could start, and noted with the call where the turn found otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from tests.flows_live.blueprints import blueprint, say
from tests.support.api import Api
from tests.support.core import make_handlers, take_turns

from .test_hooks import Shop, call, open_shop

ASKS = blueprint(
    ("ask", "ask_question", {"question": "What?", "variable_name": "answer", "timeout": None}),
    say("got", "Got {{ answer }}"),
    edges=[("start", "ask", None), ("ask", "got", "answered")],
)
ASKS["nodes"][0]["config"] = {"trigger_type": "webhook"}


async def change(shop: Shop, statement: str, *args: Any) -> None:
    async with transaction(shop.api.services.pool, role=tenancy.APP, workspaces=[shop.owner.workspace_id]) as conn:
        await conn.execute(statement, *args)


async def ask(shop: Shop, query: str) -> Any:
    async with transaction(shop.api.services.pool, role=tenancy.APP, workspaces=[shop.owner.workspace_id]) as conn:
        return await conn.fetchval(query)


async def said(shop: Shop) -> list[str]:
    """What the bot said, the oldest first."""
    found: list[str] = await ask(
        shop, "select coalesce(array_agg(content ->> 'body' order by id), '{}') from messages where direction = 'out'"
    )
    return found


async def outcomes(shop: Shop, hook: dict[str, Any]) -> list[tuple[int, str | None]]:
    """Status and outcome of each call, the oldest first."""
    answer = await shop.owner.get(f"{shop.path}/{hook['id']}/calls")
    return [(each["status"], each["outcome"]) for each in reversed(answer.json()["data"])]


async def turn(shop: Shop) -> None:
    await take_turns(shop.api.services.pool, make_handlers())


async def open_asking(api: Api) -> tuple[Shop, dict[str, Any]]:
    """A shop whose flow asks something when it is called."""
    shop = await open_shop(api)
    await shop.owner.put(f"/api/bots/{shop.bot_id}/flow", {"blueprint": ASKS})
    assert (await shop.owner.post(f"/api/bots/{shop.bot_id}/publish")).status_code == 200
    return shop, await shop.make()


async def test_a_call_says_started_once_its_turn_began_the_flow(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    key = {"Idempotency-Key": "order-42"}
    assert (await call(api, hook["path"], headers=key)).status_code == 202
    assert await outcomes(shop, hook) == [(202, "waiting")]
    await turn(shop)
    assert (await call(api, hook["path"], headers=key)).json()["is_repeated"] is True
    assert await outcomes(shop, hook) == [(202, "started"), (202, "repeated")]
    assert await said(shop) == ["Hello"]


async def test_who_is_with_a_person_is_left_with_them_and_the_caller_is_told(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    path = f"/api/conversations/{shop.conversation_id}"
    assert (await shop.owner.post(f"{path}/takeover")).status_code in (200, 204)
    answer = await call(api, hook["path"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "with_a_person")
    assert await shop.calls(hook) == [(409, "with_a_person")]
    assert await outcomes(shop, hook) == [(409, None)]
    assert await shop.started() == 0
    await shop.owner.post(f"{path}/release")
    assert (await call(api, hook["path"])).status_code == 202
    await turn(shop)
    assert await said(shop) == ["Hello"]


async def test_who_is_taken_over_before_the_turn_is_left_with_them_and_the_call_says_so(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    path = f"/api/conversations/{shop.conversation_id}"
    assert (await call(api, hook["path"])).status_code == 202
    await shop.owner.post(f"{path}/takeover")
    await turn(shop)
    assert (await call(api, hook["path"])).status_code == 409
    # Also where they gave it back before the turn: what had come by then is theirs.
    await shop.owner.post(f"{path}/release")
    assert (await call(api, hook["path"])).status_code == 202
    await shop.owner.post(f"{path}/takeover")
    await shop.owner.post(f"{path}/release")
    await turn(shop)
    assert await outcomes(shop, hook) == [(202, "with_a_person"), (409, None), (202, "with_a_person")]
    assert await said(shop) == []


async def test_a_closed_conversation_is_opened_by_the_news(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    path = f"/api/conversations/{shop.conversation_id}"
    await shop.owner.post(f"{path}/takeover")
    await shop.owner.post(f"{path}/close")
    assert (await call(api, hook["path"])).status_code == 202
    await turn(shop)
    assert await said(shop) == ["Hello"]
    assert await ask(shop, "select mode from conversations") == "bot"
    assert await ask(shop, "select array_agg(type order by id) from conversation_events") == [
        "taken_over", "closed", "reopened",
    ]  # fmt: skip
    assert await outcomes(shop, hook) == [(202, "started")]


async def test_a_bot_that_is_off_or_published_without_the_trigger_is_no_202(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make("again")
    bot = f"/api/bots/{shop.bot_id}"
    assert (await call(api, hook["path"])).status_code == 202
    assert (await shop.owner.patch(bot, {"status": "inactive"})).status_code == 200
    await turn(shop)
    answer = await call(api, hook["path"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "bot_not_answering")
    await shop.owner.patch(bot, {"status": "active"})
    await shop.owner.put(f"{bot}/flow", {"blueprint": ASKS})
    assert (await shop.owner.post(f"{bot}/publish")).status_code == 200
    answer = await call(api, hook["path"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_webhook_trigger")
    assert await outcomes(shop, hook) == [(202, "not_answering"), (409, None), (409, None)]


async def test_who_is_in_the_middle_of_it_goes_on_and_the_call_says_busy(api: Api) -> None:
    shop, hook = await open_asking(api)
    for _ in range(2):
        assert (await call(api, hook["path"])).status_code == 202
        await turn(shop)
    assert await outcomes(shop, hook) == [(202, "started"), (202, "busy")]
    assert await said(shop) == ["What?"]


async def test_what_fails_is_not_said_to_have_started(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    assert (await call(api, hook["path"])).status_code == 202
    with monkeypatch.context() as broken:
        broken.setattr("hoopoe.flows.runner.converse.environment_of", None)
        await turn(shop)
    assert await outcomes(shop, hook) == [(202, "failed")]
    assert await ask(shop, "select count(*) from dead_letters") == 1


async def test_words_that_a_shut_window_refuses_are_refused_at_the_call(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    shut = datetime.now(UTC) - timedelta(hours=1)
    await change(shop, "update conversations set window_expires_at = $1", shut)
    answer = await call(api, hook["path"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "window_closed")
    assert answer.json()["error"]["details"] == {"window_expires_at": shut.isoformat()}
    assert await outcomes(shop, hook) == [(409, None)]
    assert await shop.started() == 0


async def test_a_flow_that_does_something_silently_starts_with_the_window_shut(api: Api) -> None:
    shop = await open_shop(api)
    flow = blueprint(("tag", "tag", {"add": ["paid"]}), edges=[("start", "tag", None)])
    flow["nodes"][0]["config"] = {"trigger_type": "webhook"}
    await shop.owner.put(f"/api/bots/{shop.bot_id}/flow", {"blueprint": flow})
    assert (await shop.owner.post(f"/api/bots/{shop.bot_id}/publish")).status_code == 200
    hook = await shop.make()
    await change(shop, "update conversations set window_expires_at = now() - interval '1 hour'")
    assert (await call(api, hook["path"])).status_code == 202
    await turn(shop)
    assert await outcomes(shop, hook) == [(202, "started")]
    assert await ask(shop, "select tags from contacts") == ["paid"]
