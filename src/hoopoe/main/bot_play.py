"""What `hoopoe bot play` does: a conversation in the terminal, by the production engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from hoopoe.channels.contract import ButtonsContent, ListContent, OutboundContent, TextContent
from hoopoe.flows.definition import FlowInvalid, NodeSpec, compile_flow, parse_blueprint
from hoopoe.flows.engine import (
    DelayElapsed,
    DelayWait,
    Effect,
    EffectFinished,
    EffectWait,
    Env,
    ErrorRaised,
    Event,
    Flow,
    FlowFailed,
    HandedToHuman,
    Incoming,
    Library,
    MessageQueued,
    MessageReceived,
    MessageWait,
    Resume,
    Session,
    TimedOut,
    TriggerInput,
    TriggerMismatch,
    find_trigger,
    resume,
    start,
)
from hoopoe.flows.exchange import ExchangeError, read_bytes
from hoopoe.flows.nodes.effect_results import make_answer, make_example, make_failure
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import SettingsError
from hoopoe.main.bot_library import list_siblings, make_library, read_others

Say = Callable[[str], object]
_THINGS: Final = {
    "/image": Incoming("image", media={"mime_type": "image/jpeg"}),
    "/file": Incoming("document", media={"mime_type": "application/pdf"}),
    "/voice": Incoming("audio", media={"mime_type": "audio/ogg"}),
    "/place": Incoming("location", location={"latitude": 24.7136, "longitude": 46.6753}),
}


def play_file(
    path: str, content: bytes, *, now: str, language: str, which: int, say: Say, others: Sequence[str] = ()
) -> bool:
    """Talk until the person has said all; whether the flow failed. `others`: files of the bots that it runs.

    Raises `ExchangeError` for no bot, and `SettingsError` for one that has errors.
    """
    bots = read_bytes(content).bots
    if which > len(bots):
        raise ExchangeError("missing", f"The file has {len(bots)} bots, and no bot {which}.")
    blueprint = parse_blueprint(bots[which - 1].blueprint)
    try:
        flow = compile_flow(blueprint, version_id="played")
    except FlowInvalid as error:
        raise SettingsError(
            f"The bot has errors; see `hoopoe bot lint`. The first: {error.faults[0].message}"
        ) from None
    library = make_library(flow, [*list_siblings(path, bots), *read_others(others)])
    talk = Talk(flow, library, now=_read_time(now), language=language or blueprint.default_language, say=say)
    talk.nodes = {node.id: node for node in blueprint.nodes}
    for line in _lines():
        if line == "/quit":
            break
        talk.hear(line)
    return talk.has_failed


def _read_time(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--now: '{text}' is no time such as 2026-03-01T10:00.") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _lines() -> Iterator[str]:
    """What is typed, with a prompt where somebody sees it."""
    is_seen = sys.stdin.isatty()
    while True:
        if is_seen:
            sys.stdout.write("> ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            return
        yield line.rstrip("\n")


class Talk:
    """One person and one bot. Time stands still, but where the bot waits for it."""

    def __init__(self, flow: Flow, library: Library, *, now: datetime, language: str, say: Say) -> None:
        self.has_failed = False
        self.nodes: Mapping[str, NodeSpec] = {}
        self._flow = flow
        self._library = library
        self._now = now
        self._language = language
        self._say = say
        self._session: Session | None = None
        self._options: list[tuple[str, str]] = []

    def hear(self, line: str) -> None:
        """One line of the person, or the answer of another system."""
        wait = self._session.wait if self._session is not None else None
        match wait:
            case DelayWait(seconds=seconds):
                if line not in ("", "/wait"):
                    self._say("· It waits and hears nothing meanwhile. /wait lets the time pass.")
                    return
                self._pass(seconds)
                self._go_on(DelayElapsed())
            case EffectWait(effect=effect):
                result = self._read_result(effect, line)
                if result is None:
                    self._say("· Answer with JSON, /example or /error.")
                else:
                    self._go_on(EffectFinished(result))
            case MessageWait(timeout_seconds=seconds) if line == "/wait":
                if seconds is None:
                    self._say("· It waits for as long as it takes.")
                    return
                self._pass(seconds)
                self._go_on(TimedOut())
            case _:
                self._hear_message(self._read(line))

    def _hear_message(self, message: Incoming) -> None:
        trigger = TriggerInput(message, is_new_conversation=self._session is None)
        is_waiting = self._session is not None and self._session.wait is not None
        if is_waiting and find_trigger(self._flow, trigger, interrupts_only=True) is None:
            self._go_on(MessageReceived(message))
            return
        try:
            sprint = start(self._flow, trigger, self._env(), self._library)
        except TriggerMismatch:
            self._say("· Nothing starts on that.")
            return
        self._take(sprint.session, sprint.events)

    def _read(self, line: str) -> Incoming:
        if line in _THINGS:
            return _THINGS[line]
        if line.isdecimal() and 0 < int(line) <= len(self._options):
            payload, title = self._options[int(line) - 1]
            return Incoming("button_reply", title, payload_id=payload, title=title)
        return Incoming("text", line)

    def _go_on(self, given: Resume) -> None:
        if self._session is not None:
            standing = self._library.versions[self._session.flow_version_id]
            sprint = resume(standing, self._session, given, self._env(), self._library)
            self._take(sprint.session, sprint.events)

    def _take(self, session: Session, events: tuple[Event, ...]) -> None:
        self._session = session
        self._options = []
        for event in events:
            self._tell(event)
        match session.wait:
            case DelayWait(seconds=seconds):
                self._say(f"· It goes on in {timedelta(seconds=seconds)}: /wait")
            case EffectWait(effect=effect):
                self._say(f"· It asks: {effect.kind} {orjson.dumps(effect.request).decode()}")
            case None:
                self._say("· The flow has ended.")

    def _tell(self, event: Event) -> None:
        match event:
            case MessageQueued(content=content):
                self._show(content)
            case HandedToHuman(note=note):
                self._say(f"· A person takes over.{f' Note: {note}' if note else ''}")
            case ErrorRaised(node_id=node_id, message=message):
                self._say(f"! {node_id}: {message}")
            case FlowFailed(message=message):
                self.has_failed = True
                self._say(f"! The flow failed: {message}")

    def _show(self, content: OutboundContent) -> None:
        match content:
            case TextContent(body=body):
                self._say(body)
            case ButtonsContent(body=body, buttons=buttons):
                self._say(body)
                self._offer([(button.id, button.title, "") for button in buttons])
            case ListContent(body=body, sections=sections):
                self._say(body)
                rows = [row for section in sections for row in section.rows]
                self._offer([(row.id, row.title, row.description or "") for row in rows])
            case _:
                self._say(f"[{type(content).__name__}]")

    def _offer(self, options: list[tuple[str, str, str]]) -> None:
        self._options = [(option, title) for option, title, _ in options]
        for number, (_, title, below) in enumerate(options, start=1):
            self._say(f"  {number}. {title}{f' ({below})' if below else ''}")

    def _pass(self, seconds: int) -> None:
        self._now += timedelta(seconds=seconds)
        self._say(f"· It is {self._now:%Y-%m-%d %H:%M}.")

    def _env(self) -> Env:
        person: JsonObject = {"id": "you", "name": "You", "language": self._language}
        return Env(now=self._now, language=self._language, contact=person)

    def _read_result(self, effect: Effect, line: str) -> JsonObject | None:
        """What was typed as a result of the effect; None for what cannot be read."""
        if line == "/error":
            return make_failure(effect.kind)
        if line == "/example":
            node = self._find_node()
            kind, config = (None, None) if node is None else (node.type, node.config)
            return make_example(effect.kind, effect.request, node_type=kind, config=config)
        try:
            given = orjson.loads(line or "{}")
        except orjson.JSONDecodeError:
            return None
        return make_answer(effect.kind, effect.request, given)

    def _find_node(self) -> NodeSpec | None:
        """The step that asks, where it is one of the bot that is played and not of one that it runs."""
        if self._session is None or self._session.flow_version_id != self._flow.version_id:
            return None
        return self.nodes.get(self._session.node_id)
