"""`handed_to_human`: the bot steps back, and the inbox shows who is waiting."""

from __future__ import annotations

from hoopoe.conversations.turns import Mode
from hoopoe.flows.engine import HandedToHuman
from hoopoe.flows.runner.scene import ConversationEventRow, Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.ids import new_id


def hand_to_human(scene: Scene, session: SessionState, event: HandedToHuman, rows: TurnRows) -> None:
    """Nobody has it yet: it stands among the unassigned until somebody takes it."""
    conversation = scene.conversation
    conversation.mode = Mode.HUMAN
    conversation.assignee_id = None
    scene.is_changed = True
    rows.thread_events.append(
        ConversationEventRow(
            workspace_id=conversation.workspace_id,
            id=new_id(),
            conversation_id=conversation.id,
            type="handed_over",
            actor_kind="bot",
            actor_id=session.bot_id,
            note=event.note or event.reason,
            at=rows.now,
        )
    )
