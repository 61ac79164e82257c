"""What goes wrong on request: which faults are on, and the dice."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from simulator.jsontypes import JsonObject


class FaultKind(StrEnum):
    DROP = "drop"
    DELAY = "delay"
    REFUSE_429 = "refuse_429"
    REFUSE_PAIR_RATE = "refuse_pair_rate"
    ERROR_5XX = "error_5xx"
    ACCEPT_AND_NEVER_ANSWER = "accept_and_never_answer"
    REFUSE_CODE = "refuse_code"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY_WEBHOOKS = "delay_webhooks"
    SLOW_STATUSES = "slow_statuses"
    DROP_STATUSES = "drop_statuses"


SEND_REFUSALS = (FaultKind.REFUSE_429, FaultKind.REFUSE_PAIR_RATE, FaultKind.ERROR_5XX, FaultKind.REFUSE_CODE)
"""Faults that answer a send with an error, in the order in which they are tried."""

_DEFAULT_SECONDS: dict[FaultKind, float] = {
    FaultKind.DELAY: 2,
    FaultKind.ACCEPT_AND_NEVER_ANSWER: 5,
    FaultKind.REORDER: 0.3,
    FaultKind.DELAY_WEBHOOKS: 2,
    FaultKind.SLOW_STATUSES: 8,
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault that is on. `count` is how often it still strikes (None: no end).

    `phone_number_id` and `message_type` narrow it; `seconds` is how long it delays or holds.
    """

    kind: FaultKind
    probability: float = 1.0
    count: int | None = None
    phone_number_id: str | None = None
    message_type: str | None = None
    seconds: float = 0.0
    code: int | None = None
    struck: int = 0

    def as_json(self) -> JsonObject:
        return {
            "kind": self.kind.value,
            "probability": self.probability,
            "count": self.count,
            "phone_number_id": self.phone_number_id,
            "message_type": self.message_type,
            "seconds": self.seconds,
            "code": self.code,
            "struck": self.struck,
        }


def default_seconds(kind: FaultKind) -> float:
    """How long a fault delays or holds when nobody says."""
    return _DEFAULT_SECONDS.get(kind, 0.0)


class Faults:
    """The faults that are on."""

    def __init__(self, seed: int | None) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - dice, not secrets
        self._faults: list[Fault] = []

    @property
    def current(self) -> tuple[Fault, ...]:
        return tuple(self._faults)

    def replace(self, faults: Iterable[Fault]) -> None:
        """Switch on exactly these."""
        self._faults = list(faults)

    def strike(self, kind: FaultKind, phone_number_id: str, *, message_type: str = "") -> Fault | None:
        """The first fault of this kind that strikes here and now; its count goes down."""
        if not self._faults:
            return None
        for fault in self._faults:
            if (
                fault.kind is kind
                and fault.count != 0
                and fault.phone_number_id in {None, phone_number_id}
                and fault.message_type in {None, message_type}
                and (fault.probability >= 1 or self._dice.random() < fault.probability)
            ):
                fault.struck += 1
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None
