"""Addresses under which a browser may fetch a file without a token: signed, for one file, for a while. Pure.

An address says until when it is good. Within an hour a file has one and the same, so that a browser keeps what it has.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote
from uuid import UUID

from hoopoe.kernel.secrets import Keyring
from hoopoe.media.files import FileRow

PURPOSE: Final = "addresses of files"
STEP: Final = timedelta(hours=1)
# Twilio may queue a message for hours before it fetches the file.
FOR_PROVIDERS: Final = timedelta(hours=24)


class Variant(StrEnum):
    """What of a file an address is for: to be shown where that is safe, its thumbnail, or to be saved."""

    VIEW = "view"
    THUMBNAIL = "thumbnail"
    SAVE = "save"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Signs addresses, and tells whether one is ours."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, keyring: Keyring) -> Addresses:
        """With a key of its own under the first master key. A new master key ends all addresses at once."""
        return cls(keyring.derive(PURPOSE))

    def make(self, workspace_id: UUID, file_id: UUID, name: str, variant: Variant, *, expires_at: datetime) -> str:
        """The path and query of an address. Its name is for people, and for those who guess a type by it."""
        until = int(expires_at.timestamp())
        path = f"/api/media/{workspace_id}/{file_id}/{variant}/{quote(name, safe='')}"
        return f"{path}?expires={until}&signature={self._sign(workspace_id, file_id, variant, until)}"

    def is_good(
        self, workspace_id: UUID, file_id: UUID, variant: Variant, *, expires: int, signature: str, now: datetime
    ) -> bool:
        """Whether we signed this, and it has not run out."""
        expected = self._sign(workspace_id, file_id, variant, expires)
        return hmac.compare_digest(expected.encode(), signature.encode()) and now.timestamp() < expires

    def _sign(self, workspace_id: UUID, file_id: UUID, variant: Variant, expires: int) -> str:
        text = f"{workspace_id}/{file_id}/{variant}/{expires}"
        digest = hmac.new(self.key, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class FileUrls:
    """Where a file is for the next hour or two. `thumbnail` is None where there is none."""

    view: str
    save: str
    thumbnail: str | None
    expires_at: datetime


def make_urls(addresses: Addresses, file: FileRow, *, now: datetime) -> FileUrls:
    """The addresses of a file that is stored."""
    expires_at = read_step(now)
    name = file.name or "file"

    def make(variant: Variant, name: str) -> str:
        return addresses.make(file.workspace_id, file.id, name, variant, expires_at=expires_at)

    thumbnail = make(Variant.THUMBNAIL, "thumbnail.webp") if file.has_thumbnail else None
    return FileUrls(make(Variant.VIEW, name), make(Variant.SAVE, name), thumbnail, expires_at)


def read_step(now: datetime) -> datetime:
    """The end of the next hour: an address made now lives between one hour and two."""
    begun = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return begun + 2 * STEP
