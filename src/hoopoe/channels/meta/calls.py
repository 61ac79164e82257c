"""Meta's calls: a message when a call comes in or goes out, and changes of that message as it goes on. Pure.

Source: Meta, webhooks/reference/calls.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.contract import CallProgress
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta.fields import read_id, read_phone, read_time
from hoopoe.kernel.json import Json, JsonObject

CONNECT: Final = "connect"
BUSINESS_INITIATED: Final = "BUSINESS_INITIATED"
STATUS_TYPE: Final = "call"

# By what Meta reports of a call that the business makes.
REPORTED: Final = {"RINGING": "ringing", "ACCEPTED": "answered", "REJECTED": "rejected"}


def read_person(call: JsonObject) -> str | None:
    """The person's number or user id: the caller, or who is called."""
    is_ours = call.get("direction") == BUSINESS_INITIATED
    names = ("to_user_id", "to") if is_ours else ("from_user_id", "from")
    return next((found for name in names if (found := read_phone(call.get(name))) is not None), None)


def make_call(call: JsonObject) -> JsonObject:
    """A call as it begins. What the two ends say to each other to connect (`session`) is left out."""
    return {
        "direction": "out" if call.get("direction") == BUSINESS_INITIATED else "in",
        "status": "ringing",
        "started_at": None,
        "ended_at": None,
        "seconds": None,
    }


def read_call_change(call: JsonObject) -> CallProgress:
    """A later event of a call, or a status of one. Raises `UnreadableItem` when it lacks its id or time."""
    call_id, at = read_id(call.get("id")), read_time(call.get("timestamp"))
    if call_id is None or at is None:
        raise UnreadableItem("call.id or call.timestamp is missing")
    said = str(call.get("event") or call.get("status"))
    provider_id = f"{call_id}:{said}"
    if call.get("type") == STATUS_TYPE:
        status = REPORTED.get(str(call.get("status")).upper())
        if status is None:
            raise UnreadableItem(f"call.status is not one that we know: {said[:40]!r}")
        return CallProgress(provider_id, call_id, at, {"status": status})
    return CallProgress(provider_id, call_id, at, _read_end(call))


def _read_end(call: JsonObject) -> JsonObject:
    started, ended = read_time(call.get("start_time")), read_time(call.get("end_time"))
    seconds = _read_seconds(call.get("duration"))
    has_talked = started is not None or bool(seconds)
    failed = str(call.get("status")).upper() == "FAILED"
    return {
        "status": "ended" if has_talked else "failed" if failed else "missed",
        "started_at": started.isoformat() if started is not None else None,
        "ended_at": ended.isoformat() if ended is not None else None,
        "seconds": seconds,
        "direction": "out" if call.get("direction") == BUSINESS_INITIATED else "in",
    }


def _read_seconds(value: Json) -> int | None:
    text = read_id(value)
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None
