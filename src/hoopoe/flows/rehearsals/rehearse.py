"""Playing tests of a bot. Pure: the same script on the same flow gives the same result, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hoopoe.flows.engine import Flow
from hoopoe.flows.preview.acts import Act, Setting
from hoopoe.flows.preview.stage import Happened, NotNowError, Stage, open_stage
from hoopoe.flows.rehearsals.script import MAX_EXPECTED, ExpectedMessage, Script, Step
from hoopoe.flows.runner.libraries import Libraries
from hoopoe.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """A step as it went. `trouble`: why it could not be played, or what broke in it; None where nothing did."""

    expected: Sequence[ExpectedMessage]
    got: Sequence[ExpectedMessage]
    trouble: str | None

    @property
    def is_same(self) -> bool:
        return self.trouble is None and list(self.expected) == list(self.got)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a test went, step by step. After a step that could not be played there are no more."""

    steps: Sequence[PlayedStep]
    is_complete: bool

    @property
    def has_passed(self) -> bool:
        return self.is_complete and all(step.is_same for step in self.steps)


def rehearse(
    flow: Flow, script: Script, libraries: Libraries | None = None, pace: Callable[[], None] | None = None
) -> Rehearsal:
    """Play a script to its end, or to the step that cannot be played. `pace` may end it by a refusal (`Stage.pace`)."""
    stage = _open(flow, script.setting, libraries, pace)
    played: list[PlayedStep] = []
    for step in script.steps:
        try:
            happened = stage.act(step.act)
        except NotNowError as error:
            played.append(PlayedStep(step.expected, (), error.words))
            return Rehearsal(played, is_complete=False)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001  # a step that breaks us fails its own test, never all the others
            played.append(PlayedStep(step.expected, (), f"{type(error).__name__}: {error}"))
            return Rehearsal(played, is_complete=False)
        played.append(PlayedStep(step.expected, said(happened), "; ".join(happened.crashes) or None))
    return Rehearsal(played, is_complete=True)


def record(
    flow: Flow,
    setting: Setting,
    acts: Sequence[Act],
    libraries: Libraries | None = None,
    pace: Callable[[], None] | None = None,
) -> Script:
    """A script of these acts that expects what the flow says now. Raises `NotNowError` where one cannot happen."""
    stage = _open(flow, setting, libraries, pace)
    return Script(setting=setting, steps=[Step(act=act, expected=_expect(stage, act)) for act in acts])


def _expect(stage: Stage, act: Act) -> list[ExpectedMessage]:
    expected = said(stage.act(act))
    if len(expected) > MAX_EXPECTED:
        raise NotNowError(
            "too_much_said", f"The bot says more than {MAX_EXPECTED} messages to this: no test holds that."
        )
    return expected


def said(happened: Happened) -> list[ExpectedMessage]:
    """What a test compares of what the bot said."""
    return [
        ExpectedMessage(type=each.type, content=each.content, is_refused=each.is_refused, error_code=each.error_code)
        for each in happened.spoken
    ]


def _open(flow: Flow, setting: Setting, libraries: Libraries | None, pace: Callable[[], None] | None) -> Stage:
    if setting.starts_at is None:
        raise ValueError("a script has a starts_at")
    stage = open_stage(flow, setting, now=setting.starts_at)
    if libraries is not None:
        stage.libraries = libraries
    if pace is not None:
        stage.pace = pace
    return stage
