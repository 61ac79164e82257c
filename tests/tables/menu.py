"""A table that tests share: a café's menu."""

from __future__ import annotations

from typing import Any

from hoopoe.main.api import make_edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.support.api import Api, Caller

JsonObject = dict[str, Any]

MENU: JsonObject = {
    "name": "Menu",
    "columns": [
        {"name": "code", "type": "text", "is_key": True},
        {"name": "title", "type": "text", "label": "الاسم"},
        {"name": "price", "type": "number"},
        {"name": "kind", "type": "choice", "options": ["Hot", "Cold", "بارد جدا"]},
        {"name": "sold_out", "type": "boolean"},
        {"name": "since", "type": "date"},
        {"name": "changed", "type": "datetime"},
        {"name": "extra", "type": "json"},
    ],
}

ROWS: list[JsonObject] = [
    {"code": "latte", "title": "Latte", "price": 18.5, "kind": "hot", "since": "2026-01-01"},
    {"code": "mocha", "title": "Möcha", "price": "٢٢", "kind": "Hot", "since": "2026-02-01", "sold_out": "نعم"},
    {"code": "tea", "title": "شاي أحمر", "price": 6, "kind": "Hot", "changed": "2026-03-01 12:00"},
    {"code": "water", "price": 2, "kind": "Cold", "extra": {"sizes": [1, 2]}},
]


async def make_table(caller: Caller, given: JsonObject | None = None) -> JsonObject:
    answer = await caller.post("/api/tables", given or MENU)
    assert answer.status_code == 201, answer.text
    made: JsonObject = answer.json()
    return made


async def add(caller: Caller, table: JsonObject, values: JsonObject) -> JsonObject:
    answer = await caller.post(f"/api/tables/{table['id']}/rows", {"values": values})
    assert answer.status_code == 201, answer.text
    row: JsonObject = answer.json()
    return row


async def make_menu(caller: Caller) -> JsonObject:
    """The table with its four rows."""
    table = await make_table(caller)
    for values in ROWS:
        await add(caller, table, values)
    return table


async def codes(caller: Caller, table: JsonObject, **asked: Any) -> list[str]:
    """The codes of the rows that are found, in their order."""
    answer = await caller.get(f"/api/tables/{table['id']}/rows", params=asked)
    assert answer.status_code == 200, answer.text
    return [row["values"]["code"] for row in answer.json()["data"]]


def column_id(table: JsonObject, name: str) -> str:
    found: str = next(column["id"] for column in table["columns"] if column["name"] == name)
    return found


def with_limits(api: Api, **limits: int) -> Api:
    """The same app with other settings."""
    settings = api.services.settings.model_copy(update=limits)
    app = make_http_app(settings)
    attach_services(app, api.services)
    app.state.settings = settings
    return Api(app, api.services, make_edge(app, is_https=False))
