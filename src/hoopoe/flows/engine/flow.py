"""A flow, compiled: what the engine walks. Made once per version by `flows.definition.compile_flow`.

Nothing in here is parsed, validated or looked up by name during a turn: templates are read, exits are
node ids, and each node is two functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from hoopoe.flows.engine.contract import Resume, TriggerInput, Wait
from hoopoe.flows.engine.visit import Visit
from hoopoe.kernel.json import Json


@dataclass(frozen=True, slots=True)
class Leave:
    """Go on by this exit; where nothing is connected to it, the session ends."""

    exit: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop here and wait."""

    wait: Wait


@dataclass(frozen=True, slots=True)
class Finish:
    """End the session here."""


Outcome: TypeAlias = Leave | Pause | Finish


WaitingBehaviour: TypeAlias = Callable[[Visit, Resume], Outcome]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a node does: `enter` when the session comes to it, `resume` when its wait is over.

    Only a node that pauses has `resume`. Both are pure: all they change is the visit they are given.
    """

    enter: Callable[[Visit], Outcome]
    resume: WaitingBehaviour | None = None


class Specificity(IntEnum):
    """Which of several matching triggers of one priority wins: the greatest."""

    ANY_MESSAGE = 1
    NEW_CONVERSATION = 2
    KIND = 3
    """A place, or a file."""
    REFERRAL = 4
    NEAR_KEYWORD = 5
    KEYWORD = 6
    BUTTON = 7
    OUTSIDE = 8
    """A schedule or another system."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A way into the flow. `interrupts`: it also wins over a session that waits for a message."""

    node_id: str
    specificity: Specificity
    interrupts: bool
    matches: Callable[[TriggerInput], bool]
    priority: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """What decides between several that match: the priority that was given, then how specific they are."""
        return self.priority, self.specificity


@dataclass(frozen=True, slots=True)
class Node:
    """`exits` holds the connected ones only: exit name to node id."""

    id: str
    type: str
    behaviour: Behaviour
    exits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """One published version. `triggers` are in the order in which they are tried."""

    version_id: str
    name: str
    languages: tuple[str, ...]
    default_language: str
    nodes: Mapping[str, Node]
    triggers: tuple[Trigger, ...]
    variables: Mapping[str, Json]
    merges_messages: bool = False
    """Whether texts that are said one after the other leave as one."""


def find_trigger(flow: Flow, trigger: TriggerInput, *, interrupts_only: bool = False) -> Trigger | None:
    """The trigger that an input starts: that of the highest rank, such as a keyword before any message.

    With `interrupts_only`, only those that may break into a session that is waiting; a tapped button or
    row never does, for it is an answer.
    """
    if interrupts_only and trigger.message.payload_id is not None:
        return None
    for candidate in flow.triggers:
        if (candidate.interrupts or not interrupts_only) and candidate.matches(trigger):
            return candidate
    return None
