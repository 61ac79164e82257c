"""Playing the acts of one request on a stage, also where a made-up state breaks what it is played on. No database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from hoopoe.flows.preview.acts import Act
from hoopoe.flows.preview.errors import ActNotPossible
from hoopoe.flows.preview.keeping import StageState
from hoopoe.flows.preview.performing import Performed
from hoopoe.flows.preview.schemas import Simulated, show_stage
from hoopoe.flows.preview.stage import Happened, NotNowError, Stage
from hoopoe.kernel.errors import FieldFault, ValidationFailed

Played: TypeAlias = tuple[Happened, Performed | None]


@dataclass(frozen=True, slots=True)
class Ready:
    """An act that needs nothing more to be played, at its place in the request; `performed`: what it answers with."""

    place: int
    act: Act
    performed: Performed | None = None


def no_pace() -> None:
    """Of a stage that is played without a break."""


def play(stage: Stage, ready: Sequence[Ready], state: StageState | None) -> list[Played]:
    """Let acts happen. Raises `ActNotPossible`, or `ValidationFailed` for a state that nobody wrote."""
    played: list[Played] = []
    for each in ready:
        with believing(state, each.place):
            played.append((stage.act(each.act), each.performed))
    return played


def play_out(stage: Stage, played: Sequence[Played], ready: Sequence[Ready], state: StageState | None) -> Simulated:
    """Let the last ones happen, and show all."""
    everything = [*played, *play(stage, ready, state)]
    with believing(state, len(everything)):
        return show_stage(stage, everything)


@contextmanager
def believing(state: StageState | None, place: int) -> Iterator[None]:
    """What goes wrong with an act, as a refusal. A state comes from outside: what breaks on one is its own fault."""
    try:
        yield
    except NotNowError as error:
        raise ActNotPossible(error.words, details={"act": place, "reason": error.code}) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        if state is None:
            raise
        fault = FieldFault("state", f"This is no preview of ours: {type(error).__name__}.", "unreadable")
        raise ValidationFailed(fault) from error
