"""The turn of conversations: what people wrote, timers, results of effects.

Handles these kinds of inbox items inside the turn's transaction (webhooks.turns). The steps are
always the same: read the inputs, resolve who they are from, lock their conversations, read sessions
and bots, let the pure engine decide, write everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

import structlog

from hoopoe.channels.contract import InboundMessage, ItemKind
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.registry import adapter_for
from hoopoe.contacts.resolve import NewName, person_key, resolve_contacts
from hoopoe.conversations.messages import AuthorKind, Direction, MessageRow
from hoopoe.conversations.outbox.receipts import ReceiptRow
from hoopoe.conversations.status import MessageStatus
from hoopoe.conversations.turns import Mode, Opening, lock_conversations, open_conversations
from hoopoe.conversations.window import expires_at
from hoopoe.flows.runner.bots import FlowCache, load_active_bots
from hoopoe.flows.runner.commit import commit_rows
from hoopoe.flows.runner.converse import Conversing
from hoopoe.flows.runner.limits import Limiter, open_limiter
from hoopoe.flows.runner.messages import is_heard, to_incoming
from hoopoe.flows.runner.scene import ConversationEventRow, DeadLetterRow, LanguageRow, Scene, TurnRows, WorkspaceFacts
from hoopoe.flows.runner.sessions import load_sessions
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.text import detect_language
from hoopoe.webhooks.inbox import InboxRow, put_off_rows

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Input:
    """One inbox row that can be handled: read, and with the conversation that it moves."""

    row: InboxRow
    conversation_id: UUID
    message: InboundMessage | None = None


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """An `ItemHandler` for everything that moves a conversation."""

    flows: FlowCache

    async def __call__(self, conn: Connection, rows: Sequence[InboxRow]) -> Sequence[InboxRow]:
        """Handle inputs in order; returns those that a limit put off, and what waits behind them."""
        written = TurnRows(await read_domain_now(conn))
        inputs = await _locate(conn, rows, written)
        keys = {(given.row.workspace_id, given.conversation_id) for given in inputs}
        conversations = await lock_conversations(conn, keys)
        workspaces = await _load_workspaces(conn, {workspace_id for workspace_id, _ in keys})
        scenes = {
            id_: Scene(conversation, workspaces[conversation.workspace_id])
            for id_, conversation in conversations.items()
        }
        sessions = await load_sessions(conn, keys)
        for conversation_id, session in sessions.items():
            scenes[conversation_id].session = session
        bots = await load_active_bots(conn, workspaces)
        versions = {bot.version_id for listed in bots.values() for bot in listed}
        await self.flows.load(conn, versions | {session.version_id for session in sessions.values()})
        talks = [
            (given.row.workspace_id, given.conversation_id) for given in inputs if given.row.kind is ItemKind.MESSAGE
        ]
        limiter = await open_limiter(conn, workspaces, talks, written.now)
        put_off, behind = _handle(inputs, scenes, Conversing(bots, self.flows, written), written, limiter)
        await limiter.save(conn)
        await commit_rows(conn, written, list(scenes.values()))
        if put_off:
            await put_off_rows(conn, put_off)
        return [row for row, _ in put_off] + behind


async def _locate(conn: Connection, rows: Sequence[InboxRow], written: TurnRows) -> list[Input]:
    """Read the inputs and find each one's conversation, opening it for a person who is new."""
    messages: dict[int, InboundMessage] = {}
    for row in rows:
        if row.kind is ItemKind.MESSAGE:
            try:
                messages[row.seq] = adapter_for(row.provider).parse_message(row.item)
            except UnreadableItem as error:
                written.dead_letters.append(_unreadable(row, error))
    people = {}
    texts: list[str] = []
    for row in rows:
        message = messages.get(row.seq)
        if message is not None:
            key = person_key(row.workspace_id, row.channel_id, message.sender)
            if key not in people:
                people[key] = (message, row)
                texts.append(message.text)
    contacts = await resolve_contacts(conn, [(key, message.sender) for key, (message, _) in people.items()], texts)
    openings = [
        Opening(
            workspace_id=key.workspace_id,
            channel_id=key.channel_id,
            contact_id=contacts[key],
            lane=row.lane,
            recipient=_recipient(message),
            at=message.sent_at,
        )
        for key, (message, row) in people.items()
    ]
    conversations = dict(zip(people, await open_conversations(conn, openings), strict=True))
    inputs = []
    for row in rows:
        message = messages.get(row.seq)
        if message is not None:
            key = person_key(row.workspace_id, row.channel_id, message.sender)
            inputs.append(Input(row, conversations[key], message))
        elif row.kind is not ItemKind.MESSAGE:
            inputs.append(Input(row, UUID(str(row.item["conversation_id"]))))
    return inputs


async def _load_workspaces(conn: Connection, ids: set[UUID]) -> dict[UUID, WorkspaceFacts]:
    rows = await conn.fetch(
        "select id, name, timezone, currency, messages_per_minute, customer_messages_per_minute "
        "from workspaces where id = any ($1::uuid[])",
        list(ids),
    )
    return {row["id"]: WorkspaceFacts(**row) for row in rows}


def _handle(
    inputs: Sequence[Input], scenes: dict[UUID, Scene], talk: Conversing, written: TurnRows, limiter: Limiter
) -> tuple[list[tuple[InboxRow, datetime]], list[InboxRow]]:
    """Work through the inputs in order. Returns those that a limit puts off, and what stands behind them."""
    put_off: list[tuple[InboxRow, datetime]] = []
    behind: list[InboxRow] = []
    closed: set[int] = set()
    for given in inputs:
        row, scene = given.row, scenes.get(given.conversation_id)
        if scene is None:
            log.info("input_without_conversation", kind=row.kind, key=row.key)
            continue
        if row.lane in closed:
            behind.append(row)
            continue
        match row.kind:
            case ItemKind.MESSAGE:
                until = None if row.was_put_off else limiter.admit(row.workspace_id, given.conversation_id)
                if until is not None:
                    closed.add(row.lane)
                    put_off.append((row, until))
                elif given.message is not None:
                    _hear(given.message, row, scene, talk, written)
            case ItemKind.TIMER:
                item = row.item
                talk.time_out(scene, session_id=_id(item, "session_id"), sprint=_int(item), kind=str(item["kind"]))
            case ItemKind.EFFECT:
                result = row.item["result"]
                if isinstance(result, dict):
                    talk.finish_effect(
                        scene, session_id=_id(row.item, "session_id"), sprint=_int(row.item), result=result
                    )
            case ItemKind.STATUS:
                raise ValueError("statuses have a handler of their own")
            case _:
                assert_never(row.kind)
    return put_off, behind


def _hear(message: InboundMessage, row: InboxRow, scene: Scene, talk: Conversing, written: TurnRows) -> None:
    """File a message, then let the bot answer if it has the conversation."""
    conversation = scene.conversation
    is_new = conversation.is_new
    is_stale = written.now > expires_at(message.sent_at)
    filed = MessageRow(
        workspace_id=row.workspace_id,
        id=new_id(),
        channel_id=row.channel_id,
        conversation_id=conversation.id,
        direction=Direction.IN,
        type=message.type,
        content=message.content,
        status=MessageStatus.RECEIVED,
        author_kind=AuthorKind.CONTACT,
        author_id=conversation.contact_id,
        provider_id=message.provider_id,
        reply_to=message.reply_to,
        is_stale=is_stale,
        at=message.sent_at,
    )
    written.messages.append(filed)
    written.tell(row.workspace_id, EventType.MESSAGE_RECEIVED, filed.id)
    _note_arrival(message, row, scene, written, filed.id)
    if conversation.mode is Mode.CLOSED:
        conversation.mode = Mode.BOT
        written.thread_events.append(_thread_event(scene, "reopened", "system", None, written.now))
    is_for_bot = conversation.mode is Mode.BOT and row.seq > conversation.bot_after_seq
    if is_stale or not is_heard(message) or not is_for_bot:
        return
    talk.hear(scene, to_incoming(message), is_new=is_new)
    has_answered = conversation.last_message_id != filed.id
    if has_answered and not adapter_for(row.provider).capabilities.receipt_shows_typing:
        written.receipts[conversation.id] = ReceiptRow(
            row.workspace_id, conversation.id, conversation.channel_id, message.provider_id
        )


def _note_arrival(message: InboundMessage, row: InboxRow, scene: Scene, written: TurnRows, message_id: UUID) -> None:
    conversation = scene.conversation
    scene.is_changed = True
    conversation.unread += 1
    conversation.lane = row.lane
    conversation.recipient = _recipient(message)
    conversation.last_message_id = message_id
    conversation.last_inbound_id = message.provider_id
    conversation.last_at = max(conversation.last_at, message.sent_at)
    expires = expires_at(message.sent_at)
    conversation.window_expires_at = max(conversation.window_expires_at or expires, expires)
    _note_name(message, scene, written)
    if conversation.contact_language is None:
        language = detect_language(message.text)
        if language is not None:
            conversation.contact_language = language
            written.languages.append(LanguageRow(row.workspace_id, conversation.contact_id, language))


def _note_name(message: InboundMessage, scene: Scene, written: TurnRows) -> None:
    """People rename themselves: the newest name is the one that a colleague looks for."""
    conversation, sender = scene.conversation, message.sender
    name = sender.name or conversation.contact_name
    username = sender.username or conversation.contact_username
    if (name, username) == (conversation.contact_name, conversation.contact_username):
        return
    conversation.contact_name, conversation.contact_username = name, username
    phone = (conversation.contact_phone or "").removeprefix("+") or None
    written.names[conversation.contact_id] = NewName(
        conversation.workspace_id, conversation.contact_id, name, username, phone
    )


def _thread_event(scene: Scene, type_: str, kind: str, actor: UUID | None, at: datetime) -> ConversationEventRow:
    conversation = scene.conversation
    return ConversationEventRow(
        conversation.workspace_id, new_id(), conversation.id, type_, actor_kind=kind, actor_id=actor, note=None, at=at
    )


def _recipient(message: InboundMessage) -> JsonObject:
    return {"phone": message.sender.phone, "user_id": message.sender.user_id}


def _unreadable(row: InboxRow, error: UnreadableItem) -> DeadLetterRow:
    return DeadLetterRow(
        workspace_id=row.workspace_id,
        id=new_id(),
        conversation_id=None,
        payload={"kind": row.kind, "key": row.key, "channel_id": str(row.channel_id), "item": row.item},
        error_code="unreadable",
        error_text=str(error),
    )


def _id(item: JsonObject, key: str) -> UUID:
    return UUID(str(item[key]))


def _int(item: JsonObject) -> int:
    sprint = item["sprint"]
    if not isinstance(sprint, int):
        raise TypeError("sprint is not a number")
    return sprint
