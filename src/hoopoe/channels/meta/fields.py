"""Single fields of Meta's JSON, read as they have been seen rather than as they are promised. Pure."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

import orjson

from hoopoe.channels.contract import ProviderError
from hoopoe.channels.errors import NO_CODE
from hoopoe.kernel.json import Json, bound_depth

USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")

# Meta's own ids have at most 135 characters. A key much longer than this fits into no index.
MAX_ID_CHARS = 512
MAX_ID_NUMBER = 10**30
MAX_CODE_DIGITS = 9
# Above this a timestamp counts milliseconds: as seconds it would be in the year 5138.
MAX_SECONDS = 10**11
DIGEST_BYTES = 16


def read_id(value: Json) -> str | None:
    """An id as text: ids are opaque; numbers and stray spaces have been seen.

    None for what no database takes as a key: a NUL character, or more than `MAX_ID_CHARS`.
    """
    if isinstance(value, str):
        text = value.strip()
        return text if text and len(text) <= MAX_ID_CHARS and "\x00" not in text else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < MAX_ID_NUMBER else None
    return None


def read_phone(value: Json) -> str | None:
    """A number as Meta writes it, without the plus that some relays add. A user id in its place stays one."""
    text = read_id(value)
    return (text.removeprefix("+") or None) if text is not None else None


def is_user_id(text: str) -> bool:
    """Whether a text is a business-scoped user id: some relays put it where the number belongs."""
    return USER_ID.fullmatch(text) is not None


def read_text(value: Json) -> str | None:
    """A text that says something, as it came; None for anything else."""
    return value if isinstance(value, str) and value.strip() else None


def read_time(value: Json) -> datetime | None:
    """A time: seconds as text by the book; numbers and milliseconds have been seen. None for what is none."""
    try:
        seconds = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
        if not seconds > 0:
            return None
        return datetime.fromtimestamp(seconds / 1000 if seconds > MAX_SECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_error(error: Json) -> ProviderError | None:
    """One error of an answer or of a status: {"code", "title"?, "message"?, "error_data": {"details"}?}.

    Meta gives a title, a message or both; an old form has `details` beside `code`. Without a code that can
    be read it is `NO_CODE`, never Meta's own 0.
    """
    if not isinstance(error, dict):
        return None
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else error.get("details")
    return ProviderError(
        code=read_code(error.get("code")),
        title=read_text(error.get("title")) or read_text(error.get("message")) or "",
        details=read_text(details),
    )


def read_code(value: Json) -> int:
    """An error's code; `NO_CODE` when there is none."""
    text = read_id(value)
    is_code = text is not None and text.isascii() and text.isdigit() and len(text) <= MAX_CODE_DIGITS
    return int(text) if text is not None and is_code else NO_CODE


def digest_of(value: Json) -> str:
    """The same for the same value, however its keys are ordered, and as the database gives it back."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        text = orjson.dumps(bound_depth(value), option=orjson.OPT_SORT_KEYS)
    text = text.replace(b"\\u0000", "\ufffd".encode())
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).hexdigest()
