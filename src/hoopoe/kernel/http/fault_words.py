"""What is wrong with a field, in a sentence of ours: the library's own words speak of Python, patterns and tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NUMBER: Final = "This must be a number."
WHOLE: Final = "This must be a whole number."
MOMENT: Final = "This must be a moment, as 2026-11-28T10:00:00Z."

# By the library's types of faults; what stands in braces is from the fault itself.
WORDS: Final[Mapping[str, str]] = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This must be a text.",
    "string_too_short": "This is too short: {min_length} characters at least.",
    "string_too_long": "This is too long: {max_length} characters at most.",
    "string_pattern_mismatch": "This does not have the form that is asked for.",
    "string_unicode": "This is no text in UTF-8.",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": WHOLE,
    "int_parsing_size": "This number is too large.",
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "greater_than": "This must be more than {gt}.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than": "This must be less than {lt}.",
    "less_than_equal": "This must be {le} or less.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object with fields.",
    "model_type": "This must be an object with fields.",
    "model_attributes_type": "This must be an object with fields.",
    "too_short": "There are too few: {min_length} at least.",
    "too_long": "There are too many: {max_length} at most.",
    "enum": "This must be one of: {expected}.",
    "literal_error": "This must be one of: {expected}.",
    "union_tag_invalid": "This must be one of: {expected_tags}.",
    "union_tag_not_found": "This is needed.",
    "uuid_type": "This must be an id.",
    "uuid_parsing": "This must be an id.",
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": "This moment needs its offset from UTC, or a Z.",
    "date_type": "This must be a day, as 2026-11-28.",
    "date_parsing": "This must be a day, as 2026-11-28.",
    "date_from_datetime_parsing": "This must be a day, as 2026-11-28.",
    "json_invalid": "This is not JSON.",
    "recursion_loop": "This is nested too deeply.",
    "recursion_depth_exceeded": "This is nested too deeply.",
}


def say_fault(type_: str, message: str, context: Mapping[str, Any] | None) -> str:
    """The sentence for a fault; what our own checks say (`message`) stays as it is."""
    words = WORDS.get(type_)
    if words is None:
        return message.removeprefix("Value error, ")
    return words.format_map(context or {})
