"""Meta's answer to a send: taken, refused for certain, or in doubt. Pure.

Branches on `error.code`, never on the HTTP status alone: Meta answers rate limits with 400. Source: Meta,
support/error-codes.
"""

from __future__ import annotations

import orjson

from hoopoe.channels.contract import Accepted, Doubtful, ProviderError, Refused, SendResult
from hoopoe.channels.meta.errors import RULES
from hoopoe.kernel.json import Json, JsonObject

AWAY_SECONDS = 1.0


def read_answer(status: int, body: bytes, *, retry_after: float | None = None) -> SendResult:
    """The result of one request. `retry_after` is the answer's own header, in seconds."""
    try:
        answer: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    answer = answer if isinstance(answer, dict) else {}
    if status == 200:
        return _read_success(answer)
    error = read_refusal(answer)
    if error is not None:
        rule = RULES.get(error.code)
        if _is_transient(answer) or (rule is not None and rule.is_doubtful):
            return Doubtful(f"{error.code}: {error.title}")
        if rule is not None:
            wait = rule.retry_after if rule.retry_after is None else max(rule.retry_after, retry_after or 0.0)
            return Refused(error, wait, is_passing=rule.is_passing)
    if status in (429, 503):
        refusal = error or ProviderError(status, "WhatsApp is busy")
        return Refused(refusal, max(AWAY_SECONDS, retry_after or 0.0), is_passing=True)
    if status >= 500 or error is None:
        return Doubtful(f"HTTP {status} with an answer that says neither yes nor no")
    return Refused(error)


def read_refusal(answer: JsonObject) -> ProviderError | None:
    """Meta's error envelope: {"error": {"message", "code", "error_data": {"details"}}}."""
    error = answer.get("error")
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    message = error.get("message")
    return ProviderError(
        code=code if isinstance(code, int) else 0,
        title=message if isinstance(message, str) else "",
        details=details if isinstance(details, str) else None,
    )


def _read_success(answer: JsonObject) -> SendResult:
    messages = answer.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    message_id = first.get("id") if isinstance(first, dict) else None
    if isinstance(message_id, str) and message_id:
        return Accepted(message_id)
    if answer.get("success") is True:
        return Accepted("")
    return Doubtful("HTTP 200 without a message id")


def _is_transient(answer: JsonObject) -> bool:
    error = answer.get("error")
    return isinstance(error, dict) and error.get("is_transient") is True
