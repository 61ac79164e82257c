"""What flows learn of people, written for a whole turn at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import Json, JsonObject

# Locked in one order: two numbers of one workspace may learn of the same people at once. Tags are a set in the order
# in which they came; fields and tags are changed one by one, so that two turns lose nothing of each other's.
CHANGE: Final = """
with locked as (
    select contact.workspace_id, contact.id, told.change
    from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) with ordinality as told (workspace_id, id, change, position)
    cross join lateral (
        select workspace_id, id from contacts
        where workspace_id = told.workspace_id and id = told.id for no key update
    ) as contact
    order by told.position
)
update contacts set
    language = coalesce(locked.change ->> 'language', contacts.language),
    has_given_name = contacts.has_given_name or (locked.change -> 'has_given_name')::boolean,
    fields = (contacts.fields || (locked.change -> 'fields'))
        - array(select jsonb_array_elements_text(locked.change -> 'fields_gone')),
    tags = array(
        select tag from unnest(
            contacts.tags || array(select jsonb_array_elements_text(locked.change -> 'tags'))
        ) with ordinality as had (tag, place)
        where not locked.change -> 'tags_gone' ? tag
        group by tag order by min(place)
    )
from locked
where contacts.workspace_id = locked.workspace_id and contacts.id = locked.id
"""


@dataclass(slots=True)
class ContactChange:
    """What one turn learned of one contact, folded in order. A new name goes through `resolve.rename_contacts`."""

    workspace_id: UUID
    contact_id: UUID
    language: str | None = None
    has_given_name: bool = False
    fields: dict[str, Json] = field(default_factory=dict)
    tags: dict[str, bool] = field(default_factory=dict)
    """True: put on; False: taken off."""

    def describe(self) -> JsonObject:
        """As the statement reads it. A field of None is removed."""
        return {
            "language": self.language,
            "has_given_name": self.has_given_name,
            "fields": {name: value for name, value in self.fields.items() if value is not None},
            "fields_gone": [name for name, value in self.fields.items() if value is None],
            "tags": [tag for tag, is_on in self.tags.items() if is_on],
            "tags_gone": [tag for tag, is_on in self.tags.items() if not is_on],
        }


async def change_contacts(conn: Connection, changes: Collection[ContactChange]) -> None:
    """Write these changes, each contact once: one statement, and none where there is nothing to write."""
    if not changes:
        return
    ordered = sorted(changes, key=lambda change: (change.workspace_id, change.contact_id))
    await conn.execute(
        CHANGE,
        [change.workspace_id for change in ordered],
        [change.contact_id for change in ordered],
        [change.describe() for change in ordered],
    )
