"""What one RapidPro flow knows: its languages, its variables, where its expressions are kept here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.excellent import translate
from hoopoe.flows.exchange.excellent_calls import Value
from hoopoe.flows.exchange.names import Names, dotted
from hoopoe.flows.exchange.rapidpro_tests import LANGUAGES
from hoopoe.flows.exchange.reading import as_list, as_object, as_text
from hoopoe.flows.exchange.writing import Origin, Writer
from hoopoe.kernel.json import Json, JsonObject, dump_json

WEBHOOK: Final = "webhook"
_KNOWN: Final = frozenset({"id", "name", "first_name", "phone", "username", "language", "tags"})
_CATEGORY: Final = re.compile(r"results\.(\w+)\.category", re.IGNORECASE)
_CALLED: Final = re.compile(r"child\.results\.(\w+)", re.IGNORECASE)
_CALLING: Final = re.compile(r"parent\.results\.(\w+)", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def slug(name: str) -> str:
    """The key of a result by its name, as RapidPro makes it."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def read_language(tag: str) -> str:
    found = LANGUAGES.get(tag, tag.replace("_", "-"))
    return found if _LANGUAGE.fullmatch(found) else "en"


class Scope:
    """One flow while it is read."""

    def __init__(self, flow: JsonObject, writer: Writer, names: Names) -> None:
        self.writer = writer
        self.names = names
        self.variables: JsonObject = {}
        self.answers: set[str] = set()  # results that a webhook's answer is kept as
        self._localization = as_object(flow.get("localization"))
        said = dump_json(flow)
        self.categories = {found.lower() for found in _CATEGORY.findall(said)}
        self.called = sorted({found.lower() for found in _CALLED.findall(said)})
        self.calling = sorted({found.lower() for found in _CALLING.findall(said)})

    # --- Texts ---------------------------------------------------------------------------------------

    def template(self, text: str, origin: Origin) -> str:
        """A text for machines as one of our templates; what cannot be said is noted."""
        said, failed = translate(text, self.find)
        for each in failed:
            self.writer.note(origin, Outcome.CHANGED, "expression", each)
        return said

    def text(self, base: str, owner: str, field: str, origin: Origin, *, index: int = 0) -> Json:
        """A text for people in each of the flow's languages."""
        texts: JsonObject = {self.writer.default_language: self.template(base, origin)}
        for foreign, things in self._localization.items():
            given = as_list(as_object(as_object(things).get(owner)).get(field))
            translated = _item_text(given[index]) if index < len(given) else ""
            language = read_language(foreign)
            if translated.strip() and language in self.writer.languages and language not in texts:
                texts[language] = self.template(translated, origin)
        return dict(texts) if len(self.writer.languages) > 1 else texts[self.writer.default_language]

    def arguments(self, owner: str) -> list[list[str]]:
        """A case's arguments in the other languages."""
        return [
            [as_text(each) for each in as_list(as_object(as_object(things).get(owner)).get("arguments"))]
            for things in self._localization.values()
        ]

    # --- Variables -----------------------------------------------------------------------------------

    def result(self, name: str) -> str:
        return self.names.of(f"results.{slug(name)}", near=slug(name))

    def category(self, name: str) -> str | None:
        """Where a result's category is kept; None where nothing reads it."""
        key = slug(name)
        return self.names.of(f"results.{key}.category", near=f"{key}_category") if key in self.categories else None

    def field_name(self, key: str) -> str:
        name = slug(key) or "field"
        return f"{name}_field" if name in _KNOWN or not name[0].isalpha() else name

    def field(self, key: str) -> str:
        """Where a contact's own field is read."""
        owner = "contact" if self.writer.knows("update_contact") else "conversation"
        return f"{owner}.{self.field_name(key)}"

    def preset(self, name: str, value: Json) -> str:
        self.variables.setdefault(name, value)
        return name

    def find(self, path: Sequence[str]) -> Value | None:  # noqa: PLR0911 - a case per root
        """Where a path of RapidPro's is kept here."""
        match list(path):
            case ["results", *rest] | ["run", "results", *rest] if rest:
                return self._result(rest)
            case ["contact", *rest] | ["parent", "contact", *rest] | ["run", "contact", *rest]:
                return self._contact(rest)
            case ["fields", key, *_] | ["parent", "fields", key, *_]:
                return Value(self.field(key))
            case ["urns", *_]:
                return Value("contact.phone")
            case ["input"] | ["input", "text"]:
                return Value("message.text")
            case ["webhook" | "legacy_extra", "json", *rest] | ["webhook" | "legacy_extra", *rest]:
                return Value(f"{WEBHOOK}.status" if rest == ["status"] else dotted(WEBHOOK, "body", *rest))
            case ["child", "results", name, *_]:
                return Value(self.names.of(f"child.{name}", near=f"child_{name}"))
            case ["parent", "results", name, *_]:
                return Value(self.preset(self.names.of(f"parent.{name}", near=f"parent_{name}"), ""))
            case ["globals", name]:
                self.writer.miss("value", name)
                return Value(self.preset(self.names.of(f"globals.{name}", near=f"global_{name}"), ""))
            case ["locals", name]:
                return Value(self.preset(self.names.of(f"locals.{name}", near=f"local_{name}"), ""))
            case _:
                return None

    def _result(self, rest: Sequence[str]) -> Value | None:
        key = rest[0]
        name = self.names.of(f"results.{key}", near=key)
        match list(rest[1:]):
            case [] | ["value" | "input" | "values"]:
                return Value(name)
            case ["category" | "category_localized"]:
                return Value(self.names.of(f"results.{key}.category", near=f"{key}_category"))
            case ["extra", *deeper] | deeper if key in self.answers:
                return Value(dotted(name, "body", *deeper))
            case _:
                return None

    def _contact(self, rest: Sequence[str]) -> Value | None:  # noqa: PLR0911 - a case per attribute
        match list(rest):
            case [] | ["name"]:
                return Value("contact.name")
            case ["first_name"]:
                return Value("contact.name", ("first_name",))
            case ["language"]:
                return Value("contact.language")
            case ["id" | "uuid"]:
                return Value("contact.id")
            case ["urn" | "urns" | "tel" | "phone" | "whatsapp", *_]:
                return Value("contact.phone")
            case ["groups", *_]:
                return Value("contact.tags", ("join",))
            case ["fields", key, *_] | [key]:
                return Value(self.field(key))
            case _:
                return None


def _item_text(item: Json) -> str:
    return as_text(item.get("text")) if isinstance(item, dict) else as_text(item)


def languages_of(flow: JsonObject) -> tuple[list[str], str]:
    """The flow's languages here, its own first."""
    own = read_language(as_text(flow.get("language")))
    localization: Mapping[str, Json] = as_object(flow.get("localization"))
    return list(dict.fromkeys([own, *(read_language(each) for each in localization if localization[each])]))[:20], own
