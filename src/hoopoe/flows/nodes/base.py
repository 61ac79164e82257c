"""What a node type is, and the registry that each node's own file fills.

A node type is one file: its config (a Pydantic model with a form's hints), its exits, what it does, what
it says of itself, an example. `register` puts it into the registry when its module is imported; slices
above `flows` register theirs in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel, ConfigDict

from hoopoe.flows.engine import Behaviour, ScopeKind, Trigger
from hoopoe.flows.expressions import (
    LocalizedTemplate,
    LocalizedText,
    Template,
    compile_template,
    compile_text,
)
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import Json, JsonObject


class Group(StrEnum):
    """Where a node stands in the editor's palette, and which colour its tile has."""

    START = "start"
    SAYS = "says"
    DECIDES = "decides"
    LOOKS_UP = "looks_up"
    HANDS_OVER = "hands_over"


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a node.

    `ending_is_fine`: nothing needs to be connected; the flow may end there. `covered_by`: another exit
    that is followed where this one is not connected. `label`: what the author calls it, such as a button's title;
    without one, its name says enough.
    """

    name: str
    ending_is_fine: bool = False
    covered_by: str | None = None
    label: LocalizedText | None = None


NEXT: Final = Exit("next", ending_is_fine=True)


class Build:
    """What a config is compiled with. `times`: the variables of the flow that hold a time of day."""

    def __init__(
        self,
        *,
        node_id: str,
        languages: tuple[str, ...],
        default_language: str,
        times: frozenset[str] = frozenset(),
    ) -> None:
        self.node_id = node_id
        self.languages = languages
        self.default_language = default_language
        self.times = times

    def text(self, value: LocalizedText) -> LocalizedTemplate:
        """A text for people."""
        return compile_text(value, self.default_language, languages=self.languages, times=self.times)

    def template(self, source: str) -> Template:
        """A text for machines: values stand in it as they are stored."""
        return compile_template(source)


class NodeConfig(BaseModel):
    """The base of every node's config. What the methods promise is in docs/tutorials/add-a-node.md."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    pauses: ClassVar[bool] = False
    """Whether the node stops the sprint when it is entered. A circle of nodes needs one that does."""

    opens_scope: ClassVar[tuple[ScopeKind, str] | None] = None
    """What the node does with the nodes behind one of its exits, and which exit that is."""

    opens_window: ClassVar[bool] = False
    """Whether what the node says may also be said after a day of silence: only templates may."""

    enters_silently: ClassVar[bool] = False
    """Whether a node that stands among those that say something says nothing when it is entered."""

    def exits(self) -> tuple[Exit, ...]:
        """The ways out, in the order in which the editor shows them."""
        return (NEXT,)

    def silences(self) -> Mapping[str, int]:
        """By which exits the person has not written for how many seconds at least."""
        return {}

    def inspect(self, look: Look) -> None:
        """Describe every text, expression and variable, and find what is wrong."""

    def build(self, build: Build) -> Behaviour:
        """What the node does, with everything read beforehand. Called only for a config without errors."""
        raise NotImplementedError

    def answers_calls(self) -> bool:
        """Whether another flow begins this one here, rather than at the first trigger."""
        return False

    def calls(self) -> str | None:
        """The reference of the flow that the node runs; None for all that run none."""
        return None

    def example_result(self) -> JsonObject | None:
        """What an effect of the node gives, as a preview makes it up; None for a node that has none."""
        return None

    def trigger(self, build: Build) -> Trigger | None:  # noqa: ARG002 - only triggers use it
        """How the node starts a flow; None for all that are not triggers."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeType:
    """`name` is the `type` of a blueprint's node, `icon` a lucide name, `example` a config without a fault.

    `summary`: the settings that its card shows in one line, in groups: `"method url"` are two fields side by side,
    `"add:"` one with its label, `"match?"` one that is worth a word only where it is not as usual,
    `"duration*unit"` so many of a unit, `"hours[days opens-closes]"` parts of each item of a list, or of an object.
    What is empty, or does not count as the node is configured, is left out. How long an asking node waits has a line
    of its own on every card.
    """

    name: str
    label: dict[str, str]
    group: Group
    icon: str
    config: type[NodeConfig]
    example: JsonObject
    description: dict[str, str] = field(default_factory=dict)
    is_trigger: bool = False
    summary: tuple[str, ...] = ()


_REGISTRY: Final[dict[str, NodeType]] = {}


def register(node_type: NodeType) -> NodeType:
    """Make a node type known. Raises ValueError when its name is taken."""
    if node_type.name in _REGISTRY:
        raise ValueError(f"There is already a node type '{node_type.name}'.")
    _REGISTRY[node_type.name] = node_type
    return node_type


def find_node_type(name: str) -> NodeType | None:
    return _REGISTRY.get(name)


def list_node_types() -> tuple[NodeType, ...]:
    """All node types, in the order of their groups, then of their names."""
    order = list(Group)
    return tuple(sorted(_REGISTRY.values(), key=lambda each: (order.index(each.group), each.name)))


def describe_node_type(node_type: NodeType) -> JsonObject:
    """A node type as `GET /api/flow-nodes` gives it: label, group, icon, exits, schema of the config, what a card
    shows of it, example.
    """
    exits: list[Json] = [each.name for each in node_type.config.model_validate(node_type.example).exits()]
    return {
        "type": node_type.name,
        "label": dict(node_type.label),
        "description": dict(node_type.description),
        "group": str(node_type.group),
        "icon": node_type.icon,
        "is_trigger": node_type.is_trigger,
        "summary": list(node_type.summary),
        "exits": exits,
        "schema": _order_fields(node_type.config.model_json_schema()),
        "example": node_type.example,
    }


def _order_fields(schema: JsonObject) -> JsonObject:
    """The order of the form: what is required, then the rest, then what all asking nodes have in common."""
    fields, required = schema.get("properties"), schema.get("required")
    if not isinstance(fields, dict):
        return schema
    needed = required if isinstance(required, list) else []

    def place(name: str) -> int:
        match fields[name]:
            case {"ui": {"section": _}}:
                return 2
            case _:
                return 0 if name in needed else 1

    return {**schema, "properties": {name: fields[name] for name in sorted(fields, key=place)}}
