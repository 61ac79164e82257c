"""CSV files on their way into a table: checked at once, taken in by a worker, some hundred rows to a transaction.

How far a file is stands in its own row, which is written with the rows: whoever goes on after a crash goes on exactly
there, and no row is taken twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice
from typing import Final
from uuid import UUID

import structlog

from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Bus
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.work import savepoint
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.tables.csv_files import CsvError, CsvFile, read_csv
from hoopoe.tables.errors import TooManyImports, TooManyRows
from hoopoe.tables.jobs import take_forever
from hoopoe.tables.limits import MAX_IMPORTS, MAX_TOLD_FAULTS, TableLimits
from hoopoe.tables.model import CellFault, Cells, DataTable, ReadyRow, RowRefusedError, make_ready, read_values
from hoopoe.tables.queries import hold_table, read_zone
from hoopoe.tables.writing import add_rows, put_rows

log = structlog.get_logger()

SLICE: Final = 500
LEASE_SECONDS: Final = 60.0
MAX_ATTEMPTS: Final = 5

COLUMNS: Final = "id, table_id, mode, state, total, done, inserted, updated, refused, faults, created_at, finished_at"
# A workspace of which no file is being taken in comes before one that has its turn already.
CLAIM: Final = """
with waiting as (
    select workspace_id, id from data_imports
    where state = 'queued' or (state = 'running' and lease_until < now())
    order by exists (
        select from data_imports as other
        where other.workspace_id = data_imports.workspace_id and other.state = 'running' and other.lease_until >= now()
    ), created_at limit 1 for update skip locked
)
update data_imports set state = 'running', attempt = attempt + 1, lease_until = now() + make_interval(secs => $1)
from waiting where data_imports.workspace_id = waiting.workspace_id and data_imports.id = waiting.id
returning data_imports.*
"""
GO_ON: Final = """
update data_imports set done = $4, inserted = inserted + $5, updated = updated + $6, refused = refused + $7,
    faults = case when jsonb_array_length(faults) < $9 then faults || $8::jsonb else faults end,
    lease_until = now() + make_interval(secs => $10)
where workspace_id = $1 and id = $2 and state = 'running' and attempt = $3
"""
FINISH: Final = """
update data_imports set state = $4, faults = faults || $5::jsonb, content = null, lease_until = null,
    finished_at = now()
where workspace_id = $1 and id = $2 and state = 'running' and attempt = $3
"""


@dataclass(slots=True)
class Tally:
    """What became of some rows."""

    inserted: int = 0
    updated: int = 0
    refused: int = 0
    faults: list[JsonObject] = field(default_factory=list)

    def refuse(self, number: int, faults: Sequence[CellFault]) -> None:
        """One row is not taken. Of many, the first are told."""
        self.refused += 1
        for fault in faults:
            if len(self.faults) < MAX_TOLD_FAULTS:
                self.faults.append({"row": number, "column": fault.column, "code": fault.code, "message": fault.words})


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would do."""

    file: CsvFile
    total: int
    tally: Tally


def check_file(table: DataTable, content: bytes, *, is_upsert: bool, zone: tzinfo) -> Checked:
    """Read a whole file against a table. Raises `CsvError`. Whether keys are taken is known when it is taken in."""
    file = read_csv(content, table.columns)
    if is_upsert and not table.key_columns:
        raise CsvError("no_key", "This table has no key by which a row could be found.")
    tally, total = Tally(), 0
    for number, given in file.read_rows():
        total += 1
        cells = _read(table, number, given, zone, tally)
        if cells is not None and not is_upsert:
            _make_ready(table, number, cells, tally)
    return Checked(file, total, tally)


async def queue_import(
    conn: Connection, scope: WorkspaceScope, table: DataTable, content: bytes, *, mode: str, total: int
) -> Record:
    """Keep a file that was checked, for a worker to take in. Raises `TooManyImports`."""
    # Whoever brings a file at the same time waits here, and counts this one.
    await conn.execute("select from workspaces where id = $1 for no key update", scope.workspace_id)
    waiting: int = await conn.fetchval(
        "select count(*) from data_imports where workspace_id = $1 and state in ('queued', 'running')",
        scope.workspace_id,
    )
    if waiting >= MAX_IMPORTS:
        raise TooManyImports(details={"limit": MAX_IMPORTS})
    row = await conn.fetchrow(
        f"""
        insert into data_imports (workspace_id, id, table_id, mode, content, total, created_by)
        values ($1, $2, $3, $4, $5, $6, $7) returning {COLUMNS}
        """,  # noqa: S608  # a constant
        scope.workspace_id,
        new_id(),
        table.id,
        mode,
        content,
        total,
        scope.user_id,
    )
    if row is None:
        raise RuntimeError("an insert returned nothing")
    after: JsonObject = {"table": table.name, "rows": total, "mode": mode}
    await record(conn, scope, "table.imported", target_kind="table", target_id=table.id, after=after)
    return row


async def read_import(conn: Connection, scope: WorkspaceScope, table_id: UUID, import_id: UUID) -> Record:
    """How far a file is. Raises `NotFound`."""
    row = await conn.fetchrow(
        f"select {COLUMNS} from data_imports where workspace_id = $1 and table_id = $2 and id = $3",  # noqa: S608
        scope.workspace_id,
        table_id,
        import_id,
    )
    if row is None:
        raise NotFound
    return row


@dataclass(slots=True)
class ImportRunner:
    """Takes files in, one after the other, until cancelled. Any number may run beside each other."""

    pool: Pool
    bus: Bus
    limits: TableLimits
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Take in what waits."""
        await take_forever(self.bus, self.wake, self.take_one)

    async def take_one(self) -> bool:
        """Take in the file that waits longest; False where none does."""
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            job = await conn.fetchrow(CLAIM, LEASE_SECONDS)
        if job is not None:
            try:
                await self._take_in(job)
            except NotFound:
                # Its table was deleted, and the file with it.
                log.info("import_without_table", import_id=str(job["id"]))
        return job is not None

    async def _take_in(self, job: Record) -> None:
        if job["attempt"] > MAX_ATTEMPTS:
            await self._end(job, "failed", "It was begun too often.")
            return
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[job["workspace_id"]]) as conn:
            table = await hold_table(conn, job["workspace_id"], job["table_id"])
        try:
            file = await asyncio.to_thread(read_csv, job["content"], table.columns)
        except CsvError as error:
            await self._end(job, "failed", error.words)
            return
        rows = file.read_rows()
        done: int = job["done"]
        await asyncio.to_thread(lambda: sum(1 for _ in islice(rows, done)))
        while some := await asyncio.to_thread(lambda: list(islice(rows, SLICE))):
            async with transaction(self.pool, role=tenancy.PIPE, workspaces=[job["workspace_id"]]) as conn:
                tally = await self._take_slice(conn, job, some)
                if tally is None:
                    break
                done += len(some)
                await _go_on(conn, job, done, tally)
        else:
            await self._end(job, "done", None)
            return
        await self._end(job, "failed", f"The table has {self.limits.rows} rows, which is as many as it may have.")

    async def _take_slice(
        self, conn: Connection, job: Record, some: Sequence[tuple[int, Mapping[str, Json] | str]]
    ) -> Tally | None:
        """Write some rows; None where the table has no room for them, and nothing was written."""
        table = await hold_table(conn, job["workspace_id"], job["table_id"])
        zone = await read_zone(conn, job["workspace_id"])
        tally = Tally()
        read = [
            (number, cells) for number, given in some if (cells := _read(table, number, given, zone, tally)) is not None
        ]
        try:
            async with savepoint(conn):
                take = _put if job["mode"] == "upsert" and table.key_columns else _add
                await take(conn, table, read, tally, self.limits)
        except TooManyRows:
            return None
        return tally

    async def _end(self, job: Record, state: str, words: str | None) -> None:
        faults = [] if words is None else [{"row": 0, "column": "", "code": "not_taken", "message": words}]
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[job["workspace_id"]]) as conn:
            await conn.execute(FINISH, job["workspace_id"], job["id"], job["attempt"], state, faults)


async def _go_on(conn: Connection, job: Record, done: int, tally: Tally) -> None:
    """Say how far it is. Raises TimeoutError where somebody else has it by now: what was written must not stay."""
    tag = await conn.execute(
        GO_ON,
        job["workspace_id"],
        job["id"],
        job["attempt"],
        done,
        tally.inserted,
        tally.updated,
        tally.refused,
        tally.faults,
        MAX_TOLD_FAULTS,
        LEASE_SECONDS,
    )
    if tag != "UPDATE 1":
        raise TimeoutError("another worker has this import")


async def _put(
    conn: Connection, table: DataTable, read: Sequence[tuple[int, Cells]], tally: Tally, limits: TableLimits
) -> None:
    for (number, _), put in zip(
        read, await put_rows(conn, table, [cells for _, cells in read], limits=limits), strict=True
    ):
        if put.refused is not None:
            tally.refuse(number, put.refused.faults)
        elif put.is_new:
            tally.inserted += 1
        else:
            tally.updated += 1


async def _add(
    conn: Connection, table: DataTable, read: Sequence[tuple[int, Cells]], tally: Tally, limits: TableLimits
) -> None:
    ready = [(number, row) for number, cells in read if (row := _make_ready(table, number, cells, tally)) is not None]
    ids = await add_rows(conn, table, [row for _, row in ready], limits=limits)
    for (number, _), row_id in zip(ready, ids, strict=True):
        if row_id is None:
            tally.refuse(number, [CellFault("", "key_taken", "Another row has this key already.")])
        else:
            tally.inserted += 1


def _read(table: DataTable, number: int, given: Mapping[str, Json] | str, zone: tzinfo, tally: Tally) -> Cells | None:
    if isinstance(given, str):
        tally.refuse(number, [CellFault("", "unreadable", given)])
        return None
    try:
        return read_values(table, given, zone=zone)
    except RowRefusedError as error:
        tally.refuse(number, error.faults)
        return None


def _make_ready(table: DataTable, number: int, cells: Cells, tally: Tally) -> ReadyRow | None:
    try:
        return make_ready(table, cells)
    except RowRefusedError as error:
        tally.refuse(number, error.faults)
        return None
