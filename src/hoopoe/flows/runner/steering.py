"""Doing what somebody decided for a session, in its turn: only in memory, like everything of a turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.conversations.turns import Mode
from hoopoe.flows.engine import EffectWait, Env, Flow, Library, ResumeMismatch, Sprint
from hoopoe.flows.engine import resume as resume_session
from hoopoe.flows.engine.steering import Moved, begin_anew, end_of_wait, enter_node, fit_session, set_variable
from hoopoe.flows.runner.acts import Act, ActKind, Outcome, read_act
from hoopoe.flows.runner.bots import ActiveBot
from hoopoe.flows.runner.converse import Conversing
from hoopoe.flows.runner.filing import note_answer
from hoopoe.flows.runner.handlers.asking import find_asked
from hoopoe.flows.runner.messages import load_incoming
from hoopoe.flows.runner.redacting import hide, secrets_of, shorten
from hoopoe.flows.runner.scene import ActRow, Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.secret_names import is_secret

HIDDEN: Final = "***"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an act, and why where it is not what was asked for."""

    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Steering:
    """One turn's means to do acts with."""

    talk: Conversing
    written: TurnRows

    def do(self, scene: Scene) -> None:
        """Do the act that is the scene's input, and note what came of it."""
        if scene.given is None:
            raise RuntimeError("an act without an input")
        act = read_act(scene.given.item)
        session = scene.session
        if session is None or session.id != act.session_id or not session.is_waiting:
            self._note(scene, act, Result(Outcome.MISSED, "ended"), None, None)
            return
        if act.sprint is not None and act.sprint != session.session.sprint:
            self._note(scene, act, Result(Outcome.MISSED, "moved_on"), None, None)
            return
        before, said = describe_place(session, act), len(self.written.outgoing)
        result = self._do(scene, session, act)
        if act.kind is ActKind.RESUME and len(self.written.outgoing) > said:
            note_answer(scene)
        ended: JsonObject = {"status": session.status}
        after = describe_place(scene.session, act) if scene.session is not None else ended
        self._note(scene, act, result, before, after)

    def _do(self, scene: Scene, session: SessionState, act: Act) -> Result:
        match act.kind:
            case ActKind.MOVE:
                return self._move(scene, session, act)
            case ActKind.RESTART:
                return self._restart(scene, session, act)
            case ActKind.ENTER:
                return self._enter(scene, session, act)
            case ActKind.RESUME:
                return self._resume(scene, session, act.result)
            case ActKind.SET:
                return self._set(session, act)
            case ActKind.END:
                self.talk.interrupt(scene)
                return Result(Outcome.DONE)

    def _move(self, scene: Scene, session: SessionState, act: Act) -> Result:
        if act.version_id == session.version_id:
            return Result(Outcome.STAYED, "already_there")
        old, new = self.talk.flow_of(session.version_id), self.talk.flow_of(act.version_id)
        if old is None or new is None:
            return Result(Outcome.STAYED, "version_missing")
        fitted = fit_session(session.session, old, new)
        if fitted is None:
            return self._restart(scene, session, act) if act.restarts_lost else Result(Outcome.STAYED, "node_gone")
        node_id = session.session.root_node_id
        self.written.counts.add(session.workspace_id, old.version_id, node_id, "interrupted")
        self.written.counts.add(session.workspace_id, new.version_id, node_id, "arrived")
        session.session, session.version_id = fitted, UUID(new.version_id)
        self.talk.keep(session)
        return Result(Outcome.MOVED)

    def _restart(self, scene: Scene, session: SessionState, act: Act) -> Result:
        """Begin anew, where the bot may write at this moment: what it said later would reach nobody."""
        if act.version_id == session.version_id:
            return Result(Outcome.STAYED, "already_there")
        flow = self.talk.flow_of(act.version_id)
        if flow is None or act.bot_id is None or act.version_id is None:
            return Result(Outcome.STAYED, "version_missing")
        entry = act.node_id or flow.entry
        if entry is None or entry not in flow.nodes:
            return Result(Outcome.STAYED, "version_missing")
        if not self._is_window_open(scene):
            return Result(Outcome.STAYED, "window_shut")
        message, held = session.session.message, session.held

        def begin(env: Env, library: Library, flow: Flow = flow) -> Sprint:
            return _require(begin_anew(flow, message, env, library, at=entry))

        bot = ActiveBot(session.workspace_id, act.bot_id, act.version_id)
        if not self.talk.begin_with(scene, bot, _moved_to(entry, act), begin):
            return Result(Outcome.REFUSED, "failed")
        self._hear_held(scene, held)
        return Result(Outcome.RESTARTED)

    def _enter(self, scene: Scene, session: SessionState, act: Act) -> Result:
        node_id = act.node_id
        flow = self.talk.flow_of(session.version_id)
        if flow is None or node_id not in flow.nodes:
            return Result(Outcome.REFUSED, "node_missing")
        stands, held = session.session, session.held

        def enter(env: Env, library: Library, flow: Flow = flow) -> Sprint:
            return _require(enter_node(flow, stands, node_id, env, library))

        self._leave_effect(session)
        self.written.counts.add(session.workspace_id, stands.flow_version_id, stands.node_id, "interrupted")
        if not self.talk.go_on_with(scene, session, _moved_to(node_id, act), enter):
            return Result(Outcome.REFUSED, "failed")
        self._hear_held(scene, held)
        return Result(Outcome.DONE)

    def _resume(self, scene: Scene, session: SessionState, result: JsonObject | None) -> Result:
        stands, held = session.session, session.held
        given = end_of_wait(stands, result)
        flow = self.talk.flow_of(UUID(stands.flow_version_id))
        if given is None or flow is None:
            return Result(Outcome.REFUSED, "nothing_to_resume")

        def go_on(env: Env, library: Library, flow: Flow = flow) -> Sprint:
            return resume_session(flow, stands, given, env, library)

        self._leave_effect(session)
        try:
            is_done = self.talk.go_on_with(scene, session, given, go_on)
        except ResumeMismatch:
            return Result(Outcome.REFUSED, "nothing_to_resume")
        if not is_done:
            return Result(Outcome.REFUSED, "failed")
        self._hear_held(scene, held)
        return Result(Outcome.DONE)

    def _set(self, session: SessionState, act: Act) -> Result:
        changed = set_variable(session.session, act.name, act.value)
        if changed is None:
            return Result(Outcome.REFUSED, "variables_too_large")
        session.session = changed
        self.talk.keep(session)
        return Result(Outcome.DONE)

    def _is_window_open(self, scene: Scene) -> bool:
        until = scene.conversation.window_expires_at
        return until is not None and until > self.written.now

    @staticmethod
    def _leave_effect(session: SessionState) -> None:
        session.has_left_effect = isinstance(session.session.wait, EffectWait)

    def _hear_held(self, scene: Scene, held: list[JsonObject]) -> None:
        """What was written while an effect was under way is heard now, in order: nothing that was said is lost."""
        if find_asked(held) is not None:
            return  # no message, but a question of ours that is settled by leaving
        for message in held:
            if scene.conversation.mode is Mode.BOT:
                self.talk.hear(scene, load_incoming(message), is_new=False)

    def _note(
        self, scene: Scene, act: Act, result: Result, before: JsonObject | None, after: JsonObject | None
    ) -> None:
        conversation = scene.conversation
        is_single = act.transition_id is None
        self.written.acts.append(
            ActRow(
                workspace_id=conversation.workspace_id,
                id=act.id,
                session_id=act.session_id,
                transition_id=act.transition_id,
                act=act.kind,
                outcome=result.outcome,
                reason=result.reason,
                actor_id=act.actor.id,
                actor_kind=act.actor.kind,
                address=act.actor.address,
                before=before if is_single else None,
                after=after if is_single else None,
                at=self.written.now,
            )
        )
        self.written.tell(conversation.workspace_id, EventType.CONVERSATION_UPDATED, conversation.id)


def describe_place(session: SessionState, act: Act) -> JsonObject:
    """Where a session stands, as the audit log keeps it; of the variables the one that the act is about."""
    stands = session.session
    place: JsonObject = {
        "status": session.status,
        "node_id": stands.root_node_id,
        "sprint": stands.sprint,
        "wait": stands.wait.type if stands.wait is not None else None,
    }
    if act.kind is ActKind.SET:
        known = shorten(stands.variables.get(act.name))
        value: Json = HIDDEN if is_secret(act.name) else hide(known, secrets_of(stands))
        place["variable"] = {"name": act.name, "value": value}
    return place


def _moved_to(node_id: str, act: Act) -> Moved:
    return Moved(node_id, by=str(act.actor.id), is_published=act.transition_id is not None)


def _require(sprint: Sprint | None) -> Sprint:
    if sprint is None:
        raise LookupError("the node is not in the version any more")
    return sprint
