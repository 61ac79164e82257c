"""Which flow answers what: the page that an author looks at when the wrong bot answers."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api, Caller


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
    assert (found["data"], found["answer"]) == ([], None)
