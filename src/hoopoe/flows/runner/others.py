"""Others speak in a conversation: the number's owner on the phone, another app. The bot steps back.

The rule, for whoever it is: what they say is filed as theirs, the conversation goes to people, what the flow was
doing ends, and what a bot was about to send is dropped (`outbox.silence`). It opens no window and is no news. Somebody
who hands back to the bot afterwards does so for what arrives from then on: an echo that was there already changes
nothing any more.
"""

from __future__ import annotations

from hoopoe.channels.contract import InboundMessage
from hoopoe.channels.speakers import Echo, Handover, Speaker
from hoopoe.conversations.messages import AuthorKind, Direction, MessageRow
from hoopoe.conversations.outbox.silence import Silence
from hoopoe.conversations.status import MessageStatus
from hoopoe.conversations.turns import Mode
from hoopoe.flows.runner.converse import Conversing
from hoopoe.flows.runner.scene import ConversationEventRow, Scene, TurnRows
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.ids import new_id
from hoopoe.webhooks.inbox import InboxRow

UNKNOWN_APP = "unknown"


def take_echo(
    echo: Echo, row: InboxRow, scene: Scene, *, talk: Conversing, written: TurnRows, status: MessageStatus
) -> None:
    """File what somebody else wrote to the person, and let that one have the conversation."""
    conversation = scene.conversation
    new = MessageRow(
        workspace_id=row.workspace_id,
        id=new_id(),
        channel_id=row.channel_id,
        conversation_id=conversation.id,
        direction=Direction.OUT,
        type=echo.type,
        content=echo.content,
        status=status,
        author_kind=AuthorKind(echo.speaker.value),
        author_id=None,
        provider_id=echo.provider_id,
        reply_to=echo.reply_to,
        is_stale=False,
        at=echo.sent_at,
    )
    filed = written.file(new, row)
    written.tell(row.workspace_id, EventType.MESSAGE_RECEIVED, filed.id)
    scene.is_changed = True
    scene.show_last(filed.id, written)
    conversation.last_at = max(conversation.last_at, echo.sent_at)
    if echo.is_standby:
        stand_by(row, scene, talk=talk, written=written)
    else:
        _give_to(echo.speaker, row, scene, talk=talk, written=written)


def take_handover(handover: Handover, row: InboxRow, scene: Scene, *, talk: Conversing, written: TurnRows) -> None:
    """Note who has the thread from now on. Either way people look at it first: never the bot by itself."""
    conversation = scene.conversation
    scene.is_changed = True
    conversation.other_app = None if handover.is_ours else handover.role or UNKNOWN_APP
    type_ = "handed_over" if handover.is_ours else "taken_over"
    _step_back(Speaker.APP, row, scene, talk=talk, written=written)
    written.thread_events.append(_event(scene, type_, Speaker.APP, written, role=handover.role, note=handover.note))


def stand_by(row: InboxRow, scene: Scene, *, talk: Conversing, written: TurnRows) -> None:
    """Another app has the thread: that this was told to us by the way says so."""
    conversation = scene.conversation
    if conversation.other_app is None:
        conversation.other_app = UNKNOWN_APP
        scene.is_changed = True
    _give_to(Speaker.APP, row, scene, talk=talk, written=written)


def note_owner(message: InboundMessage, scene: Scene) -> None:
    """What is told to us as the owner of the thread says that we have it (again)."""
    conversation = scene.conversation
    if conversation.other_app is not None and not message.is_standby:
        conversation.other_app = None
        scene.is_changed = True


def _give_to(speaker: Speaker, row: InboxRow, scene: Scene, *, talk: Conversing, written: TurnRows) -> None:
    """The bot steps back, and the thread says for whom, where it had the conversation."""
    was_with_people = scene.conversation.mode is Mode.HUMAN
    if _step_back(speaker, row, scene, talk=talk, written=written) and not was_with_people:
        role = scene.conversation.other_app if speaker is Speaker.APP else None
        written.thread_events.append(
            _event(scene, "taken_over", speaker, written, role=role if role != UNKNOWN_APP else None)
        )


def _step_back(speaker: Speaker, row: InboxRow, scene: Scene, *, talk: Conversing, written: TurnRows) -> bool:
    """End what the bot was doing. False: somebody gave the conversation back to it after this had arrived."""
    conversation = scene.conversation
    if conversation.mode is Mode.BOT and row.seq <= conversation.bot_after_seq:
        return False
    talk.step_back(scene)
    written.silenced[conversation.id] = Silence(row.workspace_id, conversation.id, row.seq, speaker)
    if conversation.mode is not Mode.HUMAN:
        conversation.mode = Mode.HUMAN
        conversation.assignee_id = None
        scene.is_changed = True
    return True


def _event(
    scene: Scene, type_: str, speaker: Speaker, written: TurnRows, *, role: str | None, note: str | None = None
) -> ConversationEventRow:
    conversation = scene.conversation
    return ConversationEventRow(
        workspace_id=conversation.workspace_id,
        id=new_id(),
        conversation_id=conversation.id,
        type=type_,
        actor_kind=speaker.value,
        actor_id=None,
        note=note,
        at=written.now,
        actor_name=role,
    )
