"""From an input to a sprint: which flow answers, and what the engine decided.

The engine is pure; this module calls it and gives its events to the handlers. A flow whose engine run
raises is a bug of ours: the conversation gets a dead letter, its messages stay filed, and everybody
else in the turn goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from hoopoe.channels.contract import ItemKind
from hoopoe.conversations.turns import Mode
from hoopoe.flows.engine import (
    DelayElapsed,
    DelayWait,
    EffectFinished,
    EffectWait,
    Env,
    Flow,
    Incoming,
    MessageReceived,
    MessageWait,
    Resume,
    ResumeMismatch,
    Sprint,
    TimedOut,
    TriggerInput,
    start,
)
from hoopoe.flows.engine import resume as resume_session
from hoopoe.flows.runner.bots import ActiveBot, FlowCache, choose_bot
from hoopoe.flows.runner.handlers import apply_sprint
from hoopoe.flows.runner.messages import dump_incoming, load_incoming
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.text import first_name
from hoopoe.webhooks.dead_inputs import DeadInput, describe_input

log = structlog.get_logger()

DEFAULT_LANGUAGE = "en"


class Conversing:
    """One turn's dealings with flows: the bots it may choose from and the rows it adds to."""

    def __init__(self, bots: Mapping[UUID, Sequence[ActiveBot]], flows: FlowCache, rows: TurnRows) -> None:
        self._bots = bots
        self._flows = flows
        self._rows = rows

    def hear(self, scene: Scene, incoming: Incoming, *, is_new: bool) -> None:
        """A person wrote while the bot has the conversation.

        A waiting question gets the answer, unless a trigger interrupts. While an effect is under way the
        message is held and heard afterwards; during a delay it is only filed.
        """
        scene.heard = {"heard": dump_incoming(incoming), "is_new": is_new}
        trigger = TriggerInput(incoming, is_new_conversation=is_new)
        session = scene.session
        if session is None or not session.is_waiting:
            self._start(scene, trigger)
            return
        if self._start(scene, trigger, interrupts_only=True):
            return
        match session.session.wait:
            case MessageWait():
                self._resume(scene, session, MessageReceived(incoming))
            case EffectWait():
                session.held.append(dump_incoming(incoming))
                self._keep(session)
            case DelayWait() | None:
                pass

    def begin(self, scene: Scene, incoming: Incoming, *, bot_id: UUID, node_id: str) -> None:
        """Another system or a schedule starts a flow. A session that waits goes on, unless the trigger interrupts."""
        session = scene.session
        is_busy = session is not None and session.is_waiting
        trigger = TriggerInput(incoming, node_id=node_id)
        if not self._start(scene, trigger, interrupts_only=is_busy, bot_id=bot_id):
            log.info("flow_not_begun", bot_id=str(bot_id), node_id=node_id, is_busy=is_busy)

    def time_out(self, scene: Scene, *, session_id: UUID, sprint: int, kind: str) -> None:
        """A timer fell due. One of an older sprint, or of a session that ended, does nothing."""
        session = scene.session
        if session is not None and session.id == session_id and session.session.sprint == sprint:
            self._resume(scene, session, DelayElapsed() if kind == "delay" else TimedOut())

    def finish_effect(self, scene: Scene, *, session_id: UUID, sprint: int, result: JsonObject) -> None:
        """An effect has its result; what was written meanwhile is heard next, in order, while the bot has the
        conversation: what it led to may have handed over to a person.
        """
        session = scene.session
        if session is None or session.id != session_id or session.session.sprint != sprint:
            return
        held, session.held = session.held, []
        self._resume(scene, session, EffectFinished(result))
        for message in held:
            if scene.conversation.mode is not Mode.BOT:
                return
            self.hear(scene, load_incoming(message), is_new=False)

    def interrupt(self, scene: Scene) -> None:
        """End what the bot was doing: a person has the conversation now."""
        session = scene.session
        if session is not None and session.is_waiting:
            session.is_interrupted = True
            self._keep(session)
        scene.session = None

    def _start(
        self, scene: Scene, trigger: TriggerInput, *, interrupts_only: bool = False, bot_id: UUID | None = None
    ) -> bool:
        """`bot_id`: the one bot that is meant. A channel that is bound to another one asks nobody."""
        conversation = scene.conversation
        if bot_id is not None and conversation.channel_bot_id not in (None, bot_id):
            return False
        chosen = choose_bot(
            self._bots.get(conversation.workspace_id, ()),
            self._flows,
            trigger,
            only=bot_id or conversation.channel_bot_id,
            interrupts_only=interrupts_only,
        )
        if chosen is None:
            return False
        bot, flow = chosen
        self.interrupt(scene)

        def begin() -> Sprint:
            return start(flow, trigger, self._env(scene))

        sprint = self._run(scene, begin, trigger.message)
        if sprint is None:
            return True
        session = SessionState(
            workspace_id=conversation.workspace_id,
            id=new_id(),
            conversation_id=conversation.id,
            bot_id=bot.id,
            version_id=bot.version_id,
            session=sprint.session,
            loaded_sprint=None,
        )
        self._apply(scene, session, sprint)
        return True

    def _resume(self, scene: Scene, session: SessionState, given: Resume) -> None:
        flow = self._flows.get(session.version_id)
        if flow is None:
            self._bury(scene, given, "version_missing", "The version this conversation runs on cannot be read.")
            self.interrupt(scene)
            return

        def go_on(flow: Flow = flow) -> Sprint:
            return resume_session(flow, session.session, given, self._env(scene))

        try:
            sprint = self._run(scene, go_on, given)
        except ResumeMismatch as mismatch:
            log.info("resume_did_not_fit", code=mismatch.code, session_id=str(session.id))
            return
        if sprint is not None:
            session.session = sprint.session
            self._apply(scene, session, sprint)

    def _run(self, scene: Scene, step: Callable[[], Sprint], given: object) -> Sprint | None:
        try:
            return step()
        except ResumeMismatch:
            raise
        except Exception as error:
            log.exception("engine_failed", conversation_id=str(scene.conversation.id))
            self._bury(scene, given, type(error).__name__, str(error))
            self.interrupt(scene)
            return None

    def _apply(self, scene: Scene, session: SessionState, sprint: Sprint) -> None:
        scene.session = session if sprint.wait is not None else None
        self._keep(session)
        flow = self._flows.get(session.version_id)
        apply_sprint(scene, session, sprint, self._rows, merges_messages=flow is not None and flow.merges_messages)
        if scene.conversation.mode is not Mode.BOT:
            self.interrupt(scene)

    def _keep(self, session: SessionState) -> None:
        self._rows.sessions[session.id] = session

    def _bury(self, scene: Scene, given: object, code: str, text: str) -> None:
        """Set the input aside with what a retry needs: the session as it was, and the message that the bot heard."""
        row, session, conversation = scene.given, scene.session, scene.conversation
        if row is None:
            raise RuntimeError("a flow went on without an input")
        payload = describe_input(row)
        payload["given"] = repr(given)
        if session is not None:
            payload["session"] = {"id": str(session.id), "sprint": session.session.sprint}
        if scene.heard is not None:
            payload["kind"] = ItemKind.RETRY.value
            payload["item"] = {"conversation_id": str(conversation.id), **scene.heard}
        self._rows.bury(
            DeadInput(conversation.workspace_id, conversation.id, row.channel_id, row.key, payload, code, text)
        )

    def _env(self, scene: Scene) -> Env:
        conversation, workspace = scene.conversation, scene.workspace
        return Env(
            now=in_zone(self._rows.now, workspace.timezone),
            language=conversation.contact_language or DEFAULT_LANGUAGE,
            contact=_contact_facts(scene),
            channel={"name": conversation.channel_name, "number": conversation.channel_number},
            workspace={"name": workspace.name, "timezone": workspace.timezone, "currency": workspace.currency},
            conversation=conversation.variables,
        )


def in_zone(at: datetime, timezone: str) -> datetime:
    """A time as the workspace's clock shows it: what a flow calls today is the workspace's day."""
    try:
        return at.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return at


def _contact_facts(scene: Scene) -> dict[str, Json]:
    conversation = scene.conversation
    name = conversation.contact_name
    return {
        **conversation.contact_fields,
        "id": str(conversation.contact_id),
        "name": name,
        "first_name": first_name(name or "") or None,
        "phone": conversation.contact_phone,
        "username": conversation.contact_username,
        "language": conversation.contact_language,
        "tags": list(conversation.contact_tags),
    }
