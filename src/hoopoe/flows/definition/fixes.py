"""What mends a fault without a decision of its author. An editor applies the changes, each by name and not by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hoopoe.flows.definition.blueprint import Blueprint, NodeSpec
from hoopoe.flows.nodes import Fault
from hoopoe.kernel.json import Json

Kind = Literal["remove_node", "remove_edge", "set_field", "unset_field", "declare_variable"]


@dataclass(frozen=True, slots=True)
class Change:
    """`id`: of the node or the connection, or a variable's name. `field`: dotted path in the node's config."""

    kind: Kind
    id: str
    field: str | None = None
    value: Json = None


def find_fix(blueprint: Blueprint, fault: Fault) -> tuple[Change, ...]:
    """The changes that take a fault away; none where only its author can tell what was meant."""
    field = fault.field or ""
    if field.startswith("edges."):
        loose = ("unknown_exit", "unknown_target", "unknown_source", "two_edges")
        return (Change("remove_edge", field.removeprefix("edges.")),) if fault.code in loose else ()
    node = next((each for each in blueprint.nodes if each.id == fault.node_id), None)
    return () if node is None else _mend_node(blueprint, node, fault, field)


def _mend_node(blueprint: Blueprint, node: NodeSpec, fault: Fault, field: str) -> tuple[Change, ...]:
    match fault.code:
        case "unreachable" | "shadowed_trigger":
            return (Change("remove_node", node.id),)
        case "unknown_field" | "not_used" | "duplicate_keyword" | "unknown_language" if field:
            return (Change("unset_field", node.id, field),)
        case "missing_translation":
            return _copy_own_language(blueprint, node, field)
        case "unknown_variable" if fault.subject:
            return (Change("declare_variable", fault.subject, value=""),)
        case "credential_renamed" if fault.subject and field:
            return (Change("set_field", node.id, field, fault.subject),)
        case _:
            return ()


def _copy_own_language(blueprint: Blueprint, node: NodeSpec, field: str) -> tuple[Change, ...]:
    path, _, _language = field.rpartition(".")
    text = read_field(node.config, f"{path}.{blueprint.default_language}")
    return (Change("set_field", node.id, field, text),) if isinstance(text, str) and text.strip() else ()


def read_field(config: Json, path: str) -> Json:
    """What stands at a dotted path of a config, or None."""
    found = config
    for key in path.split("."):
        match found:
            case dict():
                found = found.get(key)
            case list() if key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            case _:
                return None
    return found
