"""Typebot's inputs: what each becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.reading import as_number, as_object, as_objects, as_text
from hoopoe.flows.exchange.titles import fit_titles
from hoopoe.flows.exchange.typebot_steps import Rule, Step
from hoopoe.flows.exchange.writing import Strand
from hoopoe.kernel.json import Json, JsonObject

_MAX_OPTIONS: Final = 20
_POINTING: Final = "👇"
_URL: Final = r"(https?://)?[^\s/.]+(\.[^\s/.]+)+(/\S*)?"
_RETRIES: Final = 10


def _ask(
    step: Step, validation: JsonObject, test: str, values: Sequence[str] = (), *, reason: str | None = None
) -> None:
    """A question with the bubble before it; without one, a wait, and a look at what came."""
    name, detail = step.scope.answer(step.options, step.block), step.origin.kind
    retry = step.template(step.options.get("retryMessageContent"))
    writer = step.scope.writer
    if step.question:
        config: JsonObject = {
            "question": step.question,
            "variable_name": name,
            "validation": validation,
            "retries": _RETRIES,
            "timeout": None,
        }
        if retry.strip():
            config["retry_text"] = retry
        node = writer.put(
            step.strand, step.origin, "ask_question", config, onwards=("answered",), reason=reason, detail=detail
        )
        if node is not None:
            writer.join([(node, "invalid")], node)
        return
    is_plain = test == "anything"
    wait = writer.put(
        step.strand,
        step.origin,
        "wait_for_reply",
        {"save_as": name} if is_plain else {},
        onwards=("answered",),
        reason=reason,
        detail=detail,
    )
    if is_plain or wait is None:
        return
    case: JsonObject = {"name": "fits", "test": test, "values": list[Json](values)}
    sort = writer.put(step.strand, step.origin, "match_text", {"cases": [case], "save_as": name}, onwards=("fits",))
    again = Strand(ends=[(sort, "other")] if sort is not None else [])
    if retry.strip():
        writer.put(again, step.origin, "whatsapp_reply", {"message": retry})
    writer.join(again.ends, wait)


def ask_text(step: Step) -> None:
    _ask(step, {"type": "text"}, "anything")


def ask_number(step: Step) -> None:
    least, most = _bound(step.options.get("min")), _bound(step.options.get("max"))
    validation: JsonObject = {"type": "number"}
    if least is not None:
        validation["min"] = least
    if most is not None:
        validation["max"] = most
    if least is not None and most is not None:
        _ask(step, validation, "number_between", (f"{least:g}", f"{most:g}"))
    elif least is not None:
        _ask(step, validation, "number_gte", (f"{least:g}",))
    elif most is not None:
        _ask(step, validation, "number_lte", (f"{most:g}",))
    else:
        _ask(step, validation, "number")


def _bound(value: Json) -> float | None:
    try:
        return float(as_text(value))
    except ValueError:
        return None


def ask_email(step: Step) -> None:
    _ask(step, {"type": "email"}, "email")


def ask_phone(step: Step) -> None:
    country = as_text(step.options.get("defaultCountryCode")).upper()
    _ask(
        step,
        {"type": "phone", "region": country} if len(country) == 2 and country.isalpha() else {"type": "phone"},
        "phone",
    )


def ask_url(step: Step) -> None:
    _ask(step, {"type": "text", "pattern": _URL}, "pattern", (_URL,))


def ask_date(step: Step) -> None:
    if step.options.get("isRange") is True:
        _ask(step, {"type": "text"}, "anything", reason="text_for")
    elif step.options.get("hasTime") is True:
        _ask_new_type(step, "datetime")
    else:
        _ask(step, {"type": "date"}, "date")


def ask_time(step: Step) -> None:
    _ask_new_type(step, "time")


def _ask_new_type(step: Step, kind: str) -> None:
    """A kind of answer that this Hoopoe may not know yet: then as a text."""
    config: JsonObject = {"question": "?", "variable_name": "x", "validation": {"type": kind}}
    if step.question and step.scope.writer.accepts("ask_question", config):
        _ask(step, {"type": kind}, "anything")
    else:
        _ask(step, {"type": "text"}, "anything", reason="text_for")


def ask_file(step: Step) -> None:
    _ask(step, {"type": "media"}, "anything")


def ask_rating(step: Step) -> None:
    least = int(as_number(step.options.get("startsAt"), 1))
    most = max(least + 1, int(as_number(step.options.get("length"), 10)))
    validation: JsonObject = {"type": "number", "min": least, "max": most, "whole_number": True}
    _ask(step, validation, "number_between", (str(least), str(most)))


def _ask_out_of(step: Step, name: str | None) -> None:
    """Options that a variable holds, as many as there are: they stand in the question."""
    shown = f"{{{{ {name} | join: ', ' }}}}" if name is not None else ""
    question = "\n".join(filter(None, (step.question or _POINTING, shown)))
    _ask(replace(step, question=question), {"type": "text"}, "anything", reason="options_as_text")


def ask_choice(step: Step) -> None:
    """Buttons, or a list where there are many or they have a line below; each option's edge is its exit."""
    items = as_objects(step.block.get("items"))
    dynamic = as_object(step.options.get("dynamicItems"))
    source = step.options.get("dynamicVariableId")
    if dynamic.get("isEnabled") is True:
        source = dynamic.get("titlesVariableId")
    if source:
        _ask_out_of(step, step.scope.variable(source))
        return
    if not items:
        _ask(step, {"type": "text"}, "anything", reason="text_for")
        return
    writer, origin = step.scope.writer, step.origin
    is_cut = len(items) > _MAX_OPTIONS
    given = [as_text(item.get("title")) or as_text(item.get("content")) for item in items[:_MAX_OPTIONS]]
    titles, shortened = fit_titles([step.template(title) or str(place) for place, title in enumerate(given, start=1)])
    if len(titles) < len(given):  # two alike: their places tell them apart
        titles, shortened = fit_titles(
            [f"{place}. {step.template(title)}" for place, title in enumerate(given, start=1)]
        )
    name = step.scope.variable(step.options.get("variableId"))
    config: JsonObject = {"message": step.question or _POINTING, "retries": _RETRIES}
    if name is not None:
        config["save_as"] = step.scope.names.of(f"choice {as_text(step.block.get('id'))}", near=f"{name}_choice")
    options: list[JsonObject] = [
        {"id": f"o{place}", "title": title, **_value(item, full)}
        for place, (title, item, full) in enumerate(zip(titles, items, given, strict=False), start=1)
    ]
    below = [step.template(item.get("description"))[:72] for item in items]
    if any(below):
        rows = [
            {**option, **({"description": line} if line else {})} for option, line in zip(options, below, strict=False)
        ]
        config |= {"button": "☰", "sections": [{"rows": list[Json](rows)}]}
        node = writer.put(step.strand, origin, "list", config, onwards=("selected",))
    else:
        config["buttons"] = list[Json](options)
        node = writer.put(step.strand, origin, "buttons", config, onwards=("selected",))
    if node is None:
        return
    _note_changes(step, node, items, shortened=shortened, is_cut=is_cut)
    writer.join([(node, "no_match")], node)
    targets = [step.target(item.get("outgoingEdgeId")) or step.onwards for item in items[:_MAX_OPTIONS]]
    step.strand.ends = []
    for target in dict.fromkeys(targets):
        exits = [(node, f"o{place}") for place, each in enumerate(targets, start=1) if each == target]
        ends = [(node, "selected")] if len(exits) == len(targets) else exits
        if name is not None:
            kept = Strand(ends=ends)
            value = f"{{{{ {config['save_as']}.value | default: {config['save_as']}.title }}}}"
            writer.put(kept, origin, "store_variable", {"variable_name": name, "value": value})
            writer.notes.pop()
            ends = kept.ends
        if target is not None:
            writer.lead(ends, target)


def _value(item: JsonObject, full: str) -> JsonObject:
    """What `{{ variable }}` gives: the whole text, or the value that was set beside it."""
    value = as_text(item.get("value")) or full
    return {} if "{{" in value or not value else {"value": value}


def _note_changes(step: Step, node: str, items: Sequence[JsonObject], *, shortened: str, is_cut: bool) -> None:
    note = step.scope.writer.note
    if shortened:
        note(step.origin, Outcome.CHANGED, "shortened", shortened, node)
    if is_cut:
        note(step.origin, Outcome.CHANGED, "too_many_options", str(_MAX_OPTIONS), node)
    if step.options.get("isMultipleChoice") is True:
        note(step.origin, Outcome.CHANGED, "one_of_many", "", node)
    if any(as_text(item.get("pictureSrc")) for item in items):
        note(step.origin, Outcome.CHANGED, "pictures_not_shown", "", node)
    if any(as_object(item.get("displayCondition")).get("isEnabled") is True for item in items):
        note(step.origin, Outcome.CHANGED, "hidden_options", "", node)


INPUTS: Final[dict[str, Rule]] = {
    "text input": Rule("ask_question, wait_for_reply", ask_text),
    "number input": Rule("ask_question", ask_number),
    "email input": Rule("ask_question", ask_email),
    "phone number input": Rule("ask_question", ask_phone),
    "url input": Rule("ask_question", ask_url),
    "date input": Rule("ask_question", ask_date),
    "time input": Rule("ask_question", ask_time),
    "file input": Rule("ask_question", ask_file),
    "rating input": Rule("ask_question", ask_rating),
    "choice input": Rule("buttons, list", ask_choice),
    "picture choice input": Rule("buttons, list", ask_choice),
}
