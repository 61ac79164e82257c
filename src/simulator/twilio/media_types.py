"""What kind of message a file is, by its address or its type. Pure functions."""

from __future__ import annotations

import mimetypes
from urllib.parse import urlsplit


def guess_media(link: str) -> tuple[str, str]:
    """(image | video | audio | document | sticker, MIME type) of a link, by its ending: nothing is fetched."""
    mime_type = mimetypes.guess_type(urlsplit(link).path)[0] or "application/octet-stream"
    return kind_of_type(mime_type), mime_type


def kind_of_type(mime_type: str) -> str:
    """As what WhatsApp shows a file of this type."""
    if mime_type == "image/webp":
        return "sticker"
    kind = mime_type.partition("/")[0]
    return kind if kind in {"image", "video", "audio"} else "document"
