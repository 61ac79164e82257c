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


class Fault(Wire):
    """One thing that is wrong with a flow. `node_id` null: the flow as a whole."""

    node_id: str | None
    field: str | None
    code: str
    message: str
    severity: Literal["error", "warning"]


class Flow(Wire):
    """A flow: the draft, or a published version."""

    bot_id: UUID
    version: int | None = Field(description="Null for the draft.")
    state: Literal["draft", "published"]
    blueprint: Blueprint
    faults: list[Fault]
    waiting: dict[str, int] = Field(description="Node id → how many people wait there now.")
    updated_at: datetime


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


class Publisher(Wire):
    id: UUID
    name: str


class FlowVersion(Wire):
    """A published version. It never changes."""

    id: UUID
    number: int
    published_at: datetime
    published_by: Publisher | None


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
    example: dict[str, JsonValue]


class FlowNodeTypes(Wire):
    data: list[FlowNodeType]
