"""Where a reader of `events` stands: the pair (transaction id, sequence number).

A sequence alone has gaps that fill later (a transaction that began earlier commits later), and a reader
that passed over one never comes back. Transaction ids below the oldest running transaction are final:
readers go in the order (xid, seq) and stop there, and pass over nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from hoopoe.kernel.bus import EventRow, EventType
from hoopoe.kernel.db.pool import Connection

# A sequence number behind all of a transaction.
BEHIND_ALL = 2**62

# Ordered by the columns, not by the number that is read out: that one has no index.
NEXT = """
select xid::text::bigint as xid, seq, extract(epoch from at)::bigint as second, workspace_id, type, ref from events
where (events.xid, events.seq) > ($1::text::xid8, $2) and events.xid < pg_snapshot_xmin(pg_current_snapshot())
  and ($3::uuid[] is null or workspace_id = any ($3))
order by events.xid, events.seq limit $4
"""


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the stream of events. Its text is `<xid>.<seq>.<second>`.

    The second (Unix time) orders nothing: it tells whether what followed is still kept.
    """

    xid: int
    seq: int
    second: int = field(compare=False)

    def __str__(self) -> str:
        return f"{self.xid}.{self.seq}.{self.second}"


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor's text; None when it is not one."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
        return None
    xid, seq, second = (int(part) for part in parts)
    return Cursor(xid, seq, second) if max(xid, seq) < 2**63 else None


@dataclass(frozen=True, slots=True)
class Event:
    """One committed event and the place behind it."""

    cursor: Cursor
    row: EventRow


async def read_end(conn: Connection) -> Cursor:
    """The place where everything that is committed now has been read."""
    row = await conn.fetchrow(
        "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 as xid, "
        "extract(epoch from now())::bigint as second"
    )
    if row is None:
        raise RuntimeError("PostgreSQL answered nothing")
    return Cursor(row["xid"], BEHIND_ALL, row["second"])


async def read_events(
    conn: Connection, after: Cursor, *, workspaces: Collection[UUID] | None, limit: int
) -> list[Event]:
    """Final events behind a place, in order. `workspaces` None: of all (for the hub)."""
    rows = await conn.fetch(
        NEXT, str(after.xid), after.seq, list(workspaces) if workspaces is not None else None, limit
    )
    return [
        Event(
            Cursor(row["xid"], row["seq"], row["second"]),
            EventRow(row["workspace_id"], EventType(row["type"]), row["ref"]),
        )
        for row in rows
    ]
