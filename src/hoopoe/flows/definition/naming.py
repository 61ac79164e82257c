"""What a step and its ways out are called where people read of them: never by an id where there is a name."""

from __future__ import annotations

from hoopoe.flows.definition.blueprint import NodeSpec
from hoopoe.flows.nodes import Exit, find_node_type
from hoopoe.flows.nodes.faults import NamedStep

ENGLISH = "en"


def ref_step(spec: NodeSpec) -> NamedStep:
    """A step as a fault speaks of it."""
    return NamedStep(spec.id, spec.name, spec.type)


def name_step(step: NamedStep) -> str:
    """What its author called it, else what its kind is called in English, else its id: of a kind that is not known."""
    node_type = find_node_type(step.type) if step.type is not None else None
    return step.name or (node_type.label[ENGLISH] if node_type is not None else step.id)


def name_exit(name: str, known: Exit | None, language: str) -> str:
    """What its author called a way out, else its name in words."""
    label = known.label if known is not None else None
    if label is not None and not isinstance(label, str):
        label = label.get(language) or next(iter(label.values()), "")
    return (label or "").strip() or name.replace("_", " ")
