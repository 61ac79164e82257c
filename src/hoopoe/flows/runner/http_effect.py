"""`http_request` effects: a flow's request, made by the guarded client, as the engine's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import orjson

from hoopoe.flows.credentials.using import Credential, CredentialRefusedError
from hoopoe.flows.runner.effects import PASSING, WAIT
from hoopoe.flows.runner.waiting_times import read_retry_after
from hoopoe.kernel.json import Json, JsonObject, bound_depth
from hoopoe.kernel.outbound_http import OutboundClient, OutboundError, OutboundProblem, OutboundRequest

DEFAULT_SECONDS: Final = 10.0
MAX_TEXT: Final = 64 * 1024

# What another try may change: nobody answered, or somebody said that it is too much or that a part is away.
_PASSING_PROBLEMS: Final = frozenset(
    {OutboundProblem.UNREACHABLE, OutboundProblem.TIMED_OUT, OutboundProblem.BROKEN_ANSWER}
)
_PASSING_STATUSES: Final = frozenset({429, 502, 503, 504})
_TYPES: Final = {"form": "application/x-www-form-urlencoded", "text": "text/plain; charset=utf-8"}


async def perform_http(
    client: OutboundClient, request: JsonObject, effect_id: UUID, *, credential: Credential | None = None
) -> JsonObject:
    """Make the request and return what the engine expects: {"ok", "status", "body", "error"}.

    The effect's id leaves as `Idempotency-Key`, so that the other side can recognise a repetition. A credential goes
    to its own hosts only, and is taken out of the answer where the other side says it back. Never raises for what a
    network or the other side does.
    """
    outgoing = read_request(request, effect_id)
    try:
        answer = await client.send(outgoing if credential is None else credential.sign(outgoing))
    except CredentialRefusedError as error:
        return failed(str(error))
    except OutboundError as error:
        return failed(str(error), is_passing=error.problem in _PASSING_PROBLEMS)
    body = answer.body if credential is None else credential.redact(answer.body)
    return {
        "ok": answer.status < 400,
        "status": answer.status,
        "body": _read_body(body),
        "error": None,
        PASSING: answer.status in _PASSING_STATUSES,
        WAIT: read_retry_after(answer.headers),
    }


def failed(reason: str, *, is_passing: bool = False) -> JsonObject:
    """The result of a request that had no answer."""
    return {"ok": False, "status": None, "body": None, "error": reason, PASSING: is_passing}


def read_request(request: JsonObject, effect_id: UUID) -> OutboundRequest:
    """The engine's request in the client's words."""
    headers = {"idempotency-key": str(effect_id)} | _texts(request.get("headers"), lower=True)
    body, type_ = _write_body(request.get("body"), request.get("body_type"))
    if type_ is not None:
        headers.setdefault("content-type", type_)
    seconds = request.get("timeout_seconds")
    return OutboundRequest(
        method=str(request.get("method") or "GET").upper(),
        url=str(request.get("url") or ""),
        headers=headers,
        query=_texts(request.get("query")),
        body=body,
        seconds=float(seconds) if isinstance(seconds, int | float) else DEFAULT_SECONDS,
    )


def _write_body(body: Json, kind: Json) -> tuple[bytes | None, str | None]:
    """The bytes, and what they are. A text without a kind leaves as it is: whoever wrote it says what it is."""
    match kind, body:
        case "form", Mapping():
            return urlencode(_texts(body)).encode(), _TYPES["form"]
        case "text", str():
            return body.encode(), _TYPES["text"]
        case "json_value", _:
            return orjson.dumps(body), "application/json"
        case _, None:
            return None, None
        case _, str():
            return body.encode(), None
        case _:
            return orjson.dumps(body), "application/json"


def _texts(value: Json, *, lower: bool = False) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {(str(name).lower() if lower else str(name)): str(item) for name, item in value.items() if item is not None}


def _read_body(body: bytes) -> Json:
    """JSON where it is JSON, else its text, cut where a flow could not keep it."""
    try:
        decoded = bound_depth(orjson.loads(body))
    except orjson.JSONDecodeError:
        return body[:MAX_TEXT].decode("utf-8", "replace").replace("\0", "\ufffd")
    return decoded
