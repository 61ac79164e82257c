"""A file in a multipart body, written to the spool as it comes: nothing of it is held in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.media.errors import FileEmpty, FileTooLarge
from hoopoe.media.spool import MOST_BYTES, Spooled, TooManyBytesError

# What stands around the file: other fields and the boundaries.
FRAME_BYTES: Final = 64 * 1024
MOST_FIELDS: Final = 10
MOST_FIELD_BYTES: Final = 1_000
MOST_HEADER_BYTES: Final = 8_000


@dataclass(slots=True)
class UploadForm:
    """What came with the file: its name, the type that was said, and the other fields."""

    name: str | None = None
    told: str | None = None
    has_file: bool = False
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def is_voice(self) -> bool:
        """Whether it shall become a voice note."""
        return self.fields.get("voice", "").lower() in ("true", "1", "yes", "on")


async def read_upload(request: Request, spooled: Spooled) -> UploadForm:
    """Read the request's body to its end. Raises `ValidationFailed`, `FileTooLarge`, `FileEmpty`, and as the spool."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES + FRAME_BYTES:
        raise FileTooLarge
    reader = _Reader(_read_boundary(request))
    try:
        async for chunk in request.stream():
            for piece in reader.feed(chunk):
                await spooled.write(piece)
        reader.end()
    except TooManyBytesError:
        raise FileTooLarge from None
    except FormParserError:
        raise _unreadable("This is not a multipart body.") from None
    except ClientDisconnect:
        raise _unreadable("The body broke off.") from None
    if not reader.form.has_file or spooled.size == 0:
        raise FileEmpty
    return reader.form


def _read_boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise _unreadable("Send multipart/form-data with the file in the field `file`.")
    return boundary


class _Reader:
    """The parser's events, put together. Bytes of the file are handed on, all others are few and kept."""

    def __init__(self, boundary: bytes) -> None:
        self.form = UploadForm()
        self._pieces: list[bytes] = []
        self._header = (b"", b"")
        self._headers: dict[str, bytes] = {}
        self._field: str | None = None
        self._value = b""
        self._is_whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": lambda data, start, end: self._add_header(data[start:end], b""),
                "on_header_value": lambda data, start, end: self._add_header(b"", data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": lambda data, start, end: self._take(data[start:end]),
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> list[bytes]:
        """The file's bytes in a piece of the body."""
        self._parser.write(chunk)
        pieces, self._pieces = self._pieces, []
        return pieces

    def end(self) -> None:
        """Raises `FormParserError` for a body that has no end."""
        self._parser.finalize()
        if not self._is_whole:
            raise FormParserError("the last boundary is missing")

    def _begin_part(self) -> None:
        self._headers, self._field, self._value = {}, None, b""

    def _add_header(self, name: bytes, value: bytes) -> None:
        self._header = (self._header[0] + name, self._header[1] + value)
        if sum(map(len, self._header)) > MOST_HEADER_BYTES:
            raise FormParserError("a header that has no end")

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").strip().lower()] = value
        self._header = (b"", b"")

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options and name != "file":
            self._field = name
            return
        if name != "file" or self.form.has_file:
            raise _unreadable("Send one file, in the field `file`.")
        self.form.has_file = True
        self.form.name = options.get(b"filename", b"").decode("utf-8", "replace") or None
        self.form.told = self._headers.get("content-type", b"").decode("latin-1") or None

    def _take(self, data: bytes) -> None:
        if self._field is None:
            self._pieces.append(data)
        else:
            self._value += data
            if len(self._value) > MOST_FIELD_BYTES or len(self.form.fields) >= MOST_FIELDS:
                raise _unreadable("There is more in this form than a file.")

    def _end_part(self) -> None:
        if self._field is not None:
            self.form.fields[self._field] = self._value.decode("utf-8", "replace").strip()

    def _end(self) -> None:
        self._is_whole = True


def _unreadable(words: str) -> ValidationFailed:
    return ValidationFailed(FieldFault("file", words, "unreadable"))
