"""Which flow answers what in a workspace: every trigger in the order in which it is tried, and where two collide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from hoopoe.flows.definition import BlueprintError, FlowInvalid, compile_flow, parse_blueprint
from hoopoe.flows.engine import Incoming, TriggerInput
from hoopoe.flows.versions import answering_schemas as schemas
from hoopoe.flows.versions.known_triggers import (
    KnownTrigger,
    explain_precedence,
    find_first,
    list_samples,
    read_triggers,
)
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record

PUBLISHED_BOTS = """
select bots.id, bots.name, bots.status, version.id as version_id, version.blueprint
from bots
join bot_versions as version on version.workspace_id = bots.workspace_id and version.id = bots.published_version_id
where bots.workspace_id = $1
order by bots.created_at, bots.id
"""
# A channel that is bound to a bot asks that one alone; the others ask all.
CHANNELS = "select id, name, bot_id from channels where workspace_id = $1 and status = 'active' order by created_at, id"


async def read_answers(
    conn: Connection,
    scope: WorkspaceScope,
    *,
    text: str | None,
    channel_id: UUID | None = None,
    is_first: bool = False,
) -> schemas.FlowTriggers:
    """All triggers of published bots, collisions of those that answer, and who would answer `text`.

    `channel_id`: where it is written; `is_first`: by somebody who never wrote before.
    """
    known = _read_all(await conn.fetch(PUBLISHED_BOTS, scope.workspace_id))
    channels = await conn.fetch(CHANNELS, scope.workspace_id)
    is_shared = not channels or any(row["bot_id"] is None for row in channels)
    answering = [each for each in known if each.bot_status == "active"]
    only = next((row["bot_id"] for row in channels if row["id"] == channel_id), None)
    asked = TriggerInput(Incoming("text", text), is_new_conversation=is_first) if text is not None else None
    found = _matching([each for each in answering if only is None or each.bot_id == only], asked)
    return schemas.FlowTriggers(
        data=[_view(each) for each in known],
        conflicts=[*_find_conflicts(answering, is_shared=is_shared)],
        bound=[
            schemas.BoundChannel(channel_id=row["id"], name=row["name"], bot_id=row["bot_id"])
            for row in channels
            if row["bot_id"] is not None
        ],
        shared=[
            schemas.SharedChannel(channel_id=row["id"], name=row["name"]) for row in channels if row["bot_id"] is None
        ],
        answer=_answer(found[0], found[0], asked) if found else None,
        also=[_answer(each, found[0], asked) for each in found[1:]],
    )


def _read_all(rows: Sequence[Record]) -> list[KnownTrigger]:
    known: list[KnownTrigger] = []
    for place, row in enumerate(rows):
        try:
            blueprint = parse_blueprint(row["blueprint"])
            compile_flow(blueprint, version_id=str(row["version_id"]))
        except (BlueprintError, FlowInvalid):
            continue  # written by an older or another program: it answers nothing
        known += read_triggers(blueprint, bot_id=row["id"], bot_name=row["name"], bot_status=row["status"], place=place)
    return sorted(known, key=lambda each: each.order)  # stable: the first drawn wins among equals


def _matching(known: Sequence[KnownTrigger], given: TriggerInput | None) -> list[KnownTrigger]:
    """Those that an input starts: the first of them does, one of each bot."""
    found: list[KnownTrigger] = []
    for each in known:
        if given is not None and each.trigger.matches(given) and each.bot_id not in {other.bot_id for other in found}:
            found.append(each)
    return found


def _find_conflicts(known: Sequence[KnownTrigger], *, is_shared: bool) -> Iterator[schemas.TriggerConflict]:
    """Where a trigger's own word starts another one, or would by nothing but the age of the bots."""
    for each in known:
        rivals = known if is_shared else [other for other in known if other.bot_id == each.bot_id]
        for what, given in list_samples(each.config):
            first = find_first(rivals, given) or each
            if first is each:
                continue
            by = explain_precedence(first, each)
            yield schemas.TriggerConflict(
                what=what,
                kind=schemas.ConflictKind.SAME_RANK if by is schemas.Precedence.AGE else schemas.ConflictKind.OUTRANKED,
                by=by,
                match=first.config.match if first.config.trigger_type == "keyword" else None,
                trigger=_point(each),
                answers=_point(first),
            )


def _answer(each: KnownTrigger, first: KnownTrigger, given: TriggerInput | None) -> schemas.TriggerAnswer:
    config = each.config
    return schemas.TriggerAnswer(
        **_point(each).model_dump(),
        trigger_type=config.trigger_type,
        match=config.match if config.trigger_type == "keyword" else None,
        word=each.find_word(given) if given is not None else None,
        priority=config.priority,
        loses_by=None if each is first else explain_precedence(first, each),
    )


def _view(each: KnownTrigger) -> schemas.FlowTrigger:
    config = each.config
    return schemas.FlowTrigger(
        bot_id=each.bot_id,
        bot_name=each.bot_name,
        is_answering=each.bot_status == "active",
        node_id=each.trigger.node_id,
        node_name=each.node_name,
        trigger_type=config.trigger_type,
        match=config.match if config.trigger_type == "keyword" else None,
        words=[*config.keywords, *config.button_ids, *config.source_ids, *config.kinds],
        priority=config.priority,
        interrupts=config.interrupts,
    )


def _point(each: KnownTrigger) -> schemas.TriggerPlace:
    return schemas.TriggerPlace(bot_id=each.bot_id, bot_name=each.bot_name, node_id=each.trigger.node_id)
