"""The database of a command: the one that DATABASE_URL names, else the embedded one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from hoopoe.kernel.db.embedded import EmbeddedDatabase, EmbeddedDatabaseError, start_embedded
from hoopoe.kernel.settings import Settings
from hoopoe.main.up.screen import Screen

LOOK_SECONDS = 0.2
LONGEST_PAUSE = 10.0


@contextmanager
def borrow_database(settings: Settings) -> Iterator[str]:
    """Its address for the length of the block. An embedded server is stopped again if it was started here."""
    if settings.database_url is not None:
        yield settings.require_database_url()
        return
    database = start_embedded(settings.hoopoe_home, version=settings.embedded_postgres)
    try:
        yield database.dsn
    finally:
        if database.process is not None:
            database.stop()


class WatchedDatabase:
    """The embedded server while `up` runs: started again when it dies, with the same address."""

    def __init__(self, settings: Settings, database: EmbeddedDatabase) -> None:
        self.database = database
        self._settings = settings

    async def keep_running(self, screen: Screen) -> None:
        """Start the server again whenever it has ended. Its data is safe: everything committed is on disk."""
        pause = LOOK_SECONDS
        while True:
            await asyncio.sleep(pause)
            if self.database.is_running():
                pause = LOOK_SECONDS
                continue
            screen.tell("database", "PostgreSQL has ended; it starts again.")
            try:
                self.database = await asyncio.to_thread(
                    start_embedded, self._settings.hoopoe_home, version=self._settings.embedded_postgres
                )
            except EmbeddedDatabaseError as error:
                pause = min(max(pause, 0.5) * 2, LONGEST_PAUSE)
                screen.tell("database", str(error), "31")
