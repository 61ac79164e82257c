"""Media: upload, look up, download, delete (whatsapp.md A7)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from simulator.ids import new_object_id
from simulator.jsontypes import JsonObject
from simulator.meta.errors import GraphError
from simulator.state import Media
from simulator.world import World

UPLOAD_DAYS = 30
WEBHOOK_DAYS = 7
_DAY = 24 * 3600.0
_MB = 1024 * 1024

_LARGEST: dict[str, int] = {
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"), 16 * _MB),
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * _MB),
    **dict.fromkeys(("video/mp4", "video/3gpp"), 16 * _MB),
    **dict.fromkeys(
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        100 * _MB,
    ),
    "image/webp": 500 * 1024,
}

_MAGIC: dict[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
    "audio/ogg": (b"OggS",),
}


@dataclass(slots=True)
class MediaUrls:
    """Signs download URLs that hold for some minutes of world time. Its key dies with the process."""

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def sign(self, media_id: str, expires_at: int) -> str:
        return hmac.new(self._key, f"{media_id}.{expires_at}".encode(), hashlib.sha256).hexdigest()[:32]

    def is_valid(self, media_id: str, expires_at: str, token: str, *, now: float) -> bool:
        """Whether the URL was made here and still holds."""
        if not expires_at.isdigit() or int(expires_at) < now:
            return False
        return hmac.compare_digest(self.sign(media_id, int(expires_at)), token)


def check_upload(mime_type: str, data: bytes) -> None:
    """Raise GraphError when Meta would not take this file."""
    plain = mime_type.partition(";")[0].strip().lower()
    largest = _LARGEST.get(plain)
    if largest is None:
        raise GraphError(
            100,
            f"Param file must be a file with one of the following types: {', '.join(_LARGEST)}. "
            f"Received file of type {mime_type!r}.",
        )
    if len(data) > largest:
        raise GraphError(131053, f"A file of type {plain} may have at most {largest} bytes, it has {len(data)}.")
    magic = _MAGIC.get(plain)
    if magic is not None and not data.startswith(magic):
        raise GraphError(131053, f"The bytes of the file are not {plain}.")


def store_media(
    world: World, phone_number_id: str, data: bytes, *, mime_type: str, filename: str, days: int, media_id: str = ""
) -> Media:
    """Keep a file for a number for some days of world time."""
    media = Media(
        id=media_id or new_object_id(),
        phone_number_id=phone_number_id,
        mime_type=mime_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        filename=filename,
        expires_at=world.now() + days * _DAY,
    )
    world.put_media(media, data)
    return media


def view_media(media: Media, *, url: str) -> JsonObject:
    return {
        "url": url,
        "mime_type": media.mime_type,
        "sha256": media.sha256,
        "file_size": media.size,
        "id": media.id,
        "messaging_product": "whatsapp",
    }
