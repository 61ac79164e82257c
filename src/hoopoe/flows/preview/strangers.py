"""A real person made a stranger: what names somebody in what becomes a test or an example. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from hoopoe.kernel.json import Json, JsonObject

NAME: Final = "Sara"
PHONE: Final = "966500000000"
ADDRESS: Final = "someone@example.com"
HIDDEN: Final = "…"

Found = Literal["name_replaced", "phone_replaced", "address_replaced"]

_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
# As people write numbers; no part of an id, of a longer word or of a date.
_PHONE: Final = re.compile(r"(?<![\w.:-])(\+?)(?:00)?\d(?:[\s().-]?\d){8,14}(?![\w:-])")
_LEAST_NAME: Final = 3

# Fields of other systems that say themselves that they are about a person.
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[ -]+")
_SOMEBODY: Final = (
    r"(?:customer|contact|client|user|guest|patient|person|people|recipient|sender|owner|member|student)s?"
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_PEOPLE: Final = re.compile(_SOMEBODY)
_FIELDS: Final = (
    (re.compile(r"(?:.*_)?e_?mails?(?:_?address)?"), ADDRESS),
    (re.compile(r"(?:.*_)?(?:(?:tele)?phone|mobile|whatsapp|msisdn|tel)(?:_?(?:number|no))?"), PHONE),
    (re.compile(rf"(?:.*_)?(?:first|last|middle|given|family|full|nick|sur|{_SOMEBODY})_?name|{_SOMEBODY}"), NAME),
    (re.compile(r"(?:.*_)?(?:address|street|birth_?da(?:y|te)|date_of_birth|dob|iban|national_id|passport)"), HIDDEN),
    (re.compile(r"(?:.*_)?(?:address_?(?:line)?_?\d|(?:passport|identity)_?(?:number|no))"), HIDDEN),
)


@dataclass(slots=True)
class Stranger:
    """Puts placeholders for a person's name and number, and for any other number or address. `found` counts them."""

    names: tuple[str, ...]
    found: Counter[Found] = field(default_factory=Counter)
    _name: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        parts = {part for name in self.names for part in (name, *name.split()) if len(part) >= _LEAST_NAME}
        if parts:
            longest_first = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
            self._name = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)

    def text(self, text: str) -> str:
        """A text without them. Who is called by a number or an address is a name first: as such flows speak of them."""
        is_name_first = any(_PHONE.fullmatch(name) or _ADDRESS.fullmatch(name) for name in self.names)
        text = self._put(self._name, NAME, text, "name_replaced") if is_name_first else text
        text = self._put(_ADDRESS, ADDRESS, text, "address_replaced")
        text = self._put(_PHONE, rf"\g<1>{PHONE}", text, "phone_replaced")
        return text if is_name_first else self._put(self._name, NAME, text, "name_replaced")

    def json(self, value: Json) -> Json:
        """A value without them, wherever they stand in it; names of fields are kept."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return self.object(value)
            case list():
                return [self.json(item) for item in value]
            case _:
                return value

    def object(self, value: JsonObject) -> JsonObject:
        return {key: self.json(item) for key, item in value.items()}

    def answer(self, given: JsonObject) -> JsonObject:
        """Another system's answer without them, and without what its own fields say is about a person."""
        return self.object(_clear(given))

    def _put(self, pattern: re.Pattern[str] | None, placeholder: str, text: str, kind: Found) -> str:
        if pattern is None:
            return text
        changed, count = pattern.subn(placeholder, text)
        if count and changed != text:
            self.found[kind] += count
        return changed


def _clear(given: JsonObject, *, is_person: bool = False) -> JsonObject:
    """An object whose fields about people hold placeholders; so does `name` where the object itself is a person."""
    cleared: JsonObject = {}
    for key, value in given.items():
        name = _HUMP.sub("_", key).lower()
        placeholder = next((each for field, each in _FIELDS if field.fullmatch(name)), None)
        if is_person and name == "name":
            placeholder = NAME
        cleared[key] = _clear_value(value, placeholder, is_person=_PEOPLE.fullmatch(name) is not None)
    return cleared


def _clear_value(value: Json, placeholder: str | None, *, is_person: bool) -> Json:
    match value:
        case dict() if placeholder == HIDDEN:
            return {key: _clear_value(item, HIDDEN, is_person=False) for key, item in value.items()}
        case dict():
            return _clear(value, is_person=is_person)
        case list():
            return [_clear_value(item, placeholder, is_person=is_person) for item in value]
        case _:
            return _clear_leaf(value, placeholder)


def _clear_leaf(value: Json, placeholder: str | None) -> Json:
    """A text or a number of such a field; one that only counts people, or says yes or no, stays."""
    if isinstance(value, str) and value and placeholder is not None:
        return value if placeholder == NAME and not _LETTER.search(value) else placeholder
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return int(PHONE) if is_number and placeholder == PHONE else value
