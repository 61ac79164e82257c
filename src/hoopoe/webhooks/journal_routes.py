"""What providers sent, raw, as the journal kept it; and putting it in line once more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Query, Request

from hoopoe.identity.http import Conn, CurrentWork, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.http.times import Moment
from hoopoe.kernel.http.work import Work
from hoopoe.webhooks import journal_schemas as schemas
from hoopoe.webhooks.journal_queries import JournalFilter, find_requests, load_input_states
from hoopoe.webhooks.journal_views import read_details, show_requests
from hoopoe.webhooks.replay import FindFiled, Key, Replayed, replay_requests
from hoopoe.webhooks.routing import SignatureVerdict
from hoopoe.webhooks.searching import clean_search

router = make_router("/api/webhooks", tag="journal")

MayRead = Annotated[WorkspaceScope, requires(Permission.JOURNAL_READ)]
MayReplay = Annotated[WorkspaceScope, requires(Permission.JOURNAL_WRITE)]

LOOK_SECONDS = 0.1

# The tenant's own parts only: the requests that carried them may hold other tenants' parts as well.
ITEMS = """
select id, received_at, channel_id, field, case outcome when 'kept' then 'ignored' else outcome end as result,
       reason, item_count as items, raw
from journal_items
where workspace_id = $1
    and ($2::text is null or outcome = case $2 when 'ignored' then 'kept' else $2 end)
    and ($3::uuid is null or channel_id = $3) and ($4::uuid is null or id < $4)
order by id desc limit $5
"""


@router.get("/items", responses=refusals())
async def list_webhook_items(
    conn: Conn,
    scope: MayRead,
    *,
    result: schemas.ItemResult | None = None,
    channel_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.WebhookItemPage:
    """Parts of webhooks that were this workspace's, the newest first."""
    rows = await conn.fetch(ITEMS, scope.workspace_id, result, channel_id, decode_id(cursor), limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda row: encode_cursor(row["id"]))
    return schemas.WebhookItemPage(data=[schemas.WebhookItem(**row) for row in page], next_cursor=next_cursor)


def _read_filed(request: Request) -> FindFiled:
    return cast(FindFiled, request.app.state.find_filed)


Filed = Annotated[FindFiled, Depends(_read_filed)]


@router.get("/requests", responses=refusals())
async def list_webhook_requests(
    conn: Conn,
    scope: MayRead,
    *,
    since: Annotated[Moment | None, Query(description="Received then or later.")] = None,
    until: Annotated[Moment | None, Query(description="Received before that.")] = None,
    channel_id: UUID | None = None,
    field: Annotated[str | None, Query(max_length=64, description="The part's name, such as `messages`.")] = None,
    result: schemas.ItemResult | None = None,
    verdict: Annotated[SignatureVerdict | None, Query(description="Of the signature.")] = None,
    q: Annotated[
        str | None,
        Query(min_length=3, max_length=200, description="A message's id at the provider, digits of a number, a word."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.WebhookRequestPage:
    """Requests of providers that carried something of this workspace, the newest first.

    A filter or a search looks through 50,000 parts at most: where it stopped, `searched_to` says how far it came
    and `next_cursor` goes on from there.
    """
    wanted = JournalFilter(
        since=since,
        until=until,
        channel_id=channel_id,
        field=field,
        result=result,
        verdict=verdict,
        text=clean_search(q),
    )
    found = await find_requests(conn, scope, wanted, before=decode_id(cursor), limit=limit)
    return schemas.WebhookRequestPage(
        data=await show_requests(conn, scope, found.requests),
        next_cursor=encode_cursor(found.after) if found.after is not None else None,
        searched_to=found.searched_to,
    )


@router.get("/requests/{request_id}", responses=refusals())
async def read_webhook_request(conn: Conn, scope: MayRead, request_id: UUID) -> schemas.WebhookRequestDetails:
    """One request: its own parts, what they told of and where that stands; headers and bytes if all is one's own."""
    return await read_details(conn, scope, request_id)


@router.post("/requests/{request_id}/replay", responses=refusals())
async def replay_webhook_request(
    work: CurrentWork, scope: MayReplay, filed: Filed, request_id: UUID
) -> schemas.ReplayResult:
    """Put what is not handled of a request in line, and wait two seconds for the workers."""
    return await _replay(work, scope, [request_id], filed=filed, wait_seconds=2.0)


@router.post("/replay", responses=refusals())
async def replay_webhook_requests(
    work: CurrentWork, scope: MayReplay, filed: Filed, given: schemas.ReplayRequest
) -> schemas.ReplayResult:
    """The same for a selection. One that is not there refuses all of it."""
    return await _replay(work, scope, given.ids, filed=filed, wait_seconds=given.wait_seconds)


async def _replay(
    work: Work, scope: WorkspaceScope, ids: Sequence[UUID], *, filed: FindFiled, wait_seconds: float
) -> schemas.ReplayResult:
    done = await replay_requests(work.conn, scope, ids, find_filed=filed)
    work.hint(Topic.INBOX)
    states = await _watch(work, scope, done.queued, wait_seconds)
    return _count(len(set(ids)), done, states)


async def _watch(work: Work, scope: WorkspaceScope, keys: Sequence[Key], wait_seconds: float) -> list[str]:
    """The states of what was put in line, once the workers have handled it or the time is over."""
    until = time.monotonic() + wait_seconds
    states = ["waiting"] * len(keys)
    while "waiting" in states and time.monotonic() < until:
        async with work.released():
            await asyncio.sleep(LOOK_SECONDS)
        found = await load_input_states(work.conn, scope, keys)
        states = [found.get(key, "done") for key in keys]
    return states


def _count(requests: int, done: Replayed, states: Sequence[str]) -> schemas.ReplayResult:
    handled_now, dead = states.count("done"), states.count("dead")
    waiting = done.waiting + states.count("waiting")
    words = [f"{handled_now} handled now", f"{done.handled_already} were handled already"]
    words += [f"{waiting} in line"] if waiting else []
    words += [f"{dead} failed again"] if dead else []
    words += [f"{done.unreadable} cannot be read"] if done.unreadable else []
    words += [f"{done.refused} not signed"] if done.refused else []
    words += [f"{done.ignored} hold nothing to handle"] if done.ignored else []
    return schemas.ReplayResult(
        requests=requests,
        handled_now=handled_now,
        handled_already=done.handled_already,
        waiting=waiting,
        dead=dead,
        unreadable=done.unreadable,
        refused=done.refused,
        ignored=done.ignored,
        summary=", ".join(words) + ".",
    )
