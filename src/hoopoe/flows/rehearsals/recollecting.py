"""A real conversation as a test: what the person said, the time between, what other systems answered, what was said.

Pure. What happened is put into the order in which it was handled: a message's and a trace's id say so, for a turn makes
them in that order, and a sprint's trace right behind its messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, floor
from typing import Any
from uuid import UUID

from hoopoe.flows.preview.acts import (
    MAX_WAIT_SECONDS,
    Act,
    Answer,
    ContactSaid,
    HandBack,
    LocationSaid,
    MediaSaid,
    PreviewContact,
    Said,
    Say,
    Setting,
    TakeOver,
    Tapped,
    TextSaid,
    Wait,
)
from hoopoe.flows.preview.strangers import NAME, PHONE, Stranger
from hoopoe.flows.rehearsals.errors import AnswerCut
from hoopoe.flows.rehearsals.script import ExpectedMessage, Script, Step
from hoopoe.flows.runner.redacting import CUT, MAX_TEXT
from hoopoe.kernel.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class PastMessage:
    """`author`: `contact`, `bot`, `user` or another. `author_id`: the bot's, where it is one."""

    id: UUID
    at: datetime
    is_in: bool
    type: str
    content: JsonObject
    author: str
    author_id: UUID | None


@dataclass(frozen=True, slots=True)
class PastSprint:
    """A sprint's trace (flows.runner.tracing)."""

    id: UUID
    at: datetime
    bot_id: UUID
    trace: dict[str, Any]

    @property
    def place(self) -> UUID:
        """Where it began among the messages."""
        said = [UUID(id_) for _, ids in self.trace.get("said", ()) for id_ in ids]
        return min(said, default=self.id)


@dataclass(frozen=True, slots=True)
class PastEvent:
    """Somebody took over, or gave back."""

    id: UUID
    at: datetime
    type: str


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch of a conversation, and whose it was."""

    messages: Sequence[PastMessage]
    sprints: Sequence[PastSprint]
    events: Sequence[PastEvent]
    name: str | None
    language: str | None
    tags: Sequence[str]
    has_fields: bool
    timezone: str
    provider: str


@dataclass(slots=True)
class Recollected:
    """The test, and what is not in it as it was: codes, and how often."""

    script: Script | None
    notes: Counter[str] = field(default_factory=Counter)


def recollect(past: Past, bot_id: UUID) -> Recollected:
    """The stretch as a test of one bot: it expects what was really said. Without anything said there is no script.

    Raises `AnswerCut` where an answer of another system is not there as a whole: played with a piece of it, the bot
    would say something else than it did.
    """
    made = Recollected(None)
    stranger = Stranger((past.name,) if past.name else ())
    first = next((message for message in past.messages if message.is_in), None)
    if first is None:
        return made
    starts_at = first.at.replace(microsecond=0)
    steps: list[tuple[Act, list[ExpectedMessage]]] = []
    clock = 0
    for at, what in _in_order(past, bot_id, made, stranger):
        if isinstance(what, ExpectedMessage):
            if steps:
                steps[-1][1].append(what)
            continue
        passed = (at - starts_at).total_seconds()
        seconds = min((ceil(passed) if isinstance(what, Wait) else floor(passed)) - clock, MAX_WAIT_SECONDS)
        if seconds >= 1 and not isinstance(what, Answer):
            steps.append((Wait(type="wait", seconds=seconds), []))
            clock += seconds
        elif isinstance(what, Wait):
            steps.append((what, []))
        if not isinstance(what, Wait):
            steps.append((what, []))
    made.notes.update(stranger.found)
    _note_what_is_missing(past, bot_id, made)
    if any(isinstance(act, Say) for act, _ in steps):
        contact = PreviewContact(
            name=NAME if past.name else None, phone=PHONE, language=past.language, tags=list(past.tags)[:50]
        )
        setting = Setting.model_validate({
            "starts_at": starts_at, "timezone": past.timezone, "provider": past.provider, "contact": contact,
        })  # fmt: skip
        made.script = Script(setting=setting, steps=[Step(act=act, expected=said) for act, said in steps])
    return made


def _in_order(
    past: Past, bot_id: UUID, made: Recollected, stranger: Stranger
) -> Iterator[tuple[datetime, Act | ExpectedMessage]]:
    """Acts, and what the bot said to them. At one place what happened comes before what was said."""
    found: list[tuple[UUID, int, datetime, Act | ExpectedMessage]] = []
    for message in past.messages:
        if message.is_in:
            said = _read_said(message, stranger)
            if said is not None:
                found.append((message.id, 1, message.at, Say(type="say", message=said)))
            else:
                made.notes["said_left_out"] += 1
        elif message.author == "bot" and message.author_id == bot_id:
            shown = ExpectedMessage(type=message.type, content=stranger.object(message.content))
            found.append((message.id, 1, message.at, shown))
        else:
            made.notes["other_bot" if message.author == "bot" else "people_left_out"] += 1
    given = [(sprint, _read_given(sprint.trace["given"], stranger)) for sprint in _own(past, bot_id)]
    found += [(sprint.place, 0, sprint.at, act) for sprint, act in given if act is not None]
    for event in past.events:
        if event.type == "taken_over":
            found.append((event.id, 0, event.at, TakeOver(type="take_over")))
        elif event.type == "released":
            found.append((event.id, 0, event.at, HandBack(type="hand_back")))
    for _, _, at, what in sorted(found, key=lambda each: each[:2]):
        yield at, what


def _own(past: Past, bot_id: UUID) -> list[PastSprint]:
    return [sprint for sprint in past.sprints if sprint.bot_id == bot_id]


def _read_given(given: dict[str, Any], stranger: Stranger) -> Act | None:
    match given:
        case {"type": "effect", "result": dict() as result} if "is_whole" in given or not _is_cut(result):
            return Answer(type="answer", result=stranger.object(result))
        case {"type": "effect"}:
            raise AnswerCut
        case {"type": "timeout" | "delay"}:
            return Wait(type="wait", seconds=None)
        case _:
            return None


def _is_cut(kept: Json) -> bool:
    """Whether a long text of an answer was cut, as traces did that do not say that all of it is there."""
    match kept:
        case str():
            return len(kept) > MAX_TEXT and kept.endswith(CUT)
        case dict():
            return any(_is_cut(item) for item in kept.values())
        case list():
            return any(_is_cut(item) for item in kept)
        case _:
            return False


def _read_said(message: PastMessage, stranger: Stranger) -> Said | None:
    """What the person said, as a preview says it; None for what a preview cannot say."""
    content = message.content
    words = {name: stranger.text(value)[:1_024] for name, value in content.items() if isinstance(value, str)}
    match message.type:
        case "text" if content.get("body"):
            return TextSaid(type="text", text=stranger.text(str(content["body"])))
        case "button_reply" | "list_reply" as type_ if content.get("id"):
            return Tapped(type=type_, id=str(content["id"])[:256], title=words.get("title", ""))
        case "location":
            return _read_place(content)
        case "contacts":
            return ContactSaid(type="contacts", name=NAME, phone=PHONE)
        case "image" | "video" | "audio" | "document" | "sticker" as type_:
            return MediaSaid(
                type=type_,
                caption=words.get("caption"),
                mime_type=words.get("mime_type"),
                voice=content.get("voice") is True,
            )
        case _:
            return None


def _read_place(content: JsonObject) -> LocationSaid | None:
    """About a kilometre around: near enough for a branch, too far for a door."""
    match content:
        case {"latitude": int() | float() as latitude, "longitude": int() | float() as longitude}:
            return LocationSaid(type="location", latitude=round(latitude, 2), longitude=round(longitude, 2))
        case _:
            return None


def _note_what_is_missing(past: Past, bot_id: UUID, made: Recollected) -> None:
    own = sorted(_own(past, bot_id), key=lambda sprint: sprint.id)
    if not own:
        made.notes["no_traces"] += 1
    elif own[0].trace["given"].get("type") != "started":
        made.notes["begins_in_the_middle"] += 1
    if past.has_fields:
        made.notes["fields_left_out"] += 1
    if any(message.is_in and message.type == "location" for message in past.messages):
        made.notes["place_blurred"] += 1
