"""Secret addresses: made, listed, ended, and what a call of one comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import ItemKind
from hoopoe.contacts.identities import phone_candidates
from hoopoe.flows.beginning import schemas
from hoopoe.flows.beginning.errors import NobodyToStart, NoWebhookTrigger
from hoopoe.flows.beginning.items import make_beginning
from hoopoe.flows.nodes.trigger_matching import WEBHOOK
from hoopoe.flows.versions.queries import access_bot
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import hash_token, new_token
from hoopoe.webhooks.inbox import put_item

PREFIX: Final = "hook_"

CREATE: Final = """
insert into flow_hooks (workspace_id, id, bot_id, node_id, token_hash, created_by) values ($1, $2, $3, $4, $5, $6)
on conflict (workspace_id, bot_id, node_id)
do update set id = excluded.id, token_hash = excluded.token_hash, created_by = excluded.created_by,
    created_at = now(), used_at = null
returning id, node_id, created_at, used_at
"""
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
# The person's newest conversation on a channel that the bot answers.
FIND: Final = """
select conversation.id, conversation.channel_id, conversation.lane
from conversations as conversation
join channels as channel on channel.workspace_id = $1 and channel.id = conversation.channel_id
where conversation.workspace_id = $1 and channel.status = 'active' and (channel.bot_id is null or channel.bot_id = $2)
  and conversation.contact_id = coalesce(
      $3::uuid,
      (select contact_id from identities
       where workspace_id = $1 and kind = 'phone' and scope = '' and value = any ($4::text[])
       order by array_position($4::text[], value) limit 1)
  )
order by conversation.last_at desc limit 1
"""


@dataclass(frozen=True, slots=True)
class CreatedHook:
    """A new address. `token` is known here and never again."""

    hook: schemas.Hook
    token: str


async def list_hooks(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> list[schemas.Hook]:
    """The addresses of a bot, without what makes them secret. Raises `NotFound`."""
    await access_bot(conn, scope, bot_id)
    rows = await conn.fetch(
        "select id, node_id, created_at, used_at from flow_hooks where workspace_id = $1 and bot_id = $2 "
        "order by node_id",
        scope.workspace_id,
        bot_id,
    )
    return [schemas.Hook(**row) for row in rows]


async def create_hook(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, node_id: str) -> CreatedHook:
    """Make an address for a trigger; the one before ends. Raises `NotFound`, `NoWebhookTrigger`."""
    await access_bot(conn, scope, bot_id)
    if not await conn.fetchval(HAS_TRIGGER, scope.workspace_id, bot_id, node_id):
        raise NoWebhookTrigger
    token = new_token(PREFIX)
    row = await conn.fetchrow(CREATE, scope.workspace_id, new_id(), bot_id, node_id, hash_token(token), scope.user_id)
    if row is None:
        raise RuntimeError("a hook was not inserted")
    await record(
        conn,
        scope,
        "hook.created",
        target_kind="hook",
        target_id=row["id"],
        after={"bot_id": str(bot_id), "node_id": node_id},
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


async def take_call(work: Work, token: str, *, given: schemas.HookCall, key: str | None) -> UUID:
    """Start a flow for one person; returns the conversation. A call with a `key` that was there starts nothing again.

    Raises `NotFound` for an address that is none, `ValidationFailed` without a person, `NobodyToStart`.
    """
    conn = await work.begin(role=tenancy.APP, token_hash=hash_token(token))
    hook = await conn.fetchrow(
        "select workspace_id, id, bot_id, node_id from flow_hooks where token_hash = $1", hash_token(token)
    )
    if hook is None:
        raise NotFound
    workspace_id: UUID = hook["workspace_id"]
    await work.narrow(workspace_id)
    if not await conn.fetchval(
        "select exists (select from workspaces where id = $1 and deleted_at is null)", workspace_id
    ):
        raise NotFound
    if given.phone is None and given.contact_id is None:
        raise ValidationFailed(FieldFault("phone", "Say for whom the flow starts.", "missing"))
    spellings = phone_candidates(f"+{given.phone.removeprefix('+')}") if given.phone is not None else ()
    found = await conn.fetchrow(FIND, workspace_id, hook["bot_id"], given.contact_id, list(spellings))
    if found is None:
        raise NobodyToStart
    await conn.execute(
        "update flow_hooks set used_at = now() where workspace_id = $1 and id = $2", workspace_id, hook["id"]
    )
    told: JsonObject = given.model_dump(mode="json", exclude_none=True)
    item = make_beginning(
        WEBHOOK, bot_id=hook["bot_id"], node_id=hook["node_id"], at=await read_domain_now(conn), told=told
    )
    await put_item(
        conn,
        workspace_id=workspace_id,
        channel_id=found["channel_id"],
        lane=found["lane"],
        kind=ItemKind.RETRY,
        key=f"h:{hook['id']}:{key or new_id()}",
        item={**item, "conversation_id": str(found["id"])},
    )
    work.hint(Topic.INBOX)
    conversation_id: UUID = found["id"]
    return conversation_id
