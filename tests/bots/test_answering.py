"""Which flow answers what: the page that an author looks at when the wrong bot answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from tests.support.api import Api, Caller
from tests.support.inbox import add_channel


async def publish(owner: Caller, name: str, *configs: dict[str, Any]) -> str:
    nodes = [{"id": f"t{place}", "type": "whatsapp_trigger", "config": each} for place, each in enumerate(configs)]
    edges = [{"id": f"e{place}", "source": f"t{place}", "target": "say"} for place in range(len(configs))]
    say = {"id": "say", "type": "whatsapp_reply", "config": {"message": "Hi"}}
    bot = await owner.post(
        "/api/bots", {"name": name, "blueprint": {"name": name, "nodes": [*nodes, say], "edges": edges}}
    )
    bot_id: str = bot.json()["id"]
    published = await owner.post(f"/api/bots/{bot_id}/publish")
    assert published.status_code == 200, published.text
    return bot_id


async def test_triggers_in_the_order_in_which_they_are_tried_and_who_answers(api: Api) -> None:
    owner = await api.register()
    shop = await publish(
        owner,
        "Shop",
        {"trigger_type": "any_message"},
        {"trigger_type": "keyword", "keywords": ["menu", "قائمة"]},
        {"trigger_type": "webhook"},
    )
    help_ = await publish(
        owner,
        "Help",
        {"trigger_type": "keyword", "keywords": ["help"], "priority": 5},
        {"trigger_type": "keyword", "keywords": ["Menu!"]},
        {"trigger_type": "keyword", "keywords": ["قائمه الطعام"], "match": "near"},
    )
    await owner.post("/api/bots", {"name": "Draft"})
    found = (await owner.get("/api/flow-triggers?text=MENU")).json()
    order = [(each["bot_name"], each["node_id"]) for each in found["data"]]
    assert order == [
        ("Help", "t0"),
        ("Shop", "t2"),
        ("Shop", "t1"),
        ("Help", "t1"),
        ("Help", "t2"),
        ("Shop", "t0"),
    ]
    assert (found["answer"]["bot_id"], found["answer"]["node_id"]) == (shop, "t1")
    assert [(each["bot_id"], each["node_id"]) for each in found["also"]] == [(help_, "t1")]
    assert [
        (each["what"], each["kind"], each["trigger"]["bot_name"], each["answers"]["bot_name"])
        for each in found["conflicts"]
    ] == [("Menu!", "same_rank", "Help", "Shop")]
    assert (await owner.get("/api/flow-triggers?text=help")).json()["answer"]["bot_name"] == "Help"


async def test_what_is_outranked_is_said(api: Api) -> None:
    owner = await api.register()
    await publish(
        owner, "Old", {"trigger_type": "keyword", "keywords": ["order", "pay"]}, {"trigger_type": "new_conversation"}
    )
    await publish(
        owner,
        "New",
        {"trigger_type": "keyword", "keywords": ["ord.r"], "match": "regex", "priority": 1},
        {"trigger_type": "new_conversation", "priority": 1},
    )
    conflicts = (await owner.get("/api/flow-triggers")).json()["conflicts"]
    assert {(each["what"], each["kind"], each["trigger"]["bot_name"]) for each in conflicts} == {
        ("order", "outranked", "Old"),
        ("new_conversation", "outranked", "Old"),
    }


async def test_a_bot_that_rests_answers_nothing(api: Api) -> None:
    owner = await api.register()
    bot_id = await publish(owner, "Shop", {"trigger_type": "any_message"})
    await owner.patch(f"/api/bots/{bot_id}", {"status": "inactive"})
    found = (await owner.get("/api/flow-triggers?text=hi")).json()
    assert ([each["is_answering"] for each in found["data"]], found["answer"]) == ([False], None)


async def test_who_would_answer_a_text_and_by_what_the_others_lose(api: Api) -> None:
    owner = await api.register()
    await publish(owner, "Any", {"trigger_type": "any_message"})
    await publish(owner, "Exact", {"trigger_type": "keyword", "keywords": ["help", "القائمة"]})
    await publish(owner, "Near", {"trigger_type": "keyword", "keywords": ["القائمه"], "match": "near"})
    await publish(owner, "Late", {"trigger_type": "keyword", "keywords": ["قائمة", "القائمة"], "match": "contains"})
    await publish(owner, "New", {"trigger_type": "new_conversation", "priority": 3})
    # Arabic in another spelling: taa marbuta as haa, and marks.
    found = (await owner.get("/api/flow-triggers", params={"text": "القَائمه"})).json()
    assert (found["answer"]["bot_name"], found["answer"]["word"], found["answer"]["match"]) == (
        "Exact",
        "القائمة",
        "exact",
    )
    assert [(each["bot_name"], each["word"], each["loses_by"]) for each in found["also"]] == [
        ("Late", "القائمة", "age"),
        ("Near", "القائمه", "specificity"),
        ("Any", None, "specificity"),
    ]
    first = (await owner.get("/api/flow-triggers", params={"text": "القائمة", "is_first": "true"})).json()
    assert (first["answer"]["bot_name"], first["also"][0]["loses_by"]) == ("New", "priority")
    near = (await owner.get("/api/flow-triggers", params={"text": "القايمة"})).json()
    assert near["answer"]["bot_name"] in ("Near", "Exact")
    nothing = (await owner.get("/api/flow-triggers")).json()
    assert (nothing["answer"], nothing["also"]) == (None, [])


async def test_a_channel_that_is_bound_asks_its_own_bot_alone(api: Api) -> None:
    owner = await api.register()
    shop = await publish(owner, "Shop", {"trigger_type": "keyword", "keywords": ["menu"]})
    help_ = await publish(owner, "Help", {"trigger_type": "any_message"})
    shared, bound = await add_channel(api, owner.scope), await add_channel(api, owner.scope)
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("update channels set bot_id = $2 where id = $1", bound, UUID(help_))
    found = {
        channel: (await owner.get("/api/flow-triggers", params={"text": "menu", "channel_id": str(channel)})).json()
        for channel in (shared, bound)
    }
    assert (found[shared]["answer"]["bot_id"], found[bound]["answer"]["bot_id"]) == (shop, help_)
    assert [each["channel_id"] for each in found[bound]["shared"]] == [str(shared)]
    assert [(each["channel_id"], each["bot_id"]) for each in found[bound]["bound"]] == [(str(bound), help_)]


def collisions(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (each["code"], each["node_id"], each["field"], each["severity"], each["subject"], each["elsewhere"]["bot_name"])
        for each in answer["faults"]
        if each["code"] in ("answered_elsewhere", "answers_for_other")
    ]


async def draw(owner: Caller, bot_id: str, *configs: dict[str, Any]) -> dict[str, Any]:
    """Save a draft with these triggers; what the editor is told."""
    nodes = [{"id": f"t{place}", "type": "whatsapp_trigger", "config": each} for place, each in enumerate(configs)]
    nodes.append({"id": "say", "type": "whatsapp_reply", "config": {"message": "Hi"}})
    edges = [{"id": f"e{place}", "source": f"t{place}", "target": "say"} for place in range(len(configs))]
    draft = {"name": "Draft", "nodes": nodes, "edges": edges}
    answer = await owner.put(f"/api/bots/{bot_id}/flow", {"blueprint": draft})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_draft_is_told_of_what_another_bot_answers_already(api: Api) -> None:
    owner = await api.register()
    shop = await publish(owner, "Shop", {"trigger_type": "keyword", "keywords": ["menu", "القائمة"]})
    bot = (await owner.post("/api/bots", {"name": "New"})).json()["id"]
    same = await draw(owner, bot, {"trigger_type": "keyword", "keywords": ["Menu!", "القائمه", "pay"]})
    assert collisions(same) == [("answered_elsewhere", "t0", "keywords", "warning", "Menu!, القائمه", "Shop")]
    [fault] = [each for each in same["faults"] if each["code"] == "answered_elsewhere"]
    assert fault["message"] == "'Menu!', 'القائمه': 'Shop' answers, because its bot is older."
    assert (fault["elsewhere"]["bot_id"], fault["elsewhere"]["node_id"]) == (shop, "t0")
    # A draft that contains it, and comes first by its priority, takes it away.
    taking = {"trigger_type": "keyword", "keywords": ["menu"], "match": "contains", "priority": 1}
    assert collisions(await draw(owner, bot, taking)) == [
        ("answers_for_other", "t0", "keywords", "warning", "menu", "Shop")
    ]
    # Near spelling is less exact than the word itself: each keeps its own.
    near = {"trigger_type": "keyword", "keywords": ["menus"], "match": "near"}
    assert collisions(await draw(owner, bot, near)) == []
    assert collisions(await draw(owner, bot, {"trigger_type": "keyword", "keywords": ["pay"]})) == []
    # A warning stands in nobody's way.
    await draw(owner, bot, {"trigger_type": "keyword", "keywords": ["menu"]})
    assert (await owner.post(f"/api/bots/{bot}/publish")).status_code == 200
    await owner.patch(f"/api/bots/{shop}", {"status": "inactive"})
    assert collisions((await owner.get(f"/api/bots/{bot}/flow")).json()) == [], "a bot that rests answers nothing"
    stranger = await api.register()
    other = (await stranger.post("/api/bots", {"name": "Other"})).json()["id"]
    assert collisions(await draw(stranger, other, {"trigger_type": "keyword", "keywords": ["menu"]})) == []


async def test_where_every_channel_has_its_own_bot_nothing_collides(api: Api) -> None:
    owner = await api.register()
    shop = await publish(owner, "Shop", {"trigger_type": "any_message"})
    bot = (await owner.post("/api/bots", {"name": "New"})).json()["id"]
    any_message = {"trigger_type": "any_message"}
    assert [each[0] for each in collisions(await draw(owner, bot, any_message))] == ["answered_elsewhere"]
    channel = await add_channel(api, owner.scope)
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("update channels set bot_id = $2 where id = $1", channel, UUID(shop))
    assert collisions(await draw(owner, bot, any_message)) == []


async def test_a_draft_that_is_half_drawn_is_told_of_the_half_that_can_be_read(api: Api) -> None:
    owner = await api.register()
    await publish(owner, "Shop", {"trigger_type": "button", "button_ids": ["menu"]})
    bot = (await owner.post("/api/bots", {"name": "New"})).json()["id"]
    broken = [
        {"trigger_type": "keyword", "keywords": []},
        {"trigger_type": "keyword", "keywords": ["("], "match": "regex"},
        {"trigger_type": "nonsense"},
        {"trigger_type": "button", "button_ids": ["menu", "pay"]},
    ]
    assert collisions(await draw(owner, bot, *broken)) == [
        ("answered_elsewhere", "t3", "button_ids", "warning", "menu", "Shop")
    ]
