"""Bots, flows and node types on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from hoopoe.flows.definition import Blueprint
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example

BotName = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class BotStatus(StrEnum):
    """`draft`: never published. `inactive`: starts nothing; who is in the middle of it goes on."""

    DRAFT = "draft"
    ACTIVE = "active"
    INACTIVE = "inactive"


class PublishedVersion(Wire):
    id: UUID
    number: int
    published_at: datetime


class Bot(Wire):
    """A bot and where its flow stands."""

    id: UUID
    name: str
    status: BotStatus
    published: PublishedVersion | None
    draft_updated_at: datetime
    has_unpublished_changes: bool
    waiting: int = Field(description="How many flow sessions wait in it now.")
    created_at: datetime


class BotPage(Page[Bot]):
    """Bots, the newest first."""


class BotCreate(Input):
    model_config = example({"name": "Café"})

    name: BotName
    blueprint: dict[str, JsonValue] | None = Field(None, description="The draft to begin with; empty without.")


class BotUpdate(Input):
    model_config = example({"status": "inactive"})

    name: BotName | None = None
    status: Literal[BotStatus.ACTIVE, BotStatus.INACTIVE] | None = None


class Change(Wire):
    """One step of a fix. `id`: of the node or the connection, or a variable's name."""

    kind: Literal["remove_node", "remove_edge", "set_field", "unset_field", "declare_variable"]
    id: str
    field: str | None
    value: JsonValue


class Elsewhere(Wire):
    """A step of another bot."""

    bot_id: UUID
    bot_name: str
    node_id: str
    because: Literal["priority", "specificity", "age"] | None = Field(
        None, description="Why one of the two answers and not the other, where they are for the same message."
    )


class NamedStep(Wire):
    """A step that a fault speaks of; it may be gone from the draft."""

    id: str
    name: str | None = Field(description="What its author called it; null: it goes by its kind.")
    type: str | None


class Fault(Wire):
    """One thing that is wrong with a flow. `node_id` null: the flow as a whole."""

    node_id: str | None
    field: str | None
    code: str
    message: str
    severity: Literal["error", "warning"]
    subject: str | None = Field(None, description="The name that it speaks of, such as a variable's.")
    elsewhere: Elsewhere | None = Field(None, description="The step of another bot that it has to do with.")
    steps: list[NamedStep] = Field([], description="Other steps that it speaks of.")
    count: int | None = Field(None, description="How many people it is about.")
    fix: list[Change] = Field([], description="What mends it, where that takes no decision.")


class NodeExit(Wire):
    """A way out of a node as it is configured now."""

    name: str
    label: str | dict[str, str] | None = Field(description="What its author calls it, such as a button's title.")
    ending_is_fine: bool
    covered_by: str | None = Field(description="The exit that is followed where this one is not connected.")


class NodeFacts(Wire):
    """What is known of a node beyond its config."""

    exits: list[NodeExit]
    limits: dict[str, int] = Field(description="Each of its texts for people by its field, and how long it may be.")
    defaults: dict[str, dict[str, str]] = Field(
        description="What is said where one of its texts is empty: by field and language."
    )
    known: list[str] = Field(description="Variables that a person may bring along.")


class Publisher(Wire):
    id: UUID
    name: str


class Flow(Wire):
    """A flow: the draft, or a published version."""

    bot_id: UUID
    version: int | None = Field(description="Null for the draft.")
    state: Literal["draft", "published"]
    blueprint: Blueprint
    faults: list[Fault]
    waiting: dict[str, int] | None = Field(
        description="Node id → how many people wait there now; null in the answer to a saving, which counts nobody."
    )
    updated_at: datetime
    revision: int | None = Field(description="Counts the savings of the draft; null for a version.")
    updated_by: Publisher | None = Field(description="Who saved the draft, or published the version.")
    has_unpublished_changes: bool | None = Field(
        description="Whether the draft says something else than what is published; null for a version."
    )
    facts: dict[str, NodeFacts] = Field(description="By node id; without the nodes that cannot be read.")


class FlowDraft(Input):
    model_config = example(
        {
            "blueprint": {
                "spec_version": 2,
                "name": "Echo",
                "nodes": [
                    {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
                    {"id": "answer", "type": "whatsapp_reply", "config": {"message": "Hello {{ contact.name }}"}},
                ],
                "edges": [{"id": "e1", "source": "start", "target": "answer"}],
            }
        }
    )

    blueprint: dict[str, JsonValue]
    base_revision: int | None = Field(
        None,
        ge=1,
        description="The revision that was edited. Where another one was saved meanwhile, the answer is 409.",
    )


class EditorSeen(Input):
    """An editor that is open. `tab`: any text that tells it from others, and that it keeps."""

    model_config = example({"tab": "4b1c9a"})

    tab: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    is_leaving: bool = False


class OtherEditor(Wire):
    """Somebody who has the draft open now: a colleague, or oneself in another tab."""

    id: UUID
    name: str
    is_self: bool


class DraftState(Wire):
    """Where a draft stands, without the draft itself."""

    revision: int
    updated_at: datetime
    updated_by: Publisher | None
    others: list[OtherEditor]


class PublishNote(Input):
    """What is said of a version when it is published."""

    note: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] | None = Field(
        None, description="What is new, for colleagues who look through the versions."
    )
    accepts_differences: bool = Field(
        default=False,
        description="Publish although tests of the bot fail: what the draft says is what they expect from now on.",
    )


class FlowVersion(Wire):
    """A published version. It never changes."""

    id: UUID
    number: int
    published_at: datetime
    published_by: Publisher | None
    note: str | None


class FlowVersionPage(Page[FlowVersion]):
    """Published versions, the newest first."""


class Published(Wire):
    bot: Bot
    version: FlowVersion


class FlowNodeType(Wire):
    """A node type as the editor's palette and forms need it."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    type: str
    label: dict[str, str]
    description: dict[str, str]
    group: Literal["start", "says", "decides", "looks_up", "hands_over"]
    icon: str
    is_trigger: bool
    exits: list[str] = Field(description="The exits of the example; some depend on the config.")
    config_schema: dict[str, JsonValue] = Field(alias="schema", description="JSON Schema of `config`.")
    summary: list[str] = Field(
        description="The settings that a card shows in one line, in groups: `method url` stand side by side, `add:` "
        "has its label, `match?` counts only where it is not the default, `hours[days opens-closes]` are parts of "
        "each item."
    )
    example: dict[str, JsonValue]


class KnownValue(Wire):
    """What every flow may read, such as `contact.name`, with a sample."""

    name: str
    label: dict[str, str]
    sample: JsonValue


class FlowNodeTypes(Wire):
    data: list[FlowNodeType]
    values: list[KnownValue]


class ExpressionCheck(Input):
    """A text with `{{ }}`, or a bare condition, tried on samples."""

    model_config = example({"kind": "template", "source": "Hello {{ contact.first_name }}", "values": {}})

    kind: Literal["template", "condition"]
    source: Annotated[str, StringConstraints(max_length=20_000)]
    values: dict[str, JsonValue] = Field(
        {}, max_length=100, description="Samples of the flow's own variables; what every flow may read has some."
    )
    language: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        None, description="Of a text for people: days and times are said in its words. Null: a text for machines."
    )
    is_brief: bool = Field(
        default=False, description="Whether it is the title of a button or a row, which says days in few words."
    )


class ExpressionFault(Wire):
    code: str
    message: str
    position: int | None = Field(description="The offset in the source, where it is known.")


class ExpressionChecked(Wire):
    """What an expression gives. `value`: the text, or true or false; null with a fault."""

    fault: ExpressionFault | None
    value: str | bool | None
    reads: list[str] = Field(description="The variables that it reads.")
