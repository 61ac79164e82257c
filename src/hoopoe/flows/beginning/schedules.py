"""Schedules: planned when a version is published, run when they are due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.beginning.items import make_beginning
from hoopoe.flows.definition import Blueprint, parse_blueprint
from hoopoe.flows.nodes.schedules import Schedule, Times
from hoopoe.flows.nodes.trigger_matching import SCHEDULE
from hoopoe.flows.nodes.whatsapp_trigger import WhatsappTriggerConfig
from hoopoe.flows.runner.environment import in_zone
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import narrow, read_domain_now, transaction

log = structlog.get_logger()

# How many conversations one transaction starts: it takes a moment, and the next one goes on behind them.
SLICE: Final = 500

CLAIM: Final = """
select schedule.*, domain_now() as now from flow_schedules as schedule
where due_at <= domain_now()
  and workspace_id <> all (array(select id from workspaces where deleted_at is not null and purged_at is null))
order by due_at limit 1 for update skip locked
"""
LOOK: Final = """
select bots.status, bots.published_version_id, version.blueprint, workspaces.timezone
from bots
join workspaces on workspaces.id = bots.workspace_id
left join bot_versions as version on version.workspace_id = bots.workspace_id and version.id = $3
where bots.workspace_id = $1 and bots.id = $2
"""
UNDER_WAY: Final = """
select schedule.node_id, version.blueprint
from flow_schedules as schedule
join bot_versions as version on version.workspace_id = schedule.workspace_id and version.id = schedule.version_id
where schedule.workspace_id = $1 and schedule.bot_id = $2
  and (schedule.due_at <= domain_now() or schedule.after_id is not null)
for update of schedule
"""
KEEP: Final = """
update flow_schedules set version_id = $3 where workspace_id = $1 and bot_id = $2 and node_id = any ($4::text[])
"""
ZONE: Final = "select timezone from workspaces where id = $1"
# The newest conversation of each person with one of the tags, where the bot may write at this moment.
START: Final = """
insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item)
select workspace_id, channel_id, $7::text || id, lane, $8, $9::jsonb || jsonb_build_object('conversation_id', id)
from (
    select distinct on (conversation.contact_id) conversation.*
    from contacts as contact
    join conversations as conversation
        on conversation.workspace_id = contact.workspace_id and conversation.contact_id = contact.id
    join channels as channel
        on channel.workspace_id = conversation.workspace_id and channel.id = conversation.channel_id
    where contact.workspace_id = $1 and contact.tags && $3::text[] and channel.status = 'active'
      and (channel.bot_id is null or channel.bot_id = $2)
    order by conversation.contact_id, conversation.last_at desc
) as newest
where ($4::uuid is null or id > $4) and mode = 'bot' and window_expires_at > $5
order by id limit $6
on conflict (workspace_id, channel_id, provider_key) do nothing
returning (item ->> 'conversation_id')::uuid as id
"""
PLAN: Final = """
insert into flow_schedules (workspace_id, bot_id, version_id, node_id, due_at)
select $1, $2, $3, node_id, due_at from unnest($4::text[], $5::timestamptz[]) as planned (node_id, due_at)
on conflict (workspace_id, bot_id, node_id)
do update set version_id = excluded.version_id, due_at = excluded.due_at, after_id = null
"""


async def plan_schedules(
    conn: Connection, workspace_id: UUID, bot_id: UUID, *, version_id: UUID, blueprint: Blueprint
) -> None:
    """Let a version's schedules take the place of those of the version before it.

    A run that is due or half done goes on with the new version where it is for the same times and people: nobody is
    left out because somebody published in that minute.
    """
    planned = find_schedules(blueprint)
    await conn.execute(
        "delete from flow_schedules where workspace_id = $1 and bot_id = $2 and node_id <> all ($3::text[])",
        workspace_id,
        bot_id,
        list(planned),
    )
    if not planned:
        return
    kept = {
        row["node_id"]
        for row in await conn.fetch(UNDER_WAY, workspace_id, bot_id)
        if find_schedules(parse_blueprint(row["blueprint"])).get(row["node_id"]) == planned[row["node_id"]]
    }
    await conn.execute(KEEP, workspace_id, bot_id, version_id, list(kept))
    zone: str = await conn.fetchval(ZONE, workspace_id)
    now = in_zone(await read_domain_now(conn), zone)
    due = {node_id: schedule.next_after(now) for node_id, schedule in planned.items() if node_id not in kept}
    known = {node_id: at for node_id, at in due.items() if at is not None}
    await conn.execute(PLAN, workspace_id, bot_id, version_id, list(known), list(known.values()))


async def foresee(conn: Connection, workspace_id: UUID, times: Times, count: int) -> tuple[str, list[datetime]]:
    """The workspace's zone, and the next runs of a schedule that was published now."""
    zone: str = await conn.fetchval(ZONE, workspace_id)
    return zone, times.list_next(in_zone(await read_domain_now(conn), zone), count)


def find_schedules(blueprint: Blueprint) -> dict[str, Schedule]:
    """The schedules of a flow without faults, by node."""
    configs = {
        node.id: WhatsappTriggerConfig.model_validate(node.config)
        for node in blueprint.nodes
        if node.type == "whatsapp_trigger" and node.config.get("trigger_type") == SCHEDULE
    }
    return {node_id: config.schedule for node_id, config in configs.items() if config.schedule is not None}


async def run_schedules(pool: Pool) -> bool:
    """Start flows for one slice of one schedule that is due; whether there was one. Nobody is started twice."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        row = await conn.fetchrow(CLAIM)
        if row is None:
            return False
        await narrow(conn, [row["workspace_id"]])
        bot = await conn.fetchrow(LOOK, row["workspace_id"], row["bot_id"], row["version_id"])
        schedule = None
        if bot is not None and bot["blueprint"] is not None:
            schedule = find_schedules(parse_blueprint(bot["blueprint"])).get(row["node_id"])
        if bot is None or schedule is None:
            await _forget(conn, row)
            return True
        is_answering = bot["status"] == "active" and bot["published_version_id"] == row["version_id"]
        started = await _start(conn, row, schedule.tags) if is_answering else []
        if len(started) == SLICE:
            await _move_on(conn, row, due_at=row["due_at"], after_id=max(started))
            return True
        # From now on: what was missed while nothing ran is not made up for.
        due_at = schedule.next_after(in_zone(row["now"], bot["timezone"]))
        if due_at is None:
            await _forget(conn, row)
        else:
            await _move_on(conn, row, due_at=due_at, after_id=None)
    log.info("schedule_run", bot_id=str(row["bot_id"]), node_id=row["node_id"], started=len(started))
    return True


async def _start(conn: Connection, row: Record, tags: Collection[str]) -> list[UUID]:
    item = make_beginning(SCHEDULE, bot_id=row["bot_id"], node_id=row["node_id"], at=row["due_at"])
    rows = await conn.fetch(
        START,
        row["workspace_id"],
        row["bot_id"],
        list(tags),
        row["after_id"],
        row["now"],
        SLICE,
        f"s:{row['bot_id']}:{row['node_id']}:{row['due_at'].isoformat()}:",
        ItemKind.RETRY,
        item,
    )
    return [each["id"] for each in rows]


async def _move_on(conn: Connection, row: Record, *, due_at: datetime, after_id: UUID | None) -> None:
    await conn.execute(
        "update flow_schedules set due_at = $4, after_id = $5 where workspace_id = $1 and bot_id = $2 and node_id = $3",
        row["workspace_id"],
        row["bot_id"],
        row["node_id"],
        due_at,
        after_id,
    )


async def _forget(conn: Connection, row: Record) -> None:
    await conn.execute(
        "delete from flow_schedules where workspace_id = $1 and bot_id = $2 and node_id = $3",
        row["workspace_id"],
        row["bot_id"],
        row["node_id"],
    )
