"""Workspaces: one's own, further ones, settings, logo, deletion and its undoing."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Request, Response

from hoopoe.identity import workspace_schemas as schemas
from hoopoe.identity.actions.workspaces import (
    access_logo,
    create_workspace,
    delete_workspace,
    remove_logo,
    restore_workspace,
    set_logo,
    update_workspace,
)
from hoopoe.identity.errors import TooManyWorkspaces
from hoopoe.identity.http import Conn, CurrentWork, InWorkspace, requires
from hoopoe.identity.queries import access_workspace
from hoopoe.identity.queries import list_workspaces as read_workspaces
from hoopoe.identity.roles import Permission, Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.ids import new_id

router = make_router("/api/workspaces", tag="workspaces")

MayRead = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_READ)]
MayChange = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_WRITE)]
MayDelete = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_DELETE)]
MayCreate = Annotated[WorkspaceScope, requires(Permission.WORKSPACES_WRITE)]

_IMAGE: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_IMAGE_TYPES: Final = ("image/png", "image/jpeg", "image/webp")
_IMAGE_BODY: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": dict.fromkeys(_IMAGE_TYPES, _IMAGE)}}


@router.get("", responses=refusals())
async def list_workspaces(
    conn: Conn, scope: MayRead, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.WorkspacePage:
    """One's own workspaces, the oldest first. A key sees its own alone."""
    only = scope.workspace_id if scope.principal is PrincipalKind.TOKEN else None
    rows = await read_workspaces(conn, scope, only=only, after=decode_id(cursor), limit=limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda each: encode_cursor(each.id))
    return schemas.WorkspacePage(data=list(page), next_cursor=next_cursor)


@router.post("", status_code=201, responses=refusals(TooManyWorkspaces))
async def create(work: CurrentWork, scope: MayCreate, given: schemas.WorkspaceCreate) -> schemas.WorkspaceDetails:
    """Make another workspace, with oneself as its owner. A key does not open it: keys are of one workspace."""
    await work.commit()
    there = make_scope(new_id(), scope.user_id, Role.OWNER, scope.principal, address=scope.address)
    conn = await work.begin(role=tenancy.APP, workspaces=[there.workspace_id], user_id=scope.user_id)
    await create_workspace(conn, there, given)
    return await access_workspace(conn, there)


@router.get("/{workspace_id}", dependencies=[InWorkspace], responses=refusals())
async def read_workspace(conn: Conn, scope: MayRead) -> schemas.WorkspaceDetails:
    """One workspace, with its settings."""
    return await access_workspace(conn, scope)


@router.patch("/{workspace_id}", dependencies=[InWorkspace], responses=refusals())
async def change_workspace(conn: Conn, scope: MayChange, given: schemas.WorkspaceUpdate) -> schemas.WorkspaceDetails:
    """Change the settings of a workspace."""
    await update_workspace(conn, scope, given)
    return await access_workspace(conn, scope)


@router.delete("/{workspace_id}", dependencies=[InWorkspace], responses=refusals())
async def delete(work: CurrentWork, scope: MayDelete) -> schemas.WorkspaceDetails:
    """Delete a workspace: its numbers stop, its members lose it, and for thirty days an owner can restore it."""
    await delete_workspace(work.conn, scope)
    work.hint(Topic.CHANNELS)
    return await access_workspace(work.conn, scope)


@router.post("/{workspace_id}/restore", dependencies=[InWorkspace], responses=refusals())
async def restore(work: CurrentWork, scope: MayDelete) -> schemas.WorkspaceDetails:
    """Undo a deletion: everything is as it was, and its numbers work again."""
    await restore_workspace(work.conn, scope)
    work.hint(Topic.CHANNELS)
    return await access_workspace(work.conn, scope)


@router.get(
    "/{workspace_id}/logo",
    dependencies=[InWorkspace],
    response_class=Response,
    responses={**refusals(), 200: {"content": dict.fromkeys(_IMAGE_TYPES, _IMAGE)}},
)
async def read_logo(conn: Conn, scope: MayRead) -> Response:
    """The logo. The address in `logo_url` is another one with every other image."""
    logo = await access_logo(conn, scope)
    headers = {"cache-control": "private, max-age=31536000, immutable"}
    return Response(logo.image, media_type=logo.media_type, headers=headers)


@router.put("/{workspace_id}/logo", dependencies=[InWorkspace], openapi_extra=_IMAGE_BODY, responses=refusals())
async def change_logo(request: Request, conn: Conn, scope: MayChange) -> schemas.WorkspaceDetails:
    """Set the logo: the image itself is the body. PNG, JPEG or WebP, at most 256 kB."""
    await set_logo(conn, scope, await request.body())
    return await access_workspace(conn, scope)


@router.delete("/{workspace_id}/logo", status_code=204, dependencies=[InWorkspace], responses=refusals())
async def delete_logo(conn: Conn, scope: MayChange) -> None:
    """Take the logo away."""
    await remove_logo(conn, scope)
