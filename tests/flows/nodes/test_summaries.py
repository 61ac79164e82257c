"""What a node's card shows of its settings: fields that it has, so that no card is silent."""

from __future__ import annotations

import re

import pytest

from hoopoe.flows.nodes import list_node_types
from hoopoe.flows.nodes.base import NodeType
from hoopoe.kernel.json import JsonObject

_ITEM = re.compile(r"(\w+)[:?]?(?:\[([^\]]+)\])?")


def fields_of(schema: JsonObject, root: JsonObject) -> JsonObject:
    """The fields of an object, of each item of a list, or of what a reference or `anyOf` leads to."""
    match schema:
        case {"properties": dict(fields)}:
            return fields
        case {"$ref": str(ref)}:
            definitions = root["$defs"]
            assert isinstance(definitions, dict)
            return fields_of(definitions[ref.rsplit("/", 1)[-1]], root)  # type: ignore[arg-type]
        case {"items": dict(items)}:
            return fields_of(items, root)
        case {"anyOf": list(shapes)}:
            return next((found for each in shapes if isinstance(each, dict) and (found := fields_of(each, root))), {})
        case _:
            return {}


@pytest.mark.parametrize("node_type", list_node_types(), ids=lambda each: each.name)
def test_a_summary_names_fields_that_are_there(node_type: NodeType) -> None:
    schema = node_type.config.model_json_schema()
    fields = fields_of(schema, schema)
    assert bool(node_type.summary) is bool(fields), "a node with settings says them"
    for group in node_type.summary:
        for name, inner in _ITEM.findall(group):
            assert name in fields, name
            if inner:
                field = fields[name]
                assert isinstance(field, dict)
                assert set(re.split(r"[\s-]", inner.replace(":", ""))) <= set(fields_of(field, schema)), inner
