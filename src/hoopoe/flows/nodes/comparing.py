"""How two values are compared: by `if_condition`, and by each case of `switch_case`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal, assert_never

from hoopoe.flows.engine import Visit
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.text import fold_digits, normalize, parse_number

Operator = Literal[
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "greater_than",
    "less_than",
    "is_empty",
    "is_not_empty",
]
OPERATOR_NAMES: Final = {
    "equals": ("equals", "يساوي"),
    "not_equals": ("does not equal", "لا يساوي"),
    "contains": ("contains", "يحتوي على"),
    "not_contains": ("does not contain", "لا يحتوي على"),
    "starts_with": ("begins with", "يبدأ بـ"),
    "ends_with": ("ends with", "ينتهي بـ"),
    "greater_than": ("is greater than", "أكبر من"),
    "less_than": ("is less than", "أصغر من"),
    "is_empty": ("is empty", "فارغ"),
    "is_not_empty": ("is not empty", "ليس فارغا"),
}
ALONE: Final = ("is_empty", "is_not_empty")
ORDERING: Final = ("greater_than", "less_than")

_DAY_OR_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")


def inspect_ordering(look: Look, field: str, operator: Operator, value: str) -> None:
    """What is compared by its size must have one, as far as it is known beforehand."""
    fixed = value.strip()
    if operator in ORDERING and fixed and "{{" not in fixed and "{%" not in fixed and not _is_ordered(fixed):
        look.error(field, "not_a_number", f"'{fixed[:80]}' is not a number, a date or a time of day.")


def compare(left: str, operator: Operator, right: str, *, tell: Visit | None = None) -> bool:  # noqa: PLR0911
    """Numbers compare as numbers, in any digits; texts without regard to case, accents and spelling.

    Dates (`2026-03-01`, with or without a time) and times of day (`09:30`) come before and after each other. A
    `greater_than` or `less_than` of anything else is false, and reported where a visit is given to `tell`.
    """
    match operator:
        case "is_empty":
            return not left.strip()
        case "is_not_empty":
            return bool(left.strip())
        case "equals":
            return _is_equal(left, right)
        case "not_equals":
            return not _is_equal(left, right)
        case "contains":
            return normalize(right) in normalize(left)
        case "not_contains":
            return normalize(right) not in normalize(left)
        case "starts_with":
            return normalize(left).startswith(normalize(right))
        case "ends_with":
            return normalize(left).endswith(normalize(right))
        case "greater_than":
            return _is_less(right, left, tell)
        case "less_than":
            return _is_less(left, right, tell)
        case _:
            assert_never(operator)


def compare_at(visit: Visit, left: str, operator: Operator, right: str, *, reports: bool) -> bool:
    """As `compare`, and kept for whoever reads the trace. `reports`: a size that is none is a fault of the flow."""
    holds = compare(left, operator, right, tell=visit if reports else None)
    visit.note_comparison(left, operator, "" if operator in ALONE else right, holds=holds)
    return holds


def _is_equal(left: str, right: str) -> bool:
    first, second = parse_number(left), parse_number(right)
    if first is not None and second is not None:
        return first == second
    return normalize(left) == normalize(right)


def _is_less(smaller: str, greater: str, tell: Visit | None) -> bool:
    for read in _READERS:
        first, second = read(smaller), read(greater)
        if first is not None and second is not None:
            return first < second
    if tell is not None:
        text = smaller if not _is_ordered(smaller) else greater
        tell.report("not_a_number", f"'{text[:80]}' is not a number, so the comparison is false.")
    return False


def _is_ordered(text: str) -> bool:
    return any(read(text) is not None for read in _READERS)


def _read_number(text: str) -> float | None:
    return parse_number(text)


def _read_moment(text: str) -> float | None:
    """A day or a time as seconds. One without an offset is taken as it stands: both sides come from one place."""
    plain = fold_digits(text.strip())
    if not _DAY_OR_TIME.fullmatch(plain):
        return None
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return None
    bare = moment.replace(tzinfo=None)
    seconds = (bare - datetime.min).total_seconds()  # noqa: DTZ901 - a count, not a moment
    offset = moment.utcoffset()
    return seconds if offset is None else seconds - offset.total_seconds()


def _read_clock(text: str) -> float | None:
    found = _CLOCK.fullmatch(fold_digits(text.strip()))
    if found is None or int(found[1]) > 24 or int(found[2]) > 59:
        return None
    return int(found[1]) * 60 + int(found[2])


_READERS: Final[tuple[Callable[[str], float | None], ...]] = (_read_number, _read_moment, _read_clock)
