"""CSV in and out: every way in which people's programs write it, what cannot be taken, and a worker that dies."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.tables.importing import ImportRunner
from hoopoe.tables.limits import TableLimits
from tests.support.api import Api, Caller
from tests.support.simulator import wait_until
from tests.tables.menu import JsonObject, add, codes, make_menu, make_table

LIMITS = TableLimits(tables=100, rows=100_000)
PLAIN = "code,title,price\nlatte,قهوة بالحليب,18.5\ntea,شاي,6\n"


def runner_of(api: Api, limits: TableLimits = LIMITS) -> ImportRunner:
    return ImportRunner(api.services.pool, api.services.bus, limits)


async def send(caller: Caller, table: JsonObject, content: bytes, **asked: Any) -> JsonObject:
    answer = await caller.send("POST", f"/api/tables/{table['id']}/import", content=content, params=asked)
    assert answer.status_code == 200, answer.text
    told: JsonObject = answer.json()
    return told


async def take_in(api: Api, caller: Caller, table: JsonObject, content: bytes, **asked: Any) -> JsonObject:
    """Send a file and let a worker finish it."""
    queued = await send(caller, table, content, **asked)
    assert (queued["state"], queued["done"]) == ("queued", 0)
    while await runner_of(api).take_one():
        pass
    told: JsonObject = (await caller.get(f"/api/tables/{table['id']}/imports/{queued['id']}")).json()
    return told


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (PLAIN.encode(), "utf-8", ","),
        (PLAIN.encode("utf-8-sig"), "utf-8", ","),
        (PLAIN.replace(",", ";").encode("utf-16"), "utf-16", ";"),
        (PLAIN.replace(",", "\t").encode("cp1256"), "windows-1256", "\t"),
        (f"sep=|\n{PLAIN.replace(',', '|')}".replace("\n", "\r\n").encode(), "utf-8", "|"),
        (PLAIN.replace("\n", "\r").encode(), "utf-8", ","),
        ('"code","title","price"\n"latte","قهوة بالحليب","18.5"\n\n,,\ntea,شاي,6'.encode(), "utf-8", ","),
    ],
)
async def test_however_it_is_written(api: Api, content: bytes, encoding: str, delimiter: str) -> None:
    owner = await api.register()
    table = await make_table(owner)
    checked = await send(owner, table, content, dry_run=True)
    assert (checked["state"], checked["total"], checked["refused"]) == ("checked", 2, 0)
    assert (checked["encoding"], checked["delimiter"]) == (encoding, delimiter)
    assert await codes(owner, table) == [], "a check takes nothing"
    done = await take_in(api, owner, table, content)
    assert (done["state"], done["done"], done["inserted"], done["faults"]) == ("done", 2, 2, [])
    rows = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"]
    assert [(row["values"]["title"], row["values"]["price"]) for row in rows] == [("قهوة بالحليب", 18.5), ("شاي", 6)]


async def test_rows_that_cannot_be_taken_are_told_and_left_out(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    content = "\n".join(
        [
            "Code,الاسم,price,kind,comment",
            "cake,كعكة,12,Cold,new",
            "bad,,much,Warm,",
            ",no key,1,,",
            "a,b,c,d,e,f,g",
            "latte,again,1,,",
            '"two',
            'lines",,3,,',
        ]
    ).encode()
    checked = await send(owner, table, content, dry_run=True)
    assert (checked["columns"], checked["ignored"]) == (["code", "title", "price", "kind"], ["comment"])
    told = [(fault["row"], fault["column"], fault["code"]) for fault in checked["faults"]]
    assert told == [
        (3, "price", "not_a_number"),
        (3, "kind", "not_an_option"),
        (4, "code", "missing"),
        (5, "", "unreadable"),
    ]
    done = await take_in(api, owner, table, content)
    assert (done["total"], done["done"], done["inserted"], done["refused"]) == (6, 6, 2, 4)
    assert done["faults"][-1] | {"message": ""} == {"row": 6, "column": "", "code": "key_taken", "message": ""}
    assert await codes(owner, table) == ["latte", "mocha", "tea", "water", "cake", "two\nlines"]


async def test_the_same_file_twice_changes_what_is_there(api: Api) -> None:
    owner = await api.register()
    table = await make_menu(owner)
    first = await take_in(api, owner, table, b"code,price\nLATTE,20\ncake,12\ncake,13\n", mode="upsert")
    assert (first["inserted"], first["updated"]) == (1, 2)
    again = await take_in(api, owner, table, b"code,price\nLATTE,20\ncake,12\ncake,13\n", mode="upsert")
    assert (again["inserted"], again["updated"]) == (0, 3)
    rows = (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"]
    assert [row["values"]["price"] for row in rows] == [20, 22, 6, 2, 13]
    assert rows[0]["values"]["title"] == "Latte", "what the file does not tell of stays"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"nothing,here\n1,2\n", "no_columns"),
        (b"code,CODE\n1,2\n", "twice"),
        (b"PK\x03\x04\x00\x00", "not_text"),
        (b"\xff\xfe\x00", "not_text"),
        (b"code\x81\x8d\x00\n", "not_text"),
    ],
)
async def test_what_is_no_such_file_is_refused(api: Api, content: bytes, code: str) -> None:
    owner = await api.register()
    table = await make_table(owner)
    answer = await owner.send("POST", f"/api/tables/{table['id']}/import", content=content)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["fields"][0]["code"] == code


async def test_a_file_may_be_large_and_not_larger(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner, {"name": "Large", "columns": [{"name": "code", "type": "text"}]})
    path = f"/api/tables/{table['id']}/import"
    large = b"code\n" + b"x" * 1_000 * 1_000 + b"\n"
    answer = await owner.send("POST", path, content=large * 7, params={"dry_run": True})
    assert (answer.status_code, answer.json()["refused"]) == (200, 7)
    assert (await owner.send("POST", path, content=large * 9)).status_code == 413


async def test_a_worker_that_dies_in_the_middle_takes_no_row_twice(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner, {"name": "Long", "columns": [{"name": "code", "type": "text"}]})
    content = ("code\n" + "".join(f"row {n}\n" for n in range(10_000))).encode()
    queued = await send(owner, table, content)
    path = f"/api/tables/{table['id']}/imports/{queued['id']}"
    worker = asyncio.ensure_future(runner_of(api).take_one())

    async def has_begun() -> bool:
        return bool((await owner.get(path)).json()["done"])

    await wait_until(has_begun, "first rows")
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("select from data_tables for update")
        worker.cancel()
        await asyncio.wait([worker])
    half = (await owner.get(path)).json()
    assert half["state"] == "running"
    assert half["done"] == half["inserted"]
    assert 500 <= half["done"] < 10_000
    assert not await runner_of(api).take_one(), "its lease has not run out"
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("update data_imports set lease_until = now() - interval '1 s'")
    assert await runner_of(api).take_one()
    whole = (await owner.get(path)).json()
    assert (whole["state"], whole["done"], whole["inserted"]) == ("done", 10_000, 10_000)
    assert (await owner.get(f"/api/tables/{table['id']}")).json()["row_count"] == 10_000


async def test_a_full_table_ends_the_file(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner, {"name": "Full", "columns": [{"name": "code", "type": "text"}]})
    queued = await send(owner, table, ("code\n" + "x\n" * 700).encode())
    assert await runner_of(api, TableLimits(tables=1, rows=600)).take_one()
    ended = (await owner.get(f"/api/tables/{table['id']}/imports/{queued['id']}")).json()
    assert (ended["state"], ended["done"], ended["inserted"]) == ("failed", 500, 500)
    assert "as many" in ended["faults"][-1]["message"]


async def test_a_workspace_has_three_files_under_way(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    table = await make_table(owner, {"name": "Many", "columns": [{"name": "code", "type": "text"}]})
    path = f"/api/tables/{table['id']}/import"
    answers = await asyncio.gather(*(owner.send("POST", path, content=b"code\nx\n") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 409, 409]
    refused = next(answer.json()["error"] for answer in answers if answer.status_code == 409)
    assert (refused["code"], refused["details"]) == ("too_many_imports", {"limit": 3})
    assert (await owner.send("POST", path, content=b"code\nx\n", params={"dry_run": True})).status_code == 200
    late = await make_table(other, {"name": "Many", "columns": [{"name": "code", "type": "text"}]})
    told = await send(other, late, b"code\nx\n")
    async with transaction(api.services.pool, role=tenancy.PIPE) as conn:
        await conn.execute(
            "update data_imports set state = 'running', lease_until = now() + interval '1 minute' "
            "where id = (select min(id::text)::uuid from data_imports where workspace_id = $1)",
            owner.workspace_id,
        )
    assert await runner_of(api).take_one()
    ended = (await other.get(f"/api/tables/{late['id']}/imports/{told['id']}")).json()
    assert ended["state"] == "done", "who has no file under way comes first"
    assert await runner_of(api).take_one()
    assert await runner_of(api).take_one()
    await take_in(api, owner, table, b"code\nx\n")


async def test_a_table_that_goes_takes_its_file_along(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner, {"name": "Gone", "columns": [{"name": "code", "type": "text"}]})
    await send(owner, table, ("code\n" + "".join(f"row {n}\n" for n in range(10_000))).encode())
    worker = asyncio.ensure_future(runner_of(api).take_one())

    async def has_begun() -> bool:
        return bool((await owner.get(f"/api/tables/{table['id']}")).json()["row_count"])

    await wait_until(has_begun, "first rows")
    gone = await owner.delete(f"/api/tables/{table['id']}", params={"confirm": True})
    assert gone.status_code == 204
    assert await worker, "nothing is raised out of the runner"


FORMULAS = ['=HYPERLINK("http://evil")', "+966501234567", "-2+3", "@SUM(1)", "\t=1", "'=1", "'quoted", "plain, text"]


async def test_no_cell_that_is_given_out_runs_in_a_spreadsheet(api: Api) -> None:
    owner = await api.register()
    columns = [{"name": "text", "type": "text"}, {"name": "number", "type": "number"}]
    table = await make_table(owner, {"name": "Formulas", "columns": columns})
    for text in FORMULAS:
        await add(owner, table, {"text": text, "number": -2})
    kept = [row["values"]["text"] for row in (await owner.get(f"/api/tables/{table['id']}/rows")).json()["data"]]
    answer = await owner.get(f"/api/tables/{table['id']}/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = _read(answer.content)
    assert lines[0] == ["text", "number"]
    for (text, number), was in zip(lines[1:], kept, strict=True):
        assert not text.startswith(("=", "+", "-", "@", "\t", "\r")), was
        assert number == "-2", "a number is no formula"
    other = await make_table(owner, {"name": "Again", "columns": columns})
    await take_in(api, owner, other, answer.content)
    back = [row["values"]["text"] for row in (await owner.get(f"/api/tables/{other['id']}/rows")).json()["data"]]
    assert back == kept, "what is given out comes back as it was"


async def test_a_large_table_is_given_out_whole(api: Api) -> None:
    owner = await api.register()
    table = await make_table(owner, {"name": "Long", "columns": [{"name": "code", "type": "text"}]})
    await take_in(api, owner, table, ("code\n" + "".join(f"{n}\n" for n in range(2_500))).encode())
    lines = _read((await owner.get(f"/api/tables/{table['id']}/export")).content)
    assert [line[0] for line in lines[1:]] == [str(n) for n in range(2_500)]


def _read(content: bytes) -> Sequence[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
