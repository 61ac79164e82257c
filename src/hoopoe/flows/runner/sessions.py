"""Flow sessions as rows. A session pins the version that it started on; its sprint number is a fence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hoopoe.flows.engine import EffectWait, Session, dump_session, load_session
from hoopoe.flows.runner.left_behind import end_left_behind
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.writes import Writes
from hoopoe.kernel.json import JsonObject, dump_json

LOAD = """
select workspace_id, id, conversation_id, bot_id, version_id, sprint, state::text as state, held, exists (
    select from bot_versions as version where version.workspace_id = flow_sessions.workspace_id
        and version.id = flow_sessions.version_id and version.bot_id is null
) as is_left_behind
from flow_sessions
where status = 'waiting' and (workspace_id, conversation_id) in (select * from unnest($1::uuid[], $2::uuid[]))
"""

INSERT = """
insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, node_id, wait_kind,
                           state, held, created_at, updated_at, parked_at)
select workspace_id, id, conversation_id, bot_id, version_id, status, sprint, node_id, wait_kind,
       state::jsonb, held::jsonb, at, at, parked_at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::int[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[])
    as started (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, node_id, wait_kind, state,
                held, at, parked_at)
"""

UPDATE = """
update flow_sessions set status = moved.status, version_id = moved.version_id, sprint = moved.sprint,
    node_id = moved.node_id, wait_kind = moved.wait_kind, state = moved.state::jsonb, held = moved.held::jsonb,
    updated_at = case when moved.status = 'waiting' and moved.sprint = moved.loaded_sprint
        then flow_sessions.updated_at else moved.at end,
    parked_at = moved.parked_at
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::timestamptz[], $11::timestamptz[], $12::uuid[])
    as moved (workspace_id, id, status, loaded_sprint, sprint, node_id, wait_kind, state, held, at, parked_at,
              version_id)
where flow_sessions.workspace_id = moved.workspace_id and flow_sessions.id = moved.id
  and flow_sessions.status = 'waiting' and flow_sessions.sprint = moved.loaded_sprint
"""

# What a session that ended was about to ask for is not asked any more; what is under way comes to nothing.
DROP_EFFECTS = """
update effects set state = 'done' from unnest($1::uuid[], $2::uuid[]) as ended (workspace_id, session_id)
where effects.workspace_id = ended.workspace_id and effects.session_id = ended.session_id and effects.state = 'queued'
"""

INTERRUPTED = "interrupted"


class SessionMovedError(Exception):
    """A session is no longer where this turn read it: the turn must be rolled back and tried again."""


@dataclass(slots=True)
class SessionState:
    """A session while a turn works on it. `loaded_sprint` is None for one that this turn started.

    `version_id` is the version that it started on; it may stand in another one, which that runs.
    """

    workspace_id: UUID
    id: UUID
    conversation_id: UUID
    bot_id: UUID
    version_id: UUID
    session: Session
    loaded_sprint: int | None
    held: list[JsonObject] = field(default_factory=list)
    is_interrupted: bool = False
    is_parked: bool = False
    is_changed: bool = False
    has_left_effect: bool = False
    """Whether somebody took it away from an effect, which is not asked for any more."""

    @property
    def version_ids(self) -> list[UUID]:
        """Every version that it needs in order to go on."""
        return [self.version_id, *(UUID(version_id) for version_id in self.session.version_ids)]

    @property
    def status(self) -> str:
        """The row's status: the engine's own, or `interrupted` by somebody from outside."""
        return INTERRUPTED if self.is_interrupted else self.session.status

    @property
    def is_waiting(self) -> bool:
        """Whether it can be resumed."""
        return self.session.wait is not None and not self.is_interrupted


async def load_sessions(
    conn: Connection, conversations: Collection[tuple[UUID, UUID]], now: datetime
) -> dict[UUID, SessionState]:
    """The waiting session of each conversation, by conversation. Call after locking the conversations.

    One whose bot was deleted is ended here: what its person writes is heard as if it had never been.
    """
    keys = [workspace for workspace, _ in conversations], [id_ for _, id_ in conversations]
    rows = await conn.fetch(LOAD, *keys)
    left_behind = [row for row in rows if row["is_left_behind"]]
    if left_behind:
        await end_left_behind(conn, left_behind, now)
        rows = await conn.fetch(LOAD, *keys)
    return {
        row["conversation_id"]: SessionState(
            workspace_id=row["workspace_id"],
            id=row["id"],
            conversation_id=row["conversation_id"],
            bot_id=row["bot_id"],
            version_id=row["version_id"],
            session=load_session(row["state"]),
            loaded_sprint=row["sprint"],
            held=row["held"],
        )
        for row in rows
    }


async def revive_session(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, *, session_id: UUID, sprint: int
) -> bool:
    """Let a session that a failure interrupted wait again where it was; False when things have moved on since.

    They have when it is elsewhere, when another one waits, or when a person has the conversation. The caller
    holds the conversation's row.
    """
    tag = await conn.execute(
        """
        update flow_sessions as session set status = 'waiting', wait_kind = state -> 'wait' ->> 'type'
        from conversations
        where session.workspace_id = $1 and session.id = $3 and session.conversation_id = $2 and session.sprint = $4
          and session.status = 'interrupted'
          and conversations.workspace_id = $1 and conversations.id = $2 and conversations.mode = 'bot'
          and not exists (
              select from flow_sessions as other
              where other.workspace_id = $1 and other.conversation_id = $2 and other.status = 'waiting'
          )
        """,
        workspace_id,
        conversation_id,
        session_id,
        sprint,
    )
    return tag.endswith(" 1")


async def save_moved_sessions(conn: Connection, states: Iterable[SessionState], now: datetime) -> None:
    """Write those of these sessions that were there before. Raises `SessionMovedError` when one moved under us.

    Before those that began (`add_new_sessions`): of one conversation only one may wait.
    """
    moved = [state for state in states if state.loaded_sprint is not None]
    if moved:
        tag = await conn.execute(
            UPDATE,
            [state.workspace_id for state in moved],
            [state.id for state in moved],
            [state.status for state in moved],
            [state.loaded_sprint for state in moved],
            [state.session.sprint for state in moved],
            [state.session.root_node_id for state in moved],
            [_wait_kind(state) for state in moved],
            [dump_session(state.session).decode() for state in moved],
            [dump_json(state.held) for state in moved],
            [now] * len(moved),
            [now if state.is_parked else None for state in moved],
            [state.version_id for state in moved],
        )
        if int(tag.rsplit(" ", 1)[-1]) != len(moved):
            raise SessionMovedError("a flow session moved while this turn held it")
        dropped = [
            state
            for state in moved
            if state.has_left_effect or (state.is_interrupted and isinstance(state.session.wait, EffectWait))
        ]
        if dropped:
            await conn.execute(DROP_EFFECTS, [state.workspace_id for state in dropped], [state.id for state in dropped])


def add_new_sessions(writes: Writes, states: Iterable[SessionState], now: datetime) -> None:
    """Write those of these sessions that began, among other writes."""
    started = [state for state in states if state.loaded_sprint is None]
    if started:
        writes.add(
            INSERT,
            [state.workspace_id for state in started],
            [state.id for state in started],
            [state.conversation_id for state in started],
            [state.bot_id for state in started],
            [state.version_id for state in started],
            [state.status for state in started],
            [state.session.sprint for state in started],
            [state.session.root_node_id for state in started],
            [_wait_kind(state) for state in started],
            [dump_session(state.session).decode() for state in started],
            [dump_json(state.held) for state in started],
            [now] * len(started),
            [now if state.is_parked else None for state in started],
        )


def _wait_kind(state: SessionState) -> str | None:
    return state.session.wait.type if state.is_waiting and state.session.wait is not None else None
