"""When a claimed send leaves: at its place in its channel's timetable, and never bunched with others.

The places of a channel are given out by claims, evenly and to all workers (outbox.claim). A process that was held up
does not send what it missed at once. Where it has the channel for itself, it keeps the distances between its places and
shortens them a little until it has caught up. Where others go on at theirs meanwhile, what it missed is given back.
"""

from __future__ import annotations

import asyncio
import math
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


# More than this behind its place nothing leaves where others use the channel too: with the 4.5 % of the rate that are
# spare (claim.SHARE_OF_RATE) a second holds no more than the rate as long as each is at most 47 ms late.
MOST_LATE_SECONDS: Final = 0.04
# Clocks that are slewed go apart by half of this.
DRIFT: Final = 0.001
# So long others count as being there after they were last seen to take places.
OTHERS_SECONDS: Final = 10.0
# How much of what leaves may be given back, and how much of it at once: what a claim holds of a channel at 80/s. Where
# everything is late (a database that answers late, a machine with more to do than it can), giving back all of it would
# send nothing, and make more work of what is too much already.
GIVEN_BACK_SHARE: Final = 0.05
GIVEN_BACK_AT_ONCE: Final = 12.0


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `is_next`: it follows another that is still to come, so that it says who has that.

    `at` is of the database's clock, which is everybody's. By this process's monotonic one it is between `earliest` and
    `latest`: the claim was asked for then, and answered.
    """

    at: float
    spacing: float
    is_next: bool
    earliest: float
    latest: float


@dataclass(slots=True)
class _Clock:
    """How far the database's clock is ahead of ours: at most what any claim says, and the quickest says it best."""

    ahead: float = math.inf
    read_at: float = 0.0

    def read(self, place: Place) -> float:
        """When a place is, by our clock."""
        now = time.monotonic()
        said = place.at - place.earliest
        known = self.ahead + (now - self.read_at) * DRIFT
        if said < known or place.at - known > place.latest:  # a better one, or the clock was set
            known = said
        self.ahead, self.read_at = known, now
        return place.at - known


@dataclass(slots=True)
class _Line:
    """What leaves of one channel, one after the other. The times are of the monotonic clock, unless they say else.

    `free_from`: behind the last place that was ours, `others_at`: where others were last seen, by the database's clock.
    `credit`: how much may be given back now.
    """

    waiting: deque[tuple[Place, float, asyncio.Future[bool]]] = field(default_factory=deque)
    place: float = 0.0
    left_at: float = 0.0
    free_from: float = math.inf
    others_at: float = -math.inf
    credit: float = GIVEN_BACK_AT_ONCE

    def join(self, place: Place, at: float) -> asyncio.Future[bool]:
        """Stand at the end of the line."""
        if place.is_next and place.at > self.free_from + place.spacing / 2:
            self.others_at = place.at
        self.free_from = place.at + place.spacing
        leave: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting.append((place, at, leave))
        if len(self.waiting) == 1:
            self.move()
        return leave

    def move(self) -> None:
        """Let go whose time has come, and come back when the next one's does.

        What is late goes in one round of the event loop: a busy one has few of them.
        """
        while self.waiting:
            place, at, leave = self.waiting[0]
            leaves_at, now = self._next_at(at), time.monotonic()
            is_missed = self._is_missed(place, now - at)
            if leaves_at > now and not is_missed:
                asyncio.get_running_loop().call_later(leaves_at - now, self.move)
                return
            self.waiting.popleft()
            if is_missed:
                self.credit -= 1
            else:
                self.credit = min(self.credit + GIVEN_BACK_SHARE, GIVEN_BACK_AT_ONCE)
                self.place, self.left_at = at, max(leaves_at, now - TOLERATED_SECONDS)
            if not leave.done():
                leave.set_result(not is_missed)

    def _is_missed(self, place: Place, late: float) -> bool:
        """Whether it is too late for this place, because others go on meanwhile."""
        return late > MOST_LATE_SECONDS and place.at - self.others_at <= OTHERS_SECONDS and self.credit >= 1

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
    _clock: _Clock = field(default_factory=_Clock)

    async def wait(self, channel_id: UUID, place: Place) -> bool:
        """Return when what has this place may leave, or False where it is too late for that.

        Ask in the order of the places.
        """
        return await self._lines.setdefault(channel_id, _Line()).join(place, self._clock.read(place))

    def late(self, channels: Iterable[UUID]) -> list[UUID]:
        """Those of these channels with which this process is too far behind to take more."""
        found = [(channel_id, self._lines.get(channel_id)) for channel_id in channels]
        return [id_ for id_, line in found if line is not None and line.left_at - line.place > MOST_BEHIND_SECONDS]
