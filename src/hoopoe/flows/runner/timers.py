"""Timers that fell due enter the inbox as a row of their lane, in the order of everything else there."""

from __future__ import annotations

from hoopoe.channels.contract import ItemKind
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction

# One statement: a timer is done exactly when its inbox row exists. The key makes a second row impossible.
# Those of a deleted workspace wait for its return.
FIRE = """
with due as (
    select workspace_id, id from timers where state = 'waiting' and due_at <= domain_now()
      and workspace_id <> all (array(select id from workspaces where deleted_at is not null and purged_at is null))
    order by due_at limit 500 for update skip locked
), fired as (
    update timers set state = 'done' from due
    where timers.workspace_id = due.workspace_id and timers.id = due.id
    returning timers.*
)
insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item)
select workspace_id, channel_id, 't:' || id, lane, $1, json_build_object(
    'conversation_id', conversation_id, 'session_id', session_id, 'sprint', sprint, 'kind', kind)
from fired order by due_at
on conflict (workspace_id, channel_id, provider_key) do nothing
"""


async def fire_timers(pool: Pool) -> int:
    """Move due timers into the inbox; returns how many."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        tag = await conn.execute(FIRE, ItemKind.TIMER)
    return int(tag.rsplit(" ", 1)[-1])
