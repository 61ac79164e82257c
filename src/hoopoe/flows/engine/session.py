"""A session as bytes and back, without loss."""

from __future__ import annotations

from typing import Any, Final, assert_never

import orjson

from hoopoe.flows.engine.contract import (
    DelayWait,
    Effect,
    EffectWait,
    MessageWait,
    Session,
    SessionError,
    SessionStatus,
    Wait,
)
from hoopoe.kernel.json import Json, JsonObject

SCHEMA_VERSION: Final = 1


def dump_session(session: Session) -> bytes:
    """A session as JSON, marked with the version of its shape."""
    return orjson.dumps(
        {
            "v": SCHEMA_VERSION,
            "flow_version_id": session.flow_version_id,
            "node_id": session.node_id,
            "status": session.status,
            "variables": session.variables,
            "sprint": session.sprint,
            "steps": session.steps,
            "wait": None if session.wait is None else _dump_wait(session.wait),
            "memory": session.memory,
            "shared": session.shared,
            "message": session.message,
            "error": None if session.error is None else {"code": session.error.code, "message": session.error.message},
        }
    )


def load_session(data: bytes | str) -> Session:
    """The session that `dump_session` wrote. Raises ValueError for anything else, such as a later shape."""
    raw = orjson.loads(data)
    version = raw.get("v") if isinstance(raw, dict) else None
    if version != SCHEMA_VERSION:
        raise ValueError(f"A session of shape {version!r} cannot be read; this code reads {SCHEMA_VERSION}.")
    try:
        return _load(raw)
    except KeyError as error:
        raise ValueError(f"A session without {error} cannot be read.") from error


def _load(raw: dict[str, Any]) -> Session:
    error = raw["error"]
    return Session(
        flow_version_id=raw["flow_version_id"],
        node_id=raw["node_id"],
        status=SessionStatus(raw["status"]),
        variables=raw["variables"],
        sprint=raw["sprint"],
        steps=raw["steps"],
        wait=None if raw["wait"] is None else _load_wait(raw["wait"]),
        memory=raw["memory"],
        shared=raw["shared"],
        message=raw["message"],
        error=None if error is None else SessionError(error["code"], error["message"]),
    )


def _dump_wait(wait: Wait) -> JsonObject:
    match wait:
        case MessageWait(timeout_seconds=seconds):
            return {"type": wait.type, "timeout_seconds": seconds}
        case DelayWait(seconds=seconds):
            return {"type": wait.type, "seconds": seconds}
        case EffectWait(effect=effect):
            described: Json = {"kind": effect.kind, "request": effect.request, "is_safe": effect.is_safe}
            return {"type": wait.type, "effect": described}
        case _:
            assert_never(wait)


def _load_wait(raw: dict[str, object]) -> Wait:
    match raw:
        case {"type": "message", "timeout_seconds": None | int() as timeout}:
            return MessageWait(timeout)
        case {"type": "delay", "seconds": int() as seconds}:
            return DelayWait(seconds)
        case {
            "type": "effect",
            "effect": {
                "kind": "http_request" | "fetch_file" as kind,
                "request": dict() as request,
                "is_safe": bool() as safe,
            },
        }:
            return EffectWait(Effect(kind, request, is_safe=safe))
        case _:
            raise ValueError(f"Not a wait: {raw!r}.")
