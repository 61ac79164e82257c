"""Bots: drafts with faults, versions that never change, publishing, deleting."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hoopoe.flows.definition import dump_blueprint, parse_blueprint
from hoopoe.flows.demo import cafe_blueprint, echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.ids import new_id
from tests.support.api import Api, Caller
from tests.support.inbox import add_channel, add_thread

# In the form in which they are stored: every default written out.
CAFE, ECHO = (dump_blueprint(parse_blueprint(each())) for each in (cafe_blueprint, echo_blueprint))


def of(blueprint: dict[str, Any], bot: dict[str, Any]) -> dict[str, Any]:
    """A blueprint as this bot's own."""
    return {**blueprint, "bot_id": bot["id"]}


async def make_bot(owner: Caller, **given: Any) -> dict[str, Any]:
    answer = await owner.post("/api/bots", {"name": "Café", **given})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def publish(owner: Caller, bot_id: str) -> dict[str, Any]:
    answer = await owner.post(f"/api/bots/{bot_id}/publish")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def publish_anew(owner: Caller, bot_id: str) -> dict[str, Any]:
    """Change something in the draft, which is published already, and publish it."""
    path = f"/api/bots/{bot_id}/flow"
    draft = (await owner.get(path)).json()["blueprint"]
    draft["description"] = f"{draft.get('description') or ''}."
    assert (await owner.put(path, {"blueprint": draft})).status_code == 200
    return await publish(owner, bot_id)


async def test_a_bot_begins_as_a_draft_that_answers_nobody(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner)
    assert (bot["status"], bot["published"], bot["waiting"]) == ("draft", None, 0)
    assert bot["has_unpublished_changes"] is True
    flow = (await owner.get(f"/api/bots/{bot['id']}/flow")).json()
    assert (flow["state"], flow["version"], flow["blueprint"]["nodes"], flow["waiting"]) == ("draft", None, [], {})
    assert (await owner.get(f"/api/bots/{bot['id']}/flow?version=published")).status_code == 404
    answer = await owner.patch(f"/api/bots/{bot['id']}", {"status": "active"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "bot_not_published")


async def test_publishing_makes_a_version_and_the_bot_active(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    published = await publish(owner, bot["id"])
    assert published["version"]["number"] == 1
    assert published["version"]["published_by"] == {"id": str(owner.user_id), "name": "Noor"}
    assert (published["bot"]["status"], published["bot"]["has_unpublished_changes"]) == ("active", False)
    flow = (await owner.get(f"/api/bots/{bot['id']}/flow?version=published")).json()
    assert (flow["state"], flow["version"]) == ("published", 1)
    assert flow["blueprint"] == of(CAFE, bot)


async def test_a_version_never_changes(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    await publish(owner, bot["id"])
    saved = (await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": ECHO})).json()
    assert saved["blueprint"] == of(ECHO, bot)
    assert (await owner.get(f"/api/bots/{bot['id']}")).json()["has_unpublished_changes"] is True
    assert (await owner.get(f"/api/bots/{bot['id']}/flow?version=published")).json()["blueprint"] == of(CAFE, bot)
    await publish(owner, bot["id"])
    assert (await owner.get(f"/api/bots/{bot['id']}/flow?version=1")).json()["blueprint"] == of(CAFE, bot)
    assert (await owner.get(f"/api/bots/{bot['id']}/flow?version=2")).json()["blueprint"] == of(ECHO, bot)
    assert (await owner.get(f"/api/bots/{bot['id']}/flow?version=3")).status_code == 404
    assert (await owner.get(f"/api/bots/{bot['id']}/flow?version=latest")).status_code == 422
    first = (await owner.get(f"/api/bots/{bot['id']}/flow/versions?limit=1")).json()
    second = (await owner.get(f"/api/bots/{bot['id']}/flow/versions?limit=1&cursor={first['next_cursor']}")).json()
    assert [page["data"][0]["number"] for page in (first, second)] == [2, 1]


async def test_the_database_refuses_no_two_who_publish_at_once(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    anew = await asyncio.gather(*(publish_anew(owner, bot["id"]) for _ in range(3)), return_exceptions=True)
    numbers = [each["version"]["number"] for each in anew if isinstance(each, dict)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


async def test_what_is_published_already_makes_no_version(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    path = f"/api/bots/{bot['id']}"
    await publish(owner, bot["id"])
    answer = await owner.post(f"{path}/publish", {"note": "Nothing"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "nothing_changed")
    assert answer.json()["error"]["details"] == {"version": 1}
    assert len((await owner.get(f"{path}/flow/versions")).json()["data"]) == 1
    # An older version that was put back is no longer what is published: that makes one.
    await owner.put(f"{path}/flow", {"blueprint": ECHO})
    await publish(owner, bot["id"])
    await owner.put(f"{path}/flow", {"blueprint": CAFE})
    assert (await publish(owner, bot["id"]))["version"]["number"] == 3


async def test_of_two_who_publish_one_draft_at_once_one_does(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    answers = await asyncio.gather(*(owner.post(f"/api/bots/{bot['id']}/publish") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    told = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert [(error["code"], error["details"]) for error in told] == [("nothing_changed", {"version": 1})] * 3
    assert len((await owner.get(f"/api/bots/{bot['id']}/flow/versions")).json()["data"]) == 1


def break_cafe() -> dict[str, Any]:
    """A flow with faults in two nodes: an unknown type, and a field that is missing."""
    nodes = [dict(node) for node in ECHO["nodes"]]
    nodes.append({"id": "odd", "type": "no_such_type", "config": {}, "position": {"x": 0, "y": 0}})
    nodes.append({"id": "ask", "type": "ask_question", "config": {}, "position": {"x": 0, "y": 0}})
    return {**ECHO, "nodes": nodes}


async def test_a_draft_with_faults_is_kept_and_not_published(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner)
    saved = await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": break_cafe()})
    assert saved.status_code == 200
    faults = saved.json()["faults"]
    assert {"odd", "ask"} <= {fault["node_id"] for fault in faults}
    shape = {"node_id", "field", "code", "message", "severity", "subject", "elsewhere", "steps", "count", "fix"}
    assert all(set(fault) == shape for fault in faults)
    answer = await owner.post(f"/api/bots/{bot['id']}/publish")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "flow_invalid")
    assert answer.json()["error"]["details"]["faults"] == faults
    assert (await owner.get(f"/api/bots/{bot['id']}")).json()["published"] is None


@pytest.mark.parametrize(
    ("blueprint", "field"),
    [
        ({"name": "x", "nodes": "many"}, "blueprint.nodes"),
        ({"name": "x", "nodes": [{"id": "a"}]}, "blueprint.nodes.0.type"),
        ({"name": "x", "spec_version": 9}, "blueprint.spec_version"),
        ({"name": "x", "colour": "red"}, "blueprint.colour"),
        ({}, "blueprint.name"),
    ],
)
async def test_what_is_no_blueprint_is_refused_by_field(api: Api, blueprint: dict[str, Any], field: str) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    answer = await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": blueprint})
    assert answer.status_code == 422
    assert field in [fault["field"] for fault in answer.json()["error"]["details"]["fields"]]
    assert (await owner.get(f"/api/bots/{bot['id']}/flow")).json()["blueprint"] == of(CAFE, bot)
    assert (await owner.post("/api/bots", {"name": "x", "blueprint": blueprint})).status_code == 422


async def park(api: Api, owner: Caller, bot_id: str, node_id: str) -> None:
    """Somebody stands in the middle of the bot's published version."""
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope))
    async with api.services.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_pipe")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute(
            """
            insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint,
                                       node_id, wait_kind, state, created_at, updated_at)
            select $1, $2, $3, id, published_version_id, 'waiting', 1, $5, 'message', '{}', now(), now()
            from bots where id = $4
            """,
            *(owner.workspace_id, new_id(), thread.id, bot_id, node_id),
        )


async def test_it_shows_where_people_wait(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    await publish(owner, bot["id"])
    for node_id in ("menu", "menu", "quantity"):
        await park(api, owner, bot["id"], node_id)
    assert (await owner.get(f"/api/bots/{bot['id']}")).json()["waiting"] == 3
    for version in ("draft", "published", "1"):
        flow = (await owner.get(f"/api/bots/{bot['id']}/flow?version={version}")).json()
        assert flow["waiting"] == {"menu": 2, "quantity": 1}
    await publish_anew(owner, bot["id"])
    assert (await owner.get(f"/api/bots/{bot['id']}/flow?version=published")).json()["waiting"] == {}
    assert (await owner.get(f"/api/bots/{bot['id']}/flow")).json()["waiting"] == {"menu": 2, "quantity": 1}


async def test_a_bot_that_people_talk_to_is_deleted_only_by_force(api: Api, pool: Pool) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    await publish(owner, bot["id"])
    await park(api, owner, bot["id"], "menu")
    answer = await owner.delete(f"/api/bots/{bot['id']}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "bot_in_use")
    assert answer.json()["error"]["details"] == {"waiting": 1}
    assert (await owner.delete(f"/api/bots/{bot['id']}?force=true")).status_code == 204
    assert (await owner.get(f"/api/bots/{bot['id']}")).status_code == 404
    assert len((await owner.get("/api/conversations")).json()["data"]) == 1


async def test_a_bot_rests_and_wakes(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    await publish(owner, bot["id"])
    path = f"/api/bots/{bot['id']}"
    assert (await owner.patch(path, {"status": "inactive", "name": "  Night  "})).json()["name"] == "Night"
    assert (await publish_anew(owner, bot["id"]))["bot"]["status"] == "inactive"
    assert (await owner.patch(path, {"status": "active"})).json()["status"] == "active"
    refused: tuple[dict[str, object], ...] = ({"status": "draft"}, {"name": " "}, {"blueprint": {}})
    for bad in refused:
        assert (await owner.patch(path, bad)).status_code == 422


async def test_the_editor_learns_every_node_type(api: Api) -> None:
    owner = await api.register()
    types = (await owner.get("/api/flow-nodes")).json()["data"]
    assert {"whatsapp_trigger", "buttons", "list", "http_request", "end"} <= {each["type"] for each in types}
    for each in types:
        assert each["label"]["ar"]
        assert each["schema"]["type"] == "object"


async def test_an_agent_sees_bots_and_does_not_change_them(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    agent = await api.add_member(owner, "agent")
    assert (await agent.get(f"/api/bots/{bot['id']}/flow")).status_code == 200
    for method, path, body in (
        ("POST", "/api/bots", {"name": "x"}),
        ("PATCH", f"/api/bots/{bot['id']}", {"name": "x"}),
        ("PUT", f"/api/bots/{bot['id']}/flow", {"blueprint": CAFE}),
        ("POST", f"/api/bots/{bot['id']}/publish", None),
        ("DELETE", f"/api/bots/{bot['id']}", None),
    ):
        assert (await agent.send(method, path, json=body)).status_code == 403, path


async def test_a_flow_that_runs_another_needs_that_one(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    inner, foreign = await make_bot(owner, blueprint=ECHO), await make_bot(stranger, blueprint=ECHO)
    await publish(stranger, foreign["id"])

    def runs(bot_id: str, **more: Any) -> dict[str, Any]:
        nodes = [
            {"id": "start", "type": "whatsapp_trigger"},
            {"id": "run", "type": "run_flow", "config": {"bot_id": bot_id, **more}},
        ]
        edges = [{"id": "e", "source": "start", "target": "run"}]
        return {"blueprint": {"name": "Outer", "nodes": nodes, "edges": edges}}

    outer = await make_bot(owner)
    for given in (runs(inner["id"]), runs(foreign["id"]), runs(str(new_id())), runs(outer["id"], version=5)):
        saved = await owner.put(f"/api/bots/{outer['id']}/flow", given)
        answer = await owner.post(f"/api/bots/{outer['id']}/publish")
        assert answer.status_code == 422
        for faults in (saved.json()["faults"], answer.json()["error"]["details"]["faults"]):
            assert ("run", "flow_missing") in [(fault["node_id"], fault["code"]) for fault in faults]
    await publish(owner, inner["id"])
    for given in (runs(inner["id"]), runs(inner["id"], version=1), runs(outer["id"])):
        await owner.put(f"/api/bots/{outer['id']}/flow", given)
        await publish(owner, outer["id"])


async def test_the_shape_of_a_blueprint_is_told_to_anybody(api: Api) -> None:
    answer = await api.new_client().get("/api/blueprint-schema")
    assert answer.status_code == 200
    schema = answer.json()
    assert {"bot_id", "version", "name", "nodes", "edges", "variables", "credentials"} <= set(schema["properties"])
    assert {"sourceHandle", "targetHandle"} <= set(schema["$defs"]["EdgeSpec"]["properties"])
