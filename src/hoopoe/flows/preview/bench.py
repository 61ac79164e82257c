"""Where the API plays flows: beside its event loop, one request of a workspace at a time, and not for ever.

Playing is nothing but computing. In the loop it would hold up everybody's requests; in a thread of its own it gives way
to the loop after every input and, by the interpreter, every few milliseconds (docs/subsystems/previews.md has figures).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from hoopoe.flows.preview.errors import PlayTooLong, TooManyPlays
from hoopoe.identity.throttle import Budget, wait_for

# Two, so that a short play of one workspace does not wait for a long one of another.
THREADS: Final = 2
# Requests of a workspace that are played or wait for it, in this process. Who comes then is asked to come again.
MAX_WAITING: Final = 10
RETRY_SECONDS: Final = 5
# How long a thread stands aside after an input: long enough to let the loop in.
NAP_SECONDS: Final = 0.0005
# Of a thread's own time, which does not pass while others have the processor.
PREVIEW_SECONDS: Final = 10.0
TESTS_SECONDS: Final = 60.0
PLAYS: Final = Budget("play of a flow", 300, 60)

_T = TypeVar("_T")


@dataclass(slots=True)
class Meter:
    """How much of a thread's time a request may still take."""

    left: float
    _ends_at: float = field(default=0.0, init=False)

    def pace(self) -> None:
        """Called before each input, in the thread. Raises `PlayTooLong`; else lets others in for a moment."""
        if time.thread_time() >= self._ends_at:
            raise PlayTooLong
        time.sleep(NAP_SECONDS)

    def measure(self, work: Callable[[], _T]) -> _T:
        """Do it in this thread, on the meter."""
        begun = time.thread_time()
        self._ends_at = begun + self.left
        try:
            return work()
        finally:
            self.left -= time.thread_time() - begun


@dataclass(frozen=True, slots=True)
class Seat:
    """A workspace's turn at the bench."""

    meter: Meter
    _threads: ThreadPoolExecutor

    async def play(self, work: Callable[[], _T]) -> _T:
        """What the work returns. It runs in another thread, so it shares nothing that changes."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.meter.measure, work)


@dataclass(slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    count: int = 0


class _Bench:
    """The threads, and who waits for them by workspace."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="plays")
        self._lines: dict[UUID, _Line] = {}

    @asynccontextmanager
    async def seat(self, workspace_id: UUID, meter: Meter) -> AsyncIterator[Seat]:
        line = self._lines.setdefault(workspace_id, _Line())
        if line.count >= MAX_WAITING:
            raise TooManyPlays(headers=wait_for(RETRY_SECONDS))
        line.count += 1
        try:
            async with line.lock:
                yield Seat(meter, self._threads)
        finally:
            line.count -= 1
            if not line.count:
                del self._lines[workspace_id]

    def is_busy(self, workspace_id: UUID) -> bool:
        return workspace_id in self._lines

    async def compute(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


_BENCH: Final = _Bench()

take_seat: Final = _BENCH.seat
"""Wait for the workspace's turn: `async with take_seat(workspace_id, meter) as seat`. Hold no connection meanwhile.

Raises `TooManyPlays` where too many wait already.
"""

compute: Final = _BENCH.compute
"""Do in such a thread what takes no turn and has no meter: to read a flow, to tell it the answer to a real request."""


def is_playing(workspace_id: UUID) -> bool:
    """Whether a request of the workspace is played in this process, or waits for it."""
    return _BENCH.is_busy(workspace_id)
