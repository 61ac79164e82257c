"""What an import gives: bots as blueprints, what became of each part, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from hoopoe.flows.exchange.reasons import REASONS
from hoopoe.kernel.json import JsonObject


class Format(StrEnum):
    HOOPOE = "hoopoe"
    RAPIDPRO = "rapidpro"
    TYPEBOT = "typebot"


class Outcome(StrEnum):
    """`mapped`: does the same here. `changed`: does nearly the same. `placeholder`: does nothing, its original is kept.

    `left_out`: not taken at all.
    """

    MAPPED = "mapped"
    CHANGED = "changed"
    PLACEHOLDER = "placeholder"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one part of the file. `place`: its dotted path there; `node_id`: where it is now.

    `reason` is a code of `REASONS`, filled with `detail`; a mapped part has none.
    """

    place: str
    kind: str
    outcome: Outcome
    node_id: str | None = None
    reason: str | None = None
    detail: str = ""

    @property
    def words(self) -> dict[str, str]:
        """The reason in every language that Hoopoe speaks."""
        if self.reason is None:
            return {}
        return {language: text.format(self.detail) for language, text in REASONS[self.reason].items()}


@dataclass(frozen=True, slots=True)
class Missing:
    """What the bot needs and the file does not bring: a `credential`, `flow`, `template`, `value`."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportedBot:
    """One flow of the file. `key` is its id there, by which other flows of the file call it."""

    key: str
    name: str
    blueprint: JsonObject
    notes: tuple[Note, ...] = ()
    missing: tuple[Missing, ...] = ()
    tests: tuple[JsonObject, ...] = ()
    tables: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A whole file, read. `notes` are about what belongs to no flow: campaigns, groups, collections."""

    format: Format
    bots: tuple[ImportedBot, ...]
    notes: tuple[Note, ...] = field(default=())


class ExchangeError(ValueError):
    """The file cannot be taken. `place`: the dotted path of what is wrong in it, empty for the file itself."""

    def __init__(self, code: str, message: str, *, place: str = "") -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.code = code
        self.message = message
        self.place = place
