"""How a message that is there already changes: edited, deleted, a call that goes on. Pure.

Changes come late, twice and in any order; folding them gives the same message whatever the order, as far as their
times tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from hoopoe.kernel.json import Json, JsonObject

# The first and the newest: somebody who edits for ever fills no disk.
MAX_VERSIONS: Final = 20

# What came with a message and is not said again when it is edited.
CIRCUMSTANCES: Final = ("referral", "product", "forwarded")

# A call only goes forward; a later end takes the place of an earlier guess.
CALL_RANKS: Final = {"ringing": 0, "answered": 1, "rejected": 2, "missed": 2, "failed": 2, "ended": 3}


@dataclass(slots=True)
class Stored:
    """A message as it is filed: what it says now, and each earlier version with the time since when it said so."""

    type: str
    content: JsonObject
    at: datetime
    versions: list[Json] = field(default_factory=list)
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    is_changed: bool = False


def apply_edit(stored: Stored, *, type_: str, content: JsonObject, at: datetime) -> None:
    """Take an edit in: as what the message says now, or among its versions when a newer one came before it."""
    content = _carry_on(stored.content, content, is_one_type=type_ == stored.type)
    since = stored.edited_at or stored.at
    if stored.edited_at is not None and at < stored.edited_at:
        _remember(stored, type_, content, at)
        return
    if stored.edited_at == at and (stored.type, stored.content) == (type_, content):
        return
    _remember(stored, stored.type, stored.content, since)
    stored.type, stored.content, stored.edited_at = type_, content, at
    stored.is_changed = True


def apply_deletion(stored: Stored, at: datetime) -> None:
    """Mark a message as taken back. What it said stays."""
    if stored.deleted_at is None:
        stored.deleted_at = at
        stored.is_changed = True


def apply_call_progress(stored: Stored, content: JsonObject) -> None:
    """Take in how a call went on, unless it is further on already."""
    before, after = (CALL_RANKS.get(str(each.get("status")), 0) for each in (stored.content, content))
    merged = {**stored.content, **{key: value for key, value in content.items() if value is not None}}
    if after >= before and merged != stored.content:
        stored.content = merged
        stored.is_changed = True


def _remember(stored: Stored, type_: str, content: JsonObject, at: datetime) -> None:
    version: JsonObject = {"type": type_, "content": content, "at": at.isoformat()}
    if version in stored.versions:
        return
    # What was there first stays first, whatever the clocks of two phones say.
    first, rest = stored.versions[:1] or [version], [*stored.versions[1:], version] if stored.versions else []
    versions = [*first, *sorted(rest, key=_time_of)]
    stored.versions = versions if len(versions) <= MAX_VERSIONS else [versions[0], *versions[1 - MAX_VERSIONS :]]
    stored.is_changed = True


def _time_of(version: Json) -> datetime:
    at = version.get("at") if isinstance(version, dict) else None
    return datetime.fromisoformat(str(at))


def _carry_on(before: JsonObject, after: JsonObject, *, is_one_type: bool) -> JsonObject:
    """An edit with what only the first version told: where it came from, and the file that is here already."""
    kept: JsonObject = {key: before[key] for key in CIRCUMSTANCES if key in before and key not in after}
    if _is_same_file(before, after) or (is_one_type and _is_sent_file(before)):
        return {**before, "caption": after.get("caption")}
    return {**after, **kept}


def _is_same_file(before: JsonObject, after: JsonObject) -> bool:
    return any(before.get(key) is not None and before.get(key) == after.get(key) for key in ("media_id", "sha256"))


def _is_sent_file(content: JsonObject) -> bool:
    """A file that we sent: no key of the provider's tells it from another, and WhatsApp edits the words beside it."""
    return "file_id" in content and content.get("media_id") is None and content.get("sha256") is None
