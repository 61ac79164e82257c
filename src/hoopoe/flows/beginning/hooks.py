"""Secret addresses: made, rotated, listed, ended, and what became of their calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.flows.beginning import schemas
from hoopoe.flows.beginning.errors import NoWebhookTrigger
from hoopoe.flows.versions.queries import require_bot
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import hash_token, new_token

PREFIX: Final = "hook_"
SHOWN_CALLS: Final = 20
COLUMNS: Final = (
    "id, node_id, created_at, used_at, case when former_until > now() then former_until end as former_until"
)

# The row stays the same when its secret is another: so do its calls, and the keys that came with them.
CREATE: Final = f"""
insert into flow_hooks (workspace_id, id, bot_id, node_id, token_hash, created_by) values ($1, $2, $3, $4, $5, $6)
on conflict (workspace_id, bot_id, node_id)
do update set token_hash = excluded.token_hash, created_by = excluded.created_by, created_at = now(),
    former_hash = case when $7::int > 0 then flow_hooks.token_hash end,
    former_until = case when $7::int > 0 then now() + make_interval(secs => $7::int) end
returning {COLUMNS}
"""  # noqa: S608  # a constant
HAS_TRIGGER: Final = """
select exists (
    select from bots
    join bot_versions as version
        on version.workspace_id = bots.workspace_id and version.id = bots.published_version_id
    cross join jsonb_array_elements(version.blueprint -> 'nodes') as node
    where bots.workspace_id = $1 and bots.id = $2 and node ->> 'id' = $3
      and node ->> 'type' = 'whatsapp_trigger' and node -> 'config' ->> 'trigger_type' = 'webhook'
)
"""
CALLS: Final = """
select at, status, reason, outcome from flow_hook_calls where workspace_id = $1 and hook_id = $2
order by at desc, id desc limit $3
"""


@dataclass(frozen=True, slots=True)
class CreatedHook:
    """A new address. `token` is known here and never again."""

    hook: schemas.Hook
    token: str


async def list_hooks(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> list[schemas.Hook]:
    """The addresses of a bot, without what makes them secret. Raises `NotFound`."""
    await require_bot(conn, scope, bot_id)
    rows = await conn.fetch(
        f"select {COLUMNS} from flow_hooks where workspace_id = $1 and bot_id = $2 order by node_id",  # noqa: S608  # a constant
        scope.workspace_id,
        bot_id,
    )
    return [schemas.Hook(**row) for row in rows]


async def list_calls(conn: Connection, scope: WorkspaceScope, bot_id: UUID, hook_id: UUID) -> list[schemas.HookEvent]:
    """The last calls of an address, the newest first. Raises `NotFound`."""
    if hook_id not in {hook.id for hook in await list_hooks(conn, scope, bot_id)}:
        raise NotFound
    rows = await conn.fetch(CALLS, scope.workspace_id, hook_id, SHOWN_CALLS)
    return [schemas.HookEvent(**row) for row in rows]


async def create_hook(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, node_id: str, keep_former_seconds: int = 0
) -> CreatedHook:
    """Make an address for a trigger. The one before ends, at once or after so many seconds; one before that, at once.

    Raises `NotFound`, `NoWebhookTrigger`.
    """
    await require_bot(conn, scope, bot_id)
    if not await conn.fetchval(HAS_TRIGGER, scope.workspace_id, bot_id, node_id):
        raise NoWebhookTrigger
    token, hook_id = new_token(PREFIX), new_id()
    row = await conn.fetchrow(
        CREATE, scope.workspace_id, hook_id, bot_id, node_id, hash_token(token), scope.user_id, keep_former_seconds
    )
    if row is None:
        raise RuntimeError("a hook was not inserted")
    is_new = row["id"] == hook_id
    await record(
        conn,
        scope,
        "hook.created" if is_new else "hook.rotated",
        target_kind="hook",
        target_id=row["id"],
        after={
            "bot_id": str(bot_id),
            "node_id": node_id,
            **({} if is_new else {"former_ends_in_seconds": keep_former_seconds}),
        },
    )
    return CreatedHook(schemas.Hook(**row), token)


async def delete_hook(conn: Connection, scope: WorkspaceScope, bot_id: UUID, hook_id: UUID) -> None:
    """End an address. Raises `NotFound`."""
    node_id = await conn.fetchval(
        "delete from flow_hooks where workspace_id = $1 and bot_id = $2 and id = $3 returning node_id",
        scope.workspace_id,
        bot_id,
        hook_id,
    )
    if node_id is None:
        raise NotFound
    await record(
        conn,
        scope,
        "hook.deleted",
        target_kind="hook",
        target_id=hook_id,
        before={"bot_id": str(bot_id), "node_id": node_id},
    )
