"""Small pictures of pictures, with a guard against those that are made to burst.

A picture's size is read before any of its dots: what would take too much memory gets no thumbnail. One at a time in a
process, beside the event loop.
"""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from PIL import Image, ImageOps, UnidentifiedImageError

log = structlog.get_logger()

FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
THUMBNAIL_TYPE: Final = "image/webp"
LONGEST_SIDE: Final = 480
QUALITY: Final = 78
# JPEG is unpacked at an eighth of its size, so that it may be larger than the others.
MOST_DOTS: Final = 24_000_000
MOST_JPEG_DOTS: Final = 50_000_000
ORIENTATION: Final = 0x0112
SIDEWAYS: Final = (5, 6, 7, 8)
_BROKEN: Final = (OSError, ValueError, SyntaxError, EOFError, UnidentifiedImageError, Image.DecompressionBombError)

_one_at_a_time = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's size as people see it, and whether a thumbnail was written."""

    width: int
    height: int
    has_thumbnail: bool


async def draw_thumbnail(file: Path, mime_type: str, thumbnail: Path) -> Picture | None:
    """Write a small WebP without anything that the camera noted. None for what is no picture that can be read."""
    name = FORMATS.get(mime_type)
    if name is None:
        return None
    async with _one_at_a_time:
        return await asyncio.to_thread(_draw, file, name, thumbnail)


def _draw(file: Path, name: str, thumbnail: Path) -> Picture | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=[name]) as image:
                return _shrink(image, name, thumbnail)
    except _BROKEN as error:
        log.info("picture_unreadable", error=f"{type(error).__name__}: {error}"[:200])
        return None


def _shrink(image: Image.Image, name: str, thumbnail: Path) -> Picture:
    width, height = image.size
    if width * height > (MOST_JPEG_DOTS if name == "JPEG" else MOST_DOTS):
        return Picture(width, height, has_thumbnail=False)
    try:
        # The camera may have been held sideways: people see it turned.
        if image.getexif().get(ORIENTATION) in SIDEWAYS:
            width, height = height, width
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        small = upright.convert("RGBA" if has_alpha else "RGB")
        small.save(thumbnail, "WEBP", quality=QUALITY, method=4)
    except _BROKEN as error:
        log.info("thumbnail_not_drawn", error=f"{type(error).__name__}: {error}"[:200])
        return Picture(width, height, has_thumbnail=False)
    return Picture(width, height, has_thumbnail=True)
