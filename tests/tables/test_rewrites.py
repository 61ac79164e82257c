"""Changes of columns of tables that are large: made beside what holds, whole or not at all, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.tables.limits import MAX_REWRITTEN
from hoopoe.tables.rewriter import RewriteRunner
from tests.support.api import Api, Caller
from tests.support.simulator import wait_until
from tests.tables.many import LARGE, fetch, make_large, rewriter_of, work
from tests.tables.menu import JsonObject, add, column_id

NO_COPY = (
    "select count(*) from data_rows where (select count(*) from jsonb_object_keys(cells)) > 1 or key_2 is not null"
)


async def read(caller: Caller, table: JsonObject) -> JsonObject:
    told: JsonObject = (await caller.get(f"/api/tables/{table['id']}")).json()
    return told


async def sizes(caller: Caller, table: JsonObject, **asked: Any) -> list[Any]:
    answer = await caller.get(f"/api/tables/{table['id']}/rows", params=asked)
    assert answer.status_code == 200, answer.text
    return [row["values"]["size"] for row in answer.json()["data"]]


async def query(caller: Caller, value: object) -> JsonObject:
    where = [{"column": "size", "operator": "equals", "value": value}]
    asked = {"operation": "count", "table": "Large", "where": where}
    found: JsonObject = (await caller.post("/api/table-queries", {"request": asked})).json()["result"]
    return found


async def test_a_type_of_a_large_table_changes_in_one_moment(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner)
    path, size = f"/api/tables/{table['id']}", column_id(table, "size")
    begun = await owner.patch(f"{path}/columns/{size}", {"type": "number", "revision": table["revision"]})
    assert begun.status_code == 202, begun.text
    rewrite = begun.json()["rewrite"]
    assert (rewrite["state"], rewrite["kind"], rewrite["subject"]) == ("queued", "column", "size")
    assert (rewrite["total"], rewrite["done"]) == (LARGE, 0)
    assert (await sizes(owner, table, limit=2)) == ["1", "2"], "as it was, until it is done"
    assert await rewriter_of(api).take_one()
    told = await read(owner, table)
    assert (told["columns"][0]["type"], told["columns"][0]["id"], told["rewrite"]) == ("number", size, None)
    assert told["revision"] == table["revision"] + 1
    assert await sizes(owner, table, limit=2) == [1, 2]
    assert await sizes(owner, table, limit=2, sort="size", descending=True) == [LARGE, LARGE - 1]
    assert (await query(owner, LARGE))["row_count"] == 1
    await work(api)
    assert (await fetch(api, owner, NO_COPY))[0]["count"] == 0, "what was is taken off"
    again = await owner.patch(f"{path}/columns/{size}", {"type": "text", "name": "length"})
    assert again.status_code == 202, "the API knows the column by the same id"
    await work(api)
    assert (await read(owner, table))["columns"][0]["name"] == "length"


async def test_what_is_written_meanwhile_is_right(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner)
    path, size = f"/api/tables/{table['id']}", column_id(table, "size")
    [first, second, third] = (await owner.get(f"{path}/rows", params={"limit": 3})).json()["data"]
    await owner.patch(f"{path}/columns/{size}", {"type": "number"})
    worker = asyncio.ensure_future(rewriter_of(api).take_one())
    await wait_until(lambda: has_done(owner, table), "first rows")
    # Behind the worker: a row that it has done, one that is new, one that goes, and one that comes back.
    changed = await owner.patch(f"{path}/rows/{first['id']}", {"values": {"size": "٧٧٧٧"}, "revision": 1})
    assert changed.json()["values"]["size"] in ("٧٧٧٧", 7777)
    await add(owner, table, {"size": "8888"})
    await owner.delete(f"{path}/rows/{second['id']}")
    await owner.delete(f"{path}/rows/{third['id']}")
    await owner.post(f"{path}/rows/restore", {"ids": [third["id"]]})
    assert await worker
    assert await sizes(owner, table, limit=3) == [7777, 3, 4]
    assert await sizes(owner, table, where='[{"column": "size", "operator": "at_least", "value": 7000}]') == [
        7777,
        8888,
    ]
    await owner.post(f"{path}/rows/restore", {"ids": [second["id"]]})
    assert await sizes(owner, table, limit=2) == [7777, 2], "also what was deleted is written"


async def has_done(caller: Caller, table: JsonObject) -> bool:
    rewrite = (await read(caller, table))["rewrite"]
    return rewrite is None or rewrite["done"] > 0


async def test_it_asks_before_anything_is_lost(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner, odd=200)
    path, size = f"/api/tables/{table['id']}", column_id(table, "size")
    await owner.patch(f"{path}/columns/{size}", {"type": "number"})
    await work(api)
    rewrite = (await read(owner, table))["rewrite"]
    assert (rewrite["state"], rewrite["report"]["lost"], rewrite["report"]["kept"]) == ("asking", 10, LARGE - 10)
    assert rewrite["report"]["examples"][0]["value"] == "many"
    assert (await query(owner, "many"))["row_count"] == 10, "as it was"
    # While it asks, one more cell comes that cannot be converted.
    await add(owner, table, {"size": "much"})
    answer = await owner.post(f"{path}/rewrites/{rewrite['id']}/accept")
    assert (answer.status_code, answer.json()["rewrite"]["state"]) == (200, "queued")
    late = await owner.post(f"{path}/rewrites/{rewrite['id']}/accept")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "rewrite_over")
    await work(api)
    told = await read(owner, table)
    assert (told["rewrite"], told["columns"][0]["type"]) == (None, "number")
    empty = '[{"column": "size", "operator": "is_empty"}]'
    assert await sizes(owner, table, where=empty) == [None] * 11
    assert await sizes(owner, table, q="many") == [], "what is not there any more is not found"


async def test_it_is_stopped_and_leaves_nothing_behind(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner, count=20_000)
    path, size = f"/api/tables/{table['id']}", column_id(table, "size")
    begun = await owner.patch(f"{path}/columns/{size}", {"type": "number"})
    worker = asyncio.ensure_future(rewriter_of(api).take_one())
    await wait_until(lambda: has_done(owner, table), "first rows")
    stopped = await owner.post(f"{path}/rewrites/{begun.json()['rewrite']['id']}/cancel")
    assert (stopped.status_code, stopped.json()["rewrite"]) == (200, None), stopped.text
    with pytest.raises(TimeoutError):
        await worker
    await work(api)
    assert (await fetch(api, owner, NO_COPY))[0]["count"] == 0
    told = await read(owner, table)
    assert (told["columns"][0]["type"], told["revision"]) == ("text", table["revision"])
    actions = [entry["action"] for entry in (await owner.get("/api/audit")).json()["data"]]
    assert actions[:2] == ["table.rewrite_cancelled", "table.column_changed"]


async def test_a_worker_that_dies_is_gone_on_for(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner, count=20_000)
    path, size = f"/api/tables/{table['id']}", column_id(table, "size")
    await owner.patch(f"{path}/columns/{size}", {"type": "number"})
    worker = asyncio.ensure_future(rewriter_of(api).take_one())
    await wait_until(lambda: has_done(owner, table), "first rows")
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("select from data_tables for update")
        worker.cancel()
        await asyncio.wait([worker])
    half = (await read(owner, table))["rewrite"]
    assert half["state"] == "running"
    assert 500 <= half["done"] < 20_000
    assert not await rewriter_of(api).take_one(), "its lease has not run out"
    assert await sizes(owner, table, limit=2) == ["1", "2"]
    await work(api)
    assert await sizes(owner, table, limit=2, sort="size", descending=True) == [20_000, 19_999]


async def test_a_key_of_a_large_table_tells_its_rows_apart_or_is_not_taken(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner)
    path = f"/api/tables/{table['id']}"
    twin = await add(owner, table, {"size": "7", "kind": "Hot"})
    assert (await owner.patch(path, {"key": ["size"]})).status_code == 202
    await work(api)
    failed = (await read(owner, table))["rewrite"]
    assert (failed["state"], failed["kind"], failed["report"]["same"]) == ("failed", "key", 1)
    assert failed["report"]["same_examples"][0]["row_id"] == twin["id"]
    assert (await owner.post(f"{path}/rewrites/{failed['id']}/cancel")).json()["rewrite"] is None
    await owner.delete(f"{path}/rows/{twin['id']}")
    await owner.patch(path, {"key": ["size"]})
    await work(api)
    assert [column["is_key"] for column in (await read(owner, table))["columns"]] == [True, False]
    taken = await owner.post(f"{path}/rows", {"values": {"size": "7"}})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "key_taken")
    assert (await query(owner, "7"))["row_count"] == 1
    back = await owner.post(f"{path}/rows/restore", {"ids": [twin["id"]]})
    assert back.json()["error"]["code"] == "key_taken"
    # The type of a key makes other keys.
    await owner.patch(f"{path}/columns/{column_id(table, 'size')}", {"type": "number"})
    await work(api)
    upsert = {"operation": "upsert", "table": "Large", "values": {"size": 7, "kind": "hot"}}
    put = (await owner.post("/api/table-queries", {"request": upsert})).json()["result"]
    assert (put["ok"], put["is_new"]) == (True, False)
    assert (await owner.patch(path, {"key": []})).status_code == 200, "to have none takes no time"
    await add(owner, table, {"size": 7})
    await work(api)
    assert (await query(owner, 7))["row_count"] == 2


async def test_the_columns_wait_for_a_change_that_is_under_way(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner)
    path, size = f"/api/tables/{table['id']}", column_id(table, "size")
    kind = f"{path}/columns/{column_id(table, 'kind')}"
    check = await owner.post(f"{path}/columns/{size}/check", {"type": "number"})
    assert (check.json()["error"]["code"], check.json()["error"]["details"]) == (
        "table_too_large",
        {"limit": MAX_REWRITTEN},
    )
    rewrite = (await owner.patch(kind, {"options": ["Cold"]})).json()["rewrite"]
    refused = [
        await owner.patch(f"{path}/columns/{size}", {"type": "number"}),
        await owner.patch(path, {"name": "Larger"}),
        await owner.post(f"{path}/columns", {"name": "more", "type": "text"}),
        await owner.delete(f"{path}/columns/{size}", params={"confirm": True}),
    ]
    assert [answer.json()["error"]["code"] for answer in refused] == ["table_busy"] * 4
    assert refused[0].json()["error"]["details"] == {"rewrite_id": rewrite["id"]}
    await work(api)
    taken = [
        await owner.patch(kind, {"options": ["Cold", "Hot"]}),
        await owner.patch(kind, {"name": "sort", "label": "Sort"}),
        await owner.patch(path, {"name": "Larger", "order": ["sort", "size"]}),
        await owner.post(f"{path}/columns", {"name": "more", "type": "text"}),
    ]
    assert [answer.status_code for answer in taken] == [200, 200, 200, 201]
    empty = await owner.post(f"{path}/columns", {"name": "code", "type": "text", "is_key": True})
    assert (empty.status_code, empty.json()["error"]["code"]) == (409, "key_not_unique")


async def test_a_column_of_a_large_table_is_gone_at_once(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner)
    path, size = f"/api/tables/{table['id']}", column_id(table, "size")
    gone = await owner.delete(f"{path}/columns/{size}", params={"confirm": True})
    assert [column["name"] for column in gone.json()["columns"]] == ["kind"]
    assert (await owner.get(f"{path}/rows", params={"q": "1"})).json()["data"] == [], "nobody finds what is gone"
    again = await owner.post(f"{path}/columns", {"name": "size", "type": "text"})
    assert again.status_code == 201
    assert await sizes(owner, table, limit=1) == [None]
    await work(api)
    left = await fetch(api, owner, "select count(*) from data_rows where cells <> '{}' or folded <> '{}'")
    assert left[0]["count"] == 0


async def test_a_large_table_is_gone_at_once_and_its_rows_behind_it(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner)
    path = f"/api/tables/{table['id']}"
    await owner.patch(f"{path}/columns/{column_id(table, 'size')}", {"type": "number"})
    assert (await owner.delete(path, params={"confirm": True})).status_code == 204
    assert (await owner.get(path)).status_code == 404
    assert (await owner.get("/api/tables")).json()["data"] == []
    assert (await query(owner, "1"))["ok"] is False
    other = await make_large(api, owner)
    assert other["name"] == "Large", "its name is free"
    await work(api)
    assert (await fetch(api, owner, "select count(*) from data_rows"))[0]["count"] == LARGE
    assert [row["id"] for row in await fetch(api, owner, "select id from data_tables")] == [UUID(other["id"])]
    assert await fetch(api, owner, "select from data_rewrites") == []


async def test_a_file_that_is_given_out_meanwhile_is_whole(api: Api) -> None:
    owner = await api.register()
    table = await make_large(api, owner)
    path = f"/api/tables/{table['id']}"
    await owner.patch(f"{path}/columns/{column_id(table, 'size')}", {"type": "number"})
    runner = RewriteRunner(api.services.pool, api.services.bus, grace_seconds=3600)
    assert await runner.take_one()
    assert not await runner.take_one(), "who read the columns just before still finds their cells"
    lines = (await owner.get(f"{path}/export")).text.splitlines()
    assert lines[1:] == [f"{number}," for number in range(1, LARGE + 1)]
