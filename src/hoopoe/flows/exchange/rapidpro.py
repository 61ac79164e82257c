"""Reading files of RapidPro, TextIt and Glific: flow definitions of spec 13, alone or as a whole export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hoopoe.flows.exchange.contract import ExchangeError, Format, Imported, ImportedBot, Note, Outcome
from hoopoe.flows.exchange.rapidpro_flow import Context, read_flow
from hoopoe.flows.exchange.reading import as_list, as_object, as_objects, as_text
from hoopoe.flows.exchange.unreadable import RAPIDPRO_FILE, find_unreadable
from hoopoe.kernel.json import Json, JsonObject, dump_json

MAX_FLOWS: Final = 200
_CALLING: Final = re.compile(r"parent\.results\.(\w+)", re.IGNORECASE)
_OTHERS: Final = {
    "campaigns": "campaigns", "fields": "contact fields", "groups": "groups", "collections": "collections",
    "contact_field": "contact fields", "interactive_templates": "interactive templates", "templates": "templates",
}  # fmt: skip
_MATCH: Final = {"F": "starts_with", "O": "exact"}


def is_rapidpro(data: JsonObject) -> bool:
    """Whether this is a flow definition, or an export with some."""
    return _is_flow(data) or any(_is_flow(_definition(each)) for each in as_objects(data.get("flows")))


def _is_flow(data: JsonObject) -> bool:
    return (
        isinstance(data.get("nodes"), list)
        and ("spec_version" in data or "localization" in data)
        and "edges" not in data
    )


def _definition(item: JsonObject) -> JsonObject:
    """Glific wraps a definition with its keywords."""
    return as_object(item.get("definition")) or item


def read_rapidpro(data: JsonObject) -> Imported:
    """Every flow of a file. Raises `ExchangeError` for one of another spec."""
    items = [data] if _is_flow(data) else as_objects(data.get("flows"))
    if len(items) > MAX_FLOWS:
        raise ExchangeError("too_many", f"There are {len(items)} flows; a file may have {MAX_FLOWS}.", place="flows")
    prefixes = [""] if items == [data] else [f"flows.{index}." for index in range(len(items))]
    flows = [_definition(item) for item in items]
    for flow, prefix in zip(flows, prefixes, strict=True):
        spec = as_text(flow.get("spec_version")) or "13"
        if not spec.startswith(("13", "14")):
            message = f"This is a flow of spec {spec}. Export it again from a newer version: 13 and 14 are read."
            raise ExchangeError("wrong_spec", message, place=f"{prefix}spec_version")
    context = Context(
        flows=frozenset(as_text(flow.get("uuid")) for flow in flows),
        calling={as_text(flow.get("uuid")): _read_of_caller(flow) for flow in flows},
        groups=dict(_groups(data)),
    )
    bots: list[ImportedBot] = []
    notes: list[Note] = [*_others(data), *find_unreadable(data, RAPIDPRO_FILE)]
    for item, flow, prefix in zip(items, flows, prefixes, strict=True):
        triggers, told = _triggers(data, item, flow, is_alone=len(flows) == 1)
        notes += told
        bots.append(read_flow(flow, prefix, context, triggers))
    return Imported(Format.RAPIDPRO, tuple(bots), tuple(notes))


def _read_of_caller(flow: JsonObject) -> tuple[str, ...]:
    return tuple(sorted({found.lower() for found in _CALLING.findall(dump_json(flow))}))


def _groups(value: Json) -> Iterator[tuple[str, str]]:
    """The names of all groups in a file, by their ids."""
    if isinstance(value, dict):
        for group in as_objects(value.get("groups")):
            if as_text(group.get("uuid")) and as_text(group.get("name")):
                yield as_text(group.get("uuid")), as_text(group.get("name"))
        for inner in value.values():
            yield from _groups(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _groups(inner)


def _others(data: JsonObject) -> Sequence[Note]:
    notes = []
    for name, words in _OTHERS.items():
        if as_list(data.get(name)):
            notes.append(Note(name, words, Outcome.LEFT_OUT, reason="not_a_flow", detail=words))
    return notes


def _triggers(
    data: JsonObject, item: JsonObject, flow: JsonObject, *, is_alone: bool
) -> tuple[list[JsonObject], list[Note]]:
    """What starts a flow: its keywords; without any, all messages, or its name where there are others."""
    configs: list[JsonObject] = []
    notes: list[Note] = []
    uuid = as_text(flow.get("uuid"))
    keywords = [as_text(each) for each in as_list(item.get("keywords")) if as_text(each).strip()]
    if keywords:
        configs.append(_keyword(keywords, "exact"))
    for index, trigger in enumerate(as_objects(data.get("triggers"))):
        if as_text(as_object(trigger.get("flow")).get("uuid")) != uuid:
            continue
        kind, place = as_text(trigger.get("trigger_type")), f"triggers.{index}"
        given = as_list(trigger.get("keywords")) or [trigger.get("keyword")]
        spoken = [as_text(each) for each in given if as_text(each).strip()]
        if kind == "K" and spoken:
            configs.append(_keyword(spoken, _MATCH.get(as_text(trigger.get("match_type")), "starts_with")))
        elif kind == "C":
            configs.append({"trigger_type": "any_message"})
        elif kind == "N":
            configs.append({"trigger_type": "new_conversation"})
        else:
            notes.append(Note(place, "trigger", Outcome.LEFT_OUT, reason="trigger", detail=kind or "?"))
    if configs:
        return _unique(configs), notes
    name = as_text(flow.get("name")).strip()[:100]
    if is_alone or not name:
        return [{"trigger_type": "any_message"}], notes
    notes.append(Note(uuid, "trigger", Outcome.CHANGED, reason="trigger_by_name", detail=name))
    return [_keyword([name], "exact")], notes


def _unique(configs: list[JsonObject]) -> list[JsonObject]:
    """One trigger for all messages, one for new conversations, and no keyword twice."""
    kept: list[JsonObject] = []
    seen: set[str] = set()
    for config in configs:
        words = [each for each in as_list(config.get("keywords")) if as_text(each).lower() not in seen]
        key = as_text(config["trigger_type"])
        if key == "keyword":
            seen.update(as_text(each).lower() for each in words)
            if words:
                kept.append({**config, "keywords": words})
        elif key not in seen:
            seen.add(key)
            kept.append(config)
    return kept


def _keyword(words: Sequence[str], match: str) -> JsonObject:
    kept = list[Json](word[:100] for word in words[:50])
    return {"trigger_type": "keyword", "keywords": kept, "match": match, "interrupts": True}
