"""The files of messages as screens see them: where they are now, under addresses that are good for an hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.media.addresses import Addresses
from hoopoe.media.files import FileRow, FileState, find_files
from hoopoe.media.problems import Problem
from hoopoe.media.schemas import MediaState, view_file, view_problem

# What a file adds to the content of its message; what the provider said of it stays beside it.
SHOWN: Final = (
    "state",
    "url",
    "download_url",
    "thumbnail_url",
    "expires_at",
    "name",
    "size",
    "width",
    "height",
    "duration_ms",
    "failure",
    "retry_at",
)
_Files: TypeAlias = Mapping[UUID, FileRow]


async def show_files(
    conn: Connection, workspace_id: UUID, contents: Sequence[JsonObject], *, addresses: Addresses
) -> list[JsonObject]:
    """Contents with what is known of their files, in the same order. Those without files stay as they are."""
    places = [place for content in contents for place in _find_places(content)]
    ids = {file_id for place in places if (file_id := _file_id(place)) is not None}
    files = await find_files(conn, workspace_id, list(ids))
    now = datetime.now(UTC)
    return [_show(content, files, addresses, now) for content in contents] if places else list(contents)


def _find_places(content: JsonObject) -> list[JsonObject]:
    """The parts of a content that speak of a file: itself, and those of further files."""
    more: Json = content.get("more")
    parts = [content, *(each for each in (more if isinstance(more, list) else ()) if isinstance(each, dict))]
    return [part for part in parts if _has_file(part)]


def _has_file(part: JsonObject) -> bool:
    return "file_id" in part or (part.get("state") == "pending" and ("media_id" in part or "media_url" in part))


def _file_id(part: JsonObject) -> UUID | None:
    try:
        return UUID(str(part.get("file_id")))
    except ValueError:
        return None


def _show(content: JsonObject, files: _Files, addresses: Addresses, now: datetime) -> JsonObject:
    shown = {**content, **_describe(content, files, addresses, now)} if _has_file(content) else dict(content)
    more = content.get("more")
    if isinstance(more, list):
        shown["more"] = [_show(each, files, addresses, now) if isinstance(each, dict) else each for each in more]
    return shown


def _describe(part: JsonObject, files: _Files, addresses: Addresses, now: datetime) -> JsonObject:
    """The state of one file. One that has no row came before files were kept, or was swept with its row."""
    file_id = _file_id(part)
    file = files.get(file_id) if file_id is not None else None
    if file is None:
        problem = view_problem(Problem.NEVER_FETCHED if file_id is None else Problem.DELETED)
        nothing: JsonObject = dict.fromkeys(SHOWN)
        return {
            **nothing,
            "state": (MediaState.FAILED if file_id is None else MediaState.DELETED).value,
            "failure": problem.model_dump(mode="json") if problem is not None else None,
        }
    seen = view_file(file, addresses, now=now).model_dump(mode="json")
    described: JsonObject = {key: seen[key] for key in SHOWN}
    if file.state is FileState.STORED:
        # The type of its bytes outweighs the one that was said.
        described["mime_type"] = file.mime_type
    return described
