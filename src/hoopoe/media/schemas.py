"""Files on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.media.addresses import Addresses, make_urls
from hoopoe.media.files import FileRow, FileState
from hoopoe.media.problems import RULES, Problem
from hoopoe.media.types import FileKind, kind_of


class MediaState(StrEnum):
    """Where a file is. `pending`: it is being fetched, or will be again at `retry_at`."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"
    DELETED = "deleted"


class BilingualText(Wire):
    en: str
    ar: str


class MediaFailure(Wire):
    """Why a file is not there (yet), in words."""

    code: str
    title: BilingualText
    text: BilingualText
    can_retry: bool


class MediaFile(Wire):
    """A file. Its addresses need no token and run out; ask again for new ones. They begin at this API's address."""

    id: UUID
    workspace_id: UUID
    state: MediaState
    kind: FileKind | None = Field(description="What it is to people; null before it is known.")
    mime_type: str | None = Field(description="The type of its bytes, whatever it was said to be.")
    name: str | None
    size: int | None = Field(description="Bytes.")
    width: int | None
    height: int | None
    duration_ms: int | None = Field(description="Of voice notes.")
    url: str | None = Field(description="Shown where that is safe: pictures, films, sounds. Others are saved.")
    download_url: str | None
    thumbnail_url: str | None
    expires_at: datetime | None = Field(description="Until then the addresses are good.")
    failure: MediaFailure | None
    retry_at: datetime | None = Field(description="When it is tried again by itself.")
    created_at: datetime


class MediaUsage(Wire):
    """How much of its room a workspace uses."""

    bytes: int
    files: int
    quota_bytes: int


class UploadFromUrl(Input):
    model_config = example({"url": "https://files.example.com/menu.pdf"})

    url: Annotated[str, StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True)]
    filename: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="What it is saved by; without it the last part of the address."
    )


def view_file(file: FileRow, addresses: Addresses, *, now: datetime) -> MediaFile:
    """A file as the API shows it. `now` is machine time."""
    state = _STATES[file.state]
    is_stored = state is MediaState.STORED
    urls = make_urls(addresses, file, now=now) if is_stored else None
    return MediaFile(
        id=file.id,
        workspace_id=file.workspace_id,
        state=state,
        kind=kind_of(file.mime_type) if file.mime_type is not None else None,
        mime_type=file.mime_type,
        name=file.name,
        size=file.size,
        width=file.width,
        height=file.height,
        duration_ms=file.duration_ms,
        url=urls.view if urls is not None else None,
        download_url=urls.save if urls is not None else None,
        thumbnail_url=urls.thumbnail if urls is not None else None,
        expires_at=urls.expires_at if urls is not None else None,
        failure=view_problem(Problem.DELETED if state is MediaState.DELETED else file.problem)
        if not is_stored
        else None,
        retry_at=file.next_at if file.state is FileState.PENDING and file.problem is not None else None,
        created_at=file.created_at,
    )


def view_problem(code: str | None) -> MediaFailure | None:
    """A problem in words; None where there is none."""
    if code is None:
        return None
    rule = RULES[Problem(code)]
    return MediaFailure(
        code=code,
        title=BilingualText(en=rule.title.en, ar=rule.title.ar),
        text=BilingualText(en=rule.text.en, ar=rule.text.ar),
        can_retry=rule.can_retry,
    )


_STATES = {
    FileState.PENDING: MediaState.PENDING,
    FileState.FETCHING: MediaState.PENDING,
    FileState.STORING: MediaState.PENDING,
    FileState.STORED: MediaState.STORED,
    FileState.FAILED: MediaState.FAILED,
    FileState.DELETED: MediaState.DELETED,
}
