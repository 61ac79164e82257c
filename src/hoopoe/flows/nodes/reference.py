"""docs/reference/nodes.md, written from the node types themselves."""

from __future__ import annotations

import json
from typing import Final

from hoopoe.flows.nodes.base import NodeType, describe_node_type, list_node_types
from hoopoe.kernel.json import Json, JsonObject

_HEAD: Final = """\
# Nodes

Written from the code by `pytest tests/flows/test_reference.py --update-goldens`; a test fails when it is not in step.

A text is one text for all languages or one for each (`{"en": "…", "ar": "…"}`), with `{{ }}` filled in. How nodes run:
[the flow engine](../subsystems/flow-engine.md). How to add one: [the tutorial](../tutorials/add-a-node.md).
"""


def render_reference() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *(_render_type(node_type) for node_type in list_node_types())])


def _render_type(node_type: NodeType) -> str:
    described = describe_node_type(node_type)
    schema = _object(described["schema"])
    lines = [
        f"## `{node_type.name}`",
        "",
        f"{node_type.label['en']} · {node_type.label['ar']}. {node_type.description['en']}",
        "",
        f"Group `{node_type.group}`, icon `{node_type.icon}`. Exits (of the example): {_names(described['exits'])}.",
        "",
    ]
    if schema.get("properties"):
        lines += _render_fields(schema, schema, "")
    lines += ["```json", json.dumps(node_type.example, ensure_ascii=False, indent=2), "```", ""]
    return "\n".join(lines)


def _render_fields(schema: JsonObject, root: JsonObject, title: str) -> list[str]:
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    lines = [title, ""] if title else []
    lines += ["| field | what | type | default |", "|---|---|---|---|"]
    nested: list[str] = []
    for name, raw in _object(schema["properties"]).items():
        field = _object(raw)
        ui = _object(field["ui"])
        help_text = _object(ui.get("help", {})).get("en", "")
        what = f"{_object(ui['label'])['en']}. {help_text}".strip().removesuffix(".") + "."
        preset = field.get("default")
        default = f"`{json.dumps(preset, ensure_ascii=False)}`" if preset is not None else "empty"
        if name in names:
            default = "required"
        lines.append(f"| `{name}` | {what} | {_type_of(field)} | {default} |")
        part = _find_part(field, root)
        if part is not None:
            nested += _render_fields(part, root, f"Each of `{name}`:" if field.get("type") == "array" else f"`{name}`:")
    return [*lines, "", *nested]


def _type_of(field: JsonObject) -> str:  # noqa: PLR0911 - a case per kind of schema
    if field.get("localized"):
        return "text"
    if "enum" in field:
        return " · ".join(f"`{each}`" for each in _list(field["enum"]))
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        kinds = [_type_of(_object(each)) for each in _list(field["anyOf"])]
        return " or ".join(kind for kind in kinds if kind != "null")
    match field.get("type"):
        case "array":
            return f"list of {_type_of(_object(field['items']))}"
        case "object" if "additionalProperties" in field:
            return "names and values"
        case str() as kind:
            return kind
        case _:
            return "any JSON" if str(field.get("$ref", "JsonValue")).endswith("JsonValue") else "object"


def _find_part(field: JsonObject, root: JsonObject) -> JsonObject | None:
    """The schema of the object that a field holds, or that a list of them holds."""
    inner = _object(field["items"]) if field.get("type") == "array" else field
    reference = inner.get("$ref")
    if not isinstance(reference, str):
        return None
    part = _object(_object(root["$defs"])[reference.rpartition("/")[2]])
    return part if "properties" in part else None


def _names(names: Json) -> str:
    return ", ".join(f"`{name}`" for name in _list(names)) or "none"


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
