"""Traces and counts over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from hoopoe.flows.traces import counts, queries, schemas
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router, settings_of
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.settings import Settings

router = make_router("/api", tag="bots")

MayReadThreads = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_READ)]
MayReadBots = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
CurrentSettings = Annotated[Settings, Depends(settings_of)]

CountedVersion = Annotated[
    str,
    Query(
        pattern=r"^(published|all|[1-9][0-9]{0,8})$",
        max_length=9,
        description="`published`, a version's number, or `all` of them together.",
        examples=["published", "3", "all"],
    ),
]


@router.get("/messages/{message_id}/trace", responses=refusals())
async def read_message_trace(
    conn: Conn, scope: MayReadThreads, settings: CurrentSettings, message_id: UUID
) -> schemas.MessageTrace:
    """Why the bot said this: the way it went, what it computed, what it asked of others. Kept for `TRACE_DAYS`."""
    return await queries.read_message_trace(conn, scope, message_id, days_kept=settings.trace_days)


@router.get("/conversations/{conversation_id}/events/{event_id}/trace", responses=refusals())
async def read_event_trace(
    conn: Conn, scope: MayReadThreads, settings: CurrentSettings, conversation_id: UUID, event_id: UUID
) -> schemas.EventTrace:
    """Why a flow failed, or handed the conversation over: the sprint in which it did."""
    return await queries.read_event_trace(conn, scope, conversation_id, event_id, days_kept=settings.trace_days)


@router.get("/conversations/{conversation_id}/traces", responses=refusals())
async def list_traces(
    conn: Conn, scope: MayReadThreads, conversation_id: UUID, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.SprintTracePage:
    """Everything that bots did in a conversation, the newest first, also where they said nothing."""
    before = decode_id(cursor)
    found = await queries.list_traces(conn, scope, conversation_id, before=before, limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode_cursor(each.id))
    return schemas.SprintTracePage(data=list(page), next_cursor=next_cursor)


@router.get("/bots/{bot_id}/flow/counts", responses=refusals())
async def read_flow_counts(
    conn: Conn,
    scope: MayReadBots,
    bot_id: UUID,
    *,
    version: CountedVersion = "published",
    days: Annotated[int, Query(ge=1, le=3650, description="How many days back, today included.")] = 30,
) -> schemas.FlowCounts:
    """How often each node and edge of a version was taken, and where people stopped. Days are those of UTC."""
    since = datetime.now(UTC).date() - timedelta(days=days - 1)
    number = int(version) if version.isdecimal() else None
    return await counts.read_counts(conn, scope, bot_id, number=number, since=since, of_all=version == "all")
