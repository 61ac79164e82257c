"""Files between the slices: what channels need of them, and how one is fetched through its channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

import aiohttp

from hoopoe.channels.directory import ChannelDirectory
from hoopoe.channels.media import MediaNotGiven, MediaRef, StoredFile
from hoopoe.channels.outside import Outside, open_outside
from hoopoe.channels.registry import adapter_for
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.outbound_http import OutboundClient
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.settings import Settings, SettingsError
from hoopoe.kernel.storage import Store, open_store
from hoopoe.media.addresses import Addresses
from hoopoe.media.fetching.fetcher import Download, FetchError, Wanted
from hoopoe.media.library import Library
from hoopoe.media.problems import Problem


def require_store(settings: Settings) -> Store:
    """The store that the settings name. Raises `SettingsError` where the folder for files cannot be made."""
    try:
        return open_store(settings)
    except OSError as error:
        raise SettingsError(
            f"HOOPOE_HOME: cannot keep files under {settings.hoopoe_home}: {error.strerror or error}. "
            "Choose a folder that may be written to, or keep files in a bucket: S3_BUCKET."
        ) from None


def make_outside(
    settings: Settings, http: aiohttp.ClientSession, outbound: OutboundClient, pool: Pool, *, store: Store
) -> Outside:
    """The way out to providers, with our files at hand."""
    addresses = Addresses.of(Keyring(settings.require_keys()))
    return open_outside(
        settings, http, outbound, pool, files=ChannelFiles(Library(pool, store, addresses, settings.own_url()))
    )


@dataclass(frozen=True, slots=True)
class ChannelFiles:
    """The library as `hoopoe.channels.media.Files`."""

    library: Library

    async def find(self, workspace_id: UUID, file_id: UUID, /) -> StoredFile | None:
        """A file that may be sent."""
        file = await self.library.find(workspace_id, file_id)
        if file is None or file.mime_type is None or file.size is None:
            return None
        return StoredFile(
            file.id, file.mime_type, file.size, file.name or "file", file.is_animated, file.audio_channels
        )

    def read(self, workspace_id: UUID, file: StoredFile, /) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Its bytes."""
        return self.library.read(workspace_id, file.id, file.size)

    def public_url(self, workspace_id: UUID, file: StoredFile, /) -> str:
        """An address for a provider."""
        return self.library.public_url(workspace_id, file.id, file.name)

    async def find_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, /) -> str | None:
        """The provider's id of it."""
        return await self.library.find_upload(workspace_id, file_id, channel_id)

    async def begin_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, seconds: float, /) -> bool:
        """Claim its upload."""
        return await self.library.begin_upload(workspace_id, file_id, channel_id, seconds)

    async def keep_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, provider_id: str, /) -> None:
        """Keep the provider's id of it."""
        await self.library.keep_upload(workspace_id, file_id, channel_id, provider_id)

    async def drop_upload(
        self, workspace_id: UUID, file_id: UUID, channel_id: UUID, provider_id: str | None, /
    ) -> None:
        """Forget the provider's id of it, or the claim."""
        await self.library.drop_upload(workspace_id, file_id, channel_id, provider_id)


def make_download(directory: ChannelDirectory, outside: Outside) -> Download:
    """How a file is fetched: by the provider of the channel that its message came through."""

    async def download(wanted: Wanted, write: Callable[[bytes], Awaitable[None]], /) -> str | None:
        channel = directory.by_id.get(wanted.channel_id) if wanted.channel_id is not None else None
        if channel is None:
            raise FetchError(Problem.CHANNEL_AWAY, "")
        ref = MediaRef(wanted.media_id, wanted.media_url)
        try:
            return await adapter_for(channel.provider).download(outside, channel, ref, write)
        except MediaNotGiven as error:
            raise FetchError(Problem(error.problem.value), str(error)) from None

    return download
