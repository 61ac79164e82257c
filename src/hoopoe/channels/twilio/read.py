"""Twilio's answer to a send: taken, refused for certain, or in doubt. Pure.

Twilio's create is not idempotent: what ends with HTTP 5xx, or with an answer that nobody can read, may have
been taken. HTTP 429 was not. Source: Twilio, messaging/api/message-resource and its error dictionary.
"""

from __future__ import annotations

from typing import Final

import orjson

from hoopoe.channels.contract import Accepted, Doubtful, ProviderError, Refused, SendAnswer
from hoopoe.channels.twilio.errors import AWAY_SECONDS, BUSY_STATUS, RULES
from hoopoe.channels.twilio.fields import read_error, read_id
from hoopoe.kernel.json import Json, JsonObject

BUSY_TITLE: Final = "Twilio takes no more at the moment"


def read_answer(status: int, body: bytes, *, retry_after: float | None = None) -> SendAnswer:
    """The result of one request. `retry_after` is the answer's own header, in seconds. Never raises."""
    answer = read_body(body)
    if 200 <= status < 300:
        return _read_success(answer)
    error, wait = read_error(answer), retry_after or 0.0
    rule = RULES.get(error.code) if error is not None else None
    if error is not None and status < 500 and not (rule is not None and rule.is_doubtful):
        if rule is not None and rule.retry_after is not None:
            return Refused(error, max(rule.retry_after, wait), is_passing=rule.is_passing)
        if rule is not None or status not in (BUSY_STATUS, 408):
            return Refused(error)
    said = f"{error.code}: {error.title}" if error is not None else None
    if status == BUSY_STATUS:
        return Refused(ProviderError(status, BUSY_TITLE, said), max(AWAY_SECONDS, wait), is_passing=True)
    return Doubtful(f"HTTP {status}, {said or 'an answer that says neither yes nor no'}")


def read_body(body: bytes) -> JsonObject:
    """An answer's object; an empty one for anything else."""
    try:
        answer: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _read_success(answer: JsonObject) -> SendAnswer:
    """A message or a Content has a `sid`; a typing indicator answers {"success": true}."""
    sid = read_id(answer.get("sid"))
    if sid is not None:
        return Accepted(sid)
    if answer.get("success") is True:
        return Accepted("")
    return Doubtful("an answer without a message id")
