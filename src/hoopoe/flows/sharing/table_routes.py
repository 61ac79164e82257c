"""What flows do with data tables, over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hoopoe.flows.sharing.schemas import TableUses
from hoopoe.flows.sharing.table_uses import find_uses
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import NotPermitted
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api/tables", tag="tables")

MayRead = Annotated[WorkspaceScope, requires(Permission.TABLES_READ)]


@router.get("/{table_id}/uses", responses=refusals())
async def list_table_uses(conn: Conn, scope: MayRead, table_id: UUID) -> TableUses:
    """Which steps of which bots ask a table, in drafts, in what is published and in what people are still in."""
    if not scope.allows(Permission.BOTS_READ):
        raise NotPermitted(details={"permission": Permission.BOTS_READ.value})
    return TableUses(data=await find_uses(conn, scope, table_id))
