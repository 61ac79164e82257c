"""From an input to a sprint: which flow answers, and what the engine decided.

The engine is pure; this module calls it and gives its events to the handlers. A flow whose engine run
raises is a bug of ours: the conversation gets a dead letter, its messages stay filed, and everybody
else in the turn goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

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
    Library,
    MessageReceived,
    MessageWait,
    Resume,
    ResumeMismatch,
    Session,
    Sprint,
    TimedOut,
    TriggerInput,
    start,
)
from hoopoe.flows.engine import resume as resume_session
from hoopoe.flows.engine.steering import Moved
from hoopoe.flows.runner.bots import ActiveBot, FlowCache, choose_bot
from hoopoe.flows.runner.environment import environment_of, language_of
from hoopoe.flows.runner.handlers import apply_sprint
from hoopoe.flows.runner.handlers.asking import Wish, ask_to_switch, confirm_stay, find_asked, keep_asked, read_wish
from hoopoe.flows.runner.handlers.failure import show_failure
from hoopoe.flows.runner.handlers.message import say
from hoopoe.flows.runner.libraries import Libraries
from hoopoe.flows.runner.messages import dump_incoming, load_incoming
from hoopoe.flows.runner.reviving import WHOLE_SESSION
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.flows.runner.tracing import Said, TraceRow, describe_sprint
from hoopoe.flows.runner.trials import Trials
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.dead_inputs import DeadInput, describe_input

log = structlog.get_logger()

Given: TypeAlias = TriggerInput | Resume | Moved
Step: TypeAlias = Callable[[Env, Library], Sprint]
"""One call of the engine, with all that it may know."""


class Conversing:
    """One turn's dealings with flows: the bots it may choose from and the rows it adds to."""

    def __init__(
        self,
        bots: Mapping[UUID, Sequence[ActiveBot]],
        flows: FlowCache,
        rows: TurnRows,
        libraries: Libraries,
        *,
        keeps_traces: bool,
        trials: Trials | None = None,
    ) -> None:
        self._bots = bots
        self._trials = trials or Trials()
        self._keeps_traces = keeps_traces
        self._flows = flows
        self._libraries = libraries
        self._rows = rows

    def hear(self, scene: Scene, incoming: Incoming, *, is_new: bool) -> None:
        """A person wrote while the bot has the conversation.

        A waiting question gets the answer, unless a trigger interrupts. While an effect is under way the
        message is held and heard afterwards; during a delay it is only filed.
        """
        scene.heard = {"heard": dump_incoming(incoming), "is_new": is_new}
        trigger = TriggerInput(incoming, is_new_conversation=is_new)
        session = scene.session
        if self._trials.settle(self, scene, incoming, self._flows, self._rows):
            return
        if session is None or not session.is_waiting:
            self._start(scene, trigger)
            return
        if self._settle_wish(scene, session, incoming) or self._interrupt_with(scene, session, trigger):
            return
        match session.session.wait:
            case MessageWait():
                self._resume(scene, session, MessageReceived(incoming))
            case EffectWait():
                session.held.append(dump_incoming(incoming))
                self.keep(session)
            case DelayWait() | None:
                pass

    def _interrupt_with(self, scene: Scene, session: SessionState, trigger: TriggerInput) -> bool:
        """Let a trigger that interrupts begin its flow, by the rule of the flow that runs; whether that was all."""
        chosen = self.choose(scene, trigger, interrupts_only=True)
        if chosen is None:
            return False
        bot, flow = chosen
        running = self._flows.get(session.version_id)
        rule = "switch" if running is None or bot.id == session.bot_id else running.on_keyword
        match rule:
            case "ignore":
                return False
            case "ask" if not isinstance(session.session.wait, EffectWait):
                session.held = [keep_asked(trigger.message)]
                self.keep(session)
                say(scene, ask_to_switch(flow.name, language_of(scene)), session.bot_id, self._rows)
                return True
            case "ask":
                return False
            case _:
                self.begin_flow(scene, bot, flow, trigger)
                return True

    def _settle_wish(self, scene: Scene, session: SessionState, incoming: Incoming) -> bool:
        """The answer of somebody who was asked whether to leave this flow; whether it was one."""
        asked = find_asked(session.held)
        if asked is None:
            return False
        session.held = []
        self.keep(session)
        match read_wish(incoming):
            case Wish.SWITCH:
                trigger = TriggerInput(asked)
                chosen = self.choose(scene, trigger, interrupts_only=True)
                if chosen is not None:
                    self.begin_flow(scene, *chosen, trigger)
                return chosen is not None
            case Wish.STAY:
                say(scene, confirm_stay(language_of(scene)), session.bot_id, self._rows)
                return True
            case None:
                return False

    def time_out(self, scene: Scene, *, session_id: UUID, sprint: int, kind: str) -> None:
        """A timer fell due. One of an older sprint, or of a session that ended, does nothing."""
        session = scene.session
        if session is None or session.id != session_id:
            return
        if sprint == WHOLE_SESSION and session.is_waiting and self._flows.is_trial(session.version_id):
            self._trials.end(self, scene, session, self._rows)
        elif session.session.sprint == sprint:
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

    def step_back(self, scene: Scene) -> None:
        """A person has the conversation now: what the bot was doing ends, or is parked by its flow's rule."""
        session = scene.session
        if session is not None and session.is_waiting and isinstance(session.session.wait, MessageWait):
            flow = self._flows.get(session.version_id)
            session.is_parked = flow is not None and flow.parks
        self.interrupt(scene)

    def interrupt(self, scene: Scene) -> None:
        """End what the bot was doing."""
        session = scene.session
        if session is not None and session.is_waiting:
            session.is_interrupted = True
            self.keep(session)
            self._note_trial(session)
            if not session.is_parked:
                stands = session.session
                self._rows.counts.add(session.workspace_id, stands.flow_version_id, stands.node_id, "interrupted")
        scene.session = None

    def choose(
        self, scene: Scene, trigger: TriggerInput, *, interrupts_only: bool = False, bot_id: UUID | None = None
    ) -> tuple[ActiveBot, Flow] | None:
        """The bot whose trigger fits best, with its flow. `bot_id`: the one bot that is meant; a channel that is bound
        to another one asks nobody.
        """
        conversation, session = scene.conversation, scene.session
        if session is not None and session.is_waiting and bot_id is None and self._flows.is_trial(session.version_id):
            # Who tries a draft hears nothing but the draft: not even what is published of the same bot.
            own = [ActiveBot(session.workspace_id, session.bot_id, session.version_id)]
            return choose_bot(own, self._flows, trigger, interrupts_only=interrupts_only)
        if bot_id is not None and conversation.channel_bot_id not in (None, bot_id):
            return None
        return choose_bot(
            self._bots.get(conversation.workspace_id, ()),
            self._flows,
            trigger,
            only=bot_id or conversation.channel_bot_id,
            interrupts_only=interrupts_only,
        )

    def _start(self, scene: Scene, trigger: TriggerInput) -> None:
        chosen = self.choose(scene, trigger)
        if chosen is not None:
            self.begin_flow(scene, *chosen, trigger)

    def begin_flow(
        self, scene: Scene, bot: ActiveBot, flow: Flow, trigger: TriggerInput, *, minutes: int | None = None
    ) -> bool:
        """Begin a flow, and end what was under way. Whether it began. `minutes`: how long a draft that is tried may go
        on; None: as long as the one that it ends would have.
        """

        def begin(env: Env, library: Library) -> Sprint:
            return start(flow, trigger, env, library)

        return self.begin_with(scene, bot, trigger, begin, minutes=minutes)

    def begin_with(
        self, scene: Scene, bot: ActiveBot, given: Given, begin: Step, *, minutes: int | None = None
    ) -> bool:
        """Let a session begin on a bot's version instead of the one that is there. Whether it did.

        What stood aside for one that did not begin goes on where it was.
        """
        conversation, before = scene.conversation, scene.session
        self.interrupt(scene)
        sprint = self._run(scene, begin, given, bot_id=bot.id)
        if sprint is None:
            if before is not None and before.is_parked:
                before.is_interrupted = before.is_parked = False
                scene.session = before
            return False
        session = SessionState(
            workspace_id=conversation.workspace_id,
            id=new_id(),
            conversation_id=conversation.id,
            bot_id=bot.id,
            version_id=bot.version_id,
            session=sprint.session,
            loaded_sprint=None,
        )
        self._apply(scene, session, sprint, given, before=None)
        if sprint.wait is not None and self._flows.is_trial(bot.version_id):
            self._trials.set_end(scene, session, self._rows, before=before, minutes=minutes)
        return True

    def _resume(self, scene: Scene, session: SessionState, given: Resume) -> None:
        flow = self._flows.get(UUID(session.session.flow_version_id))
        if flow is None:
            self._bury(scene, given, "version_missing", "The version this conversation runs on cannot be read.")
            show_failure(scene, session.bot_id, "version_missing", self._rows)
            self.interrupt(scene)
            return

        def go_on(env: Env, library: Library, flow: Flow = flow) -> Sprint:
            return resume_session(flow, session.session, given, env, library)

        try:
            self.go_on_with(scene, session, given, go_on)
        except ResumeMismatch as mismatch:
            log.info("resume_did_not_fit", code=mismatch.code, session_id=str(session.id))

    def go_on_with(self, scene: Scene, session: SessionState, given: Given, step: Step) -> bool:
        """Let a session do one sprint. Whether it did; raises `ResumeMismatch`."""
        sprint = self._run(scene, step, given, bot_id=session.bot_id)
        if sprint is None:
            return False
        session.held = []
        before, session.session = session.session, sprint.session
        self._apply(scene, session, sprint, given, before=before)
        return True

    def _run(self, scene: Scene, step: Step, given: Given, *, bot_id: UUID) -> Sprint | None:
        try:
            return step(environment_of(scene, self._rows.now), self._libraries.of(scene.conversation.workspace_id))
        except ResumeMismatch:
            raise
        except Exception as error:
            log.exception("engine_failed", conversation_id=str(scene.conversation.id))
            self._bury(scene, given, type(error).__name__, str(error))
            show_failure(scene, bot_id, "engine_failed", self._rows)
            self.interrupt(scene)
            return None

    def _apply(
        self,
        scene: Scene,
        session: SessionState,
        sprint: Sprint,
        given: Given,
        *,
        before: Session | None,
    ) -> None:
        scene.session = session if sprint.wait is not None else None
        self._note_trial(session)
        self.keep(session)
        flow = self._flows.get(session.version_id)
        merges = flow is not None and flow.merges_messages
        said = apply_sprint(scene, session, sprint, self._rows, merges_messages=merges)
        self._rows.counts.add_sprint(session.workspace_id, sprint)
        if self._keeps_traces:
            self._trace(scene, session, sprint, given, before=before, said=said)
        if scene.conversation.mode is not Mode.BOT:
            self.interrupt(scene)

    def _trace(
        self,
        scene: Scene,
        session: SessionState,
        sprint: Sprint,
        given: Given,
        *,
        before: Session | None,
        said: Said,
    ) -> None:
        seconds = scene.given.item.get("seconds") if isinstance(given, EffectFinished) and scene.given else None
        version_id = str(session.version_id)
        trace = describe_sprint(
            sprint,
            given,
            before=before,
            version_id=version_id,
            said=said,
            seconds=seconds if isinstance(seconds, int | float) else None,
            around=(scene.conversation.variables, scene.conversation.contact_fields),
        )
        self._rows.traces.append(
            TraceRow(
                workspace_id=session.workspace_id,
                conversation_id=session.conversation_id,
                id=new_id(),
                session_id=session.id,
                sprint=sprint.session.sprint,
                bot_id=session.bot_id,
                version_id=session.version_id,
                at=self._rows.now,
                trace=trace,
            )
        )

    def _note_trial(self, session: SessionState) -> None:
        if self._flows.is_trial(session.version_id):
            self._trials.note(session)

    def flow_of(self, version_id: UUID | None) -> Flow | None:
        """The flow of a version that the turn has loaded."""
        return self._flows.get(version_id) if version_id is not None else None

    def keep(self, session: SessionState) -> None:
        """Write the session with the turn's other rows."""
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
