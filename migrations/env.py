"""Alembic's environment: asyncpg, plain SQL, bounded locks."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

# A migration that cannot have its lock in four seconds gives up and is tried again, instead of
# queueing everybody behind it.
LOCK_TIMEOUT = "4s"


def migrate(connection: Connection) -> None:
    """Apply what is missing, each revision in a transaction of its own."""
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        connection.exec_driver_sql(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        context.run_migrations()


async def run() -> None:
    """Connect as the setting says and migrate."""
    url = context.config.get_main_option("sqlalchemy.url")
    if not url:
        raise RuntimeError("no database address: call hoopoe.kernel.db.migrate")
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(run())
