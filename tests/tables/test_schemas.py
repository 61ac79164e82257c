"""Tables and columns over HTTP: made, renamed, converted, removed; nothing lost without being asked for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api
from tests.tables.menu import MENU, add, codes, column_id, make_menu, make_table, with_limits


async def test_a_table_is_made_listed_and_in_the_audit_log(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    assert [column["name"] for column in table["columns"] if column["is_key"]] == ["code"]
    listed = (await owner.get("/api/tables")).json()
    assert ([each["name"] for each in listed["data"]], listed["limit"]) == (["Menu"], 100)
    again = await owner.post("/api/tables", {"name": "  mENU "})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "table_exists")
    entry = (await owner.get("/api/audit")).json()["data"][0]
    assert (entry["action"], entry["after"]["table"]) == ("table.created", "Menu")


@pytest.mark.parametrize(
    "given",
    [
        {"name": " "},
        {"name": "!", "columns": [{"name": "1x", "type": "text"}]},
        {"name": "A", "columns": [{"name": "a b", "type": "text"}]},
        {"name": "A", "columns": [{"name": "a", "type": "text"}, {"name": "A", "type": "text"}]},
        {"name": "A", "columns": [{"name": "a", "type": "choice"}]},
        {"name": "A", "columns": [{"name": "a", "type": "text", "options": ["x"]}]},
        {"name": "A", "columns": [{"name": "a", "type": "json", "is_key": True}]},
        {"name": "A", "columns": [{"name": "a", "type": "sql"}]},
        {"name": "A", "columns": [{"name": f"c{n}", "type": "text"} for n in range(61)]},
        {"name": "A", "columns": [{"name": f"c{n}", "type": "text", "is_key": True} for n in range(4)]},
        {"name": "A", "sql": "select 1"},
    ],
)
async def test_what_is_no_table_is_refused(api: Api, given: dict[str, Any]) -> None:
    owner = await api.register()
    assert (await owner.post("/api/tables", given)).status_code == 422
    assert (await owner.get("/api/tables")).json()["data"] == []


async def test_a_workspace_has_as_many_tables_as_it_may(api: Api) -> None:
    owner = await with_limits(api, tables_per_workspace=1).register()
    await make_table(owner)
    full = await owner.post("/api/tables", {"name": "Another"})
    assert (full.status_code, full.json()["error"]["code"]) == (409, "too_many_tables")


async def test_a_new_type_converts_what_it_can_and_says_what_it_cannot(api: Api) -> None:
    owner = await api.register()
    table = await make_table(
        owner, {"name": "T", "columns": [{"name": "code", "type": "text"}, {"name": "size", "type": "text"}]}
    )
    for code, size in (("a", "12"), ("b", "١٫٥"), ("c", "large"), ("d", None)):
        await add(owner, table, {"code": code, "size": size})
    path = f"/api/tables/{table['id']}/columns/{column_id(table, 'size')}"
    report = (await owner.post(f"{path}/check", {"type": "number"})).json()
    assert (report["kept"], report["lost"], report["examples"][0]["value"]) == (2, 1, "large")
    refused = await owner.patch(path, {"type": "number"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "values_would_be_lost")
    assert refused.json()["error"]["details"]["lost"] == 1
    rows = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"]
    assert rows[2]["values"]["size"] == "large", "nothing is half done"
    changed = await owner.patch(path, {"type": "number", "discards": True, "revision": table["revision"]})
    assert changed.json()["revision"] == table["revision"] + 1
    rows = (await owner.get(f"/api/tables/{table['id']}/rows", params={"sort": "size"})).json()["data"]
    assert [row["values"]["size"] for row in rows] == [1.5, 12, None, None]
    late = await owner.patch(path, {"label": "Size", "revision": table["revision"]})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "table_changed")


async def test_a_key_must_tell_rows_apart(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    path = f"/api/tables/{table['id']}"
    refused = await owner.patch(path, {"key": ["kind"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "key_not_unique")
    assert refused.json()["error"]["details"]["same"] == 2
    both = await owner.patch(path, {"key": ["kind", "code"]})
    assert both.status_code == 200, both.text
    await add(owner, table, {"code": "latte", "kind": "cold"})
    none = await owner.patch(path, {"key": []})
    assert [column["is_key"] for column in none.json()["columns"]] == [False] * 8
    await add(owner, table, {"code": "latte"})
    is_key = await owner.delete(f"{path}/columns/{column_id(table, 'code')}")
    assert is_key.status_code == 409
    swapped = await owner.post("/api/tables", {"name": "Swap", "columns": [{"name": n, "type": "text"} for n in "ab"]})
    for one, other in (("x", "y"), ("y", "x")):
        await add(owner, swapped.json(), {"a": one, "b": other})
    for key in ("a", "b", "a"):
        answer = await owner.patch(f"/api/tables/{swapped.json()['id']}", {"key": [key]})
        assert answer.status_code == 200, "a new key may be another row's old one"


async def test_a_column_with_values_goes_only_when_that_is_meant(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    path = f"/api/tables/{table['id']}/columns/{column_id(table, 'price')}"
    refused = await owner.delete(path)
    assert (refused.status_code, refused.json()["error"]["details"]) == (409, {"values": 4})
    gone = await owner.delete(path, params={"confirm": True})
    assert "price" not in [column["name"] for column in gone.json()["columns"]]
    row = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"][0]
    assert "price" not in row["values"]
    assert (await owner.delete(path)).status_code == 404
    key = await owner.delete(f"/api/tables/{table['id']}/columns/{column_id(table, 'code')}", params={"confirm": True})
    assert key.status_code == 422


async def test_names_that_a_table_and_a_column_had_still_find_them(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    path = f"/api/tables/{table['id']}"
    await owner.patch(path, {"name": "Dishes"})
    await owner.patch(f"{path}/columns/{column_id(table, 'code')}", {"name": "sku"})
    query = {
        "operation": "find",
        "table": "menu",
        "where": [{"column": "code", "operator": "equals", "value": "tea"}],
    }
    found = (await owner.post("/api/table-queries", {"request": query})).json()["result"]
    assert (found["ok"], found["row"]["sku"]) == (True, "tea")
    # Who takes a name that is free gets it whole.
    await owner.post(f"{path}/columns", {"name": "code", "type": "number"})
    taken = (await owner.post("/api/table-queries", {"request": query})).json()["result"]
    assert (taken["ok"], taken["error"]) == (False, "code: 'tea' is not a number.")
    await make_table(owner, MENU)
    other = (await owner.post("/api/table-queries", {"request": query})).json()["result"]
    assert (other["ok"], other["row_count"]) == (True, 0)


async def test_a_table_with_rows_goes_only_when_that_is_meant(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    path = f"/api/tables/{table['id']}"
    refused = await owner.delete(path)
    assert (refused.status_code, refused.json()["error"]["details"]) == (409, {"rows": 4})
    assert await codes(owner, table) == ["latte", "mocha", "tea", "water"]
    assert (await owner.delete(path, params={"confirm": True})).status_code == 204
    assert (await owner.get(path)).status_code == 404
    assert (await owner.get("/api/audit")).json()["data"][0]["before"]["rows"] == 4


async def test_columns_stand_in_the_order_that_is_given(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    names = [column["name"] for column in table["columns"]]
    turned = await owner.patch(f"/api/tables/{table['id']}", {"order": names[::-1]})
    assert [column["name"] for column in turned.json()["columns"]] == names[::-1]
    assert (await owner.patch(f"/api/tables/{table['id']}", {"order": names[:-1]})).status_code == 422
