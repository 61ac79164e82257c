"""Groups over HTTP: what was written in them, to be read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from hoopoe.conversations.group_schemas import Group, GroupMessage, GroupMessagePage, GroupPage
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import NotFound
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

router = make_router("/api/groups", tag="groups")

MayRead = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_READ)]

GROUPS = """
select id, channel_id, provider_id, subject, last_at, created_at from groups
where workspace_id = $1 and ($2::timestamptz is null or (last_at, id) < ($2, $3::uuid))
order by last_at desc, id desc limit $4
"""
MESSAGES = """
select id, group_id, provider_id, sender, type, content, reply_to, at from group_messages
where workspace_id = $1 and group_id = $2 and ($3::uuid is null or id < $3)
order by id desc limit $4
"""


@router.get("", responses=refusals())
async def list_groups(conn: Conn, scope: MayRead, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> GroupPage:
    """Groups, the last one that was written in first."""
    last_at, id_ = decode_cursor(cursor, datetime, UUID) or (None, None)
    rows = await conn.fetch(GROUPS, scope.workspace_id, last_at, id_, limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda row: encode_cursor(row["last_at"], row["id"]))
    return GroupPage(data=[Group(**row) for row in page], next_cursor=next_cursor)


@router.get("/{group_id}/messages", responses=refusals())
async def list_group_messages(
    conn: Conn, scope: MayRead, group_id: UUID, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> GroupMessagePage:
    """What was done in a group, newest first."""
    before = decode_id(cursor)
    is_here = "select exists (select from groups where workspace_id = $1 and id = $2)"
    if not await conn.fetchval(is_here, scope.workspace_id, group_id):
        raise NotFound
    rows = await conn.fetch(MESSAGES, scope.workspace_id, group_id, before, limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda row: encode_cursor(row["id"]))
    return GroupMessagePage(data=[GroupMessage.model_validate(dict(row)) for row in page], next_cursor=next_cursor)
