"""The blueprint: a flow as portable JSON."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from hoopoe.flows.definition.upgrades import SPEC_VERSION, SpecTooNew, upgrade_blueprint
from hoopoe.flows.nodes import Fault, explain
from hoopoe.flows.nodes.fields import VariableName
from hoopoe.kernel.json import JsonObject

MAX_NODES: Final = 500
MAX_EDGES: Final = 2_000
MAX_COMMENTS: Final = 200
MAX_CREDENTIALS: Final = 50
MAX_BYTES: Final = 256 * 1024
_FARTHEST: Final = 1_000_000

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Coordinate = Annotated[float, Field(ge=-_FARTHEST, le=_FARTHEST, allow_inf_nan=False)]


class _Part(BaseModel):
    # By name too: our own code, and files of the spelling before.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)


class Position(_Part):
    """Where the editor draws a node. The engine never reads it."""

    x: Coordinate
    y: Coordinate


class NodeSpec(_Part):
    """One node. `config` has the shape of its type, see docs/reference/nodes.md."""

    id: Id
    type: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    name: Annotated[str, StringConstraints(max_length=120)] | None = None
    config: dict[str, JsonValue] = Field(default_factory=dict)
    position: Position = Position(x=0, y=0)


class EdgeSpec(_Part):
    """From an exit of one node to another node. `sourceHandle` null is the exit `next`."""

    id: Id
    source: Id
    target: Id
    source_handle: Annotated[str, StringConstraints(max_length=256)] | None = Field(default=None, alias="sourceHandle")
    target_handle: Annotated[str, StringConstraints(max_length=256)] | None = Field(default=None, alias="targetHandle")
    label: Annotated[str, StringConstraints(max_length=120)] | None = None


class CredentialSpec(_Part):
    """A secret that the flow needs, never the secret itself: the service, its name here, and which one is used."""

    service: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    name: Annotated[str, StringConstraints(max_length=120)] | None = None
    credential_id: UUID | None = None


class Comment(_Part):
    """A sticky note beside the nodes, for whoever edits the flow. The engine never reads it."""

    id: Id
    text: Annotated[str, StringConstraints(max_length=2_000)] = ""
    position: Position = Position(x=0, y=0)


class Settings(_Part):
    """What holds for the whole flow. `merge_messages`: texts that follow each other leave as one bubble.

    `on_keyword`: a keyword that interrupts begins another flow while this one runs. `switch` to it, `ask` the person
    first, or `ignore` it: then it is an answer. `on_human`: a person takes the conversation. This flow's session may
    `end`, or `park`: a question then still stands when the conversation is given back to the bot.
    """

    merge_messages: bool = False
    on_keyword: Literal["switch", "ask", "ignore"] = "switch"
    on_human: Literal["end", "park"] = "end"


class Blueprint(_Part):
    """A whole flow, exactly as it is stored, exported and published.

    `bot_id` and `version` say where a file comes from: reading one never needs them. `spec_version` is the version
    of this shape; older ones are upgraded when they are read.
    """

    spec_version: Literal[2] = SPEC_VERSION
    bot_id: UUID | None = None
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9}){0,2}$")] = "1.0.0"
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    description: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=20)] = ["en"]
    default_language: Language = "en"
    nodes: Annotated[list[NodeSpec], Field(max_length=MAX_NODES)] = []
    edges: Annotated[list[EdgeSpec], Field(max_length=MAX_EDGES)] = []
    variables: dict[VariableName, JsonValue] = {}
    credentials: Annotated[list[CredentialSpec], Field(max_length=MAX_CREDENTIALS)] = []
    settings: Settings = Settings()
    comments: Annotated[list[Comment], Field(max_length=MAX_COMMENTS)] = []
    required_fields: Annotated[list[Annotated[str, StringConstraints(max_length=120)]], Field(max_length=100)] = []


class BlueprintError(ValueError):
    """Not a blueprint at all. `faults` lists every reason with the dotted path of its field."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field or 'blueprint'}: {fault.message}" for fault in faults))
        self.faults = faults


def parse_blueprint(data: object) -> Blueprint:
    """Read a blueprint from decoded JSON, of this or an older shape.

    Raises BlueprintError with all that is wrong with its shape.
    What its nodes mean is not looked at here: a draft may be stored with faults, see `validate_blueprint`.
    """
    if not isinstance(data, dict):
        raise BlueprintError([Fault(None, None, "wrong_type", "A blueprint is a JSON object.")])
    try:
        encoded = orjson.dumps(data)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise BlueprintError([Fault(None, None, "wrong_type", f"This is not JSON: {error}.")]) from error
    if len(encoded) > MAX_BYTES:
        message = f"A blueprint may have {MAX_BYTES // 1024} KB; this one has {len(encoded) // 1024}."
        raise BlueprintError([Fault(None, None, "too_large", message)])
    if b"\\u0000" in encoded:  # no database stores it
        raise BlueprintError([Fault(None, None, "bad_character", "The blueprint holds a NUL character.")])
    try:
        return Blueprint.model_validate(upgrade_blueprint(data))
    except SpecTooNew as error:
        raise BlueprintError([Fault(None, error.field, "too_new", str(error))]) from error
    except ValidationError as error:
        raise BlueprintError(explain(error.errors(include_url=False, include_input=False))) from error


def dump_blueprint(blueprint: Blueprint) -> JsonObject:
    """A blueprint as the JSON that `parse_blueprint` reads."""
    dumped: JsonObject = blueprint.model_dump(mode="json", by_alias=True)
    return dumped
