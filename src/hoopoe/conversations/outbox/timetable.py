"""When a claimed send leaves: at its place in its channel's timetable, and never bunched with others.

The places of a channel are given out by claims, evenly and to all workers (outbox.claim). A process that was held up
does not send what it missed at once: it keeps the distances between its own places and shortens them a little until
it has caught up, because the other workers go on at theirs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

# Distances of a process that is late, as a share of those in the timetable: below the allowed rate even so.
CATCHING_UP: Final = 0.99
# Lateness of a single send that moves nothing: the next one leaves at its own time all the same.
TOLERATED_SECONDS: Final = 0.02
# A process that is further behind takes no more of that channel, so that what it holds does not pile up.
MOST_BEHIND_SECONDS: Final = 0.15


@dataclass(slots=True)
class _Line:
    """What leaves of one channel, one after the other. The times are of the monotonic clock."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    place: float = 0.0
    left_at: float = 0.0

    def next_at(self, place: float) -> float:
        """When what has this place may leave at the earliest, by those before it.

        A place behind the moment when the last one left is free: the pause before it made up for the delay.
        """
        if place >= self.left_at:
            return place
        return max(place, self.left_at + (place - self.place) * CATCHING_UP)


@dataclass(slots=True)
class Timetable:
    """One per process."""

    now: Callable[[], float] = time.monotonic
    _lines: dict[UUID, _Line] = field(default_factory=dict)

    async def wait(self, channel_id: UUID, place: float) -> None:
        """Return when what has this place may leave. Ask in the order of the places."""
        line = self._lines.setdefault(channel_id, _Line())
        async with line.turn:
            leaves_at = line.next_at(place)
            if (wait := leaves_at - self.now()) > 0:
                await asyncio.sleep(wait)
            line.place, line.left_at = place, max(leaves_at, self.now() - TOLERATED_SECONDS)

    def late(self, channels: Iterable[UUID]) -> list[UUID]:
        """Those of these channels with which this process is too far behind to take more."""
        found = [(channel_id, self._lines.get(channel_id)) for channel_id in channels]
        return [id_ for id_, line in found if line is not None and line.left_at - line.place > MOST_BEHIND_SECONDS]
