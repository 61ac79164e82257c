"""Who has a bot's draft open now. Each editor tells of itself every few seconds; one that fell silent has gone."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from hoopoe.flows.versions import schemas
from hoopoe.flows.versions.queries import read_draft_state
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection

SILENT_AFTER: Final = "40 seconds"


async def tell_editor(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, tab: str, is_leaving: bool
) -> schemas.DraftState:
    """Note one editor, forget the silent ones, and say who else is there. Raises `NotFound`."""
    state = await read_draft_state(conn, scope, bot_id)
    await conn.execute(
        f"""
        delete from bot_editors
        where workspace_id = $1 and bot_id = $2
            and (seen_at < clock_timestamp() - interval '{SILENT_AFTER}' or (tab = $3 and $4))
        """,  # noqa: S608  # a constant of ours
        scope.workspace_id,
        bot_id,
        tab,
        is_leaving,
    )
    if not is_leaving:
        await conn.execute(
            """
            insert into bot_editors (workspace_id, bot_id, tab, user_id, seen_at)
            values ($1, $2, $3, $4, clock_timestamp())
            on conflict (workspace_id, bot_id, tab) do update
                set seen_at = excluded.seen_at, user_id = excluded.user_id
            """,
            scope.workspace_id,
            bot_id,
            tab,
            scope.user_id,
        )
    rows = await conn.fetch(
        """
        select distinct users.id, users.name
        from bot_editors join users on users.id = bot_editors.user_id
        where workspace_id = $1 and bot_id = $2 and tab <> $3
        order by users.name, users.id limit 20
        """,
        scope.workspace_id,
        bot_id,
        tab,
    )
    others = [schemas.OtherEditor(id=row["id"], name=row["name"], is_self=row["id"] == scope.user_id) for row in rows]
    return state.model_copy(update={"others": others})
