"""What configs are made of: their field types and the hints that a form is drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import AfterValidator, JsonValue, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from hoopoe.flows.engine.contract import NAMESPACES
from hoopoe.flows.expressions import LocalizedText
from hoopoe.flows.nodes.faults import VARIABLE_PATTERN

MAX_SOURCE_CHARS: Final = 20_000
_MAX_LANGUAGES: Final = 20


# How a field may be drawn; docs/tutorials/add-a-node.md says what each takes and gives.
WIDGETS: Final = frozenset(
    {
        "bot", "cases", "choices", "column", "credential", "date", "dates", "duration", "expression", "hours", "id",
        "json", "localized_list", "localized_text", "localized_textarea", "media", "multiselect", "number", "object",
        "options", "pairs", "pattern", "region", "row_values", "sections", "select", "switch", "table", "tags",
        "template", "text", "time", "timezone", "variable", "variants", "version",
    }
)  # fmt: skip


def ui(
    en: str,
    ar: str,
    *,
    widget: str = "text",
    help_en: str = "",
    help_ar: str = "",
    section: str = "",
    options: Mapping[str, tuple[str, str]] | None = None,
    when: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, JsonValue]:
    """The hints of one field: its label in both languages, the widget to draw, a line of help, a part of the form.

    `options`: what each value of a select is called, in English and Arabic. `when`: the field counts only while
    another one (`{"operation": ["replace"]}`) has one of these values, so a form need not show it otherwise.
    """
    if widget not in WIDGETS:
        raise ValueError(f"There is no widget '{widget}'.")
    hints: dict[str, JsonValue] = {"label": {"en": en, "ar": ar}, "widget": widget}
    if help_en:
        hints["help"] = {"en": help_en, "ar": help_ar or help_en}
    if section:
        hints["section"] = section
    if options:
        hints["options"] = [
            {"value": value, "label": {"en": in_english, "ar": in_arabic}}
            for value, (in_english, in_arabic) in options.items()
        ]
    if when:
        hints["when"] = {name: list(values) for name, values in when.items()}
    return {"ui": hints}


def _read_text(value: object) -> LocalizedText:
    if isinstance(value, str):
        texts = {"": value}
    elif isinstance(value, dict) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        texts = value
    else:
        raise PydanticCustomError("hoopoe.wrong_type", "This must be a text, or a text for each language.")
    if len(texts) > _MAX_LANGUAGES or any(len(text) > MAX_SOURCE_CHARS for text in texts.values()):
        raise PydanticCustomError("hoopoe.too_long", "This text is too long.")
    return value if isinstance(value, str) else dict(texts)


def _check_variable(name: str) -> str:
    if name in NAMESPACES:
        raise PydanticCustomError("hoopoe.reserved_name", "This name is taken: it belongs to every flow.")
    return name


Text = Annotated[
    LocalizedText,
    PlainValidator(_read_text),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
            "localized": True,
        }
    ),
]
"""A text for people: one for all languages or one for each, with `{{ }}` filled in."""

Source = Annotated[str, StringConstraints(max_length=MAX_SOURCE_CHARS)]
"""A text for machines, with `{{ }}` filled in: a value, a URL, a body."""

VariableName = Annotated[str, StringConstraints(pattern=VARIABLE_PATTERN), AfterValidator(_check_variable)]

Name = Annotated[str, StringConstraints(pattern=r"^\S(?:.{0,62}\S)?$")]
"""What an author calls a way out, in any script."""

OptionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$", max_length=200)]
"""The id of a button or a row; also the name of its exit."""
