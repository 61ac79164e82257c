"""What providers told of accounts, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from hoopoe.accounts import queries, schemas
from hoopoe.channels.account_events import About, AccountEventKind, Severity
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.http.pagination import (
    DEFAULT_LIMIT,
    CursorText,
    Limit,
    cut_page,
    decode_cursor,
    encode_cursor,
)
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.http.times import Moment

router = make_router("/api/account-events", tag="account events")

MayRead = Annotated[WorkspaceScope, requires(Permission.CHANNELS_READ)]


@router.get("", responses=refusals())
async def list_account_events(
    conn: Conn,
    scope: MayRead,
    *,
    channel_id: Annotated[
        UUID | None, Query(description="Of this channel's number, and of the whole account that it belongs to.")
    ] = None,
    kind: AccountEventKind | None = None,
    about: About | None = None,
    severity: Severity | None = None,
    since: Annotated[Moment | None, Query(description="Happened then or later.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.AccountEventPage:
    """What providers told of accounts, numbers, templates and people's wishes, the newest first."""
    wanted = queries.EventFilter(channel_id=channel_id, kind=kind, about=about, severity=severity, since=since)
    found = await queries.list_account_events(conn, scope, wanted, before=_read_place(cursor), limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode_cursor(each.at, each.id))
    return schemas.AccountEventPage(data=list(page), next_cursor=next_cursor)


def _read_place(cursor: str | None) -> tuple[datetime, UUID] | None:
    match decode_cursor(cursor, datetime, UUID):
        case (datetime() as at, UUID() as id_):
            return at, id_
        case _:
            return None
