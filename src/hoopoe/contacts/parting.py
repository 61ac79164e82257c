"""Parting a contact that was made one with another by mistake: what is the contacts' own of it.

What the merge recorded goes back (`contact_merges.moved`), and the two are kept apart from then on. The conversations
are parted by their slice, between `restore_contact` and `name_apart`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from hoopoe.contacts.resolve import NewName, rename_contacts
from hoopoe.kernel.db.pool import Connection

READ_RECORD: Final = """
select merge.moved from contact_merges as merge
join contact_aliases as alias on alias.workspace_id = $1 and alias.id = merge.merged_id and alias.contact_id = $2
where merge.workspace_id = $1 and merge.merged_id = $3
"""

# The record goes: what it tells of is undone.
TAKE_RECORD: Final = """
delete from contact_merges where workspace_id = $1 and merged_id = $3 and exists (
    select from contact_aliases where workspace_id = $1 and id = $3 and contact_id = $2
) returning merged_id
"""

# Columns that the record does not know yet are as those of the contact that had it meanwhile.
RESTORE: Final = (
    """
    insert into contacts
    select (jsonb_populate_record(holder, $4::jsonb || jsonb_build_object('workspace_id', $1::uuid))).*
    from contacts as holder where workspace_id = $1 and id = $2 and $3::uuid is not null
    """,
    """
    update identities set contact_id = $3
    from jsonb_to_recordset($4::jsonb -> 'identities') as own (kind text, scope text, value text)
    where identities.workspace_id = $1 and identities.contact_id = $2
      and identities.kind = own.kind and identities.scope = own.scope and identities.value = own.value
    """,
    """
    update former_identities set contact_id = $3
    from jsonb_to_recordset($4::jsonb -> 'former_identities')
        as own (kind text, scope text, value text, until timestamptz)
    where former_identities.workspace_id = $1 and former_identities.contact_id = $2
      and former_identities.kind = own.kind and former_identities.scope = own.scope
      and former_identities.value = own.value and former_identities.until = own.until
    """,
)

# Whoever was made one with the restored contact before that is still it.
FOLLOW: Final = """
with recursive taken_up as (
    select merged_id from contact_merges where workspace_id = $1 and kept_id = $3
    union
    select merge.merged_id from contact_merges as merge join taken_up on merge.kept_id = taken_up.merged_id
    where merge.workspace_id = $1
), own as (
    delete from contact_aliases where workspace_id = $1 and id = $3
)
update contact_aliases set contact_id = $3
where workspace_id = $1 and contact_id = $2 and id in (select merged_id from taken_up)
"""

# Whose opt-out it was nobody knows any more: it is both's.
KEEP_CONSENTS: Final = """
insert into consents (workspace_id, contact_id, category, state, method, detail, at)
select workspace_id, $3::uuid, category, state, method, detail, at from consents
where workspace_id = $1 and contact_id = $2
on conflict (workspace_id, contact_id, category) do nothing
"""


@dataclass(frozen=True, slots=True)
class Merge:
    """What was another contact's before it was made one with `holder_id`: `moved` is as the database keeps it."""

    workspace_id: UUID
    holder_id: UUID
    merged_id: UUID
    moved: Mapping[str, Any]


async def read_merge(conn: Connection, workspace_id: UUID, holder_id: UUID, merged_id: UUID) -> Merge | None:
    """The record of a merge; None where there is none (any more)."""
    moved = await conn.fetchval(READ_RECORD, workspace_id, holder_id, merged_id)
    return Merge(workspace_id, holder_id, merged_id, moved) if moved is not None else None


async def restore_contact(conn: Connection, merge: Merge) -> bool:
    """Make the contact that was merged anew, with the identities that it had and nobody else has taken since.

    False: somebody else has just done so.
    """
    pair = merge.workspace_id, merge.holder_id, merge.merged_id
    if await conn.fetchval(TAKE_RECORD, *pair) is None:
        return False
    await conn.execute(RESTORE[0], *pair, merge.moved["contact"])
    for statement in RESTORE[1:]:
        await conn.execute(statement, *pair, merge.moved)
    await conn.execute(FOLLOW, *pair)
    await conn.execute(KEEP_CONSENTS, *pair)
    return True


async def name_apart(conn: Connection, merge: Merge) -> None:
    """Let a search find each of the two by what is its own."""
    rows = await conn.fetch(
        "select id, name, username from contacts where workspace_id = $1 and id = any ($2::uuid[]) order by id",
        merge.workspace_id,
        [merge.holder_id, merge.merged_id],
    )
    await rename_contacts(conn, [NewName(merge.workspace_id, row["id"], row["name"], row["username"]) for row in rows])
