"""Files on their way to Meta: each uploaded once, however many messages show it, and sent by Meta's id of it.

A message holds its conversation's line only for as long as a request may take. An upload that needs longer goes on
beside it: the message is put off meanwhile, and leaves when its file is there.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

import aiohttp
import structlog

from hoopoe.channels.contract import Postponed, ProviderError, Refused
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.errors import NOT_REACHED
from hoopoe.channels.media import Files, StoredFile
from hoopoe.channels.meta.client import Credentials
from hoopoe.channels.meta.errors import AWAY_SECONDS
from hoopoe.channels.meta.media import say_upload_seconds, upload

log = structlog.get_logger()

ASK_AGAIN_SECONDS: Final = 1.0
MOST_KEPT: Final = 1_000

_Result: TypeAlias = str | Refused


@dataclass(slots=True)
class Uploads:
    """Uploads of this process that are under way, or came to something that nobody has asked for yet."""

    files: Files
    _tasks: OrderedDict[tuple[UUID, UUID, UUID], asyncio.Task[_Result]] = field(default_factory=OrderedDict)

    async def bring(
        self,
        session: aiohttp.ClientSession,
        channel: RoutedChannel,
        file: StoredFile,
        *,
        base_url: str,
        version: str,
        seconds: float,
    ) -> str | Refused | Postponed:
        """Meta's id of a file, within so many seconds; `Postponed` while somebody uploads it. Never raises for what
        a provider, a network or a store does."""
        key = (channel.workspace_id, file.id, channel.id)
        task = self._tasks.get(key)
        if task is None:
            if not await self.files.begin_upload(*key, say_upload_seconds(file.size) + ASK_AGAIN_SECONDS):
                return Postponed(ASK_AGAIN_SECONDS)
            task = asyncio.create_task(self._upload(session, channel, file, base_url=base_url, version=version))
            self._remember(key, task)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            return Postponed(ASK_AGAIN_SECONDS)
        self._tasks.pop(key, None)
        return task.result()

    async def _upload(
        self, session: aiohttp.ClientSession, channel: RoutedChannel, file: StoredFile, *, base_url: str, version: str
    ) -> _Result:
        key = (channel.workspace_id, file.id, channel.id)
        result: _Result = Refused(
            ProviderError(NOT_REACHED, "The file could not be read"), AWAY_SECONDS, is_passing=True
        )
        try:
            async with self.files.read(channel.workspace_id, file) as chunks:
                result = await upload(
                    session,
                    base_url=base_url,
                    version=version,
                    credentials=Credentials(channel.sender_id, channel.access_token),
                    file=file,
                    chunks=chunks,
                )
        except OSError as error:
            log.warning("file_not_read", file_id=str(file.id), error=str(error))
        if isinstance(result, str):
            await self.files.keep_upload(*key, result)
        else:
            await self.files.drop_upload(*key, None)
        return result

    def _remember(self, key: tuple[UUID, UUID, UUID], task: asyncio.Task[_Result]) -> None:
        self._tasks[key] = task
        for old, each in list(self._tasks.items()):
            if len(self._tasks) <= MOST_KEPT:
                break
            if each.done():
                del self._tasks[old]
