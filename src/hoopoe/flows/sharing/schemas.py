"""Exported and imported bots on the wire."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field, JsonValue

from hoopoe.flows.definition import Blueprint
from hoopoe.flows.exchange import FORMAT, FORMAT_VERSION, Format, Outcome
from hoopoe.kernel.http.shapes import Wire


class NeededCredential(Wire):
    """A secret that the bot needs, by name; never the secret."""

    name: str
    service: str


class BotFile(Wire):
    """A bot as one file. `POST /api/bots/import` reads it, here or in another Hoopoe."""

    format: Literal["hoopoe.bot"] = FORMAT
    format_version: Literal[1] = FORMAT_VERSION
    name: str
    blueprint: Blueprint
    languages: list[str]
    tests: list[dict[str, JsonValue]] = Field(description="The bot's tests.")
    tables: list[dict[str, JsonValue]] = Field(description="The schemas of the data tables that it uses.")
    credentials: list[NeededCredential]


class ImportNote(Wire):
    """What became of one part of the file that is not as it was."""

    place: str = Field(description="Its dotted path in the file.")
    kind: str = Field(description="What it is called there.")
    outcome: Outcome
    node_id: str | None = Field(description="Where it is in the new flow.")
    reason: str | None
    words: dict[str, str] = Field(description="The reason in English and Arabic.")


class MissingThing(Wire):
    """What the bot needs and neither the file nor the workspace has.

    A `credential`, `flow`, `template`, `value`, `table`, or a `column` of a table that is there: with its type in
    brackets, behind it the type that it has here; or with the option that it lacks.
    """

    kind: str
    name: str


class ImportedBot(Wire):
    """One bot of the file. `id` is null in a dry run."""

    id: UUID | None
    name: str
    nodes: int
    outcomes: dict[Outcome, int] = Field(description="How many parts of the file became what.")
    notes: list[ImportNote]
    missing: list[MissingThing]
    tables: list[str] = Field(description="Data tables that were made for it, or would be.")
    errors: int = Field(description="Faults that forbid publishing.")
    warnings: int


class ImportReport(Wire):
    """What a file gave, or in a dry run would give."""

    format: Format
    is_dry_run: bool
    bots: list[ImportedBot]
    notes: list[ImportNote] = Field(description="What of the file belongs to no flow, and was not taken.")


class TableUse(Wire):
    """A step that asks a data table. `version`: in the draft, in what is published, or in an older one that people are
    in.
    """

    bot_id: UUID
    bot_name: str
    node_id: str
    node_name: str | None
    version: Literal["draft", "published", "older"]
    columns: list[str] = Field(description="The ids of the columns that it names.")


class TableUses(Wire):
    """Every step that asks a table, by any name that it has or had."""

    data: list[TableUse]
