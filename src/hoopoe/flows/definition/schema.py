"""The JSON Schema of a blueprint, and the page that describes it: both from the code that reads one."""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from hoopoe.flows.definition.blueprint import MAX_BYTES, MAX_EDGES, MAX_NODES, Blueprint
from hoopoe.flows.definition.upgrades import SPEC_VERSION
from hoopoe.flows.nodes import NodeType, list_node_types
from hoopoe.kernel.json import Json, JsonObject

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_OURS: Final = ("ui", "localized")
"""Hints of our own for forms; a schema for others does without."""


@cache
def blueprint_schema() -> JsonObject:
    """What a blueprint looks like, with the config of each registered node type.

    A node of an unknown type is in order here, as it is in a draft: publishing refuses it.
    """
    schema = Blueprint.model_json_schema(by_alias=True, mode="validation")
    parts: JsonObject = dict(schema.pop("$defs"))
    choices: list[Json] = []
    for node_type in list_node_types():
        parts |= _read_config(node_type)
        choices.append(
            {
                "if": {"properties": {"type": {"const": node_type.name}}},
                "then": {"properties": {"config": {"$ref": f"#/$defs/{_name_of(node_type)}"}}},
            }
        )
    node = parts["NodeSpec"]
    if isinstance(node, dict):
        node["allOf"] = choices
    described = {"$schema": DIALECT, **schema, "title": "Hoopoe blueprint", "$defs": parts}
    plain: JsonObject = {key: _strip(value) for key, value in described.items()}
    return plain


def _name_of(node_type: NodeType) -> str:
    return f"config.{node_type.name}"


def _read_config(node_type: NodeType) -> JsonObject:
    """The schema of one config and of its parts, under names that no other type has."""
    name = _name_of(node_type)
    schema = node_type.config.model_json_schema()
    parts = schema.pop("$defs", {})
    moved = {f"#/$defs/{part}": f"#/$defs/{name}.{part}" for part in parts}
    schema["description"] = node_type.description.get("en", node_type.label["en"])
    found: JsonObject = {name: _move(schema, moved)}
    return found | {f"{name}.{part}": _move(value, moved) for part, value in parts.items()}


def _move(value: Json, moved: dict[str, str]) -> Json:
    match value:
        case dict():
            return {
                key: moved.get(item, item) if key == "$ref" and isinstance(item, str) else _move(item, moved)
                for key, item in value.items()
            }
        case list():
            return [_move(item, moved) for item in value]
        case _:
            return value


def _strip(value: Json) -> Json:
    match value:
        case dict():
            return {key: _strip(item) for key, item in value.items() if key not in _OURS}
        case list():
            return [_strip(item) for item in value]
        case _:
            return value


def render_schema() -> str:
    """The schema as a file."""
    return json.dumps(blueprint_schema(), ensure_ascii=False, indent=2) + "\n"


_EXAMPLE: Final[JsonObject] = {
    "spec_version": SPEC_VERSION,
    "bot_id": "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11",
    "version": "1.0.0",
    "name": "Where is my order?",
    "nodes": [
        {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "keyword", "keywords": ["order"]}},
        {
            "id": "ask",
            "type": "ask_question",
            "config": {"question": "Your order's number?", "variable_name": "number", "timeout": 300},
        },
        {"id": "answer", "type": "whatsapp_reply", "config": {"message": "We look after {{ number }}."}},
    ],
    "edges": [
        {"id": "e1", "source": "start", "target": "ask"},
        {"id": "e2", "source": "ask", "sourceHandle": "answered", "target": "answer"},
    ],
    "variables": {"number": ""},
    "credentials": [{"service": "shopify", "credential_id": "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a12"}],
}

_HEAD: Final = f"""\
# Blueprints

<!-- Made by `python -m hoopoe.main.generate`. Change the code, not this file. -->

A blueprint is a flow as portable JSON: what `GET /api/bots/{{bot_id}}/flow` answers, `PUT` takes, and a file
holds. Its JSON Schema is at `GET /api/blueprint-schema`, which asks for no token, and
[beside this page](blueprint.schema.json). What each node's `config` holds: [nodes](nodes.md).

Its shape is version {SPEC_VERSION}. A file of an older shape is upgraded when it is read, also where it lies in
the database as a published version; one of a newer shape is refused (`too_new`). A file that does not say its
`spec_version` is read in either spelling.

At most {MAX_NODES} nodes, {MAX_EDGES:,} edges and {MAX_BYTES // 1024} KB.

```json
{json.dumps(_EXAMPLE, ensure_ascii=False, indent=2)}
```
"""


def render_page() -> str:
    """docs/reference/blueprint.md."""
    schema = blueprint_schema()
    parts = _object(schema["$defs"])
    lines = [_HEAD, *_render_part("The blueprint", schema)]
    for title, name in (
        ("`nodes`", "NodeSpec"),
        ("`edges`", "EdgeSpec"),
        ("`credentials`", "CredentialSpec"),
        ("`settings`", "Settings"),
    ):
        lines += _render_part(title, _object(parts[name]))
    return "\n".join(lines)


def _render_part(title: str, part: JsonObject) -> list[str]:
    described = str(part.get("description", ""))
    required = part.get("required")
    names = required if isinstance(required, list) else []
    lines = [f"## {title}", "", described, "", "| field | type | default |", "|---|---|---|"]
    for name, raw in _object(part["properties"]).items():
        field = _object(raw)
        default = "required" if name in names else f"`{json.dumps(field.get('default'), ensure_ascii=False)}`"
        lines.append(f"| `{name}` | {_type_of(field)} | {default} |")
    return [*lines, ""]


def _type_of(field: JsonObject) -> str:
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if isinstance(field.get("enum"), list):
        return " · ".join(f"`{each}`" for each in _list(field["enum"]))
    if "anyOf" in field:
        return " or ".join(_type_of(_object(each)) for each in _list(field["anyOf"]))
    if field.get("type") == "array":
        return f"list of {_type_of(_object(field['items']))}"
    kind = str(field.get("format") or field.get("type") or "")
    return kind or str(field.get("$ref", "any JSON")).rpartition("/")[2]


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
