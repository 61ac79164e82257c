"""The audit log: an entry is a row of the very transaction that it tells of."""

from __future__ import annotations

from uuid import UUID

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject


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
