"""The flows that a turn's sessions may go on in: those that run another, those that they run, and so on.

Most flows run none; then nothing is asked. Which version a bot's flow is meant by now is asked anew in every turn, for
publishing changes it; whoever is in a flow already stays on its version, which the session names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from hoopoe.flows.engine import NO_FLOWS, Flow, Library
from hoopoe.flows.engine.contract import MAX_STACK_DEPTH
from hoopoe.flows.runner.bots import ActiveBot, FlowCache
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.db.pool import Connection

# A bot's published version, or the one with a number; of the workspace's own bots only, whatever a flow names.
FIND_VERSIONS: Final = """
select asked.workspace_id, asked.bot_id, asked.number, version.id
from unnest($1::uuid[], $2::uuid[], $3::int[]) as asked (workspace_id, bot_id, number)
cross join lateral (
    select bot_versions.id from bots
    join bot_versions on bot_versions.workspace_id = bots.workspace_id and bot_versions.bot_id = bots.id
    where bots.workspace_id = asked.workspace_id and bots.id = asked.bot_id
        and case when asked.number is null then bot_versions.id = bots.published_version_id
            else bot_versions.number = asked.number end
    limit 1
) as version
"""


class Libraries:
    """A library for each workspace of a turn."""

    def __init__(self, made: Mapping[UUID, Library]) -> None:
        self._made = made

    def of(self, workspace_id: UUID) -> Library:
        return self._made.get(workspace_id, NO_FLOWS)


async def load_libraries(
    conn: Connection, flows: FlowCache, bots: Iterable[ActiveBot], sessions: Collection[SessionState]
) -> Libraries:
    """Load all flows that these bots and sessions may need besides their own.

    The versions of both are in the cache already.
    """
    versions: dict[UUID, dict[str, Flow]] = {}
    for bot in bots:
        _add(versions, flows, bot.workspace_id, bot.version_id)
    for session in sessions:
        for version_id in session.version_ids:
            _add(versions, flows, session.workspace_id, version_id)
    is_needed = any(flow.calls for known in versions.values() for flow in known.values())
    if not is_needed and not any(session.session.callers for session in sessions):
        return Libraries({})
    references = await _follow_calls(conn, flows, versions)
    return Libraries({id_: Library(known, references.get(id_, {})) for id_, known in versions.items()})


async def load_library(conn: Connection, flows: FlowCache, workspace_id: UUID, flow: Flow) -> Library:
    """What one flow may run, such as a draft that somebody tries: the published versions of the workspace's bots."""
    versions = {workspace_id: {flow.version_id: flow}}
    references = await _follow_calls(conn, flows, versions)
    return Library(versions[workspace_id], references.get(workspace_id, {}))


async def _follow_calls(
    conn: Connection, flows: FlowCache, versions: dict[UUID, dict[str, Flow]]
) -> dict[UUID, dict[str, str]]:
    """Add the flows that are run by those that are there, as deep as flows may stand in each other."""
    references: dict[UUID, dict[str, str]] = {}
    asked: set[tuple[UUID, str]] = set()
    for _ in range(MAX_STACK_DEPTH):
        wanted = {
            (workspace_id, reference)
            for workspace_id, known in versions.items()
            for flow in known.values()
            for reference in flow.calls
        } - asked
        if not wanted:
            break
        asked |= wanted
        ordered = sorted(wanted)
        read = [(workspace_id, *read_reference(reference)) for workspace_id, reference in ordered]
        rows = await conn.fetch(FIND_VERSIONS, *(list(column) for column in zip(*read, strict=True)))
        await flows.load(conn, {row["id"] for row in rows})
        for row in rows:
            workspace_id, number = row["workspace_id"], row["number"]
            name = str(row["bot_id"]) if number is None else f"{row['bot_id']}/{number}"
            _add(versions, flows, workspace_id, row["id"])
            references.setdefault(workspace_id, {})[name] = str(row["id"])
    return references


def _add(versions: dict[UUID, dict[str, Flow]], flows: FlowCache, workspace_id: UUID, version_id: UUID) -> None:
    flow = flows.get(version_id)
    if flow is not None:
        versions.setdefault(workspace_id, {})[str(version_id)] = flow


def read_reference(reference: str) -> tuple[UUID, int | None]:
    """The bot and the version's number that `flows.nodes.run_flow` wrote into a reference."""
    bot_id, _, number = reference.partition("/")
    return UUID(bot_id), int(number) if number else None
