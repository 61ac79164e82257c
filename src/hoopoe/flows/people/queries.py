"""Reads of flow sessions: who is where, and everything of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from pydantic import JsonValue

from hoopoe.contacts.queries import select_matching_contacts
from hoopoe.flows.engine import EffectWait, Session, load_session
from hoopoe.flows.engine.contract import (
    MAX_SPRINTS_PER_SESSION,
    MAX_STACK_DEPTH,
    MAX_VARIABLES,
    MAX_VARIABLES_BYTES,
)
from hoopoe.flows.engine.steering import count_bytes
from hoopoe.flows.people import schemas
from hoopoe.flows.runner.redacting import hide_all, hide_named, redact_request, secrets_of
from hoopoe.flows.versions.schemas import Publisher
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.core import fetch_all
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound

MOST_PEOPLE: Final = 200
"""Of how many people a search by name or number looks at the sessions."""
SCANNED: Final = 20_000
"""Of how many sessions a search by step or version looks at, for one page."""
MOST_ACTS: Final = 20

SHOWN: Final = """
select session.id, session.conversation_id, session.bot_id, session.status, session.node_id, session.wait_kind,
       session.parked_at, session.sprint, session.created_at, session.updated_at, version.number,
       contact.id as contact_id, contact.name, phone.value as phone, timer.due_at
from unnest($2::uuid[]) with ordinality as asked (id, place)
cross join lateral (
    select * from flow_sessions where workspace_id = $1 and id = asked.id limit 1
) as session
join bots on bots.workspace_id = $1 and bots.id = session.bot_id
left join lateral (
    select number from bot_versions
    where workspace_id = $1 and id = session.version_id and number >= 0 limit 1
) as version on true
left join lateral (
    select contact_id from conversations where workspace_id = $1 and id = session.conversation_id limit 1
) as conversation on true
left join lateral (
    select id, name from contacts where workspace_id = $1 and id = conversation.contact_id limit 1
) as contact on true
left join lateral (
    select value from identities where workspace_id = $1 and contact_id = contact.id and kind = 'phone'
    order by since desc limit 1
) as phone on true
left join lateral (
    select due_at from timers
    where workspace_id = $1 and session_id = session.id and sprint = session.sprint and state = 'waiting'
    order by due_at limit 1
) as timer on session.status = 'waiting'
order by asked.place
"""
# A walk down one index, over so many at most: `is_found` marks those that are asked for, the last row is its end.
BY_STATE: Final = """
select id, ($4::text is null or node_id = $4) and ($5::uuid is null or version_id = $5) as is_found
from flow_sessions
where workspace_id = $1 and bot_id = $2 and status = $3 and ($6::uuid is null or id < $6)
order by id desc limit $7
"""
PARKED: Final = """
select id, ($4::text is null or node_id = $4) and ($5::uuid is null or version_id = $5) as is_found
from flow_sessions
where workspace_id = $1 and bot_id = $2 and parked_at is not null and $3::text is not null
    and ($6::uuid is null or id < $6)
order by id desc limit $7
"""
WALKED: Final = "select id from ({walk}) as walked where is_found order by id desc limit $8"
END: Final = "select count(*) as count, min(id::text) as last from ({walk}) as walked"
BY_PEOPLE: Final = """
select session.id
from conversations as conversation
cross join lateral (
    select id, node_id, version_id from flow_sessions
    where workspace_id = $1 and conversation_id = conversation.id and bot_id = $2
        and ($4::text is null or (case when parked_at is not null then 'parked' else status end) = $4)
) as session
where conversation.workspace_id = $1 and conversation.contact_id = any ($3::uuid[])
    and ($5::text is null or session.node_id = $5) and ($6::uuid is null or session.version_id = $6)
    and ($7::uuid is null or session.id < $7)
order by session.id desc limit $8
"""
BY_CONVERSATION: Final = """
select id from flow_sessions
where workspace_id = $1 and conversation_id = $2 and bot_id = $3 and ($4::uuid is null or id < $4)
order by id desc limit $5
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions are searched for. `state` None: of any, which only a search by person has."""

    state: schemas.SessionState = schemas.SessionState.WAITING
    node_id: str | None = None
    version_id: UUID | None = None
    text: str | None = None
    conversation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page, and behind which session the next one begins. `is_cut`: more people match than were looked at."""

    sessions: list[schemas.FlowSession]
    next_before: UUID | None
    is_cut: bool = False


async def find_version(conn: Connection, scope: WorkspaceScope, bot_id: UUID, number: int) -> UUID:
    """A version's id. Raises `NotFound`."""
    found: UUID | None = await conn.fetchval(
        "select id from bot_versions where workspace_id = $1 and bot_id = $2 and number = $3",
        scope.workspace_id,
        bot_id,
        number,
    )
    if found is None:
        raise NotFound("There is no such version.")
    return found


async def list_sessions(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, wanted: Wanted, *, before: UUID | None, limit: int
) -> Found:
    """Sessions that began on a bot, the newest first."""
    if wanted.conversation_id is not None:
        rows = await conn.fetch(BY_CONVERSATION, scope.workspace_id, wanted.conversation_id, bot_id, before, limit + 1)
        return await _page(conn, scope, [row["id"] for row in rows], limit)
    if wanted.text is not None:
        people = await _find_people(conn, scope, wanted.text)
        rows = await conn.fetch(
            BY_PEOPLE,
            scope.workspace_id,
            bot_id,
            people[:MOST_PEOPLE],
            wanted.state.value,
            wanted.node_id,
            wanted.version_id,
            before,
            limit + 1,
        )
        page = await _page(conn, scope, [row["id"] for row in rows], limit)
        return replace(page, is_cut=len(people) > MOST_PEOPLE)
    return await _walk(conn, scope, bot_id, wanted, before=before, limit=limit)


async def _walk(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, wanted: Wanted, *, before: UUID | None, limit: int
) -> Found:
    is_filtered = wanted.node_id is not None or wanted.version_id is not None
    walk = PARKED if wanted.state is schemas.SessionState.PARKED else BY_STATE
    scanned = SCANNED if is_filtered else limit + 1
    given = (scope.workspace_id, bot_id, wanted.state.value, wanted.node_id, wanted.version_id, before, scanned)
    rows = await conn.fetch(WALKED.format(walk=walk), *given, limit + 1)
    ids = [row["id"] for row in rows]
    if len(ids) > limit or not is_filtered:
        return await _page(conn, scope, ids, limit)
    end = await conn.fetchrow(END.format(walk=walk), *given)
    is_more = end is not None and end["count"] == SCANNED
    return Found(await load_sessions(conn, scope, ids), UUID(end["last"]) if end is not None and is_more else None)


async def _page(conn: Connection, scope: WorkspaceScope, ids: list[UUID], limit: int) -> Found:
    return Found(await load_sessions(conn, scope, ids[:limit]), ids[limit - 1] if len(ids) > limit else None)


async def _find_people(conn: Connection, scope: WorkspaceScope, text: str) -> list[UUID]:
    """Contacts by what somebody typed, and one more than are looked at; nobody for nothing but punctuation."""
    groups = select_matching_contacts(scope, text)
    if not groups:
        return []
    first, *rest = groups
    for other in rest:
        first = first.where(first.selected_columns[0].in_(other))
    rows = await fetch_all(conn, first.distinct().limit(MOST_PEOPLE + 1))
    return [row["contact_id"] for row in rows]


async def load_sessions(conn: Connection, scope: WorkspaceScope, ids: list[UUID]) -> list[schemas.FlowSession]:
    """Sessions by id, in this order."""
    rows = await conn.fetch(SHOWN, scope.workspace_id, ids) if ids else []
    return [_show(row) for row in rows]


def _show(row: Record) -> schemas.FlowSession:
    state = schemas.SessionState.PARKED if row["parked_at"] is not None else schemas.SessionState(row["status"])
    return schemas.FlowSession(
        id=row["id"],
        conversation_id=row["conversation_id"],
        bot_id=row["bot_id"],
        contact=schemas.SessionPerson(id=row["contact_id"], name=row["name"], phone=row["phone"]),
        version=row["number"],
        state=state,
        node_id=row["node_id"],
        wait=row["wait_kind"],
        since=row["updated_at"],
        until=row["due_at"],
        started_at=row["created_at"],
        sprint=row["sprint"],
    )


DETAIL: Final = """
select session.state::text as state, session.held, conversation.window_expires_at, conversation.variables,
       contact.fields
from flow_sessions as session
join conversations as conversation
    on conversation.workspace_id = $1 and conversation.id = session.conversation_id
left join contacts as contact on contact.workspace_id = $1 and contact.id = conversation.contact_id
where session.workspace_id = $1 and session.id = $2
"""
FRAMES: Final = """
select version.id, case when version.number >= 0 then version.number end as number, bots.id as bot_id, bots.name
from bot_versions as version
join bots on bots.workspace_id = $1 and bots.id = version.bot_id
where version.workspace_id = $1 and version.id = any ($2::uuid[])
"""
ACTS: Final = """
select acted.*, users.name as actor from session_acts as acted left join users on users.id = acted.actor_id
where acted.workspace_id = $1 and acted.session_id = $2 order by acted.id desc limit $3
"""


async def read_session(conn: Connection, scope: WorkspaceScope, session_id: UUID) -> schemas.FlowSessionDetail:
    """Everything of one session. Raises `NotFound`."""
    shown = await load_sessions(conn, scope, [session_id])
    row = await conn.fetchrow(DETAIL, scope.workspace_id, session_id)
    if not shown or row is None:
        raise NotFound
    session = load_session(row["state"])
    versions = {
        str(each["id"]): each
        for each in await conn.fetch(FRAMES, scope.workspace_id, [UUID(id_) for id_ in session.version_ids])
    }
    acts = await conn.fetch(ACTS, scope.workspace_id, session_id, MOST_ACTS)
    secrets = secrets_of(session, row["variables"] or {}, row["fields"] or {})
    effect: dict[str, JsonValue] | None = None
    if isinstance(session.wait, EffectWait):
        request, _ = redact_request(session.wait.effect.request)
        effect = {"kind": str(session.wait.effect.kind), "request": hide_all(request, secrets)}
    return schemas.FlowSessionDetail(
        **shown[0].model_dump(),
        frames=_show_frames(session, versions, secrets),
        effect=effect,
        held=len(row["held"]),
        error=None if session.error is None else {"code": session.error.code, "message": session.error.message},
        limits=_show_limits(session),
        window_expires_at=row["window_expires_at"],
        acts=[_show_act(each) for each in acts],
    )


def _show_frames(session: Session, versions: dict[str, Record], secrets: frozenset[str]) -> list[schemas.SessionFrame]:
    stands = [(each.flow_version_id, each.node_id, each.variables, each.scopes) for each in session.callers]
    stands.append((session.flow_version_id, session.node_id, session.variables, session.scopes))
    frames = []
    for version_id, node_id, variables, scopes in stands:
        known = versions.get(version_id)
        frames.append(
            schemas.SessionFrame(
                bot_id=known["bot_id"] if known is not None else None,
                bot_name=known["name"] if known is not None else None,
                version=known["number"] if known is not None else None,
                node_id=node_id,
                variables=hide_all(hide_named(variables), secrets),
                scopes=[scope.node_id for scope in scopes],
            )
        )
    return frames


def _show_limits(session: Session) -> list[schemas.SessionLimit]:
    used = count_bytes([session.variables, session.shared, *(caller.variables for caller in session.callers)])
    return [
        schemas.SessionLimit(name="sprints", used=session.sprint, most=MAX_SPRINTS_PER_SESSION),
        schemas.SessionLimit(name="variables", used=len(session.variables), most=MAX_VARIABLES),
        schemas.SessionLimit(name="variable_bytes", used=used, most=MAX_VARIABLES_BYTES),
        schemas.SessionLimit(name="flows", used=len(session.callers) + 1, most=MAX_STACK_DEPTH),
    ]


def _show_act(row: Record) -> schemas.SessionAct:
    actor = row["actor"]
    return schemas.SessionAct(
        id=row["id"],
        act=row["act"],
        outcome=row["outcome"],
        reason=row["reason"],
        by=Publisher(id=row["actor_id"], name=actor) if actor is not None else None,
        before=row["before"],
        after=row["after"],
        at=row["at"],
    )
