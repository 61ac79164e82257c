"""Events that reach beyond the conversation: what a flow learns of a person, and how it answers without words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from hoopoe.kernel.json import Json

MAX_CONTACT_FIELDS: Final = 100
MAX_FIELD_CHARS: Final = 1_000
MAX_TAGS: Final = 50
MAX_TAG_CHARS: Final = 50


@dataclass(frozen=True, slots=True)
class ContactUpdated:
    """`attribute` is `name`, `language`, or `field`, of which `key` is the name. A field of None is removed."""

    type: ClassVar[str] = "contact_updated"
    attribute: Literal["name", "language", "field"]
    key: str
    value: Json
    node_id: str


@dataclass(frozen=True, slots=True)
class TagsChanged:
    """Tags that the person did not have and has now, and the other way round."""

    type: ClassVar[str] = "tags_changed"
    added: tuple[str, ...]
    removed: tuple[str, ...]
    node_id: str


@dataclass(frozen=True, slots=True)
class MessageReacted:
    """A reaction to the person's last message; an empty `emoji` takes it back."""

    type: ClassVar[str] = "message_reacted"
    emoji: str
    node_id: str
