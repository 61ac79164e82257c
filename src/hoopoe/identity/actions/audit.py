"""The audit log: an entry is a row of the very transaction that it tells of."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import narrow
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

# Nobody has shown who it is.
STRANGER: Final = "stranger"
# Whoever has the mailed link.
LINK: Final = "link"


async def record(
    conn: Connection,
    scope: WorkspaceScope,
    action: str,
    *,
    target_kind: str,
    target_id: UUID | None = None,
    before: JsonObject | None = None,
    after: JsonObject | None = None,
) -> None:
    """Note what the caller does. `before` and `after` never hold secrets."""
    await conn.execute(
        """
        insert into audit_entries
            (workspace_id, id, actor_id, actor_kind, address, action, target_kind, target_id, before, after)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        scope.workspace_id,
        new_id(),
        scope.user_id,
        scope.principal.value,
        scope.address,
        action,
        target_kind,
        target_id,
        before,
        after,
    )


async def record_of_person(
    conn: Connection,
    user_id: UUID,
    action: str,
    *,
    actor_kind: str,
    address: str | None,
    after: JsonObject | None = None,
) -> None:
    """Note what happened to a person's account outside any workspace, in every workspace of the person's.

    The transaction began for this very person; it is over those workspaces afterwards.
    """
    rows = await conn.fetch("select workspace_id from members where user_id = $1", user_id)
    workspaces = [row["workspace_id"] for row in rows]
    if not workspaces:
        return
    await narrow(conn, workspaces)
    await conn.execute(
        """
        insert into audit_entries
            (workspace_id, id, actor_id, actor_kind, address, action, target_kind, target_id, after)
        select workspace_id, id, $3, $4, $5, $6, 'user', $7, $8
        from unnest($1::uuid[], $2::uuid[]) as entry (workspace_id, id)
        """,
        workspaces,
        [new_id() for _ in workspaces],
        user_id if actor_kind != STRANGER else None,
        actor_kind,
        address,
        action,
        user_id,
        after,
    )
