"""Where a reader of `events` stands: the pair (transaction id, sequence number).

A sequence alone has gaps that fill later (a transaction that began earlier commits later), and a reader
that passed over one never comes back. Transaction ids below the oldest running transaction are final:
readers go in the order (xid, seq) and stop there, and pass over nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from hoopoe.kernel.bus import EventRow, EventType
from hoopoe.kernel.db.pool import Connection

NEXT = """
select xid::text::bigint as xid, seq, workspace_id, type, ref from events
where (xid, seq) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
  and ($3::uuid[] is null or workspace_id = any ($3))
order by xid, seq limit $4
"""


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the stream of events. Its text is `<xid>.<seq>`."""

    xid: int
    seq: int

    def __str__(self) -> str:
        return f"{self.xid}.{self.seq}"


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor's text; None when it is not one."""
    xid, _, seq = text.partition(".")
    if not (xid.isascii() and xid.isdigit() and seq.isascii() and seq.isdigit() and len(text) < 42):
        return None
    return Cursor(int(xid), int(seq))


@dataclass(frozen=True, slots=True)
class Event:
    """One committed event and the place behind it."""

    cursor: Cursor
    row: EventRow


async def read_end(conn: Connection) -> Cursor:
    """The place where everything that is committed now has been read."""
    xid: int = await conn.fetchval("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
    return Cursor(xid, 2**62)


async def read_events(
    conn: Connection, after: Cursor, *, workspaces: Collection[UUID] | None, limit: int
) -> list[Event]:
    """Final events behind a place, in order. `workspaces` None: of all (for the hub)."""
    rows = await conn.fetch(
        NEXT, str(after.xid), after.seq, list(workspaces) if workspaces is not None else None, limit
    )
    return [
        Event(Cursor(row["xid"], row["seq"]), EventRow(row["workspace_id"], EventType(row["type"]), row["ref"]))
        for row in rows
    ]
