"""Members of a workspace, their keys, and the log of who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Query, Request

from hoopoe.identity import member_schemas as schemas
from hoopoe.identity.actions.members import change_role, leave_workspace, remove_member
from hoopoe.identity.actions.tokens import revoke_members_token
from hoopoe.identity.errors import LastOwner, OwnersOnly, SessionOnly
from hoopoe.identity.events import MemberHooks
from hoopoe.identity.http import Conn, InWorkspace, requires
from hoopoe.identity.member_queries import access_member, list_audit_entries
from hoopoe.identity.member_queries import list_member_tokens as read_member_tokens
from hoopoe.identity.member_queries import list_members as read_members
from hoopoe.identity.proof import require_session
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.http.pagination import (
    DEFAULT_LIMIT,
    CursorText,
    Limit,
    cut_page,
    decode_cursor,
    decode_id,
    encode_cursor,
)
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="members")

MayReadMembers = Annotated[WorkspaceScope, requires(Permission.MEMBERS_READ)]
MayManageMembers = Annotated[WorkspaceScope, requires(Permission.MEMBERS_WRITE)]
MayReadAudit = Annotated[WorkspaceScope, requires(Permission.AUDIT_READ)]


def _read_hooks(request: Request) -> MemberHooks:
    return cast(MemberHooks, request.app.state.member_hooks)


Hooks = Annotated[MemberHooks, Depends(_read_hooks)]


@router.get(
    "/workspaces/{workspace_id}/members",
    response_model=schemas.MemberPage,
    dependencies=[InWorkspace],
    responses=refusals(),
)
async def list_members(
    conn: Conn, scope: MayReadMembers, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.MemberPage:
    """The members of the workspace, who joined first comes first."""
    after = cast("tuple[datetime, UUID] | None", decode_cursor(cursor, datetime, UUID))
    rows = await read_members(conn, scope, after=after, limit=limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda member: encode_cursor(member.joined_at, member.user_id))
    return schemas.MemberPage(data=list(page), next_cursor=next_cursor)


@router.post(
    "/workspaces/{workspace_id}/members/leave",
    status_code=204,
    dependencies=[InWorkspace],
    responses=refusals(LastOwner),
)
async def leave(
    conn: Conn, scope: Annotated[WorkspaceScope, requires(Permission.MEMBERSHIP_WRITE)], hooks: Hooks
) -> None:
    """Leave the workspace. One's tokens there end with it."""
    await leave_workspace(conn, scope, hooks=hooks)


@router.patch(
    "/workspaces/{workspace_id}/members/{user_id}",
    dependencies=[InWorkspace],
    responses=refusals(LastOwner, OwnersOnly),
)
async def update_member(
    conn: Conn, scope: MayManageMembers, hooks: Hooks, user_id: UUID, given: schemas.MemberUpdate
) -> schemas.Member:
    """Give a member another role. Who may not write any more leaves the conversations to the others."""
    await change_role(conn, scope, user_id, role=given.role, hooks=hooks)
    return await access_member(conn, scope, user_id)


@router.delete(
    "/workspaces/{workspace_id}/members/{user_id}",
    status_code=204,
    dependencies=[InWorkspace],
    responses=refusals(LastOwner, OwnersOnly),
)
async def delete_member(conn: Conn, scope: MayManageMembers, hooks: Hooks, user_id: UUID) -> None:
    """Remove a member: out at once, with all tokens. The conversations stay with people, and are nobody's."""
    await remove_member(conn, scope, user_id, hooks=hooks)


@router.get(
    "/workspaces/{workspace_id}/tokens",
    response_model=schemas.MemberTokenPage,
    dependencies=[InWorkspace],
    responses=refusals(),
)
async def list_member_tokens(
    conn: Conn, scope: MayReadAudit, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.MemberTokenPage:
    """Everybody's personal access tokens in the workspace that are not revoked, newest first. Never their texts."""
    rows = await read_member_tokens(conn, scope, after=decode_id(cursor), limit=limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda token: encode_cursor(token.id))
    return schemas.MemberTokenPage(data=list(page), next_cursor=next_cursor)


@router.delete(
    "/workspaces/{workspace_id}/tokens/{token_id}",
    status_code=204,
    dependencies=[InWorkspace],
    responses=refusals(OwnersOnly, SessionOnly),
)
async def revoke_member_token(conn: Conn, scope: MayManageMembers, token_id: UUID) -> None:
    """Revoke anybody's token. Only owners do so with an owner's."""
    require_session(scope)
    await revoke_members_token(conn, scope, token_id)


@router.get("/audit", response_model=schemas.AuditPage, responses=refusals())
async def list_audit(
    conn: Conn,
    scope: MayReadAudit,
    *,
    actor_id: UUID | None = None,
    action: Annotated[str | None, Query(max_length=64, pattern=r"^[a-z_.]+$")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.AuditPage:
    """Who did what in the workspace, newest first."""
    rows = await list_audit_entries(
        conn, scope, actor_id=actor_id, action=action, after=decode_id(cursor), limit=limit + 1
    )
    page, next_cursor = cut_page(rows, limit, lambda entry: encode_cursor(entry.id))
    return schemas.AuditPage(data=list(page), next_cursor=next_cursor)
