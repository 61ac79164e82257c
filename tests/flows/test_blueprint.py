"""The shape of a blueprint: its schema says what its reader does, and every older shape is still read."""

from __future__ import annotations

import copy
from pathlib import Path

import jsonschema_rs
import orjson
import pytest

from hoopoe.flows.definition import (
    SPEC_VERSION,
    BlueprintError,
    blueprint_schema,
    compile_flow,
    dump_blueprint,
    parse_blueprint,
    validate_blueprint,
)
from hoopoe.flows.definition.upgrades import STEPS, upgrade_blueprint
from hoopoe.flows.demo import cafe_blueprint, echo_blueprint
from hoopoe.flows.nodes import list_node_types
from hoopoe.flows.nodes.base import NodeType
from hoopoe.kernel.json import JsonObject

OLD = Path(__file__).parent / "upgrades"

# As the builder whose files are to be read writes one.
FOREIGN: JsonObject = {
    "bot_id": "5f0f1f0e-6f0a-4a55-9a51-2f1d3a9d0c11",
    "version": "1.0.0",
    "name": "Order status",
    "description": "Looks up an order",
    "nodes": [
        {"id": "node_1", "type": "whatsapp_trigger", "config": {"trigger_type": "keyword", "keywords": ["order"]}},
        {"id": "node_2", "type": "if_condition", "config": {"left_value": "{{ message.text }}", "right_value": "x"}},
        {"id": "node_3", "type": "whatsapp_reply", "config": {"message": "Yes"}, "position": {"x": 1, "y": 2}},
        {"id": "node_4", "type": "whatsapp_reply", "config": {"message": "No"}},
    ],
    "edges": [
        {"id": "e1", "source": "node_1", "target": "node_2", "targetHandle": "input"},
        {"id": "e2", "source": "node_2", "target": "node_3", "sourceHandle": "true", "label": "yes"},
        {"id": "e3", "source": "node_2", "target": "node_4", "sourceHandle": "false"},
    ],
    "variables": {"status": "new"},
    "credentials": [{"service": "shopify", "credential_id": "5f0f1f0e-6f0a-4a55-9a51-2f1d3a9d0c12"}],
}


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Validator:
    schema = blueprint_schema()
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.validator_for(schema)


def test_a_blueprint_has_the_shape_that_was_agreed_on() -> None:
    blueprint = parse_blueprint(FOREIGN)
    assert validate_blueprint(blueprint) == []
    flow = compile_flow(blueprint, version_id="v")
    assert dict(flow.nodes["node_2"].exits) == {"true": "node_3", "false": "node_4"}
    dumped = dump_blueprint(blueprint)
    assert {key: dumped[key] for key in FOREIGN if key not in ("nodes", "edges", "credentials")} == {
        key: FOREIGN[key] for key in FOREIGN if key not in ("nodes", "edges", "credentials")
    }
    assert [edge["sourceHandle"] for edge in dumped["edges"]] == [None, "true", "false"]
    assert dumped["credentials"][0].items() >= FOREIGN["credentials"][0].items()


@pytest.mark.parametrize("make", [cafe_blueprint, echo_blueprint, lambda: FOREIGN])
def test_the_schema_takes_what_the_reader_takes(validator: jsonschema_rs.Validator, make: object) -> None:
    blueprint = make()
    validator.validate(blueprint)
    validator.validate(dump_blueprint(parse_blueprint(blueprint)))


@pytest.mark.parametrize("node_type", list_node_types(), ids=lambda each: each.name)
def test_the_schema_knows_every_node(validator: jsonschema_rs.Validator, node_type: NodeType) -> None:
    node = {"id": "n", "type": node_type.name, "config": node_type.example}
    validator.validate({"name": "x", "nodes": [node]})
    assert not validator.is_valid({"name": "x", "nodes": [{**node, "config": {**node_type.example, "no_such": 1}}]})


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": ""},
        {"name": "x", "colour": "red"},
        {"name": "x", "nodes": [{"id": "a"}]},
        {"name": "x", "edges": [{"id": "a", "source": "b"}]},
        {"name": "x", "spec_version": 9},
        {"name": "x", "bot_id": 5},
        {"name": "x", "version": "new"},
        {"name": "x", "credentials": [{"credential_id": "5f0f1f0e-6f0a-4a55-9a51-2f1d3a9d0c12"}]},
    ],
)
def test_neither_takes_what_is_no_blueprint(validator: jsonschema_rs.Validator, wrong: JsonObject) -> None:
    assert not validator.is_valid(wrong)
    with pytest.raises(BlueprintError):
        parse_blueprint(wrong)


def test_every_older_shape_has_a_step_and_a_file() -> None:
    assert sorted(STEPS) == list(range(2, SPEC_VERSION + 1))
    assert sorted(int(path.stem) for path in OLD.glob("*.json")) == list(range(1, SPEC_VERSION))


@pytest.mark.parametrize("path", sorted(OLD.glob("*.json")), ids=lambda path: path.stem)
def test_an_older_shape_is_read(path: Path, validator: jsonschema_rs.Validator) -> None:
    stored = orjson.loads(path.read_bytes())
    before = copy.deepcopy(stored)
    upgraded = upgrade_blueprint(stored)
    assert stored == before, "an upgrade changes nothing that it is given"
    assert upgraded["spec_version"] == SPEC_VERSION
    assert upgrade_blueprint(upgraded) == upgraded
    validator.validate(upgraded)
    blueprint = parse_blueprint(stored)
    assert blueprint == parse_blueprint(dump_blueprint(blueprint))
    assert [(edge.source, edge.source_handle, edge.target) for edge in blueprint.edges] == [
        ("start", None, "if"),
        ("if", "true", "say"),
    ]
    assert [each.service for each in blueprint.credentials] == ["shop"]
    assert blueprint.settings.merge_messages


@pytest.mark.parametrize("version", [3, 99, True, 0, -1, "2", None, 1.5, []])
def test_what_says_nothing_of_use_is_no_version(version: object) -> None:
    """Only a greater number is a later shape; all else is read as the oldest."""
    data = {"name": "x", "spec_version": version}
    if isinstance(version, int) and version > SPEC_VERSION:
        with pytest.raises(BlueprintError) as caught:
            parse_blueprint(data)
        assert [(fault.field, fault.code) for fault in caught.value.faults] == [("spec_version", "too_new")]
    else:
        assert parse_blueprint(data).spec_version == SPEC_VERSION
