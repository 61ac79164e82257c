"""Which flow answers what in a workspace: every trigger in the order in which it is tried, and where two collide.

Found by asking the triggers themselves, as a turn does: what an author reads here is what happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from hoopoe.flows.definition import BlueprintError, FlowInvalid, compile_flow, parse_blueprint
from hoopoe.flows.definition.reading import read_nodes
from hoopoe.flows.engine import Incoming, Trigger, TriggerInput
from hoopoe.flows.nodes.whatsapp_trigger import WhatsappTriggerConfig
from hoopoe.flows.versions import answering_schemas as schemas
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record

# What a new person says first, and what says nothing: for triggers that start on no word of their own.
_ANYTHING = "…"

ACTIVE_BOTS = """
select bots.id, bots.name, bots.created_at, version.id as version_id, version.blueprint
from bots
join bot_versions as version on version.workspace_id = bots.workspace_id and version.id = bots.published_version_id
where bots.workspace_id = $1 and bots.status = 'active'
order by bots.created_at, bots.id
"""
# A channel that is bound to a bot asks that one alone; the others ask all.
CHANNELS = "select id, name, bot_id from channels where workspace_id = $1 and status = 'active' order by created_at, id"


@dataclass(frozen=True, slots=True)
class _Known:
    """A trigger with whose it is. `place` is the bot's, by its age."""

    bot_id: UUID
    bot_name: str
    place: int
    node_name: str | None
    config: WhatsappTriggerConfig
    trigger: Trigger

    @property
    def order(self) -> tuple[int, int, int]:
        """What is tried first comes first."""
        priority, specificity = self.trigger.rank
        return -priority, -specificity, self.place

    def view(self) -> schemas.FlowTrigger:
        config = self.config
        return schemas.FlowTrigger(
            bot_id=self.bot_id,
            bot_name=self.bot_name,
            node_id=self.trigger.node_id,
            node_name=self.node_name,
            trigger_type=config.trigger_type,
            match=config.match if config.trigger_type == "keyword" else None,
            words=[*config.keywords, *config.button_ids, *config.source_ids, *config.kinds],
            priority=config.priority,
            interrupts=config.interrupts,
        )

    def point(self) -> schemas.TriggerPlace:
        return schemas.TriggerPlace(bot_id=self.bot_id, bot_name=self.bot_name, node_id=self.trigger.node_id)


async def read_answers(conn: Connection, scope: WorkspaceScope, *, text: str | None) -> schemas.FlowTriggers:
    """All triggers of bots that answer, collisions, and who would answer `text`."""
    known = _read_triggers(await conn.fetch(ACTIVE_BOTS, scope.workspace_id))
    channels = await conn.fetch(CHANNELS, scope.workspace_id)
    is_shared = not channels or any(row["bot_id"] is None for row in channels)
    asked = TriggerInput(Incoming("text", text)) if text is not None else None
    found = _matching(known, asked) if asked is not None else []
    return schemas.FlowTriggers(
        data=[each.view() for each in known],
        conflicts=[*_find_conflicts(known, is_shared=is_shared)],
        bound=[
            schemas.BoundChannel(channel_id=row["id"], name=row["name"], bot_id=row["bot_id"])
            for row in channels
            if row["bot_id"] is not None
        ],
        answer=found[0].point() if found else None,
        also=[each.point() for each in found[1:]],
    )


def _read_triggers(rows: Sequence[Record]) -> list[_Known]:
    known: list[_Known] = []
    for place, row in enumerate(rows):
        known += _triggers_of(row, place)
    return sorted(known, key=lambda each: each.order)  # stable: the first drawn wins among equals


def _triggers_of(row: Record, place: int) -> list[_Known]:
    try:
        blueprint = parse_blueprint(row["blueprint"])
        flow = compile_flow(blueprint, version_id=str(row["version_id"]))
    except (BlueprintError, FlowInvalid):
        return []  # written by an older or another program: it answers nothing
    nodes = {node.spec.id: node for node in read_nodes(blueprint)}
    return [
        _Known(
            bot_id=row["id"],
            bot_name=row["name"],
            place=place,
            node_name=nodes[trigger.node_id].spec.name,
            config=config,
            trigger=trigger,
        )
        for trigger in flow.triggers
        if isinstance(config := nodes[trigger.node_id].config, WhatsappTriggerConfig)
    ]


def _matching(known: Sequence[_Known], given: TriggerInput) -> list[_Known]:
    """Those that an input starts: the first of them does, one of each bot."""
    found: list[_Known] = []
    for each in known:
        if each.trigger.matches(given) and each.bot_id not in {other.bot_id for other in found}:
            found.append(each)
    return found


def _samples(config: WhatsappTriggerConfig) -> Iterator[tuple[str, TriggerInput]]:
    """Inputs that the trigger is for, each with what is said of it."""
    match config.trigger_type:
        case "keyword":
            if config.match != "regex":
                yield from ((word, TriggerInput(Incoming("text", word))) for word in config.keywords)
        case "button":
            for id_ in config.button_ids:
                yield id_, TriggerInput(Incoming("button_reply", "", payload_id=id_))
        case "referral":
            for source in config.source_ids or [_ANYTHING]:
                yield source, TriggerInput(Incoming("text", _ANYTHING, referral={"source_id": source}))
        case "location":
            yield "location", TriggerInput(Incoming("location", location={}))
        case "media":
            for kind in config.kinds or ["image"]:
                media = Incoming("audio" if kind == "voice" else kind, media={"voice": kind == "voice"})
                yield kind, TriggerInput(media)
        case "new_conversation":
            yield "new_conversation", TriggerInput(Incoming("text", _ANYTHING), is_new_conversation=True)
        case "any_message":
            yield "any_message", TriggerInput(Incoming("text", _ANYTHING))
        case _:
            return  # begun from outside, by their own node


def _find_conflicts(known: Sequence[_Known], *, is_shared: bool) -> Iterator[schemas.TriggerConflict]:
    """Where a trigger's own word starts another one, or would by nothing but the age of the bots."""
    for each in known:
        rivals = known if is_shared else [other for other in known if other.bot_id == each.bot_id]
        for what, given in _samples(each.config):
            first = next((other for other in rivals if other.trigger.matches(given)), each)
            if first is each:
                continue
            is_tie = first.trigger.rank == each.trigger.rank
            yield schemas.TriggerConflict(
                what=what,
                kind=schemas.ConflictKind.SAME_RANK if is_tie else schemas.ConflictKind.OUTRANKED,
                trigger=each.point(),
                answers=first.point(),
            )
