"""What one RapidPro flow knows: its languages, its variables, where its expressions are kept here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.excellent import translate
from hoopoe.flows.exchange.excellent_calls import Value
from hoopoe.flows.exchange.names import Names, dotted
from hoopoe.flows.exchange.rapidpro_tests import LANGUAGES, NAMED_LANGUAGES
from hoopoe.flows.exchange.reading import as_list, as_object, as_objects, as_text
from hoopoe.flows.exchange.writing import Origin, Writer
from hoopoe.kernel.json import Json, JsonObject, dump_json

WEBHOOK: Final = "webhook"
_KNOWN: Final = frozenset({"id", "name", "first_name", "phone", "username", "language", "tags"})
_RESULT: Final = re.compile(r"results\.(\w+)", re.IGNORECASE)
_CATEGORY: Final = re.compile(r"results\.(\w+)\.category", re.IGNORECASE)
_FIELD: Final = re.compile(r"fields\.(\w+)", re.IGNORECASE)
_CODE: Final = re.compile(r"<%.*?%>", re.DOTALL)
_PLACE: Final = ("latitude", "longitude")
_CALLED: Final = re.compile(r"child\.results\.(\w+)", re.IGNORECASE)
_CALLING: Final = re.compile(r"parent\.results\.(\w+)", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def slug(name: str) -> str:
    """The key of a result by its name, as RapidPro makes it."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def find_language(tag: str) -> str | None:
    """A language by its code, or by its name in English as Glific has it. None: it is not known."""
    plain = tag.strip().lower()
    found = LANGUAGES.get(plain) or NAMED_LANGUAGES.get(plain) or tag.strip().replace("_", "-")
    return found if _LANGUAGE.fullmatch(found) else None


def read_language(tag: str) -> str:
    return find_language(tag) or "en"


class Scope:
    """One flow while it is read."""

    def __init__(self, flow: JsonObject, writer: Writer, names: Names, groups: Mapping[str, str] | None = None) -> None:
        self.writer = writer
        self.names = names
        self.variables: JsonObject = {}
        self.answers: set[str] = set()  # results that a webhook's answer is kept as
        self._localization = as_object(flow.get("localization"))
        said = dump_json(flow)
        self.groups = groups or {}
        """What groups are called, by their ids."""
        self.categories = {found.lower() for found in _CATEGORY.findall(said)}
        self.fields = {found.lower() for found in _FIELD.findall(said)} | _fields_of(flow)
        self._routed = _categories_routed_on(flow)
        self._reads = Counter(found.lower() for found in _CATEGORY.findall(said))
        self._read = {found.lower() for found in _RESULT.findall(said)}
        self._places = _results_of(flow, "has_location")
        self._numbers = _results_of(flow, "has_number")
        self.called = sorted({found.lower() for found in _CALLED.findall(said)})
        self.calling = sorted({found.lower() for found in _CALLING.findall(said)})

    # --- Texts ---------------------------------------------------------------------------------------

    def template(self, text: str, origin: Origin) -> str:
        """A text for machines as one of our templates; what cannot be said is noted."""
        for code in _CODE.findall(text):  # Glific runs Elixir in a text
            self.writer.note(origin, Outcome.CHANGED, "code", code)
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
            language = find_language(foreign)
            if translated.strip() and language in self.writer.languages and language not in texts:
                texts[language] = self.template(translated, origin)
        return dict(texts) if len(self.writer.languages) > 1 else texts[self.writer.default_language]

    def is_translated(self, owner: str, field: str) -> bool:
        return any(
            as_list(as_object(as_object(things).get(owner)).get(field)) for things in self._localization.values()
        )

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

    def reads(self, name: str) -> bool:
        """Whether the flow looks at a result by name."""
        return slug(name) in self._read

    def outcome(self, name: str) -> str | None:
        """Where it is kept how an action went; None where only the router behind it asks."""
        key = slug(name)
        return self.category(name) if self._reads[key] > self._routed[key] else None

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
                return Value(self.preset(self.names.of(f"locals.{name}", near=f"local_{name}"), ""), is_number=True)
            case _:
                return None

    def _result(self, rest: Sequence[str]) -> Value | None:
        key = rest[0]
        name = self.names.of(f"results.{key}", near=key)
        match list(rest[1:]):
            case [] | ["value" | "input" | "values"]:
                return Value(name, is_number=key in self._numbers)
            case ["category" | "category_localized"]:
                return Value(self.names.of(f"results.{key}.category", near=f"{key}_category"))
            case ["extra", *deeper] | deeper if key in self.answers:
                return Value(dotted(name, "body", *deeper))
            case [part] if part in _PLACE and key in self._places:
                return Value(dotted(name, part))
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
            case ["fields", key, *_]:
                return Value(self.field(key))
            case [key] if key in self.fields:
                return Value(self.field(key))
            case _:
                return None


def _nodes_of(flow: JsonObject) -> Iterator[tuple[JsonObject, list[JsonObject]]]:
    for node in as_objects(flow.get("nodes")):
        yield as_object(node.get("router")), as_objects(node.get("actions"))


def _fields_of(flow: JsonObject) -> set[str]:
    """The keys of the contact's own fields that a flow writes."""
    given = [as_object(action.get("field")) for _, actions in _nodes_of(flow) for action in actions]
    return {as_text(each.get("key")).lower() for each in given if as_text(each.get("key"))}


def _categories_routed_on(flow: JsonObject) -> Counter[str]:
    """How often the router of an action's own node asks for the category of its result."""
    counted: Counter[str] = Counter()
    for router, actions in _nodes_of(flow):
        own = {slug(as_text(action.get("result_name"))) for action in actions} - {""}
        counted.update(key for key in _CATEGORY.findall(as_text(router.get("operand"))) if key.lower() in own)
    return counted


def _results_of(flow: JsonObject, test: str) -> set[str]:
    """The results that are what a test of this name, or one that begins so, has found."""
    return {
        slug(as_text(router.get("result_name")))
        for router, _ in _nodes_of(flow)
        if any(as_text(case.get("type")).startswith(test) for case in as_objects(router.get("cases")))
    }


def _item_text(item: Json) -> str:
    return as_text(item.get("text")) if isinstance(item, dict) else as_text(item)


def languages_of(flow: JsonObject) -> tuple[list[str], str, list[str]]:
    """The flow's languages here, its own first; its own; and those that nobody here knows."""
    own = read_language(as_text(flow.get("language")))
    localization: Mapping[str, Json] = as_object(flow.get("localization"))
    given = {each: find_language(each) for each in localization if localization[each]}
    known = [each for each in given.values() if each is not None]
    return list(dict.fromkeys([own, *known]))[:20], own, [each for each, found in given.items() if found is None]
