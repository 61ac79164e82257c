"""Making one contact of two inside a turn, before its conversations are read.

Rare, so a statement each. What a turn would have to wait for (somebody writes to one of the contacts, a send is on
its way, the bot is about to hear something) puts the merge off: the input that showed the pair waits a moment in its
lane, and all that stands behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from hoopoe.contacts.absorbing import absorb_contact, hold_contacts
from hoopoe.contacts.deciding import Pair
from hoopoe.conversations.joining import Joint, Threads, hold_line, match_threads, move_threads
from hoopoe.flows.runner.limits import customer_key
from hoopoe.kernel.db.pool import Connection
from hoopoe.webhooks.routing import hearing_lane_of

AGAIN_AFTER: Final = timedelta(seconds=1)

# One session waits in a conversation: that which moved last goes on, the other is interrupted, as when another flow
# begins, and what it was about to ask for is not asked. One whose bot was deleted gives way to any other.
END_SESSION: Final = """
with waiting as (
    select id, row_number() over (order by exists (
        select from bot_versions as version
        where version.workspace_id = $1 and version.id = version_id and version.bot_id is null
    ), updated_at desc, id desc) as place
    from flow_sessions
    where workspace_id = $1 and conversation_id in ($2, $3) and status = 'waiting'
), ended as (
    update flow_sessions set status = 'interrupted', wait_kind = null, updated_at = domain_now()
    from waiting where workspace_id = $1 and flow_sessions.id = waiting.id and waiting.place > 1
    returning flow_sessions.id
)
update effects set state = 'done' from ended
where effects.workspace_id = $1 and effects.session_id = ended.id and effects.state = 'queued'
"""

JOIN: Final = (
    END_SESSION,
    "update flow_sessions set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    "update timers set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    "update effects set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    "update sprint_traces set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
)
MOVED_TABLES: Final = frozenset({"flow_sessions", "timers", "effects", "sprint_traces"})

MOVE_HEARING: Final = "update inbox set lane = $2 where workspace_id = $1 and lane = $3 and state = 'waiting'"
LOCK_HEARING: Final = "select bool_and(pg_try_advisory_xact_lock(lane)) from unnest($1::bigint[]) as asked (lane)"


@dataclass(slots=True)
class Merged:
    """What became of a turn's pairs: where contacts and conversations lead, and which contacts must wait."""

    contacts: dict[UUID, UUID] = field(default_factory=dict)
    conversations: dict[UUID, UUID] = field(default_factory=dict)
    busy: set[UUID] = field(default_factory=set)

    def contact(self, id_: UUID) -> UUID:
        """Who a contact is by now."""
        while id_ in self.contacts:
            id_ = self.contacts[id_]
        return id_

    def conversation(self, id_: UUID) -> UUID:
        """Where a conversation goes on by now."""
        while id_ in self.conversations:
            id_ = self.conversations[id_]
        return id_


async def merge_pairs(conn: Connection, pairs: Sequence[tuple[Pair, str]], held: Collection[UUID]) -> Merged:
    """Merge pairs, each with its reason. `held`: the conversations whose rows this transaction holds."""
    merged = Merged()
    for pair, reason in pairs:
        one, other = merged.contact(pair.kept), merged.contact(pair.merged)
        if one == other:
            continue
        now = Pair(pair.workspace_id, min(one, other), max(one, other), pair.shown)
        if {one, other} & merged.busy or not await _merge(conn, now, reason, held, merged):
            merged.busy |= {one, other}
    return merged


async def _merge(conn: Connection, pair: Pair, reason: str, held: Collection[UUID], merged: Merged) -> bool:
    if not await hold_contacts(conn, pair):
        return False
    threads = await match_threads(conn, pair)
    mine = {*threads.alone, *(id_ for joint in threads.joints for id_ in (joint.kept, joint.ended))}
    if not mine <= set(held):
        return False
    for joint in threads.joints:
        if not await hold_line(conn, pair.workspace_id, joint) or not await _hold_hearing(conn, joint):
            return False
    await _join_sessions(conn, pair, threads)
    described = await move_threads(conn, pair, threads)
    await absorb_contact(conn, pair, reason=reason, conversations=described)
    merged.contacts[pair.merged] = pair.kept
    merged.conversations.update({joint.ended: joint.kept for joint in threads.joints})
    return True


async def _hold_hearing(conn: Connection, joint: Joint) -> bool:
    lanes = sorted(hearing_lane_of(id_) for id_ in (joint.kept, joint.ended))
    return bool(await conn.fetchval(LOCK_HEARING, lanes))


async def _join_sessions(conn: Connection, pair: Pair, threads: Threads) -> None:
    for joint in threads.joints:
        for statement in JOIN:
            await conn.execute(statement, pair.workspace_id, joint.kept, joint.ended)
        await conn.execute(MOVE_HEARING, pair.workspace_id, hearing_lane_of(joint.kept), hearing_lane_of(joint.ended))
        await conn.execute(
            "delete from rate_buckets where workspace_id = $1 and key = $2",
            pair.workspace_id,
            customer_key(joint.ended),
        )
