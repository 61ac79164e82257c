"""A real person made a stranger: what names somebody in a conversation that becomes a test. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from hoopoe.kernel.json import Json, JsonObject

NAME: Final = "Sara"
PHONE: Final = "966500000000"
ADDRESS: Final = "someone@example.com"

Found = Literal["name_replaced", "phone_replaced", "address_replaced"]

_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
# As people write numbers; no part of an id, of a longer word or of a date.
_PHONE: Final = re.compile(r"(?<![\w.:-])(\+?)(?:00)?\d(?:[\s().-]?\d){8,14}(?![\w:-])")
_LEAST_NAME: Final = 3


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

    def _put(self, pattern: re.Pattern[str] | None, placeholder: str, text: str, kind: Found) -> str:
        if pattern is None:
            return text
        changed, count = pattern.subn(placeholder, text)
        if count and changed != text:
            self.found[kind] += count
        return changed
