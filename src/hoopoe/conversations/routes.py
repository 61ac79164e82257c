"""The inbox over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import Body, Depends, Query, Request

from hoopoe.conversations import queries, schemas, sending_schemas
from hoopoe.conversations.actions import modes
from hoopoe.conversations.actions import send as sending
from hoopoe.conversations.errors import ChannelNotActive, TakenMeanwhile, WindowClosed
from hoopoe.conversations.events import ConversationHooks
from hoopoe.conversations.outbox.errors import NothingToRetry
from hoopoe.conversations.turns import Mode
from hoopoe.identity.http import Conn, CurrentWork, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.errors import IdempotencyKeyReused
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
from hoopoe.media.shelf import CurrentAddresses

router = make_router("/api/conversations", tag="conversations")

MayRead = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_WRITE)]


def _read_hooks(request: Request) -> ConversationHooks:
    return cast(ConversationHooks, request.app.state.conversation_hooks)


Hooks = Annotated[ConversationHooks, Depends(_read_hooks)]

Search = Annotated[
    str | None, Query(max_length=120, description="Words of a name, or digits of a number from either end.")
]


@router.get("", responses=refusals())
async def list_conversations(
    conn: Conn,
    scope: MayRead,
    *,
    mode: Mode | None = None,
    unread: Annotated[bool, Query(description="Only those with unread messages.")] = False,
    assigned: Annotated[
        Literal["me", "none"] | None, Query(description="`none`: they wait for a person, and nobody has them.")
    ] = None,
    q: Search = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.ConversationPage:
    """Conversations, the last one that moved first."""
    wanted = queries.InboxFilter(mode, is_unread=unread, assigned=assigned, text=q if q and q.strip() else None)
    found = await queries.list_conversations(conn, scope, wanted, after=_read_inbox_key(cursor), limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode_cursor(each.last_at, each.id))
    return schemas.ConversationPage(data=list(page), next_cursor=next_cursor)


def _read_inbox_key(cursor: str | None) -> queries.InboxKey | None:
    match decode_cursor(cursor, datetime, UUID):
        case (datetime() as last_at, UUID() as id_):
            return queries.InboxKey(last_at, id_)
        case _:
            return None


@router.get("/counts", responses=refusals())
async def count_conversations(conn: Conn, scope: MayRead) -> schemas.ConversationCounts:
    """How many conversations there are of each kind."""
    return await queries.count_conversations(conn, scope)


@router.get("/{conversation_id}", responses=refusals())
async def get_conversation(conn: Conn, scope: MayRead, conversation_id: UUID) -> schemas.Conversation:
    """One conversation. The id of one that was merged into another gives that one, here and in all that is below."""
    return await queries.read_conversation(conn, scope, conversation_id)


@router.get("/{conversation_id}/messages", responses=refusals())
async def list_messages(
    conn: Conn,
    scope: MayRead,
    addresses: CurrentAddresses,
    conversation_id: UUID,
    *,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.MessagePage:
    """Messages of a conversation, newest first."""
    before = decode_id(cursor)
    found = await queries.list_messages(
        conn, scope, conversation_id, before=before, limit=limit + 1, addresses=addresses
    )
    page, next_cursor = cut_page(found, limit, lambda each: encode_cursor(each.id))
    return schemas.MessagePage(data=list(page), next_cursor=next_cursor)


@router.post(
    "/{conversation_id}/messages",
    status_code=201,
    dependencies=[Idempotent],
    responses=refusals(WindowClosed, ChannelNotActive, IdempotencyKeyReused),
)
async def send_message(
    work: CurrentWork,
    scope: MayWrite,
    hooks: Hooks,
    addresses: CurrentAddresses,
    *,
    conversation_id: UUID,
    given: Annotated[sending_schemas.SendMessage, Body(openapi_examples=sending_schemas.SEND_EXAMPLES)],
) -> schemas.Message:
    """Write to the person. Takes the conversation over when no person has it."""
    message_id = await sending.send_message(work.conn, scope, conversation_id, given.to_content(), hooks=hooks)
    work.hint(Topic.OUTBOX, Topic.EVENTS)
    return await queries.read_message(work.conn, scope, conversation_id, message_id, addresses=addresses)


@router.post("/{conversation_id}/messages/{message_id}/retry", responses=refusals(NothingToRetry))
async def retry_message(
    work: CurrentWork, scope: MayWrite, addresses: CurrentAddresses, conversation_id: UUID, message_id: UUID
) -> schemas.Message:
    """Send a message again that failed, or of which nobody knows whether it left."""
    await sending.send_again(work.conn, scope, conversation_id, message_id)
    work.hint(Topic.OUTBOX, Topic.EVENTS)
    return await queries.read_message(work.conn, scope, conversation_id, message_id, addresses=addresses)


@router.post("/{conversation_id}/takeover", responses=refusals(TakenMeanwhile))
async def takeover_conversation(
    work: CurrentWork,
    scope: MayWrite,
    hooks: Hooks,
    conversation_id: UUID,
    given: Annotated[schemas.TakeOver | None, Body(openapi_examples=schemas.TAKE_OVER_EXAMPLES)] = None,
) -> schemas.Conversation:
    """Answer yourself from now on. The bot stops; a colleague who has it gives it up.

    With `expected_assignee_id` only from whom the caller believes to have it: of two at once, one is told.
    """
    is_told = given is not None and "expected_assignee_id" in given.model_fields_set
    expected = modes.ExpectedHolder(given.expected_assignee_id) if given is not None and is_told else None
    await modes.take_over(work.conn, scope, conversation_id, hooks=hooks, expected=expected)
    return await _answer(work, scope, conversation_id)


@router.post("/{conversation_id}/release", responses=refusals())
async def release_conversation(
    work: CurrentWork, scope: MayWrite, hooks: Hooks, conversation_id: UUID
) -> schemas.Conversation:
    """Give the conversation back to the bot. What the customer has written so far stays with the people."""
    await modes.release(work.conn, scope, conversation_id, hooks=hooks)
    return await _answer(work, scope, conversation_id)


@router.post("/{conversation_id}/close", responses=refusals())
async def close_conversation(
    work: CurrentWork, scope: MayWrite, hooks: Hooks, conversation_id: UUID
) -> schemas.Conversation:
    """Put the conversation away. The person's next message opens it again, with the bot."""
    await modes.close(work.conn, scope, conversation_id, hooks=hooks)
    return await _answer(work, scope, conversation_id)


@router.post("/{conversation_id}/reopen", responses=refusals())
async def reopen_conversation(work: CurrentWork, scope: MayWrite, conversation_id: UUID) -> schemas.Conversation:
    """Take a closed conversation up again, yourself."""
    await modes.reopen(work.conn, scope, conversation_id)
    return await _answer(work, scope, conversation_id)


@router.post("/{conversation_id}/read", responses=refusals())
async def read_conversation(work: CurrentWork, scope: MayWrite, conversation_id: UUID) -> schemas.Conversation:
    """Nothing is unread any more; the person sees blue ticks."""
    await modes.mark_read(work.conn, scope, conversation_id)
    return await _answer(work, scope, conversation_id)


async def _answer(work: CurrentWork, scope: WorkspaceScope, conversation_id: UUID) -> schemas.Conversation:
    work.hint(Topic.OUTBOX, Topic.EVENTS)
    return await queries.read_conversation(work.conn, scope, conversation_id)


@router.get("/{conversation_id}/events", responses=refusals())
async def list_conversation_events(
    conn: Conn, scope: MayRead, conversation_id: UUID, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.ConversationEventPage:
    """Who took over, handed over, closed: newest first."""
    before = decode_id(cursor)
    found = await queries.list_events(conn, scope, conversation_id, before=before, limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode_cursor(each.id))
    return schemas.ConversationEventPage(data=list(page), next_cursor=next_cursor)
