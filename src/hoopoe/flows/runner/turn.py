"""The turn of conversations: what people wrote, what others wrote to them, timers, results of effects.

Handles these kinds of inbox items inside the turn's transaction (webhooks.turns). The steps are
always the same: read the inputs, resolve who they are from, lock their conversations, read sessions
and bots, let the pure engine decide, write everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never
from uuid import UUID

import structlog

from hoopoe.channels.contract import InboundMessage, ItemKind
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.registry import adapter_for
from hoopoe.channels.speakers import Echo, Handover
from hoopoe.conversations.echoes import EchoKey, NewEcho, find_new_echoes
from hoopoe.conversations.outbox.departing import Departures, pick_answers, reserve_places
from hoopoe.conversations.outbox.queue import NONE_LEAVES, Leaving
from hoopoe.conversations.outbox.receipts import MarkRead, ReceiptRow
from hoopoe.conversations.turns import ConversationState, lock_conversations
from hoopoe.flows.engine import Incoming
from hoopoe.flows.runner.acts import find_targets
from hoopoe.flows.runner.beginnings import begin_from_outside, is_beginning
from hoopoe.flows.runner.bots import ActiveBot, FlowCache, load_active_bots
from hoopoe.flows.runner.commit import commit_rows
from hoopoe.flows.runner.converse import Conversing
from hoopoe.flows.runner.filing import file_message, file_notice, note_answer, recipient_of
from hoopoe.flows.runner.hearing import (
    Hearing,
    is_for_bot,
    is_with_bot,
    open_hearing,
    say_that_it_takes_a_while,
    write_hearing,
)
from hoopoe.flows.runner.libraries import load_libraries
from hoopoe.flows.runner.limits import Limiter, open_limiter
from hoopoe.flows.runner.locating import Input, follow_inputs, locate_inputs
from hoopoe.flows.runner.messages import is_heard, load_incoming, to_incoming
from hoopoe.flows.runner.others import note_owner, stand_by, take_echo, take_handover
from hoopoe.flows.runner.said import SAID, Said, look_for_failed, look_for_filed, read_said
from hoopoe.flows.runner.scene import Scene, TurnRows, WorkspaceFacts
from hoopoe.flows.runner.sessions import load_sessions
from hoopoe.flows.runner.steering import Steering
from hoopoe.flows.runner.trials import load_trials
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.dead_inputs import make_dead_input
from hoopoe.webhooks.inbox import InboxRow
from hoopoe.webhooks.routing import lane_of
from hoopoe.webhooks.turns import Handled

log = structlog.get_logger()

LIMITED = (ItemKind.MESSAGE, ItemKind.RETRY)


@dataclass(frozen=True, slots=True)
class Means:
    """What the inputs of one turn are handled with."""

    talk: Conversing
    written: TurnRows
    limiter: Limiter
    queue: Hearing
    new_echoes: Mapping[tuple[UUID, str], NewEcho]


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """An `ItemHandler` for everything that moves a conversation. `keeps_traces`: of what the flows did.

    `mark_read` is told what was answered, once that is committed. `departures`: from where plain answers leave without
    a claim (None: all are queued).
    """

    flows: FlowCache
    keeps_traces: bool = True
    mark_read: MarkRead | None = None
    departures: Departures | None = None

    async def __call__(self, conn: Connection, rows: Sequence[InboxRow]) -> Handled:
        """Handle inputs in order; puts off those that wait on, in a lane of their own."""
        written = TurnRows(await read_domain_now(conn))
        located = await locate_inputs(conn, rows, await _read(conn, rows, written), written.now)
        inputs, keys, conversations = await _lock(conn, located.inputs)
        inputs = await _pass_over_filed(conn, inputs, conversations, written)
        workspaces = await _load_workspaces(conn, {workspace_id for workspace_id, _ in keys})
        scenes = {
            id_: Scene(conversation, workspaces[conversation.workspace_id])
            for id_, conversation in conversations.items()
        }
        sessions = await load_sessions(conn, keys, written.now)
        for conversation_id, session in sessions.items():
            scenes[conversation_id].session = session
        bots = await load_active_bots(conn, workspaces)
        active = [bot for listed in bots.values() for bot in listed]
        standing = {version_id for session in sessions.values() for version_id in session.version_ids}
        trials = await load_trials(conn, inputs, sessions.values())
        targets = (ActiveBot(*target) for target in find_targets([given.row for given in inputs]))
        meant = [*active, *trials.bots, *targets]
        await self.flows.load(conn, standing | trials.version_ids | {bot.version_id for bot in meant})
        libraries = await load_libraries(conn, self.flows, meant, list(sessions.values()))
        talks = [
            (given.row.workspace_id, given.conversation_id)
            for given in inputs
            if given.row.kind in LIMITED and is_with_bot(conversations.get(given.conversation_id))
        ]
        limiter = await open_limiter(conn, workspaces, talks, written.now)
        queue = await open_hearing(conn, scenes.values())
        echoes = await _find_new_echoes(conn, inputs)
        talk = Conversing(bots, self.flows, written, libraries, keeps_traces=self.keeps_traces, trials=trials)
        handle_inputs(inputs, scenes, Means(talk, written, limiter, queue, echoes))
        await limiter.save(conn)
        leaving = await self._reserve(conn, written, scenes)
        sends = await commit_rows(conn, written, list(scenes.values()), leaving)
        await trials.save(conn, scenes.values())
        put_off = [*await queue.save(conn), *located.put_off]
        committed: list[Callable[[], None]] = []
        in_doubt: list[Callable[[], None]] = []
        if self.departures is not None and sends:
            committed.append(partial(self.departures.take, sends, leaving.deadline))
            in_doubt.append(partial(self.departures.give_back, sends))
        if self.departures is not None and leaving.holds_channels:
            committed.append(self.departures.look)
        if self.mark_read is not None and written.receipts:
            committed.append(partial(self.mark_read, list(written.receipts.values())))
        return Handled(put_off, written.topics(leaving.places), committed=committed, in_doubt=in_doubt)

    async def _reserve(self, conn: Connection, written: TurnRows, scenes: Mapping[UUID, Scene]) -> Leaving:
        """Places for the answers that may leave with this turn: not where the window is closed, the bot was silenced,
        or the person has moved since the answer was decided on."""
        if self.departures is None or not written.outgoing:
            return NONE_LEAVES
        answers = [
            answer
            for answer in pick_answers(written.outgoing)
            if answer.conversation_id not in written.silenced
            and (conversation := scenes[answer.conversation_id].conversation).recipient == answer.recipient
            and conversation.window_expires_at is not None
            and conversation.window_expires_at > written.now
        ]
        return await reserve_places(conn, self.departures, answers) if answers else NONE_LEAVES


async def _lock(
    conn: Connection, inputs: Sequence[Input]
) -> tuple[Sequence[Input], set[tuple[UUID, UUID]], dict[UUID, ConversationState]]:
    """Lock what the inputs move. One that was merged away meanwhile is followed to where it goes on."""
    keys = {(given.row.workspace_id, given.conversation_id) for given in inputs}
    conversations = await lock_conversations(conn, keys)
    lost = {(workspace_id, id_) for workspace_id, id_ in keys if id_ not in conversations}
    if lost:
        inputs = await follow_inputs(conn, inputs, lost)
        keys = {(given.row.workspace_id, given.conversation_id) for given in inputs}
        conversations = await lock_conversations(conn, keys)
    return inputs, keys, conversations


async def _read(conn: Connection, rows: Sequence[InboxRow], written: TurnRows) -> dict[int, Said]:
    """What the inputs say that name a person, by their place. What cannot be read is buried."""
    messages: dict[int, Said] = {}
    for row in rows:
        if row.kind in SAID:
            try:
                messages[row.seq] = read_said(row)
            except UnreadableItem as error:
                written.bury(make_dead_input(row, "unreadable", str(error)))
    await look_for_failed(conn, rows, messages, written.imported)
    return messages


async def _pass_over_filed(
    conn: Connection, inputs: Sequence[Input], conversations: Mapping[UUID, ConversationState], written: TurnRows
) -> Sequence[Input]:
    """The inputs without what is filed already. Only where something was imported a message may be, so it is looked
    for nowhere else; what failed before was looked for then."""
    asked = [
        (given.row, given.said)
        for given in inputs
        if given.row.attempts == 0
        and given.conversation_id in conversations
        and conversations[given.conversation_id].has_imported
    ]
    filed = await look_for_filed(conn, asked, written.imported)
    return [given for given in inputs if given.row.seq not in filed] if filed else inputs


async def _find_new_echoes(conn: Connection, inputs: Sequence[Input]) -> Mapping[tuple[UUID, str], NewEcho]:
    keys = [
        EchoKey(given.row.workspace_id, given.row.channel_id, given.conversation_id, given.said)
        for given in inputs
        if isinstance(given.said, Echo)
    ]
    return await find_new_echoes(conn, keys)


async def _load_workspaces(conn: Connection, ids: set[UUID]) -> dict[UUID, WorkspaceFacts]:
    rows = await conn.fetch(
        "select id, name, timezone, currency, messages_per_minute, customer_messages_per_minute "
        "from workspaces where id = any ($1::uuid[])",
        list(ids),
    )
    return {row["id"]: WorkspaceFacts(**row) for row in rows}


def handle_inputs(inputs: Sequence[Input], scenes: dict[UUID, Scene], means: Means) -> None:
    """Work through the inputs in order. Only in memory: what follows is in the means' rows, and in the scenes."""
    talk, queue = means.talk, means.queue
    for given in inputs:
        row, scene = given.row, scenes.get(given.conversation_id)
        if scene is None:
            log.info("input_without_conversation", kind=row.kind, key=row.key)
            if is_beginning(row):
                begin_from_outside(row, None, talk, means.written)
            continue
        if queue.is_shut(row):
            continue
        scene.given, scene.heard = row, None
        match row.kind:
            case ItemKind.MESSAGE | ItemKind.ECHO | ItemKind.HANDOVER:
                _take_said(given, scene, means)
            case ItemKind.TIMER:
                # An answer that came before the time was up is heard before it is over.
                if queue.must_wait(scene, row):
                    queue.add(scene, row, row.kind, row.item, means.written.now)
                    continue
                item = row.item
                talk.time_out(scene, session_id=_id(item, "session_id"), sprint=_int(item), kind=str(item["kind"]))
            case ItemKind.EFFECT:
                _take_result(row, scene, means)
            case ItemKind.RETRY:
                _hear_again(row, scene, means)
            case ItemKind.ACT:
                Steering(talk, means.written).do(scene)
            case (
                ItemKind.STATUS | ItemKind.CHANGE | ItemKind.GROUP | ItemKind.ACCOUNT | ItemKind.HISTORY | ItemKind.BOOK
            ):
                raise ValueError(f"a {row.kind} has a handler of its own")
            case _:
                assert_never(row.kind)


def _take_result(row: InboxRow, scene: Scene, means: Means) -> None:
    result = row.item["result"]
    before = len(means.written.outgoing)
    if isinstance(result, dict):
        means.talk.finish_effect(scene, session_id=_id(row.item, "session_id"), sprint=_int(row.item), result=result)
    if len(means.written.outgoing) > before:
        note_answer(scene)


def _take_said(given: Input, scene: Scene, means: Means) -> None:
    row, talk, written = given.row, means.talk, means.written
    match given.said:
        case InboundMessage() as message:
            _take_message(message, given, scene, means)
        case Echo() as echo:
            new = means.new_echoes.get((row.channel_id, echo.provider_id))
            if new is not None:
                if new.imported is not None:
                    written.imported[row.seq] = new.imported
                take_echo(echo, row, scene, talk=talk, written=written, status=new.status)
        case Handover() as handover:
            take_handover(handover, row, scene, talk=talk, written=written)
        case None:
            pass


def _take_message(message: InboundMessage, given: Input, scene: Scene, means: Means) -> None:
    """File a message, then let the bot answer if it has the conversation: now, or when a limit allows it.

    Whoever looks at the thread sees the message at once; only what the bot hears counts towards a limit.
    """
    row, written, conversation = given.row, means.written, scene.conversation
    answered_to = conversation.recipient, conversation.lane
    note_owner(message, scene)
    if message.is_standby:
        stand_by(row, scene, talk=means.talk, written=written)
    if message.is_notice:
        file_notice(message, row, scene, written)
        if given.new_address is not None:
            answered_to = recipient_of(given.new_address), lane_of(row.channel_id, given.new_address.key)
            scene.is_changed = True
        if given.is_late or given.new_address is not None:
            conversation.recipient, conversation.lane = answered_to
        return
    is_new = conversation.is_new
    filed = file_message(message, row, scene, written)
    if given.is_late:
        conversation.recipient, conversation.lane = answered_to
    if filed.is_stale or message.is_standby or not is_heard(message) or not is_for_bot(row, scene):
        return
    incoming = to_incoming(message)
    until = means.limiter.admit_customer(row.workspace_id, given.conversation_id)
    is_owing = until is not None
    if until is None:
        until = means.limiter.admit_workspace(row.workspace_id)
    if until is not None or means.queue.must_wait(scene, row):
        item = write_hearing(scene, incoming, is_new=is_new, provider_id=message.provider_id, owes_workspace=is_owing)
        means.queue.add(scene, row, ItemKind.RETRY, item, until or written.now)
        if until is not None and means.limiter.must_tell(row.workspace_id, given.conversation_id, until):
            say_that_it_takes_a_while(scene, written)
        return
    _hear(row, scene, means, incoming=incoming, is_new=is_new, provider_id=message.provider_id)


def _hear(
    row: InboxRow, scene: Scene, means: Means, *, incoming: Incoming, is_new: bool, provider_id: str | None
) -> None:
    """Let the bot hear a filed message, and show that it was read once it is answered."""
    conversation = scene.conversation
    outgoing = means.written.outgoing
    before = len(outgoing)
    means.talk.hear(scene, incoming, is_new=is_new)
    has_answered = len(outgoing) > before
    if has_answered:
        note_answer(scene)
    shows_typing = adapter_for(row.provider).capabilities.receipt_shows_typing
    if has_answered and provider_id is not None and not shows_typing:
        means.written.receipts[conversation.id] = ReceiptRow(
            row.workspace_id, conversation.id, conversation.channel_id, provider_id
        )


def _hear_again(row: InboxRow, scene: Scene, means: Means) -> None:
    """Let the bot hear a filed message once more, or late, unless a person has the conversation by now."""
    if is_beginning(row):
        begin_from_outside(row, scene, means.talk, means.written)
        return
    heard, provider_id = row.item["heard"], row.item.get("provider_id")
    if not isinstance(heard, dict) or not is_for_bot(row, scene):
        return
    until = means.limiter.admit_workspace(row.workspace_id) if row.item.get("owes_workspace") is True else None
    if until is not None:
        means.queue.put_off(scene, row, {**row.item, "owes_workspace": False}, until)
    else:
        _hear(
            row,
            scene,
            means,
            incoming=load_incoming(heard),
            is_new=row.item.get("is_new") is True,
            provider_id=provider_id if isinstance(provider_id, str) else None,
        )


def _id(item: JsonObject, key: str) -> UUID:
    return UUID(str(item[key]))


def _int(item: JsonObject) -> int:
    sprint = item["sprint"]
    if not isinstance(sprint, int):
        raise TypeError("sprint is not a number")
    return sprint
