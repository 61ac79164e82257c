"""`flow_failed`: the person waits for an answer that does not come, so whoever reads the thread is told."""

from __future__ import annotations

from uuid import UUID

import structlog

from hoopoe.flows.engine import FlowFailed
from hoopoe.flows.runner.scene import ConversationEventRow, Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.ids import new_id

log = structlog.get_logger()


def note_failure(scene: Scene, session: SessionState, event: FlowFailed, rows: TurnRows) -> None:
    """What the flow itself gave up over. The sprint's trace tells the rest."""
    log.warning("flow_failed", bot_id=str(session.bot_id), code=event.code, reason=event.message)
    show_failure(scene, session.bot_id, event.code, rows)


def show_failure(scene: Scene, bot_id: UUID, code: str, rows: TurnRows) -> None:
    """A line between the messages. Its note is the code of what went wrong."""
    scene.is_changed = True
    rows.thread_events.append(
        ConversationEventRow(
            workspace_id=scene.conversation.workspace_id,
            id=new_id(),
            conversation_id=scene.conversation.id,
            type="flow_failed",
            actor_kind="bot",
            actor_id=bot_id,
            note=code,
            at=rows.now,
        )
    )
