"""What a flow would have done to the person and the conversation: shown in a preview, done in production. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hoopoe.flows.runner.scene import TurnRows
from hoopoe.kernel.json import Json

ChangeKind = Literal["tag_added", "tag_removed", "field_set", "name_set", "language_set", "handed_over", "reacted"]


@dataclass(frozen=True, slots=True)
class Change:
    """`name`: the tag, the field, or the emoji. `value`: what was set, or the note of a hand-over."""

    kind: ChangeKind
    name: str | None = None
    value: Json = None


def list_changes(written: TurnRows) -> list[Change]:
    """What the rows of one input would change, besides messages and what the flow itself remembers."""
    changes: list[Change] = []
    for contact in written.contacts.values():
        for tag, is_on in contact.tags.items():
            changes.append(Change("tag_added" if is_on else "tag_removed", tag))
        changes += [Change("field_set", name, value) for name, value in contact.fields.items()]
        if contact.language is not None:
            changes.append(Change("language_set", value=contact.language))
        if contact.has_given_name:
            named = written.names.get(contact.contact_id)
            changes.append(Change("name_set", value=named.name if named is not None else None))
    changes += [Change("reacted", reaction.emoji) for reaction in written.reactions.values()]
    handed = [event for event in written.thread_events if event.type == "handed_over"]
    changes += [Change("handed_over", value=event.note) for event in handed]
    return changes
