"""Many people in the middle of one bot's flow: they write as webhooks do, and turns are taken as workers take them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hoopoe.flows.people.transitions import feed_transitions
from hoopoe.kernel.db.pool import TROUBLE, Pool, Record
from hoopoe.webhooks.turns import Handlers, TurnOptions, run_turn
from tests.flows_live.blueprints import JsonObject
from tests.support.api import Api, Caller
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.inbox import add_channel
from tests.support.tenants import Tenant


@dataclass
class Crowd:
    """An owner, a bot that was published through the API, and people by their number."""

    api: Api
    owner: Caller
    tenant: Tenant
    bot_id: UUID
    handlers: Handlers = field(default_factory=make_handlers)

    @property
    def bot(self) -> str:
        return f"/api/bots/{self.bot_id}"

    async def write(self, text: str, *customers: str) -> None:
        """Each of them writes this, and nobody has heard it yet."""
        for customer in customers:
            body = text_body(self.tenant, text, customer=customer, message_id=f"wamid.{secrets.token_hex(8)}")
            await file_body(self.api.services.pool, self.tenant, body)

    async def say(self, text: str, *customers: str) -> None:
        await self.write(text, *customers)
        await self.turn()

    async def turn(self) -> None:
        """Take turns until nothing is due; begun anew, as workers do, where a busy machine lets a transaction idle."""
        while True:
            try:
                await take_turns(self.api.services.pool, self.handlers)
            except TROUBLE:
                continue
            return

    async def fetch(self, sql: str, *arguments: object) -> list[Record]:
        return list(await fetch_rows(self.api.services.pool, self.tenant, sql, *arguments))

    async def publish(self, blueprint: JsonObject, **given: Any) -> JsonObject:
        """Save a draft and publish it."""
        saved = await self.owner.put(f"{self.bot}/flow", {"blueprint": blueprint})
        assert saved.status_code == 200, saved.text
        answer = await self.owner.post(f"{self.bot}/publish", given or None)
        assert answer.status_code == 200, answer.text
        published: JsonObject = answer.json()
        return published

    async def settle(self, *, rounds: int = 200) -> JsonObject:
        """Let the transition run to its end, as workers do, and say how it ended."""
        pool = self.api.services.pool
        for _ in range(rounds):
            await feed_all(pool)
            await self.turn()
            transition: JsonObject = (await self.owner.get(f"{self.bot}/transition")).json()
            if transition["is_done"]:
                return transition
            await asyncio.sleep(0.05)
        raise AssertionError(f"it does not end: {transition}")

    async def wait_for_end(self, *, seconds: float = 120) -> JsonObject:
        """How the transition ended, that others work on."""
        for _ in range(int(seconds * 10)):
            transition: JsonObject = (await self.owner.get(f"{self.bot}/transition")).json()
            if transition["is_done"]:
                return transition
            await asyncio.sleep(0.1)
        raise AssertionError(f"it does not end: {transition}")

    async def work(self, until: asyncio.Event, *, loops: int = 2) -> None:
        """Feed and take turns in several loops at once, until told to stop and nothing is left."""
        pool, options = self.api.services.pool, TurnOptions(max_lanes=32)

        async def take(handlers: Handlers) -> None:
            while True:
                is_last = until.is_set()
                try:
                    count = (await run_turn(pool, handlers, options)).count
                except TROUBLE:
                    continue
                if count == 0 and is_last:
                    return
                if count == 0:
                    await asyncio.sleep(0.01)

        async def feed() -> None:
            while not until.is_set():
                with contextlib.suppress(*TROUBLE):
                    if await feed_transitions(pool):
                        continue
                await asyncio.sleep(0.05)

        async with asyncio.TaskGroup() as group:
            group.create_task(feed())
            for _ in range(loops):
                group.create_task(take(make_handlers()))

    async def heard(self) -> dict[str, list[str]]:
        """What the bot said to each, in order, by number."""
        rows = await self.fetch(
            """
            select identity.value as phone, message.content ->> 'body' as body
            from messages as message
            join conversations on conversations.id = message.conversation_id
            join identities as identity
                on identity.contact_id = conversations.contact_id and identity.kind = 'phone'
            where message.author_kind = 'bot' order by message.id
            """
        )
        said: dict[str, list[str]] = {}
        for row in rows:
            said.setdefault(row["phone"], []).append(row["body"])
        return said

    async def sessions(self, **query: str) -> list[JsonObject]:
        """Who is in the flow, as the API tells it."""
        answer = await self.owner.get(f"{self.bot}/sessions", params={"limit": "100", **query})
        assert answer.status_code == 200, answer.text
        listed: list[JsonObject] = answer.json()["data"]
        return listed

    async def session(self, **query: str) -> JsonObject:
        """The one that is found, with everything of it."""
        [found] = await self.sessions(**query)
        answer: JsonObject = (await self.owner.get(f"/api/flow-sessions/{found['id']}")).json()
        return answer

    async def act(self, session: JsonObject, what: str, **given: Any) -> JsonObject:
        """Do something to a session, and see how it is then."""
        path = f"/api/flow-sessions/{session['id']}"
        answer = await self.owner.post(f"{path}/{what}", {"sprint": session["sprint"], **given})
        assert answer.status_code == 202, answer.text
        await self.turn()
        after: JsonObject = (await self.owner.get(path)).json()
        assert after["acts"][0]["id"] == answer.json()["id"]
        return after


async def feed_all(pool: Pool) -> None:
    """Feed every transition that is due, those of other tests too: one step takes whichever has waited longest."""
    while await feed_transitions(pool):
        pass


async def gather(api: Api, blueprint: JsonObject) -> Crowd:
    """An owner whose bot answers on a channel of its own. Nobody wrote yet."""
    owner = await api.register()
    phone_number_id = f"10{secrets.randbelow(10**13):013d}"
    channel_id = await add_channel(api, owner.scope, phone_number_id=phone_number_id)
    # What limits do with many messages at once is tested where limits are.
    async with api.services.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute("update workspaces set messages_per_minute = null, customer_messages_per_minute = null")
    bot = (await owner.post("/api/bots", {"name": "Bot", "blueprint": blueprint})).json()
    tenant = Tenant(
        workspace_id=owner.workspace_id,
        user_id=owner.user_id,
        channel_id=channel_id,
        bot_id=UUID(bot["id"]),
        version_id=None,
        number="",
        phone_number_id=phone_number_id,
        waba_id="20",
        app_secret="",
        access_token="",
        verify_token="",
    )
    crowd = Crowd(api, owner, tenant, UUID(bot["id"]))
    await crowd.publish(blueprint)
    return crowd


def numbers(count: int) -> list[str]:
    """So many people."""
    return [f"9665{n:08d}" for n in range(count)]
