"""People whom somebody keeps apart: nothing that shows them together makes them one again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias
from uuid import UUID

from hoopoe.kernel.db.pool import Connection

Apart: TypeAlias = frozenset[tuple[UUID, UUID]]
"""Pairs of contacts, each in both orders. Ids are unique beyond a workspace."""

FIND: Final = """
select apart.one_id, apart.other_id
from unnest($1::uuid[], $2::uuid[]) as asked (workspace_id, contact_id)
join contacts_apart as apart on apart.workspace_id = asked.workspace_id and apart.one_id = asked.contact_id
"""

MARK: Final = """
insert into contacts_apart (workspace_id, one_id, other_id, at, user_id)
values ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), domain_now(), $4)
on conflict do nothing
"""


async def find_apart(conn: Connection, named: Iterable[tuple[UUID, Iterable[UUID]]]) -> Apart:
    """Which of these contacts, each some of one workspace, are kept apart."""
    keys = sorted({(workspace, contact) for workspace, some in named for contact in some})
    if not keys:
        return frozenset()
    rows = await conn.fetch(FIND, [workspace for workspace, _ in keys], [contact for _, contact in keys])
    pairs = [(row["one_id"], row["other_id"]) for row in rows]
    return frozenset([*pairs, *((other, one) for one, other in pairs)])


async def keep_apart(conn: Connection, workspace_id: UUID, one: UUID, other: UUID, *, user_id: UUID) -> None:
    """Keep two contacts apart, on somebody's word."""
    await conn.execute(MARK, workspace_id, one, other, user_id)
