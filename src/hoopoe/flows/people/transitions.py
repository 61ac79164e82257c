"""Taking everybody who waits in older versions of a bot to the one that was published: slice by slice, once each.

A slice puts an act into the lane of each person, behind what they wrote and before what they will write. Its key makes
a second one impossible, so a slice that is done again does nothing. Never more than `AHEAD` acts stand in line: the
replies of everybody else do not wait behind a large bot's.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.definition import list_triggers, parse_blueprint
from hoopoe.flows.people import schemas
from hoopoe.flows.people.errors import NO_TRIGGER
from hoopoe.flows.runner.acts import Act, ActKind, Actor, Outcome, write_act
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import narrow, transaction
from hoopoe.kernel.errors import NotFound, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

log = structlog.get_logger()

SLICE: Final = 500
AHEAD: Final = 1_000
# A turn that began before the version was there may start a session on the one before it. It ends within seconds, and
# what it started is found in a second round, over the newest sessions alone.
ROUNDS: Final = 2
NEWEST: Final = timedelta(minutes=1)

SUPERSEDE: Final = """
update flow_transitions set state = 'superseded' where workspace_id = $1 and bot_id = $2 and state = 'feeding'
"""
INSERT: Final = """
insert into flow_transitions
    (workspace_id, id, bot_id, version_id, choice, restarts_lost, actor_id, actor_kind, address, trigger_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
CLAIM: Final = """
select * from flow_transitions
where state = 'feeding' and next_at <= now()
  and workspace_id <> all (array(select id from workspaces where deleted_at is not null and purged_at is null))
order by next_at limit 1 for update skip locked
"""
# An act that was set aside as a dead letter, or that its lane dropped, leaves no row among those that were done: how
# many stand in line is what waits there. That is counted only where rows are missing.
MISSING: Final = """
select $3 - count(*) from session_acts where workspace_id = $1 and transition_id = $2
"""
IN_LINE: Final = """
select count(*) from (
    select from inbox where workspace_id = $1 and state = 'waiting' and kind = $3
        and starts_with(provider_key, 'a:' || $2 || ':')
    limit $4
) as standing
"""
FIND: Final = """
select session.id, session.conversation_id
from flow_sessions as session
where session.workspace_id = $1 and session.bot_id = $2 and session.status = 'waiting'
    and ($4::uuid is null or session.id > $4)
    and session.version_id in (
        select older.id from bot_versions as older
        join bot_versions as newer on newer.workspace_id = $1 and newer.id = $3
        where older.workspace_id = $1 and older.bot_id = $2 and older.number >= 0 and older.number < newer.number
    )
order by session.id limit $5
"""
PUT: Final = """
insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item)
select $1, conversation.channel_id, 'a:' || $2 || ':' || found.session_id, conversation.lane, $3, found.item
from unnest($4::uuid[], $5::uuid[], $6::jsonb[]) with ordinality as found (session_id, conversation_id, item, place)
cross join lateral (
    select channel_id, lane from conversations where workspace_id = $1 and id = found.conversation_id limit 1
) as conversation
order by found.place
on conflict (workspace_id, channel_id, provider_key) do nothing
"""
TRANSITIONS: Final = """
select transition.*, version.number
from flow_transitions as transition
join bot_versions as version on version.workspace_id = $1 and version.id = transition.version_id
where transition.workspace_id = $1 and transition.bot_id = $2 and ($3::uuid is null or transition.id = $3)
order by transition.id desc limit 1
"""
OUTCOMES: Final = """
select outcome, reason, count(*) as count from session_acts
where workspace_id = $1 and transition_id = $2 group by outcome, reason
"""


async def begin_transition(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, version_id: UUID, people: schemas.PeopleChoice
) -> UUID | None:
    """Decide what becomes of those in older versions; None where they finish there. The bot's row is held.

    What an earlier transition of the bot has not reached yet, this one takes on. Raises `ValidationFailed` where the
    version has no such trigger to begin anew at.
    """
    if people.choice == "finish":
        return None
    if people.trigger_id is not None:
        await _require_trigger(conn, scope, version_id, people.trigger_id)
    await conn.execute(SUPERSEDE, scope.workspace_id, bot_id)
    transition_id = new_id()
    await conn.execute(
        INSERT,
        scope.workspace_id,
        transition_id,
        bot_id,
        version_id,
        people.choice,
        people.lost == "restart",
        scope.user_id,
        scope.principal.value,
        scope.address,
        people.trigger_id,
    )
    chosen: JsonObject = {"version_id": str(version_id), "choice": people.choice, "lost": people.lost}
    if people.trigger_id is not None:
        chosen["trigger_id"] = people.trigger_id
    await record(conn, scope, "bot.people_taken_along", target_kind="bot", target_id=bot_id, after=chosen)
    return transition_id


async def _require_trigger(conn: Connection, scope: WorkspaceScope, version_id: UUID, trigger_id: str) -> None:
    blueprint = await conn.fetchval(
        "select blueprint from bot_versions where workspace_id = $1 and id = $2", scope.workspace_id, version_id
    )
    if trigger_id not in {step.id for step in list_triggers(parse_blueprint(blueprint))}:
        raise ValidationFailed(NO_TRIGGER)


async def feed_transitions(pool: Pool) -> bool:
    """Put one slice of one transition into the lanes of its people; whether there was one to go on with."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        row = await conn.fetchrow(CLAIM)
        if row is None:
            return False
        await narrow(conn, [row["workspace_id"]])
        missing: int = await conn.fetchval(MISSING, row["workspace_id"], row["id"], row["total"])
        if missing > AHEAD - SLICE and await _count_in_line(conn, row, AHEAD) > AHEAD - SLICE:
            await conn.execute(
                "update flow_transitions set next_at = now() + interval '200 milliseconds' "
                "where workspace_id = $1 and id = $2",
                row["workspace_id"],
                row["id"],
            )
            return False
        found = await conn.fetch(FIND, row["workspace_id"], row["bot_id"], row["version_id"], row["after_id"], SLICE)
        count = await _put(conn, row, found)
        await _move_on(conn, row, found, count)
    log.info("transition_fed", transition_id=str(row["id"]), round=row["round"], found=len(found), put=count)
    return True


async def _count_in_line(conn: Connection, row: Record, most: int) -> int:
    """How many acts of a transition wait for their turn, up to so many."""
    count: int = await conn.fetchval(IN_LINE, row["workspace_id"], str(row["id"]), ItemKind.ACT, most)
    return count


async def _put(conn: Connection, row: Record, found: list[Record]) -> int:
    actor = Actor(row["actor_id"], row["actor_kind"], row["address"])
    items = [
        write_act(
            Act(
                id=new_id(),
                kind=ActKind(row["choice"]),
                session_id=each["id"],
                actor=actor,
                transition_id=row["id"],
                bot_id=row["bot_id"],
                version_id=row["version_id"],
                restarts_lost=row["restarts_lost"],
                node_id=row["trigger_id"] or "",
            ),
            each["conversation_id"],
        )
        for each in found
    ]
    tag = await conn.execute(
        PUT,
        row["workspace_id"],
        str(row["id"]),
        ItemKind.ACT,
        [each["id"] for each in found],
        [each["conversation_id"] for each in found],
        items,
    )
    return int(tag.rsplit(" ", 1)[-1])


async def _move_on(conn: Connection, row: Record, found: list[Record], count: int) -> None:
    is_end = len(found) < SLICE
    is_last = is_end and row["round"] >= ROUNDS
    await conn.execute(
        """
        update flow_transitions set total = total + $3, after_id = $4, round = $5, state = $6,
            next_at = now() + make_interval(secs => $7)
        where workspace_id = $1 and id = $2
        """,
        row["workspace_id"],
        row["id"],
        count,
        first_id_at(row["created_at"] - NEWEST) if is_end else found[-1]["id"],
        row["round"] + is_end,
        "fed" if is_last else "feeding",
        5.0 if is_end else 0.0,
    )


def first_id_at(at: datetime) -> UUID:
    """The least id that can have been made at a time."""
    return UUID(int=int(at.timestamp() * 1_000) << 80)


async def read_transition(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, transition_id: UUID | None = None
) -> schemas.Transition:
    """How far a transition is; the newest of the bot where none is named. Raises `NotFound`."""
    row = await conn.fetchrow(TRANSITIONS, scope.workspace_id, bot_id, transition_id)
    if row is None:
        raise NotFound
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for each in await conn.fetch(OUTCOMES, scope.workspace_id, row["id"]):
        outcomes[each["outcome"]] += each["count"]
        if each["reason"] is not None:
            reasons[each["reason"]] += each["count"]
    is_counted = row["state"] != "feeding" or row["round"] >= ROUNDS
    is_done = is_counted and (outcomes.total() >= row["total"] or await _count_in_line(conn, row, 1) == 0)
    return schemas.Transition(
        id=row["id"],
        version=row["number"],
        choice=row["choice"],
        lost="restart" if row["restarts_lost"] else "finish",
        total=row["total"],
        is_counted=is_counted,
        is_done=is_done,
        moved=outcomes[Outcome.MOVED],
        restarted=outcomes[Outcome.RESTARTED],
        stayed=outcomes[Outcome.STAYED] + outcomes[Outcome.REFUSED],
        missed=outcomes[Outcome.MISSED],
        reasons=dict(sorted(reasons.items())),
        created_at=row["created_at"],
    )
