"""What goes wrong on request: which faults are on, and the dice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
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
    FAIL_CODE = "fail_code"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY_WEBHOOKS = "delay_webhooks"
    SLOW_STATUSES = "slow_statuses"
    DROP_STATUSES = "drop_statuses"
    MEDIA_EXPIRED = "media_expired"
    MEDIA_GONE = "media_gone"
    MEDIA_SLOW = "media_slow"
    MEDIA_CHANGED = "media_changed"
    MEDIA_CUT = "media_cut"
    MEDIA_5XX = "media_5xx"
    UPLOAD_SLOW = "upload_slow"


SEND_REFUSALS = (FaultKind.REFUSE_429, FaultKind.REFUSE_PAIR_RATE, FaultKind.ERROR_5XX, FaultKind.REFUSE_CODE)
"""Faults that answer a send with an error, in the order in which they are tried."""

_DEFAULT_SECONDS: dict[FaultKind, float] = {
    FaultKind.DELAY: 2,
    FaultKind.ACCEPT_AND_NEVER_ANSWER: 5,
    FaultKind.REORDER: 0.3,
    FaultKind.DELAY_WEBHOOKS: 2,
    FaultKind.SLOW_STATUSES: 8,
    FaultKind.MEDIA_SLOW: 2,
    FaultKind.UPLOAD_SLOW: 2,
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


class ConnectionCut(Exception):  # noqa: N818 - it is what happens, not an error of ours
    """A fault cuts the connection, after holding it for some seconds.

    `accepted` is the answer that the app will never see, None when nothing was accepted.
    """

    def __init__(self, fault: FaultKind, *, seconds: float = 0, accepted: JsonObject | None = None) -> None:
        self.fault = fault
        self.seconds = seconds
        self.accepted = accepted
        super().__init__(fault)


async def accept_among_faults(
    faults: Faults, phone_number_id: str, *, message_type: str, accept: Callable[[Fault | None], JsonObject]
) -> tuple[JsonObject, FaultKind | None]:
    """Accept a send, with whatever fault strikes it; the answer, and the fault that delayed it.

    `accept` gets the fault that shall refuse the message, or None; it raises the provider's own error. Raises
    ConnectionCut when a fault takes the answer away.
    """
    if not faults.current:
        return accept(None), None
    if faults.strike(FaultKind.DROP, phone_number_id, message_type=message_type) is not None:
        raise ConnectionCut(FaultKind.DROP)
    slow = faults.strike(FaultKind.DELAY, phone_number_id, message_type=message_type)
    if slow is not None:
        await asyncio.sleep(slow.seconds)
    refusal = None
    for kind in SEND_REFUSALS:
        refusal = refusal or faults.strike(kind, phone_number_id, message_type=message_type)
    lost = None
    if refusal is None:
        lost = faults.strike(FaultKind.ACCEPT_AND_NEVER_ANSWER, phone_number_id, message_type=message_type)
    answer = accept(refusal)
    if lost is not None:
        raise ConnectionCut(FaultKind.ACCEPT_AND_NEVER_ANSWER, seconds=lost.seconds, accepted=answer)
    return answer, None if slow is None else FaultKind.DELAY


async def give_among_faults(faults: Faults, phone_number_id: str, data: bytes) -> bytes | FaultKind:
    """A file's bytes, late or changed where such a fault strikes; or the fault for which there are none.

    Raises ConnectionCut when a fault takes the connection away.
    """
    slow = faults.strike(FaultKind.MEDIA_SLOW, phone_number_id)
    if slow is not None:
        await asyncio.sleep(slow.seconds)
    if faults.strike(FaultKind.MEDIA_CUT, phone_number_id) is not None:
        raise ConnectionCut(FaultKind.MEDIA_CUT)
    for kind in (FaultKind.MEDIA_EXPIRED, FaultKind.MEDIA_5XX):
        if faults.strike(kind, phone_number_id) is not None:
            return kind
    if faults.strike(FaultKind.MEDIA_CHANGED, phone_number_id) is not None:
        return data[:-1] + bytes([data[-1] ^ 1])
    return data
