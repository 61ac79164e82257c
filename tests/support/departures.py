"""A place from where answers leave that sends nothing: what is taken can be looked at, or acknowledged by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hoopoe.conversations.outbox.claim import Send


@dataclass(eq=False)
class Quay:
    """Has `room` for so many answers of each channel, or of each of `channels` alone."""

    room: int = 100
    channels: Collection[UUID] | None = None
    taken: list[Send] = field(default_factory=list)
    given_back: list[Send] = field(default_factory=list)
    looks: int = 0
    is_prompt: bool = True
    lease_seconds: float = 30.0

    def places(self, channels: Collection[UUID]) -> dict[UUID, int]:
        return {id_: self.room for id_ in channels if self.channels is None or id_ in self.channels}

    def take(self, sends: Sequence[Send], deadline: float) -> None:
        self.taken += sends

    def give_back(self, sends: Sequence[Send]) -> None:
        self.given_back += sends

    def look(self) -> None:
        self.looks += 1
