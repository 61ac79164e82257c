"""A session as bytes and back, without loss.

A session is written in the oldest shape that holds it: while new code is rolled out, workers of the code before read
what the new ones wrote. It is read in any shape: `UPGRADES` has a step for each, and tests/flows/sessions the bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never

import orjson

from hoopoe.flows.engine.contract import (
    Caller,
    DelayWait,
    Effect,
    EffectWait,
    MessageWait,
    OpenScope,
    Session,
    SessionError,
    SessionStatus,
    Wait,
)
from hoopoe.kernel.json import Json, JsonObject

SCHEMA_VERSION: Final = 2
"""1: one flow. 2: flows in flows, loops and error handlers (`callers`, `scopes`)."""


def dump_session(session: Session) -> bytes:
    """A session as JSON, marked with the version of its shape."""
    is_flat = not session.callers and not session.scopes
    raw: dict[str, object] = {
        "v": 1 if is_flat else SCHEMA_VERSION,
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
    if not is_flat:
        raw["scopes"] = _dump_scopes(session.scopes)
        raw["callers"] = [
            {
                "flow_version_id": caller.flow_version_id,
                "node_id": caller.node_id,
                "variables": caller.variables,
                "scopes": _dump_scopes(caller.scopes),
            }
            for caller in session.callers
        ]
    return orjson.dumps(raw)


def load_session(data: bytes | str) -> Session:
    """The session that `dump_session` wrote, now or in an older shape.

    Raises ValueError for anything else, such as a later shape.
    """
    raw = orjson.loads(data)
    version = raw.get("v") if isinstance(raw, dict) else None
    if not isinstance(version, int) or not 1 <= version <= SCHEMA_VERSION:
        raise ValueError(f"A session of shape {version!r} cannot be read; this code reads 1 to {SCHEMA_VERSION}.")
    try:
        for step in range(version + 1, SCHEMA_VERSION + 1):
            raw = UPGRADES[step](raw)
        return _load(raw)
    except KeyError as error:
        raise ValueError(f"A session without {error} cannot be read.") from error


def _to_2(raw: dict[str, Any]) -> dict[str, Any]:
    """No flow ran another, and nothing went round."""
    return {**raw, "v": 2, "scopes": [], "callers": []}


UPGRADES: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {2: _to_2}
"""By the shape that a step leads to. Each is pure, and is never changed."""


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
        callers=tuple(
            Caller(each["flow_version_id"], each["node_id"], each["variables"], _load_scopes(each["scopes"]))
            for each in raw["callers"]
        ),
        scopes=_load_scopes(raw["scopes"]),
    )


def _dump_scopes(scopes: tuple[OpenScope, ...]) -> list[list[object]]:
    return [[scope.node_id, scope.memory] for scope in scopes]


def _load_scopes(raw: list[Any]) -> tuple[OpenScope, ...]:
    return tuple(OpenScope(node_id, memory) for node_id, memory in raw)


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
                "kind": "http_request" | "fetch_file" | "database_query" as kind,
                "request": dict() as request,
                "is_safe": bool() as safe,
            },
        }:
            return EffectWait(Effect(kind, request, is_safe=safe))
        case _:
            raise ValueError(f"Not a wait: {raw!r}.")
