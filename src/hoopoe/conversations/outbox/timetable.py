"""When a claimed send leaves: at its place in its channel's timetable, and never bunched with others.

The places of a channel are given out by claims, evenly and to all workers (outbox.claim). A process that was held up
does not send what it missed at once: it keeps the distances between its own places and shortens them a little until
it has caught up, because the other workers go on at theirs.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
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

    waiting: deque[tuple[float, asyncio.Future[None]]] = field(default_factory=deque)
    place: float = 0.0
    left_at: float = 0.0

    def move(self) -> None:
        """Let go whose time has come, and come back when the next one's does.

        What is late goes in one round of the event loop: a busy one has few of them.
        """
        while self.waiting:
            place, leave = self.waiting[0]
            leaves_at, now = self._next_at(place), time.monotonic()
            if leaves_at > now:
                asyncio.get_running_loop().call_later(leaves_at - now, self.move)
                return
            self.waiting.popleft()
            self.place, self.left_at = place, max(leaves_at, now - TOLERATED_SECONDS)
            if not leave.done():
                leave.set_result(None)

    def _next_at(self, place: float) -> float:
        """When what has this place may leave at the earliest, by those before it.

        A place behind the moment when the last one left is free: the pause before it made up for the delay.
        """
        if place >= self.left_at:
            return place
        return max(place, self.left_at + (place - self.place) * CATCHING_UP)


@dataclass(slots=True)
class Timetable:
    """One per process."""

    _lines: dict[UUID, _Line] = field(default_factory=dict)

    async def wait(self, channel_id: UUID, place: float) -> None:
        """Return when what has this place may leave. Ask in the order of the places."""
        line = self._lines.setdefault(channel_id, _Line())
        leave: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.waiting.append((place, leave))
        if len(line.waiting) == 1:
            line.move()
        await leave

    def late(self, channels: Iterable[UUID]) -> list[UUID]:
        """Those of these channels with which this process is too far behind to take more."""
        found = [(channel_id, self._lines.get(channel_id)) for channel_id in channels]
        return [id_ for id_, line in found if line is not None and line.left_at - line.place > MOST_BEHIND_SECONDS]
