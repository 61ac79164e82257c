"""What every flow may read, with samples, and expressions that are tried on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hoopoe.flows.expressions import (
    ExpressionError,
    Wording,
    compile_condition,
    compile_template,
    evaluate,
    render,
)
from hoopoe.kernel.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A dotted name that is there in every flow."""

    name: str
    label: dict[str, str]
    sample: Json


def _value(name: str, en: str, ar: str, sample: Json) -> KnownValue:
    return KnownValue(name, {"en": en, "ar": ar}, sample)


KNOWN_VALUES: Final = (
    _value("contact.first_name", "First name", "الاسم الأول", "Sara"),
    _value("contact.name", "Name", "الاسم", "Sara Al-Qahtani"),
    _value("contact.phone", "Phone number", "رقم الهاتف", "+966500000101"),
    _value("contact.language", "Language", "اللغة", "ar"),
    _value("message.text", "What was written last", "آخر ما كُتب", "Two coffees"),
    _value("message.type", "Kind of the last message", "نوع آخر رسالة", "text"),
    _value("workspace.name", "Your workspace", "مساحة العمل", "Qamar Coffee"),
    _value("workspace.currency", "Currency", "العملة", "SAR"),
    _value("channel.name", "The number's name", "اسم الرقم", "Orders"),
    _value("channel.number", "Your number", "رقمك", "+966110000000"),
    _value("flow.name", "The flow", "المسار", "Orders"),
    _value("flow.language", "The person's language in the flow", "لغة الشخص في المسار", "ar"),
    _value("now", "Date and time", "التاريخ والوقت", "2026-11-20T09:41:00+03:00"),
    _value("today", "Date", "التاريخ", "2026-11-20"),
)


@dataclass(frozen=True, slots=True)
class Tried:
    """What an expression gave: a value, or a fault. `reads`: the roots of what it reads."""

    fault: ExpressionError | None
    value: str | bool | None
    reads: frozenset[str]


def try_expression(
    source: str, *, is_condition: bool, values: Mapping[str, Json], wording: Wording | None = None
) -> Tried:
    """Read an expression, then try it on the given values and the samples; with a `wording` it is for people. Never
    raises.
    """
    scope = {**sample_scope(), **values}
    reads: frozenset[str] = frozenset()
    try:
        if is_condition:
            condition = compile_condition(source)
            reads = condition.roots
            return Tried(None, evaluate(condition, scope), reads)
        template = compile_template(source)
        reads = template.roots
        return Tried(None, render(template, scope, wording=wording), reads)
    except ExpressionError as error:
        return Tried(error, None, reads)


def sample_scope() -> JsonObject:
    """The samples as the tree that expressions read."""
    scope: JsonObject = {"conversation": {}}
    for each in KNOWN_VALUES:
        root, _, leaf = each.name.partition(".")
        branch = scope.setdefault(root, {} if leaf else each.sample)
        if leaf and isinstance(branch, dict):
            branch[leaf] = each.sample
    return scope
