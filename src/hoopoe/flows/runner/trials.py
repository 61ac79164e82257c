"""A draft on somebody's own phone: the word that opens it, and how everything else goes on afterwards.

A pass (`flows.trials`) names a snapshot of a draft and a channel. Whoever sends its word there first is bound to it,
and talks to the draft in an ordinary flow session of an ordinary conversation: with the turn's guarantees, the outbox,
the real answers of other systems. Nobody else is in it, for nobody else is let in by the word, and no trigger of it is
looked at for anybody. It ends by itself, by a word, or with the flow; what the person was in before goes on then.

Turns in which nobody sends such a word ask the database nothing more than before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from hoopoe.channels.contract import InboundMessage, ItemKind, TextContent
from hoopoe.conversations.turns import Mode
from hoopoe.flows.engine import DelayWait, Flow, Incoming, MessageWait, TriggerInput
from hoopoe.flows.runner.bots import ActiveBot, FlowCache
from hoopoe.flows.runner.handlers.message import say
from hoopoe.flows.runner.locating import Input
from hoopoe.flows.runner.reviving import TRIAL_MINUTES, WHOLE_SESSION, drop_aside, revive_sessions
from hoopoe.flows.runner.scene import Scene, TimerRow, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.text import match_key

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_WORD: Final = re.compile(rf"\s*(?:try|جرب)\s+([{LETTERS}]{{4}})[-\s]?([{LETTERS}]{{4}})\b\s*", re.IGNORECASE)
_STOPS: Final = frozenset(match_key(word) for word in ("stop", "end", "توقف", "قف", "إيقاف", "إنهاء"))
DEFAULT_LANGUAGE: Final = "en"
BEGUN: Final = {
    "en": "You are trying the draft of “{name}”. Only you see it. Write STOP to end.",
    "ar": "أنت تجرب مسودة «{name}»، ولا يراها غيرك. اكتب «توقف» للإنهاء.",
}
ENDED: Final = {
    "en": "The try is over. From here everything is as it was.",
    "ar": "انتهت التجربة، وعاد كل شيء كما كان.",
}
MAX_NAME: Final = 60

# Held until the end of the turn: of two who send a word at once the second sees who was first.
FIND: Final = """
select pass.workspace_id, pass.id, pass.channel_id, pass.word_hash, pass.contact_id, pass.version_id, pass.bot_id,
       pass.minutes
from draft_passes as pass
where pass.workspace_id = any ($1::uuid[]) and pass.word_hash = any ($2::bytea[])
  and pass.revoked_at is null and pass.expires_at > now()
order by pass.workspace_id, pass.id for no key update
"""
BIND: Final = """
update draft_passes set contact_id = bound.contact_id, bound_at = now()
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as bound (workspace_id, id, contact_id)
where draft_passes.workspace_id = bound.workspace_id and draft_passes.id = bound.id
  and draft_passes.contact_id is null
"""
# The draft began anew by a trigger of its own: its time does not.
HAND_ON: Final = """
insert into timers (workspace_id, id, channel_id, conversation_id, session_id, sprint, lane, kind, due_at)
select workspace_id, $2, channel_id, conversation_id, $4, sprint, lane, kind, due_at
from timers where workspace_id = $1 and session_id = $3 and sprint = $5
order by due_at desc limit 1
"""


def hash_word(word: str) -> bytes:
    """What is kept of a pass's eight letters: nobody reads the word out of the database."""
    return hashlib.sha256(word.encode()).digest()


def read_word(text: str) -> tuple[bytes, str] | None:
    """The hash of the word that a message begins with, and what is written behind it."""
    found = _WORD.match(text)
    if found is None:
        return None
    return hash_word((found[1] + found[2]).lower()), text[found.end() :]


@dataclass(slots=True)
class Pass:
    """A pass that is good now. `contact_id` None: nobody has sent its word yet."""

    workspace_id: UUID
    id: UUID
    channel_id: UUID
    word_hash: bytes
    contact_id: UUID | None
    bot: ActiveBot
    minutes: int
    is_bound_now: bool = False


class Talking(Protocol):
    """A turn's dealings with flows (`flows.runner.converse`)."""

    def begin_flow(
        self, scene: Scene, bot: ActiveBot, flow: Flow, trigger: TriggerInput, *, minutes: int | None = None
    ) -> bool: ...

    def interrupt(self, scene: Scene) -> None: ...


@dataclass(slots=True)
class Trials:
    """What one turn has to do with drafts that are tried."""

    passes: dict[tuple[UUID, bytes], Pass] = field(default_factory=dict)
    ended: set[tuple[UUID, UUID]] = field(default_factory=set)
    """Conversations in which one ended, by workspace."""
    handed: list[tuple[UUID, UUID, UUID]] = field(default_factory=list)
    """Workspace, the session that ended and the one that has its time now; in the order of the turn."""

    @property
    def version_ids(self) -> set[UUID]:
        return {each.bot.version_id for each in self.passes.values()}

    @property
    def bots(self) -> list[ActiveBot]:
        return [each.bot for each in self.passes.values()]

    def claim(self, scene: Scene, incoming: Incoming) -> tuple[Pass, str] | None:
        """The pass that a message opens, and what is written behind its word. Whoever is first is bound to it."""
        read = read_word(incoming.text) if self.passes and incoming.type == "text" else None
        found = self.passes.get((scene.conversation.workspace_id, read[0])) if read is not None else None
        if read is None or found is None or found.channel_id != scene.conversation.channel_id:
            return None
        if found.contact_id is None:
            found.contact_id, found.is_bound_now = scene.conversation.contact_id, True
        return (found, read[1]) if found.contact_id == scene.conversation.contact_id else None

    def settle(self, talk: Talking, scene: Scene, incoming: Incoming, flows: FlowCache, rows: TurnRows) -> bool:
        """Let whoever sends the word of a pass into its draft, or out of it who wants to; whether that was all."""
        session = scene.session if scene.session is not None and scene.session.is_waiting else None
        is_trying = session is not None and flows.is_trial(session.version_id)
        claimed = self.claim(scene, incoming)
        flow = flows.get(claimed[0].bot.version_id) if claimed is not None else None
        if claimed is not None and flow is not None:
            asked, rest = claimed
            if session is not None and not is_trying:
                if not isinstance(session.session.wait, MessageWait | DelayWait):
                    return False  # it is held, and heard when the other system has answered
                session.is_parked = True
            say(scene, _in_words(BEGUN, scene, name=flow.name[:MAX_NAME]), asked.bot.id, rows)
            trigger = TriggerInput(replace(incoming, text=rest), is_trial=True)
            talk.begin_flow(scene, asked.bot, flow, trigger, minutes=asked.minutes)
            return True
        if session is not None and is_trying and match_key(incoming.text) in _STOPS:
            self.end(talk, scene, session, rows)
            return True
        return False

    def end(self, talk: Talking, scene: Scene, session: SessionState, rows: TurnRows) -> None:
        """End a trial that would go on, and say so."""
        say(scene, _in_words(ENDED, scene), session.bot_id, rows)
        talk.interrupt(scene)

    def note(self, session: SessionState) -> None:
        """What a trial has come to. However one ends, what stood aside for it goes on when the turn is written."""
        key = (session.workspace_id, session.conversation_id)
        if session.is_waiting or session.is_parked:
            self.ended.discard(key)
        else:
            self.ended.add(key)

    def set_end(
        self, scene: Scene, session: SessionState, rows: TurnRows, *, before: SessionState | None, minutes: int | None
    ) -> None:
        """Let a trial end by itself: after its pass's minutes, or when the one would have that it goes on from."""
        if minutes is None and before is not None:
            self.handed.append((session.workspace_id, before.id, session.id))
        else:
            rows.timers.append(_end_timer(scene, session, minutes or TRIAL_MINUTES, rows.now))

    async def save(self, conn: Connection, scenes: Collection[Scene]) -> None:
        """Write who was bound, and let go on what stood aside. After everything else of the turn."""
        bound = [each for each in self.passes.values() if each.is_bound_now]
        if bound:
            await conn.execute(
                BIND,
                [each.workspace_id for each in bound],
                [each.id for each in bound],
                [each.contact_id for each in bound],
            )
        for workspace_id, before, after in self.handed:  # one by one: the next may go on from this one
            await conn.execute(HAND_ON, workspace_id, new_id(), before, after, WHOLE_SESSION)
        with_bot = {scene.conversation.id for scene in scenes if scene.conversation.mode is Mode.BOT}
        back = sorted(key for key in self.ended if key[1] in with_bot)
        if back:
            now = await conn.fetchval("select domain_now()")
            revived = await revive_sessions(conn, back, now)
            await drop_aside(conn, [key for key in back if key not in revived])


async def load_trials(conn: Connection, inputs: Iterable[Input], sessions: Collection[SessionState]) -> Trials:
    """The passes whose words were sent, also while another system was asked. Asks nothing where none was."""
    held = ((session.workspace_id, str(each.get("text") or "")) for session in sessions for each in session.held)
    said = [(workspace_id, read[0]) for workspace_id, text in (*_texts(inputs), *held) if (read := read_word(text))]
    if not said:
        return Trials()
    rows = await conn.fetch(FIND, [workspace_id for workspace_id, _ in said], [word for _, word in said])
    return Trials(
        {
            (row["workspace_id"], row["word_hash"]): Pass(
                row["workspace_id"],
                row["id"],
                row["channel_id"],
                row["word_hash"],
                row["contact_id"],
                ActiveBot(row["workspace_id"], row["bot_id"], row["version_id"]),
                row["minutes"],
            )
            for row in rows
        }
    )


def _texts(inputs: Iterable[Input]) -> Iterable[tuple[UUID, str]]:
    for given in inputs:
        if isinstance(given.said, InboundMessage):
            yield given.row.workspace_id, given.said.text
        elif given.row.kind is ItemKind.RETRY:
            heard = given.row.item.get("heard")
            if isinstance(heard, dict):
                yield given.row.workspace_id, str(heard.get("text") or "")


def _in_words(words: Mapping[str, str], scene: Scene, **filled: str) -> TextContent:
    language = scene.conversation.contact_language or DEFAULT_LANGUAGE
    return TextContent(words.get(language, words[DEFAULT_LANGUAGE]).format(**filled))


def _end_timer(scene: Scene, session: SessionState, minutes: int, now: datetime) -> TimerRow:
    """What ends a trial that nobody ends. Code that knows of no trials does nothing with it: no sprint is the 0th."""
    conversation = scene.conversation
    return TimerRow(
        workspace_id=conversation.workspace_id,
        id=new_id(),
        channel_id=conversation.channel_id,
        conversation_id=conversation.id,
        session_id=session.id,
        sprint=WHOLE_SESSION,
        lane=conversation.lane,
        kind="timeout",
        due_at=now + timedelta(minutes=minutes),
    )
