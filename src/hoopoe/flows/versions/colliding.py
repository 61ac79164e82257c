"""Where a draft and another bot are for the same message: told while it is drawn, with the way to the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from hoopoe.flows.definition import BlueprintError, Elsewhere, Fault, parse_blueprint
from hoopoe.flows.engine import TriggerInput
from hoopoe.flows.versions.answering_schemas import Precedence
from hoopoe.flows.versions.known_triggers import (
    ANYTHING,
    KnownTrigger,
    explain_precedence,
    find_first,
    list_samples,
    read_triggers,
)
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject

# Of other bots only what starts them: a draft is saved with every pause in typing.
RIVALS = """
select bots.id, bots.name, bots.status, bots.id = $2 as is_own,
    (version.blueprint - '{edges,comments,variables,credentials}'::text[]) || jsonb_build_object(
        'nodes', jsonb_path_query_array(version.blueprint, '$.nodes[*] ? (@.type == "whatsapp_trigger")')
    ) as blueprint
from bots
left join bot_versions as version
    on version.workspace_id = bots.workspace_id and version.id = bots.published_version_id
where bots.workspace_id = $1 and (bots.id = $2 or (bots.status = 'active' and version.id is not null))
order by bots.created_at, bots.id
"""
IS_SHARED = """
select not exists (select from channels where workspace_id = $1 and status = 'active')
    or exists (select from channels where workspace_id = $1 and status = 'active' and bot_id is null)
"""
SHOWN_WORDS = 3
# What starts on no word of its own, in words.
_KINDS = {
    "any_message": "any message",
    "new_conversation": "the first message of somebody new",
    "location": "a location",
    "image": "a picture",
    "video": "a video",
    "audio": "a sound",
    "voice": "a voice note",
    "document": "a document",
    "sticker": "a sticker",
    "contacts": "a contact",
    ANYTHING: "any advertisement",
}
_UNQUOTED = frozenset({"any_message", "new_conversation", "location", "media", "referral"})
_FIELDS = {"keyword": "keywords", "button": "button_ids", "referral": "source_ids", "media": "kinds"}
_BY = {
    Precedence.PRIORITY: "it has a higher priority",
    Precedence.SPECIFICITY: "it is more exact",
    Precedence.AGE: "its bot is older",
}


async def find_collisions(conn: Connection, scope: WorkspaceScope, bot_id: UUID, draft: JsonObject) -> list[Fault]:
    """A warning for each pair of a trigger of the draft and one of another bot that answers, at the draft's."""
    if not await conn.fetchval(IS_SHARED, scope.workspace_id):
        return []  # every channel asks a bot of its own
    known: list[KnownTrigger] = []
    for place, row in enumerate(await conn.fetch(RIVALS, scope.workspace_id, bot_id)):
        try:
            blueprint = parse_blueprint(draft if row["is_own"] else row["blueprint"])
        except BlueprintError:
            continue
        known += read_triggers(blueprint, bot_id=row["id"], bot_name=row["name"], bot_status=row["status"], place=place)
    known.sort(key=lambda each: each.order)
    own = [each for each in known if each.bot_id == bot_id]
    others = [each for each in known if each.bot_id != bot_id]
    if not own or not others:
        return []
    return [*_find_taken(own, known), *_find_taking(own, others, known)]


def _find_taken(own: Sequence[KnownTrigger], known: Sequence[KnownTrigger]) -> Iterator[Fault]:
    """What the draft is for, and another bot answers."""
    for each in own:
        taken: dict[tuple[UUID, str], tuple[KnownTrigger, list[str]]] = {}
        for what, given in list_samples(each.config):
            first = find_first(known, given)
            if first is not None and first.bot_id != each.bot_id:
                taken.setdefault((first.bot_id, first.trigger.node_id), (first, []))[1].append(what)
        for first, words in taken.values():
            reason = explain_precedence(first, each)
            message = f"{_quote(each, words)}: '{first.bot_name}' answers, because {_BY[reason]}."
            yield _fault("answered_elsewhere", each, first, words, message, reason)


def _find_taking(
    own: Sequence[KnownTrigger], others: Sequence[KnownTrigger], known: Sequence[KnownTrigger]
) -> Iterator[Fault]:
    """What another bot is for and answers until now, and the draft would answer once it is published."""
    taken: dict[tuple[str, UUID, str], tuple[KnownTrigger, KnownTrigger, list[str]]] = {}
    for other in others:
        for what, given in list_samples(other.config):
            first = find_first(known, given)
            if first is None or all(first is not each for each in own) or not _is_first(other, others, given):
                continue
            key = (first.trigger.node_id, other.bot_id, other.trigger.node_id)
            taken.setdefault(key, (first, other, []))[2].append(what)
    for first, other, words in taken.values():
        reason = explain_precedence(first, other)
        message = f"{_quote(other, words)}: this flow answers and not '{other.bot_name}', because {_BY[reason]}."
        yield _fault("answers_for_other", first, other, words, message, reason)


def _is_first(other: KnownTrigger, others: Sequence[KnownTrigger], given: TriggerInput) -> bool:
    return find_first(others, given) is other


def _quote(of: KnownTrigger, words: Iterable[str]) -> str:
    """What it is about: words as they are written, kinds of messages by their names."""
    is_kind = of.config.trigger_type in _UNQUOTED
    shown = [_KINDS.get(word, f"'{word}'") if is_kind else f"'{word}'" for word in words]
    more = f" and {len(shown) - SHOWN_WORDS} more" if len(shown) > SHOWN_WORDS else ""
    return ", ".join(shown[:SHOWN_WORDS]) + more


def _fault(  # noqa: PLR0917
    code: str, own: KnownTrigger, other: KnownTrigger, words: Sequence[str], message: str, reason: Precedence
) -> Fault:
    return Fault(
        own.trigger.node_id,
        _FIELDS.get(own.config.trigger_type, "trigger_type"),
        code,
        message,
        "warning",
        ", ".join(words[:SHOWN_WORDS]),
        Elsewhere(str(other.bot_id), other.bot_name, other.trigger.node_id, reason.value),
    )
