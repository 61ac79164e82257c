"""What people do to flow sessions from outside, as inputs of their lanes: in order with all that happens there.

An act is done once, between two inputs of the person's, or not at all: who answered meanwhile has moved on, and what
was meant for where they stood is not done where they stand now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.runner.scene import ActRow
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.webhooks.inbox import InboxRow


class ActKind(StrEnum):
    """`move` and `restart` go to another version, `enter` to a node of the same; `resume` ends the wait."""

    MOVE = "move"
    RESTART = "restart"
    ENTER = "enter"
    RESUME = "resume"
    SET = "set"
    END = "end"


class Outcome(StrEnum):
    """`stayed`: it goes on where it was. `missed`: it was not there any more. `refused`: that cannot be done."""

    MOVED = "moved"
    RESTARTED = "restarted"
    DONE = "done"
    STAYED = "stayed"
    MISSED = "missed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, for the audit log."""

    id: UUID
    kind: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done to one session. `sprint`: only while it stands there.

    `version_id` is the version that a move or a restart leads to; `restarts_lost` says what becomes of a session that
    does not fit it: it begins anew, or stays.
    """

    id: UUID
    kind: ActKind
    session_id: UUID
    actor: Actor
    sprint: int | None = None
    transition_id: UUID | None = None
    bot_id: UUID | None = None
    version_id: UUID | None = None
    restarts_lost: bool = False
    node_id: str = ""
    name: str = ""
    value: Json = None
    result: JsonObject | None = None


def write_act(act: Act, conversation_id: UUID) -> JsonObject:
    """The item of the input."""
    return {
        "conversation_id": str(conversation_id),
        "id": str(act.id),
        "kind": act.kind.value,
        "session_id": str(act.session_id),
        "by": {"id": str(act.actor.id), "kind": act.actor.kind, "address": act.actor.address},
        "sprint": act.sprint,
        "transition_id": _text(act.transition_id),
        "bot_id": _text(act.bot_id),
        "version_id": _text(act.version_id),
        "restarts_lost": act.restarts_lost,
        "node_id": act.node_id,
        "name": act.name,
        "value": act.value,
        "result": act.result,
    }


def read_act(item: JsonObject) -> Act:
    """What `write_act` wrote. Raises `ValueError`."""
    match item:
        case {
            "id": str() as id_,
            "kind": str() as kind,
            "session_id": str() as session_id,
            "by": {"id": str() as actor_id, "kind": str() as actor_kind, "address": str() | None as address},
            "sprint": int() | None as sprint,
            "restarts_lost": bool() as restarts_lost,
            "node_id": str() as node_id,
            "name": str() as name,
            "value": value,
            "result": dict() | None as result,
        }:
            return Act(
                id=UUID(id_),
                kind=ActKind(kind),
                session_id=UUID(session_id),
                actor=Actor(UUID(actor_id), actor_kind, address),
                sprint=sprint,
                transition_id=_id(item.get("transition_id")),
                bot_id=_id(item.get("bot_id")),
                version_id=_id(item.get("version_id")),
                restarts_lost=restarts_lost,
                node_id=node_id,
                name=name,
                value=value,
                result=result,
            )
        case _:
            raise ValueError("not an act")


def find_targets(rows: Sequence[InboxRow]) -> set[tuple[UUID, UUID, UUID]]:
    """The (workspace, bot, version) that inputs lead to: what their turn has to load besides what is there."""
    targets = set()
    for row in (row for row in rows if row.kind is ItemKind.ACT):
        bot_id, version_id = _id(row.item.get("bot_id")), _id(row.item.get("version_id"))
        if bot_id is not None and version_id is not None:
            targets.add((row.workspace_id, bot_id, version_id))
    return targets


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)


def _id(value: Json) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None


# What was done to a session that was removed meanwhile, with its bot, is done to nobody.
INSERT: Final = """
insert into session_acts
    (workspace_id, id, session_id, transition_id, act, outcome, reason, actor_id, before, after, at)
select workspace_id, id, session_id, transition_id, act, outcome, reason, actor_id, before::jsonb, after::jsonb, at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::uuid[],
            $9::jsonb[], $10::jsonb[], $11::timestamptz[])
    as done (workspace_id, id, session_id, transition_id, act, outcome, reason, actor_id, before, after, at)
where exists (
    select from flow_sessions as session
    where session.workspace_id = done.workspace_id and session.id = done.session_id
)
"""
# A transition is one decision, with one entry of its own: what somebody did to one session has an entry here.
AUDIT: Final = """
insert into audit_entries
    (workspace_id, id, actor_id, actor_kind, address, action, target_kind, target_id, before, after)
select workspace_id, id, actor_id, actor_kind, address, action, 'flow_session', target_id, before, after
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::jsonb[],
            $9::jsonb[])
    as entry (workspace_id, id, actor_id, actor_kind, address, action, target_id, before, after)
"""
ACTIONS: Final = {
    ActKind.ENTER: "flow_session.moved",
    ActKind.RESUME: "flow_session.resumed",
    ActKind.SET: "flow_session.variable_set",
    ActKind.END: "flow_session.ended",
}


async def insert_acts(conn: Connection, rows: Sequence[ActRow]) -> None:
    """Write what was done, and who did it into the audit log."""
    if not rows:
        return
    await conn.execute(
        INSERT,
        [row.workspace_id for row in rows],
        [row.id for row in rows],
        [row.session_id for row in rows],
        [row.transition_id for row in rows],
        [row.act for row in rows],
        [row.outcome for row in rows],
        [row.reason for row in rows],
        [row.actor_id for row in rows],
        [row.before for row in rows],
        [row.after for row in rows],
        [row.at for row in rows],
    )
    noted = [row for row in rows if row.transition_id is None and row.outcome == Outcome.DONE]
    if noted:
        await conn.execute(
            AUDIT,
            [row.workspace_id for row in noted],
            [new_id() for _ in noted],
            [row.actor_id for row in noted],
            [row.actor_kind for row in noted],
            [row.address for row in noted],
            [ACTIONS[ActKind(row.act)] for row in noted],
            [row.session_id for row in noted],
            [row.before for row in noted],
            [row.after for row in noted],
        )
