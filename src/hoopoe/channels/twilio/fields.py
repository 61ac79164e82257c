"""Single fields of Twilio's forms and answers, read as they have been seen rather than as they are promised. Pure.

A form is kept as a JSON object: each name with its text, or with a list when it came more than once.
Source: Twilio, messaging/guides/webhook-request, which also says that parameters are added without notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hoopoe.channels.contract import ProviderError
from hoopoe.channels.errors import NO_CODE
from hoopoe.kernel.json import Json, JsonObject

USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
NUMBER: Final = re.compile(r"\+?[0-9]{5,20}")
SCHEME: Final = "whatsapp:"

# Twilio's ids have 34 characters, a user id at most 135. A key much longer than this fits into no index.
MAX_ID_CHARS: Final = 512
MAX_CODE_DIGITS: Final = 9

Params = Sequence[tuple[str, str]]


def collect_params(params: Params) -> JsonObject:
    """All parameters of a form by name: a text, or a list of texts when the name was repeated."""
    collected: JsonObject = {}
    for name, value in params:
        before = collected.get(name)
        if isinstance(before, list):
            before.append(value)
        else:
            collected[name] = value if before is None else [before, value]
    return collected


def read_text(value: Json) -> str | None:
    """A text that says something, as it came; of a repeated name the first one. None for anything else."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) and value.strip() else None


def read_id(value: Json) -> str | None:
    """An id as text. None for what no database takes as a key: a NUL character, or more than `MAX_ID_CHARS`."""
    text = (read_text(value) or "").strip()
    return text if text and len(text) <= MAX_ID_CHARS and "\x00" not in text else None


def read_address(value: Json) -> str | None:
    """What stands behind `whatsapp:`, a number or a user id; None for an address of any other channel."""
    text = read_id(value)
    if text is None or not text.lower().startswith(SCHEME):
        return None
    return text[len(SCHEME) :].strip() or None


def read_number(value: Json) -> str | None:
    """A number as E.164 with its plus, of `whatsapp:+…`; one whose plus became a space in a query, too."""
    address = read_address(value)
    return f"+{address.removeprefix('+')}" if address is not None and NUMBER.fullmatch(address) else None


def read_digits(value: Json) -> str | None:
    """A number's digits, of `whatsapp:+…`, of `+…` or of the bare digits; None for anything else."""
    text = read_address(value) or read_id(value)
    return text.removeprefix("+") if text is not None and NUMBER.fullmatch(text) else None


def read_user_id(value: Json) -> str | None:
    """A business-scoped user id, with `whatsapp:` before it or without."""
    text = read_address(value) or read_id(value)
    return text if text is not None and USER_ID.fullmatch(text) else None


def read_count(value: Json) -> int:
    """A small number of things; 0 for what is none."""
    text = read_id(value) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_CODE_DIGITS else 0


def read_code(value: Json) -> int:
    """An error's code, as text or as a number; `NO_CODE` when there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 < value < 10**MAX_CODE_DIGITS else NO_CODE
    return read_count(value) or NO_CODE


def read_error(answer: JsonObject) -> ProviderError | None:
    """The error of an answer: {"code", "message", "more_info", "status"}. None when it carries no code."""
    code = read_code(answer.get("code"))
    return ProviderError(code, read_text(answer.get("message")) or "") if code != NO_CODE else None
