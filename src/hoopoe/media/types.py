"""What a file is, by its bytes. Pure.

The name and the type that came with a file are what somebody says; they decide only between types that the bytes
cannot tell apart (an MP4 with sound alone, the old formats of Office, kinds of plain text).

Sources: the formats' own specifications; WHATWG's MIME Sniffing for what a browser would take for a page.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

HEAD_BYTES: Final = 8 * 1024
TAIL_BYTES: Final = 128 * 1024
UNKNOWN: Final = "application/octet-stream"

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = f"{_OFFICE}.wordprocessingml.document"
XLSX: Final = f"{_OFFICE}.spreadsheetml.sheet"
PPTX: Final = f"{_OFFICE}.presentationml.presentation"

# The first ending is the one that we give.
EXTENSIONS: Final[dict[str, tuple[str, ...]]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "image/heic": ("heic", "heif"),
    "image/svg+xml": ("svg",),
    "video/mp4": ("mp4", "m4v"),
    "video/3gpp": ("3gp",),
    "video/quicktime": ("mov",),
    "video/webm": ("webm",),
    "audio/ogg": ("ogg", "opus", "oga"),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/wav": ("wav",),
    "audio/webm": ("weba",),
    "application/pdf": ("pdf",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    PPTX: ("pptx",),
    "application/rtf": ("rtf",),
    "application/zip": ("zip",),
    "text/plain": ("txt", "log", "md"),
    "text/csv": ("csv",),
    "text/vcard": ("vcf",),
    "text/html": ("html", "htm"),
}
_BY_EXTENSION: Final = {end: mime for mime, ends in EXTENSIONS.items() for end in ends}

# What a browser shows by itself and cannot be a program: no page, no drawing with scripts, no document.
INLINE: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "video/mp4",
        "video/3gpp",
        "video/webm",
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/aac",
        "audio/amr",
    }
)

# What WhatsApp carries, and so what may be uploaded. As what kind of message, and how large, the channels know.
TAKEN: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "video/mp4",
        "video/3gpp",
        "audio/aac",
        "audio/amr",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "application/pdf",
        "text/plain",
        "text/csv",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        DOCX,
        XLSX,
        PPTX,
    }
)

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"{\\rtf", "application/rtf"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_TYPES: Final = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")
_OOXML: Final = ((b"word/", DOCX), (b"xl/", XLSX), (b"ppt/", PPTX))
_BRANDS: Final = {
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "audio/mp4"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
    b"avif": "image/avif",
    b"qt  ": "video/quicktime",
}
# Tags by which browsers know a page, and which no plain text begins with.
_PAGE: Final = re.compile(
    rb"<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\s>/]", re.IGNORECASE
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TEXTS: Final = frozenset({"text/plain", "text/csv"})


class FileKind(StrEnum):
    """What a file is to people."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


def kind_of(mime_type: str) -> FileKind:
    """Pictures, films and sounds by their type; everything else is a document."""
    family = mime_type.partition("/")[0]
    return FileKind(family) if family in ("image", "video", "audio") else FileKind.DOCUMENT


def plain_type(mime_type: str | None) -> str | None:
    """A type without its parameters; None where there is none."""
    plain = (mime_type or "").partition(";")[0].strip().lower()
    return plain if "/" in plain else None


def sniff(head: bytes, tail: bytes, *, told: str | None = None, name: str | None = None) -> str:
    """The type of a file by its first `HEAD_BYTES` and last `TAIL_BYTES`; `UNKNOWN` where nothing is known.

    `told` is the type that came with it, `name` its name.
    """
    told = plain_type(told)
    by_name = _BY_EXTENSION.get(PurePosixPath(name or "").suffix.lower().removeprefix("."))
    given = _Given(head, tail, [each for each in (told, by_name) if each is not None])
    return next((found for read in _READERS if (found := read(given)) is not None), UNKNOWN)


def is_animated(head: bytes) -> bool:
    """Whether a WebP picture moves: a flag of its extended header."""
    return head[8:16] == b"WEBPVP8X" and len(head) > 20 and bool(head[20] & 0b10)


def name_file(name: str | None, mime_type: str) -> str:
    """A name for whoever saves the file: without folders or control characters, with the ending of its type."""
    plain = re.sub(r"[\x00-\x1f\x7f/\\<>:\"|?*\u202a-\u202e\u2066-\u2069]", "_", (name or "").strip())[-120:].strip(
        " ."
    )
    endings = EXTENSIONS.get(mime_type)
    if endings is None:
        return plain or "file"
    stem, dot, end = plain.rpartition(".")
    if dot and end.lower() in endings:
        return plain
    known = dot and end.lower() in _BY_EXTENSION
    return f"{(stem if known else plain) or kind_of(mime_type).value}.{endings[0]}"


@dataclass(frozen=True, slots=True)
class _Given:
    """A file's two ends, and what somebody says that it is."""

    head: bytes
    tail: bytes
    wanted: list[str]


def _read_magic(given: _Given) -> str | None:
    return next((mime_type for magic, mime_type in _MAGIC if given.head.startswith(magic)), None)


def _read_mp4(given: _Given) -> str | None:
    """MP4 and what is made like it: its brand says what is in it, or only that it is an MP4."""
    if given.head[4:8] != b"ftyp":
        return None
    brand = given.head[8:12]
    if brand[:3] in (b"3gp", b"3g2"):
        return "video/3gpp"
    known = _BRANDS.get(brand)
    return known or ("audio/mp4" if any(each.startswith("audio/") for each in given.wanted) else "video/mp4")


def _read_wrapped(given: _Given) -> str | None:
    """RIFF, Ogg and Matroska: wrappings that say what is in them."""
    head = given.head
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], UNKNOWN)
    if head.startswith(b"OggS"):
        return "audio/ogg" if head[28:36] == b"OpusHead" else "application/ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return ("audio/webm" if "audio/webm" in given.wanted else "video/webm") if b"webm" in head[:64] else UNKNOWN
    return None


def _read_office(given: _Given) -> str | None:
    """The names of a ZIP's entries stand in its end: Office's folders tell what it is."""
    if given.head.startswith(_OLE):
        return next((each for each in given.wanted if each in _OLE_TYPES), UNKNOWN)
    if not given.head.startswith(b"PK\x03\x04"):
        return None
    parts = given.head + given.tail
    is_office = b"[Content_Types].xml" in parts
    return next((mime_type for folder, mime_type in _OOXML if is_office and folder in parts), "application/zip")


def _read_sound(given: _Given) -> str | None:
    """MPEG's frames have no other sign than eleven set bits and their layer: II, III, or none for AAC."""
    head = given.head
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if head[1] & 0x06 in (0x02, 0x04) else None


def _read_text(given: _Given) -> str | None:
    text = given.head.removeprefix(codecs.BOM_UTF8)
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = codecs.getincrementaldecoder("utf-16")("replace").decode(text).encode("utf-8", "replace")
    if not text.strip() or _CONTROL.search(text):
        return None
    begin = text.lstrip()
    for is_it, mime_type in (
        (b"<svg" in begin.lower(), "image/svg+xml"),
        (_PAGE.match(begin) is not None, "text/html"),
        (begin.startswith(b"<?xml"), "text/xml"),
        (begin[:11].upper() == b"BEGIN:VCARD", "text/vcard"),
    ):
        if is_it:
            return mime_type
    if not _is_utf8(text) and not _TEXTS & set(given.wanted):
        return None
    return "text/csv" if "text/csv" in given.wanted else "text/plain"


def _is_utf8(text: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(text)
    except UnicodeDecodeError:
        return False
    return True


_READERS: Final[tuple[Callable[[_Given], str | None], ...]] = (
    _read_magic,
    _read_mp4,
    _read_wrapped,
    _read_office,
    _read_sound,
    _read_text,
)
