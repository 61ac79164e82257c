"""Files over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response

from hoopoe.identity.http import Conn, CurrentWork, InWorkspace, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.route import make_router, work_of
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.outbound_http import OutboundError, OutboundRequest
from hoopoe.media import schemas
from hoopoe.media.addresses import Variant
from hoopoe.media.errors import (
    AddressNotGood,
    FileEmpty,
    FileTooLarge,
    FileTypeMismatch,
    FileTypeNotTaken,
    LinkNotFetched,
    MediaQuotaReached,
    NothingToFetch,
    RangeNotThere,
    StoreFull,
    StoreUnavailable,
    VoiceNotTaken,
)
from hoopoe.media.fetching.claims import ask_again
from hoopoe.media.files import delete_file, find_files
from hoopoe.media.forms import read_upload
from hoopoe.media.queries import access_file, read_usage
from hoopoe.media.serving import Wanted, serve_file
from hoopoe.media.shelf import CurrentShelf
from hoopoe.media.spool import TooManyBytesError, open_spool
from hoopoe.media.taking import Given, keep_upload, refusing_store_errors, remove_bytes
from hoopoe.media.telling import tell_of_file

router = make_router("/api/media", tag="media")

MayRead = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_WRITE)]

LINK_SECONDS: Final = 120.0
TAKING: Final = (
    FileEmpty,
    FileTooLarge,
    FileTypeMismatch,
    FileTypeNotTaken,
    MediaQuotaReached,
    StoreFull,
    StoreUnavailable,
)
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "At most 100 MB."},
                        "voice": {
                            "type": "boolean",
                            "description": "It shall be a voice note. What a browser records as WebM becomes Ogg; "
                            "other sound is not converted.",
                        },
                    },
                }
            }
        },
    }
}
_BYTES: Final[dict[str, Any]] = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}


@router.post("/upload", status_code=201, openapi_extra=_FORM, responses=refusals(*TAKING, VoiceNotTaken))
async def upload_file(request: Request, work: CurrentWork, scope: MayWrite, shelf: CurrentShelf) -> schemas.MediaFile:
    """Keep a file, to be sent in messages. What it is, is told by its bytes. Unused files are deleted after a week."""
    with refusing_store_errors():
        async with open_spool(shelf.store) as spooled:
            async with work.released():
                form = await read_upload(request, spooled)
                facts = await spooled.look(told=form.told, name=form.name, is_voice=form.is_voice)
            given = Given("upload", form.name, form.told, form.is_voice)
            file = await keep_upload(
                work, scope, shelf.store, spooled=spooled, facts=facts, given=given, quota_mb=shelf.quota_mb
            )
    return schemas.view_file(file, shelf.addresses, now=datetime.now(UTC))


@router.post("/upload-from-url", status_code=201, responses=refusals(*TAKING, LinkNotFetched))
async def upload_from_url(
    work: CurrentWork, scope: MayWrite, shelf: CurrentShelf, given: schemas.UploadFromUrl
) -> schemas.MediaFile:
    """Fetch a file from a public address and keep it. Addresses inside our own network are not called."""
    with refusing_store_errors():
        async with open_spool(shelf.store) as spooled:
            async with work.released():
                try:
                    request = OutboundRequest("GET", given.url, seconds=LINK_SECONDS)
                    answer = await shelf.outbound.download(request, spooled.write)
                except OutboundError as error:
                    raise LinkNotFetched(str(error), details={"problem": error.problem, "reason": str(error)}) from None
                except TooManyBytesError:
                    raise FileTooLarge from None
                if answer.status != 200:
                    words = f"The address answered with {answer.status}."
                    raise LinkNotFetched(words, details={"problem": "status", "reason": words})
                if spooled.size == 0:
                    raise FileEmpty
                told, name = answer.headers.get("content-type"), given.filename or _name_of(given.url)
                facts = await spooled.look(told=told, name=name)
            file = await keep_upload(
                work,
                scope,
                shelf.store,
                spooled=spooled,
                facts=facts,
                given=Given("link", name, told),
                quota_mb=shelf.quota_mb,
            )
    return schemas.view_file(file, shelf.addresses, now=datetime.now(UTC))


def _name_of(url: str) -> str | None:
    return unquote(urlsplit(url).path.rpartition("/")[2]) or None


@router.get("/usage", responses=refusals())
async def read_media_usage(conn: Conn, scope: MayRead, shelf: CurrentShelf) -> schemas.MediaUsage:
    """How many bytes of files the workspace keeps, and how many it may."""
    return await read_usage(conn, scope, quota_mb=shelf.quota_mb)


@router.get("/{workspace_id}/{file_id}", dependencies=[InWorkspace], responses=refusals())
async def read_file(conn: Conn, scope: MayRead, shelf: CurrentShelf, file_id: UUID) -> schemas.MediaFile:
    """A file, with fresh addresses for its bytes."""
    return schemas.view_file(await access_file(conn, scope, file_id), shelf.addresses, now=datetime.now(UTC))


@router.delete("/{workspace_id}/{file_id}", status_code=204, dependencies=[InWorkspace], responses=refusals())
async def delete_media(work: CurrentWork, scope: MayWrite, shelf: CurrentShelf, file_id: UUID) -> None:
    """Delete a file. Messages that showed it stay, and say that it was deleted; its addresses end at once."""
    try:
        message_id = await delete_file(work.conn, scope.workspace_id, file_id)
    except LookupError:
        raise NotFound from None
    await tell_of_file(work.conn, scope.workspace_id, message_id)
    work.hint(Topic.EVENTS)
    await work.commit()
    # Should this fail, a sweep does it.
    await remove_bytes(shelf.store, scope.workspace_id, file_id)


@router.post("/{workspace_id}/{file_id}/retry", dependencies=[InWorkspace], responses=refusals(NothingToFetch))
async def retry_media(work: CurrentWork, scope: MayWrite, shelf: CurrentShelf, file_id: UUID) -> schemas.MediaFile:
    """Fetch a file that came with a message once more, at once."""
    await access_file(work.conn, scope, file_id)
    if not await ask_again(work.conn, scope.workspace_id, file_id):
        raise NothingToFetch
    work.hint(Topic.MEDIA, Topic.EVENTS)
    return schemas.view_file(await access_file(work.conn, scope, file_id), shelf.addresses, now=datetime.now(UTC))


def _read_wanted(
    request: Request,
    range_: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(alias="If-Range", max_length=200)] = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=1_000)] = None,
) -> Wanted:
    return Wanted(request.method == "HEAD", range_, if_range, if_none_match)


@router.head("/{workspace_id}/{file_id}/{variant}/{name}", name="serve_media", include_in_schema=False)
@router.get(
    "/{workspace_id}/{file_id}/{variant}/{name}",
    response_class=Response,
    responses={
        **refusals(AddressNotGood, NotFound, RangeNotThere, StoreUnavailable, is_public=True),
        200: _BYTES,
        206: {**_BYTES, "description": "A range of it."},
        304: {"description": "The reader has it already."},
    },
)
async def serve_media(
    request: Request,
    shelf: CurrentShelf,
    wanted: Annotated[Wanted, Depends(_read_wanted)],
    *,
    workspace_id: UUID,
    file_id: UUID,
    variant: Variant,
    name: str,  # noqa: ARG001  # for people, and for those who guess a type by it
    expires: Annotated[int, Query(ge=0, le=10**11)],
    signature: Annotated[str, Query(max_length=100)],
) -> Response:
    """The bytes of a file, by a signed address of `GET /api/media/…` or of a message. It asks for no token."""
    now = datetime.now(UTC)
    if not shelf.addresses.is_good(workspace_id, file_id, variant, expires=expires, signature=signature, now=now):
        raise AddressNotGood
    work = work_of(request)
    conn = await work.begin(role=tenancy.APP, workspaces=[workspace_id])
    file = (await find_files(conn, workspace_id, [file_id])).get(file_id)
    is_alive = await conn.fetchval("select deleted_at is null from workspaces where id = $1", workspace_id)
    await work.commit()
    if file is None or not is_alive:
        raise NotFound
    expires_at = datetime.fromtimestamp(expires, UTC)
    return await serve_file(shelf.store, file, variant, wanted=wanted, expires_at=expires_at, now=now)
