"""Results of effects in a preview that nobody types: from an example, or for real.

For real is what a worker does, by its own code: the guarded client, the workspace's credentials, their hosts only. Only
what needs no person for it is done; what would change people is shown and never done (`changes`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from hoopoe.flows.nodes.effect_results import make_example as example_of
from hoopoe.flows.preview.acts import Answer
from hoopoe.flows.preview.stage import VERSION, NotNowError, Stage
from hoopoe.flows.preview.strangers import Stranger
from hoopoe.flows.runner.effects import PASSING, EffectCall, Perform
from hoopoe.flows.runner.redacting import redact_request
from hoopoe.flows.runner.scene import EffectRow
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import Budget
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.tables.limits import TableLimits
from hoopoe.tables.querying import try_query

PERFORMED: Final = frozenset({"http_request"})
"""Kinds of effects that are done for real: they need no contact."""
DATABASE_QUERY: Final = "database_query"
"""What our own database answers: `ask_table`."""
REAL_REQUESTS: Final = Budget("request of a preview for real", 60, 60)

# The newest answer that a node had, looked for in the newest conversations: traces have no other way in.
LAST_RESULT: Final = """
select found.result, contacts.name
from (
    select id, contact_id from conversations where workspace_id = $1 order by last_at desc, id desc limit 50
) as recent
cross join lateral (
    select traced.trace -> 'given' -> 'result' as result, traced.created_at
    from (
        select trace, bot_id, created_at from sprint_traces
        where workspace_id = $1 and conversation_id = recent.id order by id desc limit 20
    ) as traced
    where traced.bot_id = $2 and traced.trace -> 'given' ->> 'type' = 'effect'
        and traced.trace -> 'path' -> 0 ->> 0 = $3
        and json_typeof(traced.trace -> 'given' -> 'result') = 'object'
    limit 1
) as found
left join contacts on contacts.workspace_id = $1 and contacts.id = recent.contact_id
order by found.created_at desc limit 1
"""

Source = Literal["example", "recorded", "real"]


@dataclass(frozen=True, slots=True)
class Performed:
    """A result, and where it is from; of a real one, how long it took."""

    answer: Answer
    source: Source
    seconds: float | None = None


def find_effect(stage: Stage) -> EffectRow:
    """What the flow waits for. Raises `NotNowError` where that is no effect."""
    if stage.effect is None or stage.scene.session is None:
        raise NotNowError("no_effect", "The flow waits for no answer of another system.")
    return stage.effect


def describe_effect(effect: EffectRow) -> JsonObject:
    """An effect as the log of who did what tells of it: without secrets, bodies and queries."""
    shown, _ = redact_request(effect.request)
    url = shown.get("url")
    told: dict[str, Json] = {"kind": effect.kind, "method": shown.get("method")}
    told["url"] = url.partition("?")[0] if isinstance(url, str) else None
    return told | {"credential": effect.request.get("credential")}


async def perform(perform_effect: Perform, scope: WorkspaceScope, effect: EffectRow) -> Performed:
    """Do it, once. Raises `NotNowError` for what is not done in a preview."""
    check_performable(effect)
    begun = time.monotonic()
    result = await perform_effect(EffectCall(scope.workspace_id, new_id(), effect.kind, effect.request))
    result.pop(PASSING, None)
    return Performed(Answer(type="answer", result=result), "real", round(time.monotonic() - begun, 3))


async def ask_table(conn: Connection, scope: WorkspaceScope, effect: EffectRow, *, limits: TableLimits) -> Performed:
    """What the data table answers now; what the flow would write there is undone."""
    begun = time.monotonic()
    result = await try_query(conn, scope.workspace_id, effect.request, limits=limits)
    return Performed(Answer(type="answer", result=result), "real", round(time.monotonic() - begun, 3))


def check_performable(effect: EffectRow) -> None:
    """Raises `NotNowError` for what is not done in a preview."""
    if effect.kind not in PERFORMED:
        raise NotNowError("not_performed", "A preview does not do this for real. Answer by hand or from an example.")


async def make_example(
    conn: Connection, scope: WorkspaceScope, stage: Stage, *, bot_id: UUID | None, blueprint: JsonObject
) -> Performed:
    """What the node's last real answer was, as its trace keeps it; else what its settings say that it reads.

    A real answer is about a customer: a key that reads no conversations is given none. Whom it names is a stranger
    here, for what is played is kept as a test, and goes out in a bot's file.
    """
    effect = find_effect(stage)
    session = stage.scene.session
    node_id = session.session.node_id if session is not None else ""
    version_id = session.session.flow_version_id if session is not None else str(VERSION)
    if bot_id is not None and scope.allows(Permission.CONVERSATIONS_READ):
        recorded = await conn.fetchrow(LAST_RESULT, scope.workspace_id, bot_id, node_id)
        if recorded is not None and isinstance(recorded["result"], dict):
            stranger = Stranger((recorded["name"],) if recorded["name"] else ())
            return Performed(Answer(type="answer", result=stranger.answer(recorded["result"])), "recorded")
    flow = await _read_flow(conn, scope, version_id, blueprint)
    return Performed(Answer(type="answer", result=_from_settings(effect, flow, node_id)), "example")


async def _read_flow(conn: Connection, scope: WorkspaceScope, version_id: str, played: JsonObject) -> JsonObject:
    """The flow in which the session stands: the one that is played, or one that it runs."""
    if version_id == str(VERSION):
        return played
    found = await conn.fetchval(
        "select blueprint from bot_versions where workspace_id = $1 and id = $2", scope.workspace_id, UUID(version_id)
    )
    return found if isinstance(found, dict) else {}


def _from_settings(effect: EffectRow, blueprint: JsonObject, node_id: str) -> JsonObject:
    nodes = blueprint.get("nodes")
    for node in nodes if isinstance(nodes, list) else []:
        if isinstance(node, dict) and node.get("id") == node_id:
            node_type = str(node.get("type"))
            return example_of(effect.kind, effect.request, node_type=node_type, config=node.get("config"))
    return example_of(effect.kind, effect.request, node_type=None, config=None)
