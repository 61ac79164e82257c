"""What is wrong with a blueprint, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic_core import ErrorDetails

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A step of another bot."""

    bot_id: str
    bot_name: str
    node_id: str
    because: str | None = None
    """Why one of the two comes before the other, where they are for the same."""


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A step that a fault speaks of: its id, what its author called it, and its kind; also where it is gone."""

    id: str
    name: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `node_id` None: the blueprint itself. `field`: dotted path in the node's config.

    An `error` forbids publishing; a `warning` does not. `subject`: the name that it speaks of, such as a variable's.
    `elsewhere`: what it has to do with. `steps`: other steps that it speaks of; `count`: how many people. A screen
    names all of them in its own language; `message` is in English.
    """

    node_id: str | None
    field: str | None
    code: str
    message: str
    severity: Severity = "error"
    subject: str | None = None
    elsewhere: Elsewhere | None = None
    steps: tuple[NamedStep, ...] = ()
    count: int | None = None


VARIABLE_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"

# Pydantic's error types in our codes and words; `{}` is filled from the error's context.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("missing", "This is required."),
    "extra_forbidden": ("unknown_field", "There is no such field."),
    "string_type": ("wrong_type", "This must be a text."),
    "int_type": ("wrong_type", "This must be a whole number."),
    "int_parsing": ("wrong_type", "This must be a whole number."),
    "int_from_float": ("wrong_type", "This must be a whole number."),
    "float_type": ("wrong_type", "This must be a number."),
    "float_parsing": ("wrong_type", "This must be a number."),
    "bool_type": ("wrong_type", "This must be true or false."),
    "bool_parsing": ("wrong_type", "This must be true or false."),
    "list_type": ("wrong_type", "This must be a list."),
    "dict_type": ("wrong_type", "This must be an object."),
    "model_type": ("wrong_type", "This must be an object."),
    "model_attributes_type": ("wrong_type", "This must be an object."),
    "literal_error": ("not_allowed", "This must be {expected}."),
    "enum": ("not_allowed", "This must be {expected}."),
    "string_pattern_mismatch": ("bad_name", "This holds a character that may not stand here."),
    "string_too_short": ("too_short", "This is too short: {min_length} or more characters."),
    "string_too_long": ("too_long", "This may have {max_length} characters at most."),
    "too_short": ("too_few", "This needs at least {min_length}."),
    "too_long": ("too_many", "There may be {max_length} at most."),
    "greater_than_equal": ("out_of_range", "This must be {ge} or more."),
    "less_than_equal": ("out_of_range", "This must be {le} or less."),
}


def explain(errors: Sequence[ErrorDetails], *, node_id: str | None = None) -> list[Fault]:
    """Pydantic's errors as faults, each with the dotted path of its field."""
    faults = []
    for error in errors:
        code, words = _WORDS.get(error["type"], ("invalid", ""))
        if error["type"].startswith("hoopoe."):
            code, words = error["type"].removeprefix("hoopoe."), error["msg"]
        message = words.format(**error.get("ctx", {})) if words else f"{error['msg']}."
        if error.get("ctx", {}).get("pattern") == VARIABLE_PATTERN:
            message = "Use letters, digits and underscores, beginning with a letter."
        field = ".".join(str(part) for part in error["loc"] if part != "[key]")
        faults.append(Fault(node_id, field or None, code, message))
    return faults
