"""Files on both ways, as all providers have them: how one is asked for, what may be sent, and where our own are.

The slice of files stands beside this one: `Files` is what a provider needs of it, and `main` hands it in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeAlias
from uuid import UUID

import aiohttp

from hoopoe.channels.capabilities import MB, VOICE, VOICE_CHANNELS, Capabilities
from hoopoe.channels.contract import MediaContent, MediaKind
from hoopoe.channels.errors import ContentRefused

# Codes of failures that are the file's alone, as they stand in a message's failure: Meta's and Twilio's.
FILE_REFUSED_CODES: Final = frozenset({"131053", "63019"})
MOST_INBOUND_BYTES: Final = 100 * MB
CONNECT_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 30.0
# A file may take its time; a server that says nothing for half a minute has gone.
DOWNLOAD_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS)
NETWORK_ERRORS: Final = (aiohttp.ClientError, TimeoutError, OSError)

Write: TypeAlias = Callable[[bytes], Awaitable[None]]


class MediaProblem(StrEnum):
    """Why a provider did not give a file."""

    PROVIDER_AWAY = "provider_away"
    NOT_LET_IN = "not_let_in"
    GONE = "gone"
    FOREIGN_ADDRESS = "foreign_address"
    TOO_LARGE = "too_large"
    BROKEN_OFF = "broken_off"


class MediaNotGiven(Exception):  # noqa: N818  # named after the situation
    """A file that the provider did not give. The message is what it said, without any secret."""

    def __init__(self, problem: MediaProblem, said: str) -> None:
        super().__init__(said)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file at a provider: by its id (Meta) or its address (Twilio)."""

    media_id: str | None
    media_url: str | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One of our own files. `mime_type` is its true type, `name` what it is saved by."""

    id: UUID
    mime_type: str
    size: int
    name: str
    is_animated: bool
    audio_channels: int | None


class Files(Protocol):
    """The workspace's files, and which of them a provider has already."""

    async def find(self, workspace_id: UUID, file_id: UUID, /) -> StoredFile | None:
        """A file that may be sent; None for one that is not there (any more)."""

    def read(self, workspace_id: UUID, file: StoredFile, /) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Its bytes. Raises OSError where the store does not give them."""

    def public_url(self, workspace_id: UUID, file: StoredFile, /) -> str:
        """An address under which whoever has it may fetch the file for a day."""

    async def find_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, /) -> str | None:
        """The provider's id of a file that it still keeps."""

    async def begin_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, seconds: float, /) -> bool:
        """Claim the upload for so many seconds; False where somebody else is at it."""

    async def keep_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, provider_id: str, /) -> None:
        """The provider has it now."""

    async def drop_upload(
        self, workspace_id: UUID, file_id: UUID, channel_id: UUID, provider_id: str | None, /
    ) -> None:
        """The provider has it no more, or (None) our claim came to nothing."""


def check_media(content: MediaContent, file: StoredFile | None, limits: Capabilities) -> StoredFile:
    """The file of a content, where there is one that the provider takes as this.

    Raises `ContentRefused` in words that name the limit.
    """
    if file is None:
        raise ContentRefused("file_id", "there is no such file, or it was deleted")
    limit = limits.media[content.kind]
    if file.mime_type not in limit.types:
        fitting = [kind.value for kind, each in limits.media.items() if file.mime_type in each.types]
        hint = f"; it can be sent as {' or '.join(fitting)}" if fitting else ""
        raise ContentRefused("file_id", f"WhatsApp takes no {file.mime_type} as {content.kind.value}{hint}")
    most = (limit.most_moving if file.is_animated else None) or limit.most
    if file.size > most:
        raise ContentRefused(
            "file_id", f"it has {say_size(file.size)}; WhatsApp takes {say_size(most)} as {content.kind.value}"
        )
    if content.caption is not None and len(content.caption) > limits.caption:
        raise ContentRefused("caption", f"{len(content.caption)} characters; WhatsApp takes {limits.caption}")
    if content.is_voice and (file.mime_type != VOICE or file.audio_channels != VOICE_CHANNELS):
        raise ContentRefused("voice", "a voice note is Opus in Ogg with one channel; send this as a file of sound")
    if content.is_voice and content.kind is not MediaKind.AUDIO:
        raise ContentRefused("voice", "only sound can be a voice note")
    return file


def say_size(size: int) -> str:
    """A size for people: 7.2 MB, 640 KB."""
    if size >= MB:
        return f"{size / MB:.1f} MB".replace(".0 MB", " MB")
    return f"{max(1, round(size / 1024))} KB"
