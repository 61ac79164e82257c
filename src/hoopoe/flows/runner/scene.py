"""What one turn knows and decides: scenes (one per conversation) and the rows that follow from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hoopoe.channels.contract import MEDIA_TYPES
from hoopoe.contacts.changing import ContactChange
from hoopoe.contacts.resolve import NewName
from hoopoe.conversations.adoption import Adoption, Imported
from hoopoe.conversations.messages import MessageRow
from hoopoe.conversations.outbox.queue import OutgoingMessage
from hoopoe.conversations.outbox.reactions import ReactionRow
from hoopoe.conversations.outbox.receipts import ReceiptRow
from hoopoe.conversations.outbox.silence import Silence
from hoopoe.conversations.turns import ConversationState
from hoopoe.flows.runner.begun import CallOutcome
from hoopoe.flows.runner.counting import Counts
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.flows.runner.tracing import TraceRow
from hoopoe.kernel.bus import EventRow, EventType, Topic
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.dead_inputs import DeadInput
from hoopoe.webhooks.inbox import InboxRow


@dataclass(frozen=True, slots=True)
class WorkspaceFacts:
    """What a flow may read of the workspace, and its limits (None: lifted)."""

    id: UUID
    name: str
    timezone: str
    currency: str
    messages_per_minute: int | None
    customer_messages_per_minute: int | None

    @property
    def has_limits(self) -> bool:
        return self.messages_per_minute is not None or self.customer_messages_per_minute is not None


@dataclass(frozen=True, slots=True)
class TimerRow:
    """A wait's end, unless the session moves first: one of an older sprint does nothing."""

    workspace_id: UUID
    id: UUID
    channel_id: UUID
    conversation_id: UUID
    session_id: UUID
    sprint: int
    lane: int
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class EffectRow:
    """Input or output that a sprint asked for."""

    workspace_id: UUID
    id: UUID
    channel_id: UUID
    conversation_id: UUID
    session_id: UUID
    sprint: int
    lane: int
    kind: str
    request: JsonObject
    is_safe: bool


@dataclass(frozen=True, slots=True)
class ActRow:
    """What somebody did to a session from outside, and what came of it: `outcome`, and why in `reason`.

    `before` and `after` are kept of what was done to one session; of the many of a transition, the outcome alone.
    """

    workspace_id: UUID
    id: UUID
    session_id: UUID
    transition_id: UUID | None
    act: str
    outcome: str
    reason: str | None
    actor_id: UUID
    actor_kind: str
    address: str | None
    before: JsonObject | None
    after: JsonObject | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationEventRow:
    """A line in the thread: who took over, handed over, closed; that a flow failed."""

    workspace_id: UUID
    id: UUID
    conversation_id: UUID
    type: str
    actor_kind: str
    actor_id: UUID | None
    note: str | None
    at: datetime
    actor_name: str | None = None


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A contact's language, learned from what the person wrote."""

    workspace_id: UUID
    contact_id: UUID
    language: str


@dataclass(slots=True)
class Scene:
    """One conversation in one turn. Mutable on purpose: the turn works through its inputs in order."""

    conversation: ConversationState
    workspace: WorkspaceFacts
    session: SessionState | None = None
    is_changed: bool = False
    given: InboxRow | None = None
    """The input that is being handled."""
    heard: JsonObject | None = None
    """The message that the bot is hearing, as a retry would let it hear it again."""

    def show_last(self, message_id: UUID, written: TurnRows) -> None:
        """Make a message the conversation's last. One that was imported stands where it was said: perhaps before it."""
        is_adopted = self.given is not None and self.given.seq in written.imported
        last = self.conversation.last_message_id if is_adopted else None
        self.conversation.last_message_id = max(last, message_id) if last is not None else message_id


@dataclass(slots=True)
class TurnRows:
    """Everything that a turn will write, gathered in order and written table by table."""

    now: datetime
    imported: dict[int, Imported] = field(default_factory=dict)
    """By the input: what the history filed before its message came by itself."""
    messages: list[MessageRow] = field(default_factory=list)
    adopted: list[Adoption] = field(default_factory=list)
    outgoing: list[OutgoingMessage] = field(default_factory=list)
    sessions: dict[UUID, SessionState] = field(default_factory=dict)
    traces: list[TraceRow] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    timers: list[TimerRow] = field(default_factory=list)
    effects: list[EffectRow] = field(default_factory=list)
    acts: list[ActRow] = field(default_factory=list)
    thread_events: list[ConversationEventRow] = field(default_factory=list)
    dead_letters: list[DeadInput] = field(default_factory=list)
    languages: list[LanguageRow] = field(default_factory=list)
    names: dict[UUID, NewName] = field(default_factory=dict)
    contacts: dict[UUID, ContactChange] = field(default_factory=dict)
    reactions: dict[UUID, ReactionRow] = field(default_factory=dict)
    receipts: dict[UUID, ReceiptRow] = field(default_factory=dict)
    silenced: dict[UUID, Silence] = field(default_factory=dict)
    calls: dict[tuple[UUID, UUID], CallOutcome] = field(default_factory=dict)
    """By workspace and call of a secret address: what became of it."""
    events: list[EventRow] = field(default_factory=list)

    def file(self, row: MessageRow, given: InboxRow) -> MessageRow:
        """File a message that an input brought. One that was imported is adopted, and keeps its id."""
        imported = self.imported.get(given.seq)
        if imported is None:
            self.messages.append(row)
            return row
        row = replace(row, id=imported.id)
        self.adopted.append(Adoption(row, imported.is_placeholder))
        return row

    def bury(self, dead: DeadInput) -> None:
        """Set an input aside. What else fails under the same key gets a key of its own."""
        taken = sum(
            (other.channel_id, other.input_key.partition("#")[0]) == (dead.channel_id, dead.input_key)
            for other in self.dead_letters
        )
        self.dead_letters.append(replace(dead, input_key=f"{dead.input_key}#{taken + 1}") if taken else dead)

    def topics(self, leaving: Collection[UUID] = ()) -> frozenset[Topic]:
        """Who finds something to do, or to show, once these rows are committed and the `leaving` are on their way."""
        has_files = any(message.type in MEDIA_TYPES for message in self.messages)
        has_files = has_files or any(each.has_file for each in self.adopted)
        found = {
            Topic.EVENTS: bool(self.events),
            Topic.OUTBOX: any(message.id not in leaving for message in self.outgoing),
            Topic.EFFECTS: bool(self.effects),
            Topic.MEDIA: has_files,
        }
        return frozenset(topic for topic, is_there in found.items() if is_there)

    def tell(self, workspace_id: UUID, type_: EventType, ref: UUID) -> None:
        """Let the screens know, after the commit."""
        self.events.append(EventRow(workspace_id, type_, ref))
