"""The worker that writes the rows of large tables for a change of their columns, and removes what is nobody's any more.

Each slice is a transaction that holds its table, as all do who write rows, and also says how far it is: whoever goes on
after a crash goes on exactly there. The last slice finds no row that is left to do and makes the change hold in the
same transaction, so no row is ever seen by columns that it is not written for. What the slices do not cost: the live
screens of others, which wait for the end of every transaction, wait for none of a whole table.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final
from uuid import UUID

import structlog

from hoopoe.kernel.bus import Bus
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.json import Json
from hoopoe.tables.columns import Column, fold_row, make_key
from hoopoe.tables.jobs import take_forever
from hoopoe.tables.limits import MAX_TOLD_FAULTS
from hoopoe.tables.model import Cells, DataTable
from hoopoe.tables.queries import find_by_keys, hold_table, read_zone
from hoopoe.tables.rewrites import GRACE_SECONDS, mark_of
from hoopoe.tables.rewriting import Conversion, convert_cell

log = structlog.get_logger()

SLICE: Final = 500
LEASE_SECONDS: Final = 60.0
MAX_ATTEMPTS: Final = 20

# New keys are made where those before the last ones were: these are taken off first. A workspace for which nothing is
# done comes before one that has its turn.
CLAIM: Final = """
with waiting as (
    select workspace_id, id from data_rewrites as this
    where is_open and (lease_until is null or lease_until < now()) and not (has_new_keys and exists (
        select from data_rewrites as other
        where other.workspace_id = this.workspace_id and other.table_id = this.table_id and other.is_open
            and (other.created_at, other.id) < (this.created_at, this.id)
    ))
    order by exists (
        select from data_rewrites as other
        where other.workspace_id = this.workspace_id and other.is_open and other.lease_until >= now()
    ), created_at limit 1 for update skip locked
)
update data_rewrites set state = case when state = 'queued' then 'running' else state end, attempt = attempt + 1,
    lease_until = now() + make_interval(secs => $1)
from waiting where data_rewrites.workspace_id = waiting.workspace_id and data_rewrites.id = waiting.id
returning data_rewrites.*
"""
GO_ON: Final = """
update data_rewrites set last_id = $4, done = least(done + $5, total),
    lease_until = now() + make_interval(secs => $6)
where workspace_id = $1 and id = $2 and attempt = $3 and is_open
"""
END: Final = """
update data_rewrites set state = $4, is_open = $5, leftover = $6, report = $7, last_id = null, done = total,
    finished_at = case when $4 = 'asking' then null else now() end, lease_until = now() + make_interval(secs => $8)
where workspace_id = $1 and id = $2 and attempt = $3 and is_open
"""
CLOSE: Final = """
update data_rewrites set is_open = false, leftover = '{}', last_id = null, lease_until = null
where workspace_id = $1 and id = $2 and attempt = $3
"""
TO_DO: Final = """
select id, cells, folded, deleted_at is null as is_live from data_rows
where workspace_id = $1 and table_id = $2 and ($4::uuid is null or id > $4) and not cells ? $3 order by id limit $5
"""
WRITE: Final = """
update data_rows set cells = data_rows.cells || given.cells, folded = data_rows.folded || given.folded,
    {key} = given.key
from unnest($3::uuid[], $4::jsonb[], $5::jsonb[], $6::bytea[]) as given (id, cells, folded, key)
where data_rows.workspace_id = $1 and data_rows.table_id = $2 and data_rows.id = given.id
"""
COUNT: Final = """
select count(*) filter (where cells ? $3 and not cells ? $4) as lost,
    count(*) filter (where cells ? $4) as kept, count(*) filter (where {key} is null) as keyless
from data_rows where workspace_id = $1 and table_id = $2 and deleted_at is null
"""
LOST: Final = """
select id, cells -> $3 as value from data_rows
where workspace_id = $1 and table_id = $2 and deleted_at is null and cells ? $3 and not cells ? $4 limit $5
"""
KEYLESS: Final = """
select id, folded from data_rows
where workspace_id = $1 and table_id = $2 and deleted_at is null and {key} is null limit $3
"""
SWITCH: Final = """
update data_tables set columns = $3, key_columns = $4, key_slot = case when $5 then 3 - key_slot else key_slot end,
    revision = revision + 1, updated_at = now()
where workspace_id = $1 and id = $2
"""
LEFT: Final = """
select id from data_rows
where workspace_id = $1 and table_id = $2 and ($4::uuid is null or id > $4) and (cells ?| $3 or {key} is not null)
order by id limit $5
"""
TAKE_OFF: Final = """
update data_rows set cells = cells - $4::text[], folded = folded - $4::text[], {key} = null
where workspace_id = $1 and table_id = $2 and id = any ($3::uuid[])
"""
REMOVE: Final = """
delete from data_rows where workspace_id = $1 and table_id = $2 and id in (
    select id from data_rows where workspace_id = $1 and table_id = $2 order by id limit $3
)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a row. `new`: the column whose cells are made anew from those of `old_id`, if it is a column."""

    table: DataTable
    job: Record
    columns: tuple[Column, ...]
    zone: tzinfo
    new: Column | None

    @classmethod
    def of(cls, table: DataTable, job: Record, zone: tzinfo) -> Plan:
        columns = tuple(Column.load(each) for each in job["columns"])
        return cls(table, job, columns, zone, next((each for each in columns if each.id == job["new_id"]), None))

    @property
    def mark(self) -> str:
        return mark_of(self.job["id"])

    @property
    def key_columns(self) -> Sequence[str]:
        """Those of the next key, where there is another; else none."""
        return self.job["key_columns"] if self.job["has_new_keys"] else ()

    def convert(self, cells: Cells, conversion: Conversion, row_id: UUID) -> Cells:
        """The new cell of a row, by its id; nothing where the old one is empty or cannot be converted."""
        if self.new is None or self.job["old_id"] not in cells:
            return {}
        kept = convert_cell(self.new, cells[self.job["old_id"]], self.zone, conversion, row_id)
        return {} if kept is None else {self.new.id: kept}


@dataclass(slots=True)
class RewriteRunner:
    """Makes changes, one after the other, until cancelled. Any number may run beside each other."""

    pool: Pool
    bus: Bus
    grace_seconds: float = GRACE_SECONDS
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Do what waits."""
        await take_forever(self.bus, self.wake, self.take_one)

    async def take_one(self) -> bool:
        """Do what waits longest, as far as it goes; False where nothing does."""
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            job = await conn.fetchrow(CLAIM, LEASE_SECONDS)
        if job is None:
            return False
        take_slice = (
            self._build if job["state"] == "running" else self._remove if job["kind"] == "deletion" else self._clear
        )
        try:
            while True:
                async with transaction(self.pool, role=tenancy.PIPE, workspaces=[job["workspace_id"]]) as conn:
                    job = await take_slice(conn, job)
                if job is None:
                    return True
        except NotFound:
            # Its table was deleted meanwhile; what was to be done is in the rows that go.
            log.info("rewrite_without_table")
            return True

    async def _build(self, conn: Connection, job: Record) -> Record | None:
        """Write some rows; where none is left, make the change hold. Returns how it stands, None when it is over."""
        table = await hold_table(conn, job["workspace_id"], job["table_id"])
        plan = Plan.of(table, job, await read_zone(conn, job["workspace_id"]))
        if job["attempt"] > MAX_ATTEMPTS or table.revision != job["table_revision"]:
            await self._fail(conn, plan, Conversion())
            return None
        rows = await conn.fetch(TO_DO, table.workspace_id, table.id, plan.mark, job["last_id"], SLICE)
        await _write(conn, plan, rows)
        is_all = len(rows) < SLICE
        if is_all and job["last_id"] is None:
            await self._finish(conn, plan)
            return None
        # Rows that came, or were written, behind this round: another one looks for them, until a round finds few.
        return await _go_on(conn, job, None if is_all else rows[-1]["id"], len(rows))

    async def _finish(self, conn: Connection, plan: Plan) -> None:
        table, job = plan.table, plan.job
        found = await _judge(conn, plan)
        if found.same:
            await self._fail(conn, plan, found)
        elif found.lost and not job["discards"]:
            await _end(conn, plan, "asking", found, is_open=False, leftover=(), wait=0)
        else:
            columns = [column.dump() for column in plan.columns]
            await conn.execute(SWITCH, table.workspace_id, table.id, columns, job["key_columns"], job["has_new_keys"])
            leftover = [each for each in (job["old_id"], plan.mark) if each is not None]
            await _end(conn, plan, "done", found, is_open=True, leftover=leftover, wait=self.grace_seconds)

    async def _fail(self, conn: Connection, plan: Plan, found: Conversion) -> None:
        leftover = [each for each in (plan.job["new_id"], plan.mark) if each is not None]
        await _end(conn, plan, "failed", found, is_open=True, leftover=leftover, wait=0)

    async def _clear(self, conn: Connection, job: Record) -> Record | None:
        """Take off what some rows have that is nobody's."""
        table = await hold_table(conn, job["workspace_id"], job["table_id"])
        place = (table.workspace_id, table.id)
        left = LEFT.format(key=table.spare_key_name)
        rows = await conn.fetch(left, *place, job["leftover"], job["last_id"], SLICE)
        ids = [row["id"] for row in rows]
        if not ids:
            await conn.execute(CLOSE, job["workspace_id"], job["id"], job["attempt"])
            return None
        await conn.execute(TAKE_OFF.format(key=table.spare_key_name), *place, ids, job["leftover"])
        return await _go_on(conn, job, ids[-1], 0)

    async def _remove(self, conn: Connection, job: Record) -> Record | None:
        """Delete some rows of a table that is nobody's any more; when none is left, the table, and this with it."""
        tag = await conn.execute(REMOVE, job["workspace_id"], job["table_id"], SLICE)
        if tag != "DELETE 0":
            return await _go_on(conn, job, None, SLICE)
        await conn.execute(
            "delete from data_tables where workspace_id = $1 and id = $2", job["workspace_id"], job["table_id"]
        )
        return None


async def _write(conn: Connection, plan: Plan, rows: Sequence[Record]) -> None:
    """Write what becomes of some rows beside what they are, and their next keys where no other row has those."""
    cells: list[Cells] = []
    folded: list[dict[str, str]] = []
    keys: list[bytes | None] = []
    for row in rows:
        made = plan.convert(row["cells"], Conversion(), row["id"])
        texts = fold_row(() if plan.new is None else (plan.new,), made)
        cells.append({**made, plan.mark: True})
        folded.append(texts)
        keys.append(_next_key(plan, {**row["folded"], **texts}))
    wanted = [key for key in keys if key is not None]
    taken = set(await find_by_keys(conn, plan.table, wanted, in_spare=True)) if wanted else set[bytes]()
    for at, (row, key) in enumerate(zip(rows, keys, strict=True)):
        if key is not None and row["is_live"]:
            if key in taken:
                keys[at] = None
            taken.add(key)
    statement = WRITE.format(key=plan.table.spare_key_name)
    ids = [row["id"] for row in rows]
    await conn.execute(statement, plan.table.workspace_id, plan.table.id, ids, cells, folded, keys)


def _next_key(plan: Plan, folded: dict[str, str]) -> bytes | None:
    if any(column_id not in folded for column_id in plan.key_columns):
        return None
    return make_key(plan.key_columns, folded)


async def _judge(conn: Connection, plan: Plan) -> Conversion:
    """What the change would do, now that it is written: cells that would be lost, rows that would be the same."""
    table, job = plan.table, plan.job
    place = (table.workspace_id, table.id)
    old_id, new_id_ = job["old_id"] or "", job["new_id"] or ""
    counts = await conn.fetchrow(COUNT.format(key=table.spare_key_name), *place, old_id, new_id_)
    if counts is None:
        raise RuntimeError("a count returned nothing")
    found = Conversion(kept=counts["kept"])
    if plan.new is not None and counts["lost"]:
        for row in await conn.fetch(LOST, *place, old_id, new_id_, MAX_TOLD_FAULTS):
            convert_cell(plan.new, row["value"], plan.zone, found, row["id"])
        found.lost = counts["lost"]
    if plan.key_columns and counts["keyless"]:
        rows = await conn.fetch(KEYLESS.format(key=table.spare_key_name), *place, MAX_TOLD_FAULTS)
        keys = {row["id"]: _next_key(plan, row["folded"]) for row in rows}
        others = await find_by_keys(conn, table, [key for key in keys.values() if key is not None], in_spare=True)
        for row_id, key in keys.items():
            found.find_same(row_id, others[key]["id"] if key in others else None)
        found.same = counts["keyless"]
    return found


async def _go_on(conn: Connection, job: Record, last_id: UUID | None, done: int) -> Record:
    """Say how far it is. Raises TimeoutError where somebody else has it by now: what was written must not stay."""
    row = await conn.fetchrow(
        f"{GO_ON} returning *", job["workspace_id"], job["id"], job["attempt"], last_id, done, LEASE_SECONDS
    )
    if row is None:
        raise TimeoutError("another worker has this rewrite, or it was stopped")
    return row


async def _end(
    conn: Connection,
    plan: Plan,
    state: str,
    found: Conversion,
    *,
    is_open: bool,
    leftover: Sequence[str],
    wait: float,
) -> None:
    job = plan.job
    report: Json = found.dump()
    tag = await conn.execute(
        END, job["workspace_id"], job["id"], job["attempt"], state, is_open, list(leftover), report, wait
    )
    if tag != "UPDATE 1":
        raise TimeoutError("another worker has this rewrite, or it was stopped")
