"""Flows and data tables, with a real worker: what is written is written once, whatever is killed when."""

from __future__ import annotations

import asyncio
from typing import Any

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from tests.e2e.house import House, Shop, new_phone
from tests.flows_live.blueprints import blueprint, say
from tests.flows_live.rows import end_leases, fetch, kill_worker, wait_for_rows

JsonObject = dict[str, Any]
TABLE: JsonObject = {
    "name": "Menu",
    "columns": [
        {"name": "code", "type": "text", "is_key": True},
        {"name": "price", "type": "number"},
        {"name": "since", "type": "date"},
    ],
}


BY_CODE: list[JsonObject] = [{"column": "code", "value": "{{ message.text }}"}]
BELOW_ZERO: JsonObject = {"column": "price", "operator": "less_than", "value": "0"}


def query(words: str, *, config: JsonObject) -> JsonObject:
    """Asks the table; says what came of it."""
    return blueprint(
        ("ask", "database_query", {"table": "Menu", "save_as": "found", **config}),
        say("fine", words),
        say("none", "None"),
        say("failed", "Failed"),
        edges=[("start", "ask", None), ("ask", "fine", "success"), ("ask", "failed", "error")]
        + ([("ask", "none", "empty")] if config["operation"] not in ("insert", "upsert") else []),
    )


async def open_shop(house: House, flow: JsonObject, *codes: str) -> tuple[Shop, JsonObject]:
    """A shop whose bot asks a table with these rows; their prices count from 1 on."""
    shop = await house.open_shop(flow)
    table = await shop.desk.post("/api/tables", TABLE, status=201)
    for price, code in enumerate(codes, 1):
        row = {"values": {"code": code, "price": price}}
        await shop.desk.post(f"/api/tables/{table['id']}/rows", row, status=201)
    return shop, table


async def test_rows_are_found_listed_counted_added_changed_and_put(house: House) -> None:
    put = {"code": "{{ message.text }}", "price": "٩"}
    last = {"limit": 2, "sort_by": "price", "descending": True}
    asks: list[tuple[str, JsonObject, str, str]] = [
        ("find", {"where": BY_CODE}, "{{ found.row.code }}: {{ found.row.price }}", "tea: 2"),
        ("find", {"where": [BELOW_ZERO]}, "Never", "None"),
        ("list", last, "{{ found.rows[0].code }} {{ found.row_count }}", "cake 2"),
        ("count", {"where": []}, "{{ found.row_count }}", "3"),
        ("update", {"where": BY_CODE, "values": {"price": "{{ 7 }}"}}, "{{ found.row.price }}", "7"),
        ("insert", {"values": {"code": "new", "since": "{{ today }}"}}, "{{ found.row.code }}", "new"),
        ("upsert", {"values": put}, "{{ found.row.price }} {{ found.is_new }}", "9 false"),
        ("insert", {"values": {"code": "{{ message.text }}"}}, "Never", "Failed"),
        ("find", {"table": "Nothing"}, "Never", "Failed"),
        ("find", {"where": [{"column": "price; drop table data_rows", "value": "1"}]}, "Never", "Failed"),
        ("find", {"where": [{"column": "price", "value": "{{ message.text }}"}]}, "Never", "Failed"),
    ]
    for operation, config, words, expected in asks:
        flow = query(words, config={"operation": operation, **config})
        shop, _ = await open_shop(house, flow, "latte", "tea", "cake")
        assert await shop.ask(new_phone(), "TEA") == expected, (operation, config)


async def test_a_row_is_added_once_although_its_worker_died(house: House) -> None:
    flow = query("Added", config={"operation": "insert", "values": {"code": "{{ message.text }}", "price": "1"}})
    shop, table = await open_shop(house, flow)
    phone = new_phone()
    async with open_pool(house.stack.database.dsn, size=1) as pool:
        workspaces = [shop.tenant.workspace_id]
        async with transaction(pool, role=tenancy.APP, workspaces=workspaces) as conn:
            # Whoever writes a row waits for the table: the worker stands in the middle of the effect.
            await conn.execute("select from data_tables for update")
            await shop.say(phone, "cake")
            await wait_for_rows(house, shop, "select id from effects where state = 'running'")
            await kill_worker(house)
        await end_leases(house, shop)
        await shop.wait_for_texts(phone, "Added")
    rows = await fetch(house, shop, "select id from data_rows")
    assert len(rows) == 1
    [effect] = await fetch(house, shop, "select state, attempt from effects")
    assert effect["state"] == "done"
    assert effect["attempt"] >= 2, "more where the table was held for another try"
    assert (await shop.desk.get(f"/api/tables/{table['id']}"))["row_count"] == 1


async def test_people_who_add_one_key_at_once_add_it_once(house: House) -> None:
    flow = query("Added", config={"operation": "insert", "values": {"code": "one", "price": "1"}})
    shop, _ = await open_shop(house, flow)
    phones = [new_phone() for _ in range(5)]
    answers = await asyncio.gather(*(shop.ask(phone, "hi") for phone in phones))
    assert sorted(answers) == ["Added", "Failed", "Failed", "Failed", "Failed"]
    assert len(await fetch(house, shop, "select id from data_rows")) == 1


async def test_a_flow_sees_the_rows_of_its_own_workspace_alone(house: House) -> None:
    flow = query("{{ found.row_count }}", config={"operation": "count"})
    one, _ = await open_shop(house, flow, "latte", "tea")
    other, _ = await open_shop(house, flow, "cake")
    assert await one.ask(new_phone(), "hi") == "2"
    assert await other.ask(new_phone(), "hi") == "1"
