"""A workspace with a number in the simulator, a person who sends files, and the worker's fetcher: in one process."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp

from hoopoe.channels.actions import NewMetaChannel, NewTwilioChannel, create_channel
from hoopoe.channels.checking import Finding
from hoopoe.channels.directory import open_directory
from hoopoe.conversations.messages import AuthorKind, Direction, MessageRow, insert_messages
from hoopoe.conversations.outbox.sender import Sender, SenderOptions
from hoopoe.conversations.status import MessageStatus
from hoopoe.kernel.bus import Bus, open_bus
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.outbound_http import open_outbound
from hoopoe.kernel.settings import Settings
from hoopoe.kernel.storage import Store
from hoopoe.main.media import make_download, make_outside
from hoopoe.main.wiring import make_deliver
from hoopoe.media.fetching.fetcher import Fetcher
from tests.support.api import Api, Caller
from tests.support.inbox import Thread, add_thread
from tests.support.simulator import AnyChannel, SimulatedTwilioChannel, SimulatorProcess, wait_until

KINDS = {
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "sticker",
    "audio/ogg": "audio",
    "video/mp4": "video",
}


@dataclass(frozen=True)
class Street:
    """Somebody's workspace and one person's thread in it."""

    api: Api
    owner: Caller
    simulator: SimulatorProcess
    line: AnyChannel
    thread: Thread
    phone: str

    async def send(self, data: bytes, *, mime_type: str = "image/jpeg", **fields: Any) -> JsonObject:
        """The person sends a file; the content that its message has when it is filed, before anything is fetched."""
        kind = KINDS.get(mime_type, "document")
        given = {"data": base64.b64encode(data).decode(), "mime_type": mime_type, **fields}
        sent = await self.simulator.call(
            "POST",
            f"/phones/{self.phone}/messages",
            {"to": self.line.phone_number_id, "type": kind, kind: given},
        )
        file = sent[kind]
        is_twilio = isinstance(self.line, SimulatedTwilioChannel)
        source: JsonObject = {"media_url": file["url"]} if is_twilio else {"media_id": file["id"]}
        return {
            **source,
            "mime_type": file["mime_type"],
            "sha256": file.get("sha256"),
            "caption": None,
            "filename": file.get("filename"),
            "state": "pending",
        }

    async def file(self, content: JsonObject, *, kind: str = "image") -> UUID:
        """File the message as a turn does; its id."""
        message_id = new_id()
        row = MessageRow(
            workspace_id=self.owner.workspace_id,
            id=message_id,
            channel_id=self.thread.channel_id,
            conversation_id=self.thread.id,
            direction=Direction.IN,
            type=kind,
            content=content,
            status=MessageStatus.RECEIVED,
            author_kind=AuthorKind.CONTACT,
            author_id=self.thread.contact_id,
            provider_id=f"wamid.{message_id}",
            reply_to=None,
            is_stale=False,
            at=datetime.now(UTC),
        )
        async with transaction(self.api.services.pool, role=tenancy.PIPE, workspaces=[self.owner.workspace_id]) as conn:
            await insert_messages(conn, [row])
        return message_id

    async def receive(self, data: bytes, *, mime_type: str = "image/jpeg", **fields: Any) -> UUID:
        """The person sends a file and its message is filed."""
        return await self.file(
            await self.send(data, mime_type=mime_type, **fields), kind=KINDS.get(mime_type, "document")
        )

    async def read(self, message_id: UUID) -> JsonObject:
        """The content of a message, as a screen sees it."""
        page = (await self.owner.get(f"/api/conversations/{self.thread.id}/messages")).json()
        [found] = [each for each in page["data"] if each["id"] == str(message_id)]
        content: JsonObject = found["content"]
        return content

    async def wait_for(self, message_id: UUID, *, within: float = 20, **fields: object) -> JsonObject:
        """A message's content, once it has these fields."""

        async def look() -> JsonObject | None:
            content = await self.read(message_id)
            return content if all(content[name] == value for name, value in fields.items()) else None

        try:
            return await wait_until(look, f"message with {fields}", within=within)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {await self.read(message_id)}") from None

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        """Rows as the workspace's own API would see them."""
        async with transaction(self.api.services.pool, role=tenancy.APP, workspaces=[self.owner.workspace_id]) as conn:
            return list(await conn.fetch(sql, *arguments))

    async def change(self, sql: str, *arguments: object) -> None:
        """Reach into the rows."""
        async with transaction(self.api.services.pool, role=tenancy.PIPE, workspaces=[self.owner.workspace_id]) as conn:
            await conn.execute(sql, *arguments)


def new_channel(line: AnyChannel) -> NewMetaChannel | NewTwilioChannel:
    """A channel with the credentials of a simulated number."""
    if isinstance(line, SimulatedTwilioChannel):
        return NewTwilioChannel(
            name="Line", number=line.number, account_sid=line.account_sid, auth_token=line.auth_token
        )
    return NewMetaChannel(
        name="Line",
        number=line.number,
        phone_number_id=line.phone_number_id,
        waba_id=line.waba_id,
        access_token=line.access_token,
        app_secret=line.app_secret,
    )


async def open_street(api: Api, simulator: SimulatorProcess, *, is_twilio: bool = False) -> Street:
    """A new workspace with a number and a person who has just written."""
    owner = await api.register()
    line: AnyChannel = await (simulator.add_twilio_channel() if is_twilio else simulator.add_channel())
    scope = owner.scope
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[scope.workspace_id]) as conn:
        created = await create_channel(conn, scope, new_channel(line), keyring=api.services.keyring, finding=Finding())
    thread = await add_thread(api, scope, created.id)
    [row] = (await owner.get("/api/conversations")).json()["data"]
    phone = row["contact"]["phone"]
    await simulator.say(phone, line, "hello")
    return Street(api, owner, simulator, line, thread, phone)


@asynccontextmanager
async def run_workers(
    api: Api,
    simulator: SimulatorProcess,
    *,
    store: Store | None = None,
    fetchers: int = 1,
    has_sender: bool = False,
    quota_mb: int = 10_240,
) -> AsyncIterator[Bus]:
    """Fetchers, and a sender, as workers have them, for the length of the block."""
    settings: Settings = api.services.settings.model_copy(
        update={"meta_graph_url": simulator.url, "twilio_api_url": simulator.url}
    )
    pool = api.services.pool
    used = store or api.services.shelf.store
    async with (
        open_bus(settings.require_database_url()) as bus,
        open_directory(pool, api.services.keyring, bus) as follower,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.0)) as http,
        open_outbound() as outbound,
    ):
        outside = make_outside(settings, http, outbound, pool, store=used)
        download = make_download(follower.directory, outside)
        works = [Fetcher(pool, bus, used, download, quota_mb).run() for _ in range(fetchers)]
        if has_sender:
            options = SenderOptions(lease_seconds=3.0, first_retry_seconds=0.05)
            works.append(Sender(pool, follower.directory, bus, make_deliver(outside), options).run())
        tasks = [asyncio.create_task(work) for work in works]
        try:
            yield bus
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            outside.wire.close()
