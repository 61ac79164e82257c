"""Apply the migrations of `migrations/`, and run their SQL scripts."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Protocol, cast

from alembic import command, op
from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[4] / "migrations"


class _RawConnection(Protocol):
    def execute(self, sql: str) -> Awaitable[str]: ...


def migrate(dsn: str) -> None:
    """Bring the database at `dsn` (`postgresql://…`) to the newest schema.

    Blocks, and starts an event loop of its own: call it in a thread from asynchronous code. Safe to
    run twice, and while serving.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    url = "postgresql+asyncpg" + dsn[dsn.index("://") :]
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")


def run_script(sql: str) -> None:
    """Run several statements in the migration's own transaction."""
    bind = op.get_bind()
    bind.exec_driver_sql("select 1")  # the driver begins its transaction at the first statement of its own
    adapted = bind.connection.dbapi_connection
    if adapted is None:
        raise RuntimeError("the migration lost its connection")

    async def run(raw: object) -> None:
        await cast(_RawConnection, raw).execute(sql)

    adapted.run_async(run)
