"""Bots and data tables: what the linter says, and what a bot's file brings along."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hoopoe.identity.roles import Role
from tests.support.api import Api, Caller
from tests.tables.menu import MENU, JsonObject, column_id, make_table


def flow(**config: Any) -> JsonObject:
    return {
        "name": "Menu",
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
            {"id": "ask", "type": "database_query", "config": {"table": "Menu", "save_as": "found", **config}},
            {"id": "say", "type": "whatsapp_reply", "config": {"message": "{{ found.row_count }}"}},
        ],
        "edges": [
            {"id": "a", "source": "start", "target": "ask"},
            {"id": "b", "source": "ask", "target": "say", "source_handle": "success"},
            {"id": "c", "source": "ask", "target": "say", "source_handle": "error"},
        ],
    }


async def make_bot(caller: Caller, blueprint: JsonObject) -> str:
    answer = await caller.post("/api/bots", {"name": "Menu", "blueprint": blueprint})
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


def where(column: str, operator: str, value: str = "") -> JsonObject:
    return {"where": [{"column": column, "operator": operator, "value": value}]}


@pytest.mark.parametrize(
    ("config", "faults"),
    [
        (where("code", "equals", "latte"), []),
        (where("price", "greater_than", "{{ message.text }}"), []),
        (where("price", "greater_than", "١٢"), []),
        ({"table": "menu"}, []),
        ({"table": "Dishes"}, [("table", "table_missing")]),
        ({"table": "data_rows"}, [("table", "table_missing")]),
        (where("prize", "equals", "1"), [("where.0.column", "column_missing")]),
        (where("price", "greater_than", "cheap"), [("where.0.column", "wrong_type")]),
        (where("price", "contains", "{{ message.text }}"), [("where.0.column", "wrong_type")]),
        (where("extra", "equals", "{{ message.text }}"), [("where.0.column", "wrong_type")]),
        ({"sort_by": "extra"}, [("sort_by", "wrong_type")]),
        ({"operation": "insert", "values": {"code": "a", "kind": "Hot", "since": "{{ today }}"}}, []),
        ({"operation": "insert", "values": {"code": "a", "kind": "Warm"}}, [("values.kind", "wrong_type")]),
        ({"operation": "insert", "values": {"code": "a", "nothing": ""}}, [("values.nothing", "column_missing")]),
    ],
)
async def test_what_no_table_could_answer_is_told_before_publishing(
    api: Api, config: JsonObject, faults: list[tuple[str, str]]
) -> None:
    owner = await api.register()
    await make_table(owner)
    bot_id = await make_bot(owner, flow(**config))
    told = (await owner.get(f"/api/bots/{bot_id}/flow")).json()["faults"]
    assert [(each["field"], each["code"]) for each in told if each["severity"] == "error"] == faults
    published = await owner.post(f"/api/bots/{bot_id}/publish")
    assert published.status_code == (422 if faults else 200), published.text


async def test_names_that_a_table_had_are_a_warning(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    bot_id = await make_bot(owner, flow(**where("code", "equals", "latte")))
    await owner.patch(f"/api/tables/{table['id']}", {"name": "Dishes"})
    await owner.patch(f"/api/tables/{table['id']}/columns/{column_id(table, 'code')}", {"name": "sku"})
    told = (await owner.get(f"/api/bots/{bot_id}/flow")).json()["faults"]
    assert [(each["code"], each["subject"]) for each in told if each["code"].endswith("_renamed")] == [
        ("table_renamed", "Dishes"),
        ("column_renamed", "sku"),
    ]
    assert (await owner.post(f"/api/bots/{bot_id}/publish")).status_code == 200


async def test_a_bots_file_brings_the_schemas_of_its_tables(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    await make_table(owner)
    await make_table(owner, {"name": "Not asked"})
    bot_id = await make_bot(owner, flow(**where("code", "equals", "latte")))
    file = (await owner.get(f"/api/bots/{bot_id}/export")).json()
    assert [table["name"] for table in file["tables"]] == ["Menu"]
    assert [column["name"] for column in file["tables"][0]["columns"]] == [each["name"] for each in MENU["columns"]]
    content = json.dumps(file)

    told = (await other.send("POST", "/api/bots/import", content=content, params={"dry_run": True})).json()["bots"][0]
    assert (told["missing"], told["tables"]) == ([{"kind": "table", "name": "Menu"}], [])
    asked: JsonObject = {"create_tables": True, "dry_run": True}
    would = (await other.send("POST", "/api/bots/import", content=content, params=asked)).json()["bots"][0]
    assert (would["missing"], would["tables"]) == ([], ["Menu"])
    assert (await other.get("/api/tables")).json()["data"] == [], "a dry run makes nothing"
    done = (await other.send("POST", "/api/bots/import", content=content, params={"create_tables": True})).json()
    assert done["bots"][0]["tables"] == ["Menu"]
    [table] = (await other.get("/api/tables")).json()["data"]
    first = table["columns"][0]
    assert (first["name"], first["type"], first["is_key"]) == ("code", "text", True)
    assert (await other.post(f"/api/bots/{done['bots'][0]['id']}/publish")).status_code == 200
    again = (await other.send("POST", "/api/bots/import", content=content, params={"create_tables": True})).json()
    assert (again["bots"][0]["tables"], again["bots"][0]["missing"]) == ([], [])


async def test_what_a_table_lacks_is_told_and_it_is_not_changed(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    table = await make_table(owner)
    bot_id = await make_bot(owner, flow())
    content = json.dumps((await owner.get(f"/api/bots/{bot_id}/export")).json())
    path = f"/api/tables/{table['id']}/columns"
    await owner.delete(f"{path}/{column_id(table, 'title')}")
    await owner.patch(f"{path}/{column_id(table, 'price')}", {"type": "text"})
    await owner.patch(f"{path}/{column_id(table, 'kind')}", {"options": ["Hot"]})
    told = (await owner.send("POST", "/api/bots/import", content=content, params={"create_tables": True})).json()
    assert [each["name"] for each in told["bots"][0]["missing"]] == [
        "Menu.title (text)",
        "Menu.price (number; text)",
        "Menu.kind: Cold",
        "Menu.kind: بارد جدا",
    ]
    assert len((await owner.get("/api/tables")).json()["data"]) == 1
    bare = json.dumps(flow(table="Elsewhere"))
    alone = (await other.send("POST", "/api/bots/import", content=bare)).json()["bots"][0]
    assert alone["missing"] == [{"kind": "table", "name": "Elsewhere"}]


async def test_a_table_in_a_file_that_is_none_is_told(api: Api) -> None:
    owner = await api.register()
    tables = [{"name": "Bad", "columns": [{"name": "x; drop", "type": "text"}]}, {"columns": []}]
    file = {"format": "hoopoe.bot", "format_version": 1, "name": "B", "blueprint": flow(), "tables": tables}
    params = {"create_tables": True}
    told = (await owner.send("POST", "/api/bots/import", content=json.dumps(file), params=params)).json()["bots"][0]
    assert [(note["place"], note["reason"]) for note in told["notes"]] == [
        ("tables.0.columns.0.name", "table_unreadable"),
        ("tables.1.name", "table_unreadable"),
    ]
    assert (await owner.get("/api/tables")).json()["data"] == []


async def test_an_agent_tries_no_query(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, Role.AGENT)
    answer = await agent.post("/api/table-queries", {"request": {"operation": "count", "table": "Menu"}})
    assert answer.status_code == 403


async def test_a_key_that_may_build_bots_reads_no_rows_by_trying(api: Api) -> None:
    owner = await api.register()
    await make_table(owner)
    key = await api.make_key(owner, scopes=["bots:read", "bots:write"])
    answer = await key.post("/api/table-queries", {"request": {"operation": "list", "table": "Menu"}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted")
    acts = [
        {"type": "say", "message": {"type": "text", "text": "latte"}},
        {"type": "perform", "by": "real"},
    ]
    blueprint = flow(**where("code", "equals", "latte"))
    answer = await key.post("/api/flows/simulate", {"blueprint": blueprint, "acts": acts})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted")


async def test_a_query_that_is_tried_writes_nothing(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    request = {"operation": "upsert", "table": "Menu", "values": {"code": "latte", "price": "20"}}
    for _ in range(2):
        result = (await owner.post("/api/table-queries", {"request": request})).json()["result"]
        assert (result["ok"], result["is_new"], result["row"]["price"]) == (True, True, 20)
    assert (await owner.get(f"/api/tables/{table['id']}")).json()["row_count"] == 0
    for wrong in ({}, {"operation": "delete", "table": "Menu"}, {"operation": "find", "table": "Menu", "where": [1]}):
        result = (await owner.post("/api/table-queries", {"request": wrong})).json()["result"]
        assert result["ok"] is False, wrong


async def test_a_preview_asks_the_table_and_writes_nothing(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    await owner.post(f"/api/tables/{table['id']}/rows", {"values": {"code": "latte", "price": 18.5}})
    say = {"type": "say", "message": {"type": "text", "text": "latte"}}
    for config, expected in (
        (where("code", "equals", "{{ message.text }}"), "1"),
        (where("code", "equals", "mocha"), "0"),
        ({"operation": "insert", "values": {"code": "new"}}, "1"),
    ):
        acts = [say, {"type": "perform", "by": "real"}]
        played = (await owner.post("/api/flows/simulate", {"blueprint": flow(**config), "acts": acts})).json()
        assert played["acts"][1]["spoken"][0]["content"] == {"body": expected}, config
        acts = [say, {"type": "perform", "by": "example"}]
        played = (await owner.post("/api/flows/simulate", {"blueprint": flow(**config), "acts": acts})).json()
        assert played["acts"][1]["spoken"][0]["content"] == {"body": "1"}, config
    assert (await owner.get(f"/api/tables/{table['id']}")).json()["row_count"] == 1


async def test_who_asks_a_table_is_told_by_any_of_its_names(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    table = await make_table(owner)
    path = f"/api/tables/{table['id']}"
    assert (await owner.get(f"{path}/uses")).json() == {"data": []}
    bot = await make_bot(owner, flow(**where("price", "at_most", "20")))
    await owner.post(f"/api/bots/{bot}/publish")
    await owner.put(f"/api/bots/{bot}/flow", {"blueprint": flow(**where("code", "equals", "tea"))})
    await make_bot(owner, flow(table="Elsewhere"))
    await make_bot(other, flow())
    price, code = column_id(table, "price"), column_id(table, "code")
    [use] = (await owner.get(f"{path}/uses")).json()["data"]
    assert (use["bot_id"], use["node_id"], use["version"]) == (bot, "ask", "draft")
    assert use["columns"] == [code, price], "of the draft and of what is published"
    await owner.patch(path, {"name": "Dishes"})
    await owner.patch(f"{path}/columns/{price}", {"name": "cost"})
    [use] = (await owner.get(f"{path}/uses")).json()["data"]
    assert use["columns"] == [code, price], "also by the names that they had"
    newer = await make_table(owner)
    assert (await owner.get(f"{path}/uses")).json()["data"] == [], "another table has its name now"
    assert len((await owner.get(f"/api/tables/{newer['id']}/uses")).json()["data"]) == 1
    assert (await other.get(f"{path}/uses")).status_code == 404
