"""A stage written down between two requests: whoever plays keeps it, and may go back to an earlier one. Pure.

It is a whole conversation in a few kilobytes. It comes from outside, so it is believed in nothing that matters: it
belongs to no workspace, and a session that names versions of others' flows finds none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import orjson
from pydantic import AfterValidator, AwareDatetime, Field, JsonValue

from hoopoe.conversations.turns import Mode
from hoopoe.flows.engine import Flow, dump_session, load_session
from hoopoe.flows.preview.acts import EARLIEST_START, Setting, ShortText
from hoopoe.flows.preview.stage import BOT, LAST, NOBODY, VERSION, Stage, open_stage
from hoopoe.flows.runner.handlers.asking import find_asked
from hoopoe.flows.runner.messages import load_incoming
from hoopoe.flows.runner.scene import EffectRow, TimerRow
from hoopoe.flows.runner.sessions import SessionState
from hoopoe.kernel.http.shapes import Input

SHAPE: Final = 1


def _check_time(value: datetime) -> datetime:
    if not EARLIEST_START <= value <= LAST:
        raise ValueError(f"A preview is between the years {EARLIEST_START.year} and {LAST.year}.")
    return value


class KeptTimer(Input):
    session_id: UUID
    sprint: int
    kind: ShortText
    due_at: AwareDatetime


class KeptEffect(Input):
    session_id: UUID
    sprint: int
    kind: ShortText
    request: dict[str, JsonValue]
    is_safe: bool


class KeptSession(Input):
    """`state` is the engine's own form of a session, `held` what was written while an effect was under way."""

    id: UUID
    state: dict[str, JsonValue]
    held: list[dict[str, JsonValue]]


class StageState(Input):
    """A stage between two acts. Give it back as it came."""

    shape: int = SHAPE
    at: Annotated[AwareDatetime, AfterValidator(_check_time)]
    count: Annotated[int, Field(ge=0, le=1_000_000_000)]
    mode: Mode
    variables: dict[str, JsonValue]
    name: str | None
    language: str | None
    fields: dict[str, JsonValue]
    tags: list[ShortText]
    last_inbound_id: str | None
    window_expires_at: AwareDatetime | None
    session: KeptSession | None
    timer: KeptTimer | None
    effect: KeptEffect | None
    parked: KeptSession | None = None
    refuses: int | None = None


class StateUnreadableError(ValueError):
    """This is not a stage that this version wrote; the words say what is wrong."""


def keep_stage(stage: Stage) -> StageState:
    """Write a stage down."""
    conversation, session = stage.scene.conversation, stage.scene.session
    timer, effect = stage.timer, stage.effect
    return StageState(
        at=stage.now,
        count=stage.count,
        mode=conversation.mode,
        variables=conversation.variables,
        name=conversation.contact_name,
        language=conversation.contact_language,
        fields=conversation.contact_fields,
        tags=conversation.contact_tags,
        last_inbound_id=conversation.last_inbound_id,
        window_expires_at=conversation.window_expires_at,
        session=_keep_session(session),
        timer=None
        if timer is None
        else KeptTimer(session_id=timer.session_id, sprint=timer.sprint, kind=timer.kind, due_at=timer.due_at),
        effect=None
        if effect is None
        else KeptEffect(
            session_id=effect.session_id,
            sprint=effect.sprint,
            kind=effect.kind,
            request=effect.request,
            is_safe=effect.is_safe,
        ),
        parked=_keep_session(stage.parked),
        refuses=stage.refuses,
    )


def _keep_session(session: SessionState | None) -> KeptSession | None:
    if session is None:
        return None
    return KeptSession(id=session.id, state=orjson.loads(dump_session(session.session)), held=session.held)


def restore_stage(flow: Flow, setting: Setting, kept: StageState) -> Stage:
    """A stage as it was kept, on the flow given, which may have been changed since. Raises `StateUnreadableError`."""
    if kept.shape != SHAPE:
        raise StateUnreadableError(f"a preview of shape {kept.shape} cannot be read")
    stage = open_stage(flow, setting, now=kept.at)
    stage.now, stage.count = kept.at, kept.count
    conversation = stage.scene.conversation
    conversation.mode = kept.mode
    conversation.variables = dict(kept.variables)
    conversation.contact_name = kept.name
    conversation.contact_language = kept.language
    conversation.contact_fields = dict(kept.fields)
    conversation.contact_tags = list(kept.tags)
    conversation.last_inbound_id = kept.last_inbound_id
    conversation.window_expires_at = kept.window_expires_at
    if kept.session is not None:
        stage.scene.session = _restore_session(kept.session)
    if kept.parked is not None:
        stage.parked = _restore_session(kept.parked)
        stage.parked.is_interrupted = stage.parked.is_parked = True
    stage.refuses = kept.refuses
    if kept.timer is not None:
        due = kept.timer
        stage.timer = TimerRow(
            NOBODY, NOBODY, NOBODY, NOBODY, due.session_id, due.sprint, lane=0, kind=due.kind, due_at=due.due_at
        )
    if kept.effect is not None:
        asked = kept.effect
        stage.effect = EffectRow(
            NOBODY, NOBODY, NOBODY, NOBODY, asked.session_id, asked.sprint, lane=0,
            kind=asked.kind, request=asked.request, is_safe=asked.is_safe,
        )  # fmt: skip
    return stage


def _restore_session(kept: KeptSession) -> SessionState:
    try:
        session = load_session(orjson.dumps(kept.state))
        for version_id in (session.flow_version_id, *(caller.flow_version_id for caller in session.callers)):
            UUID(version_id)
        for message in kept.held:
            if find_asked([message]) is None:
                load_incoming(message)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StateUnreadableError(f"its session cannot be read: {error}") from error
    return SessionState(
        workspace_id=NOBODY,
        id=kept.id,
        conversation_id=NOBODY,
        bot_id=BOT,
        version_id=VERSION,
        session=session,
        loaded_sprint=session.sprint,
        held=list(kept.held),
    )
