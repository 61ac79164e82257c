"""Meta's answer to a send: taken, refused for certain, or in doubt. Pure.

Branches on `error.code` where it says enough: Meta answers rate limits with HTTP 400. HTTP 429 and 503 mean
that nothing was taken, whatever passing trouble the code tells of. Source: Meta, support/error-codes.
"""

from __future__ import annotations

import orjson

from hoopoe.channels.contract import Accepted, Doubtful, ProviderError, Refused, SendAnswer
from hoopoe.channels.errors import ErrorRule
from hoopoe.channels.meta.errors import AWAY_SECONDS, AWAY_STATUSES, BUSY_STATUS, RULES
from hoopoe.channels.meta.fields import read_error
from hoopoe.kernel.json import Json, JsonObject

AWAY_TITLE = "WhatsApp does not take messages at the moment"


def read_answer(status: int, body: bytes, *, retry_after: float | None = None, has_id: bool = True) -> SendAnswer:
    """The result of one request. `retry_after` is the answer's own header, in seconds. Never raises.

    `has_id`: what was sent is a message, and is taken only when the answer gives its id. A read receipt has none.
    """
    answer = read_body(body)
    if 200 <= status < 300:
        return _read_success(answer, has_id=has_id)
    error = read_error(answer.get("error"))
    rule = RULES.get(error.code) if error is not None else None
    wait = retry_after or 0.0
    if error is not None:
        if rule is not None and rule.retry_after is not None:
            return Refused(error, max(rule.retry_after, wait), is_passing=rule.is_passing)
        if not _is_in_doubt(status, answer, rule):
            return Refused(error)
    said = f"{error.code}: {error.title}" if error is not None else None
    if status in AWAY_STATUSES:
        return Refused(ProviderError(status, AWAY_TITLE, said), max(AWAY_SECONDS, wait), is_passing=True)
    return Doubtful(f"HTTP {status}, {said or 'an answer that says neither yes nor no'}")


def read_body(body: bytes) -> JsonObject:
    """An answer's object; an empty one for anything else."""
    try:
        answer: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _read_success(answer: JsonObject, *, has_id: bool) -> SendAnswer:
    messages = answer.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    message_id = first.get("id") if isinstance(first, dict) else None
    if isinstance(message_id, str) and message_id:
        return Accepted(message_id)
    if not has_id and answer.get("success") is True:
        return Accepted("")
    return Doubtful("an answer without a message id")


def _is_in_doubt(status: int, answer: JsonObject, rule: ErrorRule | None) -> bool:
    """Whether the provider may have taken the message although it tells of an error."""
    error = answer.get("error")
    if isinstance(error, dict) and error.get("is_transient") is True:
        return True
    if rule is not None:
        return rule.is_doubtful
    return status == BUSY_STATUS or status >= 500
