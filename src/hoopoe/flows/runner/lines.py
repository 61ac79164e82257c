"""Lines at a counter: few are served at once, and one of a workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary


class Lines:
    """Whoever is of a workspace that is slow waits behind its own, and is in nobody else's way."""

    def __init__(self, served_at_once: int) -> None:
        self._counter = asyncio.Semaphore(served_at_once)
        # A line lives as long as somebody stands in it.
        self._lines: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def take(self, workspace_id: UUID) -> AsyncIterator[None]:
        """Wait for one's turn, and have it until the end."""
        line = self._lines.get(workspace_id)
        if line is None:
            line = self._lines[workspace_id] = asyncio.Lock()
        async with line, self._counter:
            yield
