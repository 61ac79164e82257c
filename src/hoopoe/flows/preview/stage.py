"""One conversation that happens nowhere else: a flow, a person, a clock that one moves by hand.

What happens on it is what happens in a turn of the worker, by the same code (`flows.runner.turn.handle_inputs`): who
may answer, what is held while an effect is under way, what a message does to a question, how an answer is fitted to the
channel. Only the ends differ. Nothing is read from a database and nothing written: timers and effects stay here until
whoever plays lets them happen, and a message that the 24-hour window would not let pass is said to be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, assert_never
from uuid import UUID

import orjson

from hoopoe.channels.contract import Address, InboundMessage, InboundType, ItemKind
from hoopoe.conversations.outbox.queue import OutgoingMessage, to_message_row
from hoopoe.conversations.turns import ConversationState, Mode
from hoopoe.conversations.window import is_open
from hoopoe.flows.engine import Flow, MessageWait
from hoopoe.flows.preview.acts import (
    Act,
    Answer,
    HandBack,
    React,
    Refuse,
    Said,
    Say,
    Setting,
    TakeOver,
    Wait,
    content_of,
    text_of,
)
from hoopoe.flows.preview.changes import Change, list_changes
from hoopoe.flows.runner.bots import ActiveBot, FlowCache
from hoopoe.flows.runner.converse import Conversing
from hoopoe.flows.runner.hearing import Hearing
from hoopoe.flows.runner.libraries import Libraries
from hoopoe.flows.runner.limits import Limiter
from hoopoe.flows.runner.locating import Input
from hoopoe.flows.runner.scene import EffectRow, Scene, TimerRow, TurnRows, WorkspaceFacts
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.flows.runner.turn import Means, handle_inputs
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.inbox import InboxRow

# Nobody's: what is played belongs to no workspace, channel or conversation.
NOBODY: Final = UUID(int=0)
BOT: Final = UUID(int=1)
VERSION: Final = UUID(int=2)
# Timers that fall due while time passes: a flow that waits a second in a circle for a year is stopped here.
MAX_DUE: Final = 500
# The clock stops here: everything that is counted from a time has room behind it.
LAST: Final = datetime(2400, 1, 1, tzinfo=UTC)


class NotNowError(Exception):
    """What was asked for cannot happen now; the words say why. `code` is for programs."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of the bot's. `is_refused`: the window is shut, and it would not leave. `error_code`: it would, and the
    provider refuses it with this code.
    """

    type: str
    content: JsonObject
    node_id: str | None
    at: datetime
    is_refused: bool
    fitting: JsonObject | None
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """What one act led to: what was said, a trace of each sprint (flows.runner.tracing), what broke, and what would
    have become of the person and the conversation.
    """

    spoken: Sequence[Spoken] = ()
    traces: Sequence[JsonObject] = ()
    crashes: Sequence[str] = ()
    changes: Sequence[Change] = ()


@dataclass(slots=True)
class Stage:
    """Where it stands. `count`: inputs so far. `parked`: a question that waits for the bot to have the conversation
    again. `refuses`: the code with which the provider refuses everything. `pace`: called before each input, and may
    raise to end the play.
    """

    flow: Flow
    scene: Scene
    now: datetime
    libraries: Libraries = field(default_factory=lambda: Libraries({}))
    timer: TimerRow | None = None
    effect: EffectRow | None = None
    count: int = 0
    parked: SessionState | None = None
    refuses: int | None = None
    pace: Callable[[], None] = field(default=lambda: None)

    @property
    def is_waiting(self) -> bool:
        """Whether the flow waits for something."""
        session = self.scene.session
        return session is not None and session.is_waiting

    def act(self, act: Act) -> Happened:
        """Let something happen. Raises `NotNowError` where that cannot happen now."""
        match act:
            case Say(message=said):
                return self._say(said)
            case Wait(seconds=seconds):
                return self._wait(seconds)
            case Answer(result=result):
                return self._answer(result)
            case TakeOver():
                return self._take_over()
            case HandBack():
                return self._hand_back()
            case React():
                if self.count == 0:
                    raise NotNowError("nothing_said", "There is no message to react to.")
            case Refuse(code=code):
                self.refuses = code
            case _:
                assert_never(act)
        return Happened()

    def _say(self, said: Said) -> Happened:
        address = Address(phone=self.scene.conversation.contact_phone or "0", name=self.scene.conversation.contact_name)
        message = InboundMessage(
            provider_id=f"preview.{self.count + 1}",
            sender=address,
            type=InboundType(said.type),
            content=content_of(said),
            text=text_of(said),
            sent_at=self.now,
            payload_id=said.id if said.type in ("button_reply", "list_reply") else None,
        )
        return self._take(ItemKind.MESSAGE, {}, message)

    def _wait(self, seconds: int | None) -> Happened:
        until = self.now + timedelta(seconds=seconds) if seconds is not None else None
        if until is None:
            if self.timer is None or not self.is_due(self.timer):
                raise NotNowError("nothing_due", "The flow waits for no time that will come.")
            until = self.timer.due_at
        if until > LAST:
            raise NotNowError("too_late", f"A preview does not go beyond the year {LAST.year}.")
        happened: list[Happened] = []
        while self.timer is not None and self.timer.due_at <= until:
            if len(happened) == MAX_DUE:
                raise NotNowError("too_much_due", f"More than {MAX_DUE} things fall due until then. Wait for less.")
            timer, self.timer = self.timer, None
            self.now = max(self.now, timer.due_at)
            if self.is_due(timer):
                item: JsonObject = {"session_id": str(timer.session_id), "sprint": timer.sprint, "kind": timer.kind}
                happened.append(self._take(ItemKind.TIMER, item))
        self.now = max(self.now, until)
        return _together(happened)

    def is_due(self, timer: TimerRow) -> bool:
        """Whether somebody still waits for it: a session that went on since does not."""
        session = self.scene.session
        return session is not None and session.id == timer.session_id and session.session.sprint == timer.sprint

    def _answer(self, result: JsonObject) -> Happened:
        effect = self.effect
        if effect is None:
            raise NotNowError("no_effect", "The flow waits for no answer of another system.")
        self.effect = None
        item: JsonObject = {"session_id": str(effect.session_id), "sprint": effect.sprint, "result": result}
        return self._take(ItemKind.EFFECT, item)

    def _take_over(self) -> Happened:
        if self.scene.conversation.mode is Mode.HUMAN:
            raise NotNowError("human_has_it", "A person has the conversation already.")
        session, written = self.scene.session, TurnRows(self.now)
        self._talk(written).step_back(self.scene)
        self.effect = None
        self.parked = session if session is not None and session.is_parked else None
        self.scene.conversation.mode = Mode.HUMAN
        return Happened()

    def _hand_back(self) -> Happened:
        """As `flows.runner.parking` has it: a question whose time was up meanwhile gets all of it anew."""
        if self.scene.conversation.mode is not Mode.HUMAN:
            raise NotNowError("bot_has_it", "The bot has the conversation already.")
        self.scene.conversation.mode = Mode.BOT
        session, self.parked = self.parked, None
        if session is None:
            return Happened()
        session.is_interrupted = session.is_parked = False
        self.scene.session = session
        wait = session.session.wait
        has_timer = self.timer is not None and self.is_due(self.timer)
        if isinstance(wait, MessageWait) and wait.timeout_seconds is not None and not has_timer:
            due_at = self.now + timedelta(seconds=wait.timeout_seconds)
            self.timer = TimerRow(
                NOBODY,
                NOBODY,
                NOBODY,
                NOBODY,
                session.id,
                session.session.sprint,
                lane=0,
                kind="timeout",
                due_at=due_at,
            )
        return Happened()

    def _talk(self, written: TurnRows) -> Conversing:
        bots = {NOBODY: [ActiveBot(NOBODY, BOT, VERSION)]}
        # A session may stand in a flow that this one ran, and goes on there.
        others = {UUID(version_id): flow for version_id, flow in self.libraries.of(NOBODY).versions.items()}
        return Conversing(bots, FlowCache({**others, VERSION: self.flow}), written, self.libraries, keeps_traces=True)

    def _take(self, kind: ItemKind, item: JsonObject, said: InboundMessage | None = None) -> Happened:
        """One input, as a turn takes it."""
        self.pace()
        self.count += 1
        conversation, written = self.scene.conversation, TurnRows(self.now)
        row = InboxRow(
            seq=self.count,
            workspace_id=NOBODY,
            channel_id=NOBODY,
            provider=conversation.channel_provider,
            key=f"preview.{self.count}",
            lane=0,
            kind=kind,
            item=item,
            attempts=0,
            received_at=self.now,
        )
        means = Means(self._talk(written), written, Limiter({}, {}, self.now), Hearing(set()), {})
        handle_inputs([Input(row, conversation.id, said)], {conversation.id: self.scene}, means)
        for timer in written.timers:
            self.timer = timer
        for effect in written.effects:
            self.effect = effect
        if self.effect is not None and not self._is_asked(self.effect):
            self.effect = None
        return self._tell(written)

    def _is_asked(self, effect: EffectRow) -> bool:
        session = self.scene.session
        return session is not None and session.id == effect.session_id and session.session.sprint == effect.sprint

    def _tell(self, written: TurnRows) -> Happened:
        traces: list[JsonObject] = [orjson.loads(row.trace) for row in written.traces]
        nodes = {id_: node_id for trace in traces for node_id, ids in _said(trace) for id_ in ids}
        return Happened(
            spoken=[self._show(message, nodes.get(str(message.id))) for message in written.outgoing],
            traces=traces,
            crashes=[dead.error_text for dead in written.dead_letters],
            changes=list_changes(written),
        )

    def _show(self, message: OutgoingMessage, node_id: str | None) -> Spoken:
        row = to_message_row(message)
        is_refused = not is_open(self.scene.conversation.window_expires_at, self.now)
        return Spoken(
            type=row.type,
            content=row.content,
            node_id=node_id,
            at=self.now,
            is_refused=is_refused,
            fitting=message.fitting,
            error_code=None if is_refused else self.refuses,
        )


def _said(trace: JsonObject) -> list[tuple[str, list[str]]]:
    """Which node said which messages, of a trace that `flows.runner.tracing` wrote."""
    said: Any = trace["said"]
    return [(str(node_id), [str(id_) for id_ in ids]) for node_id, ids in said]


def _together(happened: Sequence[Happened]) -> Happened:
    return Happened(
        spoken=[each for one in happened for each in one.spoken],
        traces=[each for one in happened for each in one.traces],
        crashes=[each for one in happened for each in one.crashes],
        changes=[each for one in happened for each in one.changes],
    )


def open_stage(flow: Flow, setting: Setting, *, now: datetime) -> Stage:
    """An empty stage: nobody has said anything yet. The flow was compiled with `VERSION` as its version."""
    person = setting.contact
    conversation = ConversationState(
        workspace_id=NOBODY,
        id=NOBODY,
        channel_id=NOBODY,
        contact_id=NOBODY,
        mode=Mode.BOT,
        assignee_id=None,
        unread=0,
        lane=0,
        recipient={"phone": person.phone, "user_id": None},
        variables={},
        last_at=setting.starts_at or now,
        last_message_id=None,
        last_inbound_id=None,
        window_expires_at=None,
        bot_after_seq=0,
        other_app=None,
        has_imported=False,
        contact_name=person.name,
        contact_username=None,
        contact_language=person.language,
        contact_fields=dict(person.fields),
        contact_tags=list(person.tags),
        contact_has_given_name=False,
        contact_phone=person.phone,
        channel_name=setting.channel or "Preview",
        channel_number="",
        channel_provider=setting.provider,
        channel_bot_id=None,
    )
    facts = WorkspaceFacts(
        NOBODY, setting.workspace or "Preview", setting.timezone or "UTC", setting.currency or "USD", None, None
    )
    return Stage(flow, Scene(conversation, facts), setting.starts_at or now)
