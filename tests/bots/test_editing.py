"""Editing a draft: revisions, who else edits, what an editor is told of each node, expressions tried on samples."""

from __future__ import annotations

import asyncio
from typing import Any

from hoopoe.flows.definition import dump_blueprint, parse_blueprint
from hoopoe.flows.demo import cafe_blueprint, echo_blueprint
from tests.support.api import Api, Caller

from .test_bots import make_bot, of, park, publish, publish_anew

CAFE, ECHO = (dump_blueprint(parse_blueprint(each())) for each in (cafe_blueprint, echo_blueprint))


async def save(owner: Caller, bot_id: str, blueprint: Any, base: int | None = None) -> Any:
    return await owner.put(f"/api/bots/{bot_id}/flow", {"blueprint": blueprint, "base_revision": base})


async def test_a_draft_counts_its_savings_and_says_whose_they_are(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner)
    first = (await owner.get(f"/api/bots/{bot['id']}/flow")).json()
    assert (first["revision"], first["updated_by"]) == (1, None)
    saved = (await save(owner, bot["id"], CAFE, base=1)).json()
    assert (saved["revision"], saved["updated_by"]["name"]) == (2, "Noor")


async def test_who_edited_an_older_draft_overwrites_nobody(api: Api) -> None:
    owner = await api.register()
    colleague = await api.add_member(owner, "admin")
    bot = await make_bot(owner)
    assert (await save(colleague, bot["id"], CAFE, base=1)).status_code == 200
    refused = await save(owner, bot["id"], ECHO, base=1)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "draft_changed")
    details = refused.json()["error"]["details"]
    assert (details["revision"], details["updated_by"]["id"]) == (2, str(colleague.user_id))
    assert (await owner.get(f"/api/bots/{bot['id']}/flow")).json()["blueprint"] == of(CAFE, bot)
    assert (await save(owner, bot["id"], ECHO, base=2)).json()["revision"] == 3
    assert (await save(owner, bot["id"], CAFE)).json()["revision"] == 4  # who names no base overwrites, as programs do


async def test_of_many_who_save_the_same_revision_at_once_one_wins(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner)
    answers = await asyncio.gather(*(save(owner, bot["id"], ECHO, base=1) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_editors_learn_of_each_other(api: Api) -> None:
    owner = await api.register()
    colleague = await api.add_member(owner, "admin")
    bot = await make_bot(owner)
    path = f"/api/bots/{bot['id']}/editors"
    assert (await owner.post(path, {"tab": "a"})).json()["others"] == []
    seen = (await colleague.post(path, {"tab": "b"})).json()
    assert [(each["id"], each["is_self"]) for each in seen["others"]] == [(str(owner.user_id), False)]
    assert [each["is_self"] for each in (await owner.post(path, {"tab": "c"})).json()["others"]] == [False, True]
    await colleague.post(path, {"tab": "b", "is_leaving": True})
    assert [each["is_self"] for each in (await owner.post(path, {"tab": "a"})).json()["others"]] == [True]
    agent = await api.add_member(owner, "agent")
    assert (await agent.post(path, {"tab": "d"})).status_code == 403


async def test_an_editor_that_fell_silent_has_gone(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner)
    path = f"/api/bots/{bot['id']}/editors"
    await owner.post(path, {"tab": "a"})
    async with api.services.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_pipe")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute("update bot_editors set seen_at = seen_at - interval '1 minute'")
    assert (await owner.post(path, {"tab": "b"})).json()["others"] == []


async def test_a_draft_tells_each_nodes_exits_limits_and_variables(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    facts = (await owner.get(f"/api/bots/{bot['id']}/flow")).json()["facts"]
    assert set(facts) == {node["id"] for node in CAFE["nodes"]}
    buttons = next(node for node in CAFE["nodes"] if node["type"] == "buttons")
    options = buttons["config"]["buttons"]
    told = facts[buttons["id"]]
    assert [each["name"] for each in told["exits"]][: len(options)] == [option["id"] for option in options]
    assert told["exits"][0]["label"] == options[0]["title"]
    assert (told["limits"]["message"], told["limits"]["buttons.0.title"]) == (1024, 20)


async def test_people_who_wait_at_a_node_that_is_gone_are_named(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    await publish(owner, bot["id"])
    await park(api, owner, bot["id"], "menu")
    saved = (await save(owner, bot["id"], ECHO)).json()
    [fault] = [each for each in saved["faults"] if each["code"] == "parked_nowhere"]
    assert (fault["severity"], fault["count"], [step["id"] for step in fault["steps"]]) == ("warning", 1, ["menu"])
    assert "'menu'" not in fault["message"], "people read names, and not ids"
    assert not [
        each
        for each in (await owner.get(f"/api/bots/{bot['id']}/flow?version=1")).json()["faults"]
        if each["code"] == "parked_nowhere"
    ]


async def test_a_version_keeps_its_note(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    answer = await owner.post(f"/api/bots/{bot['id']}/publish", {"note": "  The Friday menu "})
    assert answer.json()["version"]["note"] == "The Friday menu"
    await publish_anew(owner, bot["id"])
    versions = (await owner.get(f"/api/bots/{bot['id']}/flow/versions")).json()["data"]
    assert [each["note"] for each in versions] == [None, "The Friday menu"]


async def test_an_expression_is_tried_on_samples(api: Api) -> None:
    owner = await api.register()

    async def check(**given: Any) -> Any:
        return (await owner.post("/api/flow-expressions/check", given)).json()

    hello = await check(kind="template", source="Hello {{ contact.first_name }}, {{ n | times: 2 }}", values={"n": 4})
    assert hello == {"fault": None, "value": "Hello Sara, 8", "reads": ["contact", "n"]}
    days = {"source": "{{ today }} {{ now }}", "kind": "template"}
    assert (await check(**days))["value"] == "2026-11-20 2026-11-20T09:41:00+03:00"
    assert (await check(**days, language="ar"))[
        "value"
    ] == "الجمعة 20 نوفمبر 2026 الجمعة 20 نوفمبر 2026 الساعة 9:41 صباحا"
    assert (await check(**days, language="en", is_brief=True))["value"] == "Fri 20 Nov 2026 Fri 20 Nov, 9:41 am"
    assert (await check(kind="condition", source="total > 100", values={"total": 120}))["value"] is True
    broken = await check(kind="template", source="Hello {{ contact.name")
    assert (broken["value"], broken["fault"]["code"], broken["fault"]["position"]) == (None, "bad_syntax", 6)
    assert (await check(kind="condition", source="total >"))["fault"]["code"] == "bad_syntax"


async def test_the_editor_learns_what_every_flow_may_read(api: Api) -> None:
    owner = await api.register()
    values = {each["name"]: each for each in (await owner.get("/api/flow-nodes")).json()["values"]}
    assert values["contact.first_name"]["label"]["ar"]
    for name in values:
        source = f"{{{{ {name} }}}}"
        answer = await owner.post("/api/flow-expressions/check", {"kind": "template", "source": source})
        assert answer.json()["value"], name
