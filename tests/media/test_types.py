"""What a file is, is told by its bytes; what is said of it decides only where bytes cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.media.types import (
    DOCX,
    INLINE,
    PPTX,
    UNKNOWN,
    XLSX,
    FileKind,
    is_animated,
    kind_of,
    name_file,
    sniff,
)
from tests.media import samples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
WEBM = samples.webm([samples.OPUS_20_MS])

FILES: list[tuple[bytes, str | None, str | None, str]] = [
    (samples.picture("JPEG"), None, None, "image/jpeg"),
    (samples.picture("PNG"), None, None, "image/png"),
    (samples.picture("WEBP"), None, None, "image/webp"),
    (samples.picture("GIF"), None, None, "image/gif"),
    (samples.MP4, "video/mp4", None, "video/mp4"),
    (samples.MP4, "audio/mp4", None, "audio/mp4"),
    (b"\0\0\0\x18ftypM4A \0\0\0\0", None, None, "audio/mp4"),
    (b"\0\0\0\x18ftyp3gp5\0\0\0\0", None, None, "video/3gpp"),
    (b"\0\0\0\x18ftypheic\0\0\0\0", None, "a.jpg", "image/heic"),
    (b"\0\0\0\x18ftypqt  \0\0\0\0", "video/mp4", None, "video/quicktime"),
    (samples.MP3, None, None, "audio/mpeg"),
    (b"\xff\xfb\x90\x64" + b"\0" * 400, None, None, "audio/mpeg"),
    (b"\xff\xf1\x50\x80" + b"\0" * 400, None, None, "audio/aac"),
    (b"#!AMR\n\x3c", None, None, "audio/amr"),
    (WEBM, None, None, "video/webm"),
    (WEBM, "audio/webm;codecs=opus", None, "audio/webm"),
    (samples.PDF, "image/jpeg", "photo.jpg", "application/pdf"),
    (samples.office("word"), None, None, DOCX),
    (samples.office("xl"), None, "liar.docx", XLSX),
    (samples.office("ppt"), None, None, PPTX),
    (b"PK\x03\x04" + b"\0" * 100, None, "liar.docx", "application/zip"),
    (OLE, "application/msword", None, "application/msword"),
    (OLE, None, "prices.xls", "application/vnd.ms-excel"),
    (OLE, "image/jpeg", None, UNKNOWN),
    (b"plain words", None, None, "text/plain"),
    ("أهلا وسهلا".encode(), None, None, "text/plain"),
    ("أهلا وسهلا".encode("windows-1256"), None, "note.txt", "text/plain"),
    ("أهلا وسهلا".encode("windows-1256"), None, None, UNKNOWN),
    ("أهلا".encode("utf-16"), None, None, "text/plain"),
    (b"name,number\n", None, "people.csv", "text/csv"),
    (b"BEGIN:VCARD\nVERSION:3.0\n", None, None, "text/vcard"),
    (samples.HTML, "image/jpeg", "photo.jpg", "text/html"),
    (b"\xef\xbb\xbf \n<html>", "text/plain", "note.txt", "text/html"),
    ("<script>1</script>".encode("utf-16"), "text/plain", None, "text/html"),
    (samples.SVG, "image/png", "drawing.png", "image/svg+xml"),
    (b"<!-- x --><svg onload=alert(1)>", "text/plain", None, "image/svg+xml"),
    (b"<?xml version='1.0'?><x/>", None, None, "text/xml"),
    (b"MZ\x90\0", "application/pdf", "bill.pdf", "application/x-msdownload"),
    (b"\x00\x01\x02", "image/jpeg", "a.jpg", UNKNOWN),
    (b"", "image/jpeg", "a.jpg", UNKNOWN),
    (b"   \n", None, None, UNKNOWN),
]


@pytest.mark.parametrize(("data", "told", "name", "expected"), FILES)
def test_a_file_is_what_its_bytes_say(data: bytes, told: str | None, name: str | None, expected: str) -> None:
    assert sniff(data[:8192], data[-8192:], told=told, name=name) == expected


@given(st.binary(max_size=200), st.sampled_from([None, "image/jpeg", "text/html", "x"]), st.text(max_size=20))
def test_any_bytes_have_a_type(data: bytes, told: str | None, name: str) -> None:
    assert "/" in sniff(data, data, told=told, name=name)


@given(st.text(max_size=40))
def test_what_begins_like_a_page_is_never_shown(text: str) -> None:
    for begin in ("<html>", "<!DOCTYPE html>", "<svg ", "<script>", "<ScRiPt >", "<!-- -->"):
        data = (begin + text).encode("utf-8", "replace")
        assert sniff(data, data, told="image/png", name="a.png") not in INLINE | {"text/plain"} or b"\0" in data


def test_a_moving_sticker_is_told_from_a_still_one() -> None:
    assert is_animated(samples.moving_webp())
    assert not is_animated(samples.picture("WEBP"))


def test_kinds() -> None:
    assert [kind_of(each) for each in ("image/png", "video/mp4", "audio/ogg", "text/html")] == [
        FileKind.IMAGE,
        FileKind.VIDEO,
        FileKind.AUDIO,
        FileKind.DOCUMENT,
    ]


@pytest.mark.parametrize(
    ("name", "mime_type", "expected"),
    [
        ("receipt.pdf", "application/pdf", "receipt.pdf"),
        ("receipt.PDF", "application/pdf", "receipt.PDF"),
        ("../../etc/passwd", "text/plain", "_.._etc_passwd.txt"),
        ("C:\\bills\\a.pdf", "application/pdf", "C__bills_a.pdf"),
        ("photo.jpg", "text/html", "photo.html"),
        ("v1.2 notes", "application/pdf", "v1.2 notes.pdf"),
        ("فاتورة.pdf", "application/pdf", "فاتورة.pdf"),
        ("evil\u202egpj.exe", "image/jpeg", "evil_gpj.exe.jpg"),
        ('a"b\r\nX: y.png', "image/png", "a_b__X_ y.png"),
        (None, "audio/ogg", "audio.ogg"),
        ("", "image/png", "image.png"),
        ("x" * 400 + ".pdf", "application/pdf", "x" * 116 + ".pdf"),
        (None, UNKNOWN, "file"),
        ("data.bin", UNKNOWN, "data.bin"),
    ],
)
def test_the_name_that_a_file_is_saved_by(name: str | None, mime_type: str, expected: str) -> None:
    assert name_file(name, mime_type) == expected
