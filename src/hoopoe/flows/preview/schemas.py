"""Previews on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue, StringConstraints, field_validator

from hoopoe.channels.contract import Provider
from hoopoe.channels.explain import explain
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.window import is_open
from hoopoe.flows.preview.acts import Perform, PlayedIn, Setting
from hoopoe.flows.preview.changes import ChangeKind
from hoopoe.flows.preview.keeping import StageState, keep_stage
from hoopoe.flows.preview.performing import Performed
from hoopoe.flows.preview.stage import Happened, Spoken, Stage
from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.kernel.json import JsonObject

MAX_ACTS = 50


class Simulation(Input):
    """What is played, from where, and what happens in it.

    A `blueprint` as it stands in an editor, or a bot's draft or version. `state` null: nobody has said anything yet.
    """

    model_config = example(
        {
            "blueprint": {
                "schema_version": 1,
                "name": "Echo",
                "nodes": [
                    {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
                    {"id": "answer", "type": "whatsapp_reply", "config": {"message": "You said {{ message.text }}"}},
                ],
                "edges": [{"id": "e1", "source": "start", "target": "answer"}],
            },
            "acts": [{"type": "say", "message": {"type": "text", "text": "Hello"}}],
        }
    )

    blueprint: dict[str, JsonValue] | None = None
    bot_id: UUID | None = None
    version: Annotated[str, StringConstraints(pattern=r"^(draft|published|[1-9][0-9]{0,8})$")] = "draft"
    setting: Setting = Setting()
    state: StageState | None = None
    acts: list[PlayedIn] = Field(default_factory=list, max_length=MAX_ACTS)

    @field_validator("acts")
    @classmethod
    def _check_patience(cls, value: list[PlayedIn]) -> list[PlayedIn]:
        if sum(isinstance(act, Perform) and act.by == "real" for act in value) > 1:
            raise ValueError("Of acts that ask another system for real there is one in a request.")
        if any(isinstance(act, Perform) and act.by == "real" for act in value[:-1]):
            raise ValueError("Another system is asked for real last: what comes after it is another request.")
        return value


class SpokenError(Wire):
    """Why the provider refuses a message: its code, and what people read beside it, in English and Arabic."""

    code: int
    title: dict[str, str]
    text: dict[str, str]


class SpokenMessage(Wire):
    """What the bot said. `is_refused`: the 24-hour window is shut, so it would not leave; a template would."""

    type: str
    content: dict[str, JsonValue]
    node_id: str | None
    at: datetime
    is_refused: bool
    fitting: dict[str, JsonValue] | None = Field(description="How it differs from what the flow said.")
    error: SpokenError | None = Field(description="It would leave, and the provider refuses it (the act `refuse`).")


class WouldChange(Wire):
    """What would become of the person or the conversation: shown, and not done.

    `name`: the tag, the field or the emoji; `value`: what is set, or the note of a hand-over.
    """

    kind: ChangeKind
    name: str | None
    value: JsonValue


class GivenResult(Wire):
    """The result that a `perform` gave to the flow: as the act `answer` it does the same again."""

    source: Literal["example", "recorded", "real"]
    result: dict[str, JsonValue]
    seconds: float | None = Field(description="How long a real one took.")


class PlayedAct(Wire):
    """What one act led to. `traces`: one of each run of the engine, see docs/subsystems/flow-engine.md."""

    spoken: list[SpokenMessage]
    traces: list[dict[str, JsonValue]]
    crashes: list[str] = Field(description="Faults of Hoopoe's own, which stopped the flow.")
    changes: list[WouldChange] = Field(description="What would become of the person and the conversation.")
    performed: GivenResult | None = Field(description="What a `perform` gave; null for all other acts.")


class PendingWait(Wire):
    """What the flow waits for: `message`, `delay` or `effect`. `due_at`: when it goes on by itself."""

    type: str
    node_id: str
    due_at: datetime | None
    request: dict[str, JsonValue] | None


class Simulated(Wire):
    """What happened, and where it stands now. Give `state` back for the next act, or an earlier one to step back."""

    acts: list[PlayedAct]
    state: StageState
    now: datetime
    mode: Mode
    is_window_open: bool
    window_expires_at: datetime | None
    wait: PendingWait | None
    variables: dict[str, JsonValue] = Field(description="The session's; empty where no flow is under way.")
    conversation: dict[str, JsonValue] = Field(description="What outlives the session.")
    language: str | None
    refuses: int | None = Field(description="The code with which the provider refuses everything now.")


def show_stage(stage: Stage, played: Sequence[tuple[Happened, Performed | None]]) -> Simulated:
    """A stage after some acts."""
    conversation, session = stage.scene.conversation, stage.scene.session
    return Simulated(
        acts=[show_act(happened, performed, stage) for happened, performed in played],
        state=keep_stage(stage),
        now=stage.now,
        mode=conversation.mode,
        is_window_open=is_open(conversation.window_expires_at, stage.now),
        window_expires_at=conversation.window_expires_at,
        wait=_show_wait(stage),
        variables=dict(session.session.variables) if session is not None else {},
        conversation=dict(conversation.variables),
        language=conversation.contact_language,
        refuses=stage.refuses,
    )


def show_act(happened: Happened, performed: Performed | None, stage: Stage) -> PlayedAct:
    """One act as JSON."""
    return PlayedAct(
        spoken=[show_spoken(each, stage.scene.conversation.channel_provider) for each in happened.spoken],
        traces=[dict(trace) for trace in happened.traces],
        crashes=list(happened.crashes),
        changes=[WouldChange(kind=each.kind, name=each.name, value=each.value) for each in happened.changes],
        performed=None
        if performed is None
        else GivenResult(source=performed.source, result=performed.answer.result, seconds=performed.seconds),
    )


def show_spoken(spoken: Spoken, provider: Provider) -> SpokenMessage:
    """One message as JSON."""
    fitting: JsonObject | None = spoken.fitting
    return SpokenMessage(
        type=spoken.type,
        content=spoken.content,
        node_id=spoken.node_id,
        at=spoken.at,
        is_refused=spoken.is_refused,
        fitting=fitting,
        error=None if spoken.error_code is None else _explain(provider, spoken.error_code),
    )


def _explain(provider: Provider, code: int) -> SpokenError:
    rule = explain(provider, code)
    return SpokenError(
        code=code,
        title={"en": rule.title.en, "ar": rule.title.ar},
        text={"en": rule.text.en, "ar": rule.text.ar},
    )


def _show_wait(stage: Stage) -> PendingWait | None:
    session = stage.scene.session
    if session is None or session.session.wait is None or not stage.is_waiting:
        return None
    return PendingWait(
        type=session.session.wait.type,
        node_id=session.session.node_id,
        due_at=stage.timer.due_at if stage.timer is not None and stage.is_due(stage.timer) else None,
        request=stage.effect.request if stage.effect is not None else None,
    )
