"""A person's talk with a bot, turn by turn, in this process: a real database, and no provider."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hoopoe.channels.contract import ItemKind
from hoopoe.kernel.db.pool import Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.inbox import put_item
from hoopoe.webhooks.turns import Handlers
from tests.core.webhooks import file_messages
from tests.support.core import fetch_rows, make_handlers, take_turns
from tests.support.tenants import Tenant, make_tenant


@dataclass
class Talk:
    """One person and one tenant. `handlers` are a worker's: new ones know nothing that is not in the database."""

    pool: Pool
    tenant: Tenant
    handlers: Handlers = field(default_factory=make_handlers)

    async def say(self, text: str) -> list[str]:
        """Write to the bot; what it said since."""
        before = len(await self.said())
        await file_messages(self.pool, self.tenant, {"type": "text", "text": {"body": text}})
        await self.turn()
        return (await self.said())[before:]

    async def turn(self) -> None:
        await take_turns(self.pool, self.handlers)

    def restart(self) -> None:
        """Another worker goes on."""
        self.handlers = make_handlers()

    async def said(self) -> list[str]:
        rows = await self.fetch("select content from messages where author_kind = 'bot' order by id")
        return [row["content"].get("body", "") for row in rows]

    async def fetch(self, sql: str, *arguments: object) -> list[Record]:
        return list(await fetch_rows(self.pool, self.tenant, sql, *arguments))

    async def session(self) -> Record:
        """The newest session."""
        [row] = await self.fetch("select * from flow_sessions order by id desc limit 1")
        return row

    async def put(self, kind: ItemKind, key: str, item: Mapping[str, Json]) -> None:
        """Put an input of the conversation into its lane, as a timer or a finished effect does."""
        [row] = await self.fetch("select id, lane from conversations")
        async with transaction(self.pool, role="hoopoe_pipe") as conn:
            await put_item(
                conn,
                workspace_id=self.tenant.workspace_id,
                channel_id=self.tenant.channel_id,
                lane=row["lane"],
                kind=kind,
                key=key,
                item={"conversation_id": str(row["id"]), **item},
            )

    async def end_wait(self, *, sprint: int | None = None, key: str | None = None, kind: str = "delay") -> None:
        """The timer of the newest session falls due (of an older sprint, where one is given)."""
        session = await self.session()
        item: JsonObject = {"session_id": str(session["id"]), "sprint": sprint or session["sprint"], "kind": kind}
        await self.put(ItemKind.TIMER, key or f"t:{new_id()}", item)
        await self.turn()

    async def finish_effect(self, result: JsonObject, *, sprint: int | None = None, key: str | None = None) -> None:
        """The effect of the newest session is done."""
        session = await self.session()
        item: JsonObject = {
            "session_id": str(session["id"]),
            "sprint": sprint or session["sprint"],
            "result": result,
        }
        await self.put(ItemKind.EFFECT, key or f"e:{new_id()}", item)
        await self.turn()

    async def publish(self, blueprint: dict[str, Any], bot_id: UUID | None = None, *, status: str = "active") -> UUID:
        """A version of a bot of the tenant's, a new one where none is given; returns the bot."""
        is_new = bot_id is None
        bot_id, version_id = bot_id or new_id(), new_id()
        workspace_id, encoded = self.tenant.workspace_id, blueprint
        async with transaction(self.pool, role="hoopoe_app", workspaces=[workspace_id]) as conn:
            if is_new:
                await conn.execute(
                    "insert into bots (workspace_id, id, name, status, draft) values ($1, $2, 'Other', $3, $4)",
                    workspace_id,
                    bot_id,
                    status,
                    encoded,
                )
            await conn.execute(
                """
                insert into bot_versions (workspace_id, id, bot_id, number, blueprint)
                select $1, $2, $3, coalesce(max(number), 0) + 1, $4 from bot_versions
                where workspace_id = $1 and bot_id = $3
                """,
                workspace_id,
                version_id,
                bot_id,
                encoded,
            )
            await conn.execute(
                "update bots set published_version_id = $3 where workspace_id = $1 and id = $2",
                workspace_id,
                bot_id,
                version_id,
            )
        return bot_id


async def open_talk(pool: Pool, settings: Settings, blueprint: dict[str, Any]) -> Talk:
    """A tenant of its own with one bot."""
    dsn = settings.require_database_url()
    return Talk(pool, await make_tenant(dsn, make_keyring(settings), blueprint=json.loads(json.dumps(blueprint))))
