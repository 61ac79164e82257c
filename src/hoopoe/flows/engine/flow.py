"""A flow, compiled: what the engine walks. Made once per version by `flows.definition.compile_flow`.

Nothing in here is parsed, validated or looked up by name during a turn: templates are read, exits are
node ids, and each node is two functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from hoopoe.flows.engine.contract import Resume, TriggerInput, Wait
from hoopoe.flows.engine.visit import Visit
from hoopoe.kernel.json import Json, JsonObject


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
    """End the flow here. What ran it goes on, unless `ends_all`: then the whole session is over."""

    ends_all: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Run another flow with these variables; it comes back with `FlowEnded` or `FlowNotRun`."""

    reference: str
    variables: JsonObject


@dataclass(frozen=True, slots=True)
class Open:
    """Go on by the exit of the node's scope, and open that: `memory` is kept for when it comes back."""

    exit: str
    memory: JsonObject


Outcome: TypeAlias = Leave | Pause | Finish | Call | Open


class ScopeKind(StrEnum):
    """What a node that opens a scope does with it.

    EACH: where a path in it ends, the node is asked what next (`ScopeEnded`). GUARD: what fails in it comes back to
    the node (`Failure`).
    """

    EACH = "each"
    GUARD = "guard"


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """The flow that the node ran has ended well, with these variables."""

    variables: JsonObject


@dataclass(frozen=True, slots=True)
class FlowNotRun:
    """The flow that the node names is not there."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ScopeEnded:
    """A path through the node's scope has ended, or leads back to the node."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed in the node's scope, and where."""

    code: str
    message: str
    node_id: str


Back: TypeAlias = FlowEnded | FlowNotRun | ScopeEnded | Failure

WaitingBehaviour: TypeAlias = Callable[[Visit, Resume], Outcome]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a node does: `enter` when the session comes to it, `resume` when its wait is over, `back` when what it
    ran, went round in or guards comes back to it.

    Only a node that pauses has `resume`, only one that calls or opens has `back`. All are pure: all they change is
    the visit they are given.
    """

    enter: Callable[[Visit], Outcome]
    resume: WaitingBehaviour | None = None
    back: Callable[[Visit, Back], Outcome] | None = None


class Specificity(IntEnum):
    """Which of several matching triggers wins: the greatest."""

    ANY_MESSAGE = 1
    NEW_CONVERSATION = 2
    KEYWORD = 3


@dataclass(frozen=True, slots=True)
class Trigger:
    """A way into the flow. `interrupts`: it also wins over a session that waits for a message."""

    node_id: str
    specificity: Specificity
    interrupts: bool
    matches: Callable[[TriggerInput], bool]


@dataclass(frozen=True, slots=True)
class Node:
    """`exits` holds the connected ones only: exit name to node id.

    `scope` is set for a node that opens one; `within` names the nodes in whose scopes this one lies.
    """

    id: str
    type: str
    behaviour: Behaviour
    exits: Mapping[str, str]
    scope: ScopeKind | None = None
    within: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Flow:
    """One published version. `triggers` are in the order in which they are tried.

    `entry` is where another flow begins this one, None for one that nothing begins. `calls` names the flows that
    this one runs.
    """

    version_id: str
    name: str
    languages: tuple[str, ...]
    default_language: str
    nodes: Mapping[str, Node]
    triggers: tuple[Trigger, ...]
    variables: Mapping[str, Json]
    merges_messages: bool = False
    """Whether texts that are said one after the other leave as one."""
    entry: str | None = None
    calls: frozenset[str] = frozenset()
    on_keyword: Literal["switch", "ask", "ignore"] = "switch"
    """What the shell does when a keyword of another flow comes while this one waits."""
    parks: bool = False
    """Whether a question outlives a person's taking over."""


@dataclass(frozen=True, slots=True)
class Library:
    """The flows that a session may go on in besides its own: all versions that it needs, and which version is meant
    now by the names that `run_flow` nodes use.
    """

    versions: Mapping[str, Flow] = field(default_factory=lambda: MappingProxyType({}))
    references: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def find(self, reference: str) -> Flow | None:
        """The flow that a `run_flow` node means now."""
        return self.versions.get(self.references.get(reference, ""))


NO_FLOWS: Final = Library()


def find_trigger(flow: Flow, trigger: TriggerInput, *, interrupts_only: bool = False) -> Trigger | None:
    """The trigger that an input starts: a keyword before a new conversation before any message.

    With `interrupts_only`, only those that may break into a session that is waiting; a tapped button or
    row never does, for it is an answer.
    """
    if interrupts_only and trigger.message.payload_id is not None:
        return None
    for candidate in flow.triggers:
        if (candidate.interrupts or not interrupts_only) and candidate.matches(trigger):
            return candidate
    return None
