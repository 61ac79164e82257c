"""The ids of this world, in the shapes that Meta gives them."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets

_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_PUNCTUATION = re.compile(r"[\s().\-]")
_NUMBER = re.compile(r"[1-9][0-9]{6,14}")


def new_message_id(address: str, *, is_from_business: bool) -> str:
    """A `wamid.…`: base64 of the other side's address, the direction and a random part."""
    key = address.encode()[:40]
    direction = b"\x11" if is_from_business else b"\x12"
    unique = b"3A" + os.urandom(9).hex().upper().encode()
    raw = b"\x1d\x18" + bytes([len(key)]) + key + b"\x15\x02\x00" + direction + b"\x18\x14" + unique + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()


def new_object_id() -> str:
    """Sixteen digits, as Graph objects (media, templates) have."""
    return str(1_000_000_000_000_000 + secrets.randbelow(9_000_000_000_000_000))


def new_trace_id() -> str:
    """The `fbtrace_id` of an error."""
    return "A" + secrets.token_urlsafe(16)


def make_user_id(seed: str, *, country: str = "SA") -> str:
    """A business-scoped user id, always the same for the same seed."""
    digits = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % 10**17
    return f"{country}.{digits + 10**16}"


def is_user_id(text: str) -> bool:
    """Whether `text` has the shape of a business-scoped user id (whatsapp.md A3)."""
    return _USER_ID.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether `text` is the digits of a plausible E.164 number."""
    return _NUMBER.fullmatch(text) is not None


def normalise_address(text: str) -> str:
    """A number as bare digits (`+966 50…` and `96650…` are one), a user id as it is."""
    stripped = text.strip()
    return stripped if is_user_id(stripped) else _PUNCTUATION.sub("", stripped).removeprefix("+")
