"""Rows over HTTP: typed, filtered, sorted, paged, kept apart; and what attackers write into them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from hoopoe.identity.roles import Role
from tests.support.api import Api, Caller
from tests.tables.menu import MENU, ROWS, JsonObject, add, codes, column_id, make_menu, make_table, with_limits


async def test_values_are_kept_by_the_types_of_their_columns(api: Api) -> None:
    owner = await api.register()
    await owner.patch(f"/api/workspaces/{owner.workspace_id}", {"timezone": "Asia/Riyadh"})
    table = await make_menu(owner)
    rows = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"]
    assert [row["values"]["code"] for row in rows] == ["latte", "mocha", "tea", "water"]
    mocha, tea, water = rows[1]["values"], rows[2]["values"], rows[3]["values"]
    assert (mocha["price"], mocha["sold_out"], mocha["kind"]) == (22, True, "Hot")
    assert tea["changed"] == "2026-03-01T09:00:00Z", "noon where the workspace is"
    assert (water["title"], water["extra"]) == (None, {"sizes": [1, 2]})
    assert (await owner.get(f"/api/tables/{table['id']}")).json()["row_count"] == 4


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("price", "much", "not_a_number"),
        ("price", True, "not_a_number"),
        ("price", 1e300, "out_of_range"),
        ("price", [1], "not_a_number"),
        ("kind", "Lukewarm", "not_an_option"),
        ("sold_out", "perhaps", "not_yes_or_no"),
        ("since", "31/12/2026", "not_a_date"),
        ("since", "2026-02-30", "not_a_date"),
        ("changed", "yesterday", "not_a_moment"),
        ("changed", "0001-01-01T00:00:00+14:00", "not_a_moment"),
        ("title", "x" * 4_001, "too_long"),
        ("title", {"a": 1}, "wrong_type"),
        ("nothing", 1, "unknown_column"),
        ("cells", 1, "unknown_column"),
        ("extra", "{not json", "not_json"),
    ],
)
async def test_what_a_column_cannot_hold_is_refused_with_its_place(api: Api, name: str, value: Any, code: str) -> None:
    owner = await api.register()
    table = await make_table(owner)
    answer = await owner.post(f"/api/tables/{table['id']}/rows", {"values": {"code": "x", name: value}})
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["error"]["details"]["fields"]
    assert (fault["field"], fault["code"]) == (f"values.{name}", code)
    assert (await owner.get(f"/api/tables/{table['id']}")).json()["row_count"] == 0


async def test_a_row_that_is_too_large_is_refused(api: Api) -> None:
    owner = await api.register()
    columns = [{"name": "code", "type": "text", "is_key": True}] + [{"name": f"c{n}", "type": "text"} for n in range(6)]
    table = await make_table(owner, {"name": "Wide", "columns": columns})
    values = {"code": "x"} | {f"c{n}": "ع" * 2_000 for n in range(6)}
    answer = await owner.post(f"/api/tables/{table['id']}/rows", {"values": values})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["fields"][0]["code"] == "too_large"


FILTERS: list[tuple[JsonObject, list[str]]] = [
    ({"column": "code", "operator": "equals", "value": "LATTE"}, ["latte"]),
    ({"column": "code", "operator": "not_equals", "value": "latte"}, ["mocha", "tea", "water"]),
    ({"column": "title", "operator": "equals", "value": "mocha"}, ["mocha"]),
    ({"column": "title", "operator": "contains", "value": "احمر"}, ["tea"]),
    ({"column": "title", "operator": "not_contains", "value": "a"}, ["tea", "water"]),
    ({"column": "code", "operator": "starts_with", "value": "M"}, ["mocha"]),
    ({"column": "code", "operator": "ends_with", "value": "er"}, ["water"]),
    ({"column": "price", "operator": "greater_than", "value": "6"}, ["latte", "mocha"]),
    ({"column": "price", "operator": "at_least", "value": "٦"}, ["latte", "mocha", "tea"]),
    ({"column": "price", "operator": "less_than", "value": 6}, ["water"]),
    ({"column": "price", "operator": "at_most", "value": 6.0}, ["tea", "water"]),
    ({"column": "price", "operator": "equals", "value": "18.50"}, ["latte"]),
    ({"column": "since", "operator": "greater_than", "value": "2026-01-15"}, ["mocha"]),
    ({"column": "changed", "operator": "at_most", "value": "2026-03-01T12:00:00Z"}, ["tea"]),
    ({"column": "sold_out", "operator": "equals", "value": True}, ["mocha"]),
    ({"column": "kind", "operator": "equals", "value": "a kind that is none"}, []),
    ({"column": "title", "operator": "is_empty"}, ["water"]),
    ({"column": "extra", "operator": "is_not_empty"}, ["water"]),
]


async def test_filters_search_and_order(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    for condition, expected in FILTERS:
        assert await codes(owner, table, where=json.dumps([condition])) == expected, condition
    both = [{"column": "kind", "operator": "equals", "value": "hot"}, FILTERS[7][0]]
    assert await codes(owner, table, where=json.dumps(both)) == ["latte", "mocha"]
    assert await codes(owner, table, q="شاى") == ["tea"]
    assert await codes(owner, table, q="18.5") == ["latte"]
    assert await codes(owner, table, sort="price") == ["water", "tea", "latte", "mocha"]
    assert await codes(owner, table, sort="since", descending=True) == ["mocha", "latte", "water", "tea"]


@pytest.mark.parametrize("sort", [None, "price", "title", "since", "sold_out"])
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_give_every_row_once(api: Api, sort: str | None, descending: bool) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    asked: JsonObject = {"limit": 1, "descending": descending} | ({"sort": sort} if sort else {})
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(5):
        page = await owner.get(f"/api/tables/{table['id']}/rows", params=asked | ({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200, page.text
        seen += [row["values"]["code"] for row in page.json()["data"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    whole = await codes(owner, table, **{**asked, "limit": 10})
    assert seen == whole
    assert sorted(seen) == ["latte", "mocha", "tea", "water"]


async def test_a_search_finds_what_json_writes_otherwise(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    for code in ('a 12" pizza', "back\\slash", "line one\nline two", "{}", "الطبق «الأول»"):
        await add(owner, table, {"code": code})
    assert await codes(owner, table, q='12" P') == ['a 12" pizza']
    assert await codes(owner, table, q="K\\S") == ["back\\slash"]
    assert await codes(owner, table, q="one line") == ["line one\nline two"]
    assert await codes(owner, table, q="{}") == ["{}"]
    assert await codes(owner, table, q="«الاول»") == ["الطبق «الأول»"]
    assert await codes(owner, table, q='", "') == [], "what stands between cells is in none"


INJECTIONS = ["'; drop table data_rows; --", "x' or '1'='1", '"; select pg_sleep(9); --', "$1", "%s", "\\", "}}{{"]


@pytest.mark.parametrize("text", INJECTIONS)
async def test_nothing_that_is_written_becomes_sql(api: Api, text: str) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    refused = await owner.post("/api/tables", {"name": "Bad", "columns": [{"name": text, "type": "text"}]})
    assert refused.status_code == 422
    row = await add(owner, table, {"code": text, "title": text})
    assert row["values"]["title"] == text
    assert await codes(owner, table, q=text) == [text]
    for operator in ("equals", "contains", "starts_with", "ends_with"):
        condition = {"column": "title", "operator": operator, "value": text}
        assert await codes(owner, table, where=json.dumps([condition])) == [text], operator
    for asked in (
        {"sort": text},
        {"where": text},
        {"where": json.dumps([{"column": text, "operator": "equals", "value": 1}])},
        {"where": json.dumps([{"column": "code", "operator": text, "value": 1}])},
        {"cursor": text},
    ):
        answer = await owner.get(f"/api/tables/{table['id']}/rows", params=asked)
        assert answer.status_code == 422, (asked, answer.text)
    assert len(await codes(owner, table)) == 5


async def test_a_key_is_one_rows_alone_however_it_is_spelt(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    latte = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"][0]
    again = await owner.post(f"/api/tables/{table['id']}/rows", {"values": {"code": "  LÁTTE "}})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "key_taken")
    assert again.json()["error"]["details"] == {"row_id": latte["id"]}
    without = await owner.post(f"/api/tables/{table['id']}/rows", {"values": {"title": "Nothing"}})
    assert without.json()["error"]["details"]["fields"][0]["field"] == "values.code"
    moved = await owner.patch(f"/api/tables/{table['id']}/rows/{latte['id']}", {"values": {"code": "tea"}})
    assert (moved.status_code, moved.json()["error"]["code"]) == (409, "key_taken")
    same = await owner.patch(f"/api/tables/{table['id']}/rows/{latte['id']}", {"values": {"code": "Latte"}})
    assert same.json()["values"]["code"] == "Latte"


async def test_of_those_who_add_one_key_at_once_one_does(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    path = f"/api/tables/{table['id']}/rows"
    answers = await asyncio.gather(*(owner.post(path, {"values": {"code": "one"}}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert (await owner.get(f"/api/tables/{table['id']}")).json()["row_count"] == 1


async def test_the_second_of_two_who_edit_a_row_is_told(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner)
    row = await add(owner, table, ROWS[0])
    path = f"/api/tables/{table['id']}/rows/{row['id']}"
    first = await owner.patch(path, {"values": {"price": 19}, "revision": row["revision"]})
    assert first.json()["values"]["price"] == 19
    second = await owner.patch(path, {"values": {"price": 20}, "revision": row["revision"]})
    assert (second.status_code, second.json()["error"]["code"]) == (409, "row_changed")
    assert second.json()["error"]["details"]["row"]["values"]["price"] == 19


async def test_deleted_rows_can_be_brought_back(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    path = f"/api/tables/{table['id']}/rows"
    rows = (await owner.get(path)).json()["data"]
    assert (await owner.delete(f"{path}/{rows[0]['id']}")).status_code == 204
    assert (await owner.delete(f"{path}/{rows[0]['id']}")).status_code == 404
    gone = await owner.post(f"{path}/delete", {"ids": [rows[1]["id"], rows[0]["id"]]})
    assert gone.json() == {"count": 1}
    assert await codes(owner, table) == ["tea", "water"]
    back = await owner.post(f"{path}/restore", {"ids": [rows[0]["id"], rows[1]["id"]]})
    assert back.json() == {"count": 2}
    assert await codes(owner, table) == ["latte", "mocha", "tea", "water"]
    assert (await owner.post(f"{path}/restore", {"ids": [rows[0]["id"]]})).json() == {"count": 0}
    # Meanwhile somebody else has taken the key.
    await owner.delete(f"{path}/{rows[0]['id']}")
    await add(owner, table, {"code": "latte"})
    refused = await owner.post(f"{path}/restore", {"ids": [rows[0]["id"]]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "key_taken")
    assert (await owner.get(f"/api/tables/{table['id']}")).json()["row_count"] == 4


async def test_a_table_takes_as_many_rows_as_it_may(api: Api) -> None:
    owner = await with_limits(api, rows_per_table=2).register()
    table = await make_table(owner)
    for code in "ab":
        await add(owner, table, {"code": code})
    full = await owner.post(f"/api/tables/{table['id']}/rows", {"values": {"code": "c"}})
    assert (full.status_code, full.json()["error"]["code"]) == (409, "too_many_rows")
    assert await codes(owner, table) == ["a", "b"]


async def test_each_role_may_what_it_should(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    path = f"/api/tables/{table['id']}"
    agent, viewer = await api.add_member(owner, Role.AGENT), await api.add_member(owner, Role.VIEWER)

    async def may(caller: Caller) -> list[int]:
        return [
            (await caller.get(f"{path}/rows")).status_code,
            (await caller.post(f"{path}/rows", {"values": {"code": f"{caller.user_id}"}})).status_code,
            (await caller.patch(path, {"description": "Ours"})).status_code,
        ]

    assert await may(viewer) == [200, 403, 403]
    assert await may(agent) == [200, 201, 403]
    assert await may(owner) == [200, 201, 200]


async def test_a_table_of_another_workspace_is_none(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    table = await make_menu(owner)
    row = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"][0]
    path = f"/api/tables/{table['id']}"
    code = column_id(table, "code")
    for method, where, body in (
        ("GET", path, None),
        ("PATCH", path, {"name": "Mine"}),
        ("DELETE", f"{path}?confirm=true", None),
        ("GET", f"{path}/rows", None),
        ("GET", f"{path}/export", None),
        ("POST", f"{path}/rows", {"values": {}}),
        ("PATCH", f"{path}/rows/{row['id']}", {"values": {}}),
        ("DELETE", f"{path}/rows/{row['id']}", None),
        ("POST", f"{path}/rows/delete", {"ids": [row["id"]]}),
        ("DELETE", f"{path}/columns/{code}?confirm=true", None),
        ("POST", f"{path}/import", None),
    ):
        assert (await stranger.send(method, where, json=body)).status_code == 404, (method, where)
    # And a row is not reached through a table of one's own.
    own = await make_table(stranger, MENU)
    assert (await stranger.delete(f"/api/tables/{own['id']}/rows/{row['id']}")).status_code == 404
    assert len(await codes(owner, table)) == 4
