"""How often each node and edge of a flow is taken: counted with the sprint, and added up later.

A turn adds one row for each version that moved in it, so that no row is waited for; `fold_counts` adds them to the
totals. A node is arrived at, left by an exit, or it is where a flow ended, failed, or was interrupted from outside.
Who arrived and did neither yet waits there, or dropped off.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final, Literal
from uuid import UUID

from hoopoe.flows.engine import SessionStatus, Sprint
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.db.writes import Writes
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import dump_json

Kind = Literal["arrived", "left", "ended", "failed", "interrupted"]

INSERT: Final = """
insert into flow_count_deltas (workspace_id, id, version_id, day, counts)
select workspace_id, id, version_id, day, counts::jsonb
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::text[])
    as counted (workspace_id, id, version_id, day, counts)
"""
# One process at a time: two would wait for each other's totals.
LOCK: Final = "select pg_try_advisory_xact_lock(1719109999)"
FOLD: Final = """
with taken as (
    delete from flow_count_deltas where (workspace_id, id) in (
        select workspace_id, id from flow_count_deltas limit 5000
    )
    returning workspace_id, version_id, day, counts
), added as (
    insert into flow_counts (workspace_id, version_id, day, node_id, kind, exit, count)
    select workspace_id, version_id, day, each ->> 0, each ->> 1, each ->> 2, sum((each ->> 3)::bigint)
    from taken cross join lateral jsonb_array_elements(counts) as each
    group by 1, 2, 3, 4, 5, 6
    on conflict (workspace_id, version_id, day, node_id, kind, exit)
        do update set count = flow_counts.count + excluded.count
)
select count(*) from taken
"""


class Counts:
    """What one turn counts."""

    def __init__(self) -> None:
        self._counted: dict[tuple[UUID, str], Counter[tuple[str, Kind, str]]] = {}

    def add(self, workspace_id: UUID, version_id: str, node_id: str, kind: Kind, exit_name: str = "") -> None:
        counter = self._counted.get((workspace_id, version_id))
        if counter is None:
            counter = self._counted[workspace_id, version_id] = Counter()
        counter[node_id, kind, exit_name] += 1

    def add_sprint(self, workspace_id: UUID, sprint: Sprint) -> None:
        """Count a sprint's path and its end."""
        for step in sprint.path:
            if step.is_arrival:
                self.add(workspace_id, step.flow_version_id, step.node_id, "arrived")
            if step.exit is not None:
                self.add(workspace_id, step.flow_version_id, step.node_id, "left", step.exit)
        session = sprint.session
        if session.status is SessionStatus.FAILED:
            self.add(workspace_id, session.flow_version_id, session.node_id, "failed")
        elif sprint.wait is None and sprint.path[-1].exit is None:
            last = sprint.path[-1]
            self.add(workspace_id, last.flow_version_id, last.node_id, "ended")

    def save(self, writes: Writes, day: date) -> None:
        """Write one row for each version, among the other rows of the turn."""
        if self._counted:
            keys = list(self._counted)
            writes.add(
                INSERT,
                [workspace_id for workspace_id, _ in keys],
                [new_id() for _ in keys],
                [UUID(version_id) for _, version_id in keys],
                [day] * len(keys),
                [dump_json([[*what, count] for what, count in self._counted[key].items()]) for key in keys],
            )


async def fold_counts(pool: Pool) -> int:
    """Add what turns have counted to the totals; returns how many rows were taken."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        if not await conn.fetchval(LOCK):
            return 0
        count: int = await conn.fetchval(FOLD)
    return count
