"""The database of a command: the one that DATABASE_URL names, else the embedded one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg

from hoopoe.kernel.db.embedded import EmbeddedDatabase, EmbeddedDatabaseError, has_embedded, start_embedded
from hoopoe.kernel.db.schema import is_up_to_date, newest_revision, read_revision
from hoopoe.kernel.settings import Settings, SettingsError
from hoopoe.main.up.screen import Screen

LOOK_SECONDS = 0.2
LONGEST_PAUSE = 10.0
OLDEST_VERSION = 16


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


@contextmanager
def find_database(settings: Settings) -> Iterator[str]:
    """`borrow_database` for a command that only uses what is there.

    Raises `SettingsError` where no database was ever made: asking makes no home.
    """
    home, version = settings.hoopoe_home, settings.embedded_postgres
    if settings.database_url is None and not has_embedded(home, version=version):
        raise SettingsError(
            f"HOOPOE_HOME: there is no database of PostgreSQL {version} under {home.resolve()}. Make one with "
            "`hoopoe up`, or name another with DATABASE_URL."
        )
    with borrow_database(settings) as dsn:
        yield dsn


def ensure_schema(dsn: str) -> None:
    """Bring the database to this version's schema; quick where it has it. Blocks.

    Raises `SettingsError` where the database cannot be reached or is too old, or where what is open in it keeps a
    migration from its locks.
    """
    asyncio.run(_check_reachable(dsn))
    if not asyncio.run(is_up_to_date(dsn)):
        # Alembic takes a second to load, and most starts need none of it.
        from hoopoe.kernel.db.migrate import MigrationBlockedError, migrate

        try:
            migrate(dsn)
        except MigrationBlockedError as error:
            raise SettingsError(f"DATABASE_URL: {error}") from None


def require_ready(dsn: str) -> None:
    """For a process that only uses the database. Blocks.

    Raises `SettingsError` where it cannot be reached, is too old, or lacks this version's schema. A newer
    schema is good: it serves the version before it too, while a new one is rolled out.
    """
    asyncio.run(_check_reachable(dsn))
    revision = asyncio.run(read_revision(dsn))
    if revision is None or revision < newest_revision():
        found = "no schema" if revision is None else f"the schema {revision}"
        raise SettingsError(
            f"DATABASE_URL: the database has {found}, this version needs {newest_revision()}: run `hoopoe migrate`."
        )


async def _check_reachable(dsn: str) -> None:
    address = urlsplit(dsn)
    where = f"{address.hostname or 'its socket'}:{address.port or 5432}"
    try:
        conn = await asyncpg.connect(dsn, timeout=15)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        reason = str(error).partition("\n")[0] or "no answer in 15 s"
        raise SettingsError(f"DATABASE_URL: cannot reach the database at {where}: {reason}") from None
    try:
        found = conn.get_server_version()
    finally:
        await conn.close()
    if found.major < OLDEST_VERSION:
        raise SettingsError(f"DATABASE_URL: PostgreSQL {found.major} at {where}; {OLDEST_VERSION} or newer is needed.")


class WatchedDatabase:
    """The embedded server while `up` runs: started again when it dies, with the same address."""

    def __init__(self, settings: Settings, database: EmbeddedDatabase) -> None:
        self.database = database
        self.is_up = asyncio.Event()
        self._settings = settings
        self.is_up.set()

    async def keep_running(self, screen: Screen) -> None:
        """Start the server again whenever it has ended. Its data is safe: everything committed is on disk."""
        pause = LOOK_SECONDS
        while True:
            await asyncio.sleep(pause)
            if self.database.is_running():
                pause = LOOK_SECONDS
                continue
            self.is_up.clear()
            screen.tell("database", "PostgreSQL has ended; it starts again.")
            try:
                self.database = await asyncio.to_thread(
                    start_embedded, self._settings.hoopoe_home, version=self._settings.embedded_postgres
                )
            except EmbeddedDatabaseError as error:
                pause = min(max(pause, 0.5) * 2, LONGEST_PAUSE)
                screen.tell("database", str(error), "31")
            else:
                self.is_up.set()
