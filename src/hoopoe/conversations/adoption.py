"""Messages that come by themselves after the history imported them: adopted, as if they had never been imported.

The row keeps its id, and so its place in the thread. A person's message is looked for here only where something of
its conversation was imported, or when it failed by its unique id; an echo is looked for anyway (`echoes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import MEDIA_TYPES
from hoopoe.conversations.imports import PLACEHOLDER
from hoopoe.conversations.messages import MessageRow
from hoopoe.kernel.db.pool import Connection
from hoopoe.media.files import expect_files, plan_files

FIND: Final = """
select asked.position, message.id, message.is_imported and message.direction = 'in' as is_adoptable,
       message.type = 'unsupported' and message.content ->> 'type' = $4 as is_placeholder
from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality
    as asked (workspace_id, channel_id, provider_id, position)
cross join lateral (
    select id, is_imported, direction, type, content from messages where workspace_id = asked.workspace_id
        and channel_id = asked.channel_id and provider_id = asked.provider_id limit 1
) as message
"""

# Whose it is, the live message knows best: the history may have told less of the person.
ADOPT: Final = """
update messages set is_imported = false, is_stale = adopted.is_stale, conversation_id = adopted.conversation_id,
    author_id = adopted.author_id, type = coalesce(adopted.type, messages.type),
    content = coalesce(adopted.content, messages.content)
from unnest($1::uuid[], $2::uuid[], $3::bool[], $4::uuid[], $5::uuid[], $6::text[], $7::jsonb[])
    as adopted (workspace_id, id, is_stale, conversation_id, author_id, type, content)
where messages.workspace_id = adopted.workspace_id and messages.id = adopted.id
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """A message that was imported and may be adopted. `is_placeholder`: without the file that it came with."""

    id: UUID
    is_placeholder: bool


@dataclass(frozen=True, slots=True)
class Adoption:
    """An imported message, and the row that it would have been. Its content stays, unless it lacked its file."""

    row: MessageRow
    is_placeholder: bool

    @property
    def has_file(self) -> bool:
        return self.is_placeholder and self.row.type in MEDIA_TYPES


async def find_filed_before(conn: Connection, keys: Sequence[tuple[UUID, UUID, str]]) -> list[Imported | bool]:
    """Of messages by (workspace, channel, the provider's id): what can be adopted, else whether it is filed."""
    found: list[Imported | bool] = [False] * len(keys)
    rows = await conn.fetch(
        FIND,
        [workspace_id for workspace_id, _, _ in keys],
        [channel_id for _, channel_id, _ in keys],
        [provider_id for _, _, provider_id in keys],
        PLACEHOLDER,
    )
    for row in rows:
        found[row["position"] - 1] = Imported(row["id"], bool(row["is_placeholder"])) if row["is_adoptable"] else True
    return found


async def adopt_messages(conn: Connection, adoptions: Sequence[Adoption]) -> None:
    """Make imported messages ordinary ones. The caller holds their conversations."""
    if not adoptions:
        return
    ordered = sorted(adoptions, key=lambda each: (each.row.workspace_id, each.row.id))
    rows = [each.row for each in ordered]
    planned = [
        plan_files(each.row.workspace_id, each.row.channel_id, each.row.id, each.row.content) if each.has_file else None
        for each in ordered
    ]
    await conn.execute(
        ADOPT,
        [row.workspace_id for row in rows],
        [row.id for row in rows],
        [row.is_stale for row in rows],
        [row.conversation_id for row in rows],
        [row.author_id for row in rows],
        [each.row.type if each.has_file else None for each in ordered],
        [plan[0] if plan is not None else None for plan in planned],
    )
    await expect_files(conn, [file for plan in planned if plan is not None for file in plan[1]])
