"""Which bots answer in a workspace, and their flows, compiled once per version."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import structlog

from hoopoe.flows.definition import BlueprintError, FlowInvalid, compile_flow, parse_blueprint
from hoopoe.flows.engine import Flow, Trigger, TriggerInput, find_trigger
from hoopoe.kernel.db.pool import Connection

log = structlog.get_logger()

MAX_FLOWS = 2_000


@dataclass(frozen=True, slots=True)
class ActiveBot:
    """A bot that may start conversations, with the version that it starts them on."""

    workspace_id: UUID
    id: UUID
    version_id: UUID


class FlowCache:
    """Compiled flows of this process by version. A version never changes, so an entry is never stale."""

    def __init__(self, flows: Mapping[UUID, Flow] = MappingProxyType({})) -> None:
        self._flows = OrderedDict(flows)
        self._bad: set[UUID] = set()
        self._trials: set[UUID] = set()

    def get(self, version_id: UUID) -> Flow | None:
        """The flow of a loaded version; None when its blueprint could not be compiled."""
        return self._flows.get(version_id)

    def is_trial(self, version_id: UUID) -> bool:
        """Whether a loaded version is a draft that somebody tries on their own phone."""
        return version_id in self._trials

    async def load(self, conn: Connection, versions: Collection[UUID]) -> None:
        """Compile the versions that are not here yet, of bots that are there. The workspaces are the transaction's."""
        missing = [version for version in versions if version not in self._flows and version not in self._bad]
        if missing:
            rows = await conn.fetch(
                "select id, number, blueprint from bot_versions where id = any ($1::uuid[]) and bot_id is not null",
                missing,
            )
            for row in rows:
                if row["number"] < 0:
                    self._trials.add(row["id"])
                try:
                    self._flows[row["id"]] = compile_flow(parse_blueprint(row["blueprint"]), version_id=str(row["id"]))
                except (BlueprintError, FlowInvalid) as error:
                    # Publishing refuses such blueprints: this one was written by an older or another program.
                    self._bad.add(row["id"])
                    log.error("version_not_compiled", version_id=str(row["id"]), error=str(error))
        for version in versions:
            if version in self._flows:
                self._flows.move_to_end(version)
        while len(self._flows) > MAX_FLOWS:
            version, _ = self._flows.popitem(last=False)
            self._trials.discard(version)


async def load_active_bots(conn: Connection, workspaces: Collection[UUID]) -> dict[UUID, list[ActiveBot]]:
    """The bots of each workspace that may start conversations, oldest first."""
    rows = await conn.fetch(
        """
        select workspace_id, id, published_version_id from bots
        where workspace_id = any ($1::uuid[]) and status = 'active' and published_version_id is not null
        order by workspace_id, created_at, id
        """,
        list(workspaces),
    )
    bots: dict[UUID, list[ActiveBot]] = {}
    for row in rows:
        bots.setdefault(row["workspace_id"], []).append(
            ActiveBot(row["workspace_id"], row["id"], row["published_version_id"])
        )
    return bots


def choose_bot(
    bots: Sequence[ActiveBot],
    flows: FlowCache,
    trigger: TriggerInput,
    *,
    only: UUID | None = None,
    interrupts_only: bool = False,
) -> tuple[ActiveBot, Flow] | None:
    """The bot whose trigger fits best: by priority, then the most specific, then the oldest bot.

    `only` is the bot that a channel is bound to. `interrupts_only` asks for triggers that may end a
    conversation which is under way.
    """
    best: tuple[Trigger, ActiveBot, Flow] | None = None
    for bot in bots:
        flow = flows.get(bot.version_id)
        if flow is None or (only is not None and bot.id != only):
            continue
        found = find_trigger(flow, trigger, interrupts_only=interrupts_only)
        if found is not None and (best is None or found.rank > best[0].rank):
            best = (found, bot, flow)
    return (best[1], best[2]) if best is not None else None
