"""`http_request` effects: a flow's request, made by the guarded client, as the engine's result."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import orjson

from hoopoe.kernel.json import Json, JsonObject, bound_depth
from hoopoe.kernel.outbound_http import OutboundClient, OutboundError, OutboundRequest

DEFAULT_SECONDS = 10.0
MAX_TEXT = 64 * 1024


async def perform_http(client: OutboundClient, request: JsonObject, effect_id: UUID) -> JsonObject:
    """Make the request and return what the engine expects: {"ok", "status", "body", "error"}.

    The effect's id leaves as `Idempotency-Key`, so that the other side can recognise a repetition. Never
    raises for what a network or the other side does.
    """
    try:
        answer = await client.send(read_request(request, effect_id))
    except OutboundError as error:
        return {"ok": False, "status": None, "body": None, "error": str(error)}
    return {"ok": answer.status < 400, "status": answer.status, "body": _read_body(answer.body), "error": None}


def read_request(request: JsonObject, effect_id: UUID) -> OutboundRequest:
    """The engine's request in the client's words."""
    body = request.get("body")
    headers = {"idempotency-key": str(effect_id)} | _texts(request.get("headers"), lower=True)
    if body is not None and not isinstance(body, str):
        headers.setdefault("content-type", "application/json")
    seconds = request.get("timeout_seconds")
    return OutboundRequest(
        method=str(request.get("method") or "GET").upper(),
        url=str(request.get("url") or ""),
        headers=headers,
        query=_texts(request.get("query")),
        body=None if body is None else body.encode() if isinstance(body, str) else orjson.dumps(body),
        seconds=float(seconds) if isinstance(seconds, int | float) else DEFAULT_SECONDS,
    )


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
