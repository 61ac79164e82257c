"""Where a reader of `events` stands: the pair (transaction id, sequence number), and a place within that row.

A sequence alone has gaps that fill later (a transaction that began earlier commits later), and a reader
that passed over one never comes back. Transaction ids below the oldest running transaction are final:
readers go in the order (xid, seq) and stop there, and pass over nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from hoopoe.kernel.bus import EventRow, EventType
from hoopoe.kernel.db.pool import Connection, Record

# A sequence number behind all of a transaction, and a place behind all of a row.
BEHIND_ALL = 2**62
WHOLE_ROW = 2**31

# Ordered by the columns, not by the number that is read out: that one has no index.
NEXT = """
select xid::text::bigint as xid, seq, extract(epoch from at)::bigint as second, workspace_id, type, ref, others
from events
where (events.xid, events.seq) > ($1::text::xid8, $2) and events.xid < pg_snapshot_xmin(pg_current_snapshot())
  and ($3::uuid[] is null or workspace_id = any ($3))
order by events.xid, events.seq limit $4
"""


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the stream of events. Its text is `<xid>.<seq>.<second>`, and `.<place>` within a row.

    The second (Unix time) orders nothing: it tells whether what followed is still kept. A row speaks of one thing or
    of several: behind the last of them the place is `WHOLE_ROW`, before that how many were seen.
    """

    xid: int
    seq: int
    second: int = field(compare=False)
    place: int = WHOLE_ROW

    def __str__(self) -> str:
        whole = f"{self.xid}.{self.seq}.{self.second}"
        return whole if self.place == WHOLE_ROW else f"{whole}.{self.place}"


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor's text; None when it is not one."""
    parts = text.split(".")
    if len(parts) not in (3, 4) or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
        return None
    xid, seq, second, *place = (int(part) for part in parts)
    if max(xid, seq) >= 2**63:
        return None
    return Cursor(xid, seq, second, min(place[0], WHOLE_ROW) if place else WHOLE_ROW)


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
    begun = after.seq if after.place == WHOLE_ROW else after.seq - 1
    rows = await conn.fetch(NEXT, str(after.xid), begun, list(workspaces) if workspaces is not None else None, limit)
    events: list[Event] = []
    for row in rows:
        if len(events) >= limit:
            break
        events += [event for event in _read_row(row) if event.cursor > after]
    return events[:limit]


def _read_row(row: Record) -> list[Event]:
    """What a row speaks of, in its order."""
    refs = [row["ref"], *(row["others"] or ())]
    return [
        Event(
            Cursor(row["xid"], row["seq"], row["second"], place if place < len(refs) else WHOLE_ROW),
            EventRow(row["workspace_id"], EventType(row["type"]), ref),
        )
        for place, ref in enumerate(refs, 1)
    ]
