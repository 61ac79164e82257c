"""What each event of a sprint becomes: rows, added to the turn's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

import structlog

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.flows.engine import (
    ContactUpdated,
    DelayWait,
    EffectWait,
    ErrorRaised,
    Event,
    FlowEntered,
    FlowFailed,
    FlowLeft,
    HandedToHuman,
    MessageQueued,
    MessageReacted,
    MessageWait,
    NodeVisited,
    SessionEnded,
    Sprint,
    TagsChanged,
    VariableSet,
)
from hoopoe.flows.runner.handlers.bubbles import merge_texts
from hoopoe.flows.runner.handlers.contact import change_tags, react, update_contact
from hoopoe.flows.runner.handlers.failure import note_failure
from hoopoe.flows.runner.handlers.human import hand_to_human
from hoopoe.flows.runner.handlers.message import queue_message
from hoopoe.flows.runner.scene import EffectRow, Scene, TimerRow, TurnRows
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.flows.runner.tracing import Said
from hoopoe.kernel.ids import new_id

log = structlog.get_logger()


def apply_sprint(
    scene: Scene, session: SessionState, sprint: Sprint, rows: TurnRows, *, merges_messages: bool = False
) -> Said:
    """Turn a sprint's events, in their order, and its wait into rows; returns which node said which messages."""
    events: Sequence[Event] = sprint.events
    if merges_messages:
        events = merge_texts(events, capabilities_of(scene.conversation.channel_provider).text_body)
    said = []
    for event in events:
        before = len(rows.outgoing)
        apply_event(scene, session, event, rows)
        if isinstance(event, MessageQueued):
            said.append((event.node_id, [message.id for message in rows.outgoing[before:]]))
    set_wait(scene, session, sprint, rows)
    return said


def apply_event(scene: Scene, session: SessionState, event: Event, rows: TurnRows) -> None:
    """Turn one event into rows."""
    match event:
        case MessageQueued():
            queue_message(scene, session, event, rows)
        case ContactUpdated():
            update_contact(scene, event, rows)
        case TagsChanged():
            change_tags(scene, event, rows)
        case MessageReacted():
            react(scene, session, event, rows)
        case HandedToHuman():
            hand_to_human(scene, session, event, rows)
        case VariableSet():
            if event.scope == "conversation":
                scene.conversation.variables = {**scene.conversation.variables, event.name: event.value}
                scene.is_changed = True
        case ErrorRaised():
            log.info("flow_error", bot_id=str(session.bot_id), node_id=event.node_id, code=event.code)
        case FlowFailed():
            note_failure(scene, session, event, rows)
        case NodeVisited() | FlowEntered() | FlowLeft() | SessionEnded():
            pass
        case _:
            assert_never(event)


def set_wait(scene: Scene, session: SessionState, sprint: Sprint, rows: TurnRows) -> None:
    """Turn a wait into its timer or its effect. What an older sprint left behind is recognised as stale."""
    conversation = scene.conversation
    match sprint.wait:
        case MessageWait(timeout_seconds):
            kind, seconds = "timeout", timeout_seconds
        case DelayWait(seconds):
            kind = "delay"
        case EffectWait(effect):
            rows.effects.append(
                EffectRow(
                    workspace_id=conversation.workspace_id,
                    id=new_id(),
                    channel_id=conversation.channel_id,
                    conversation_id=conversation.id,
                    session_id=session.id,
                    sprint=sprint.session.sprint,
                    lane=conversation.lane,
                    kind=effect.kind,
                    request=effect.request,
                    is_safe=effect.is_safe,
                )
            )
            return
        case None:
            return
        case _:
            assert_never(sprint.wait)
    if seconds is not None:
        rows.timers.append(
            TimerRow(
                workspace_id=conversation.workspace_id,
                id=new_id(),
                channel_id=conversation.channel_id,
                conversation_id=conversation.id,
                session_id=session.id,
                sprint=sprint.session.sprint,
                lane=conversation.lane,
                kind=kind,
                due_at=rows.now + timedelta(seconds=seconds),
            )
        )
