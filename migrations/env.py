"""Alembic's environment: asyncpg, plain SQL, bounded locks."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


def migrate(connection: Connection) -> None:
    """Apply what is missing, each revision in a transaction of its own."""
    context.configure(connection=connection, transaction_per_migration=True)
    timeout = context.config.get_main_option("lock_timeout")
    if not timeout:
        raise RuntimeError("no lock timeout: call hoopoe.kernel.db.migrate")
    with context.begin_transaction():
        connection.exec_driver_sql(f"set lock_timeout = '{timeout}'")
        context.run_migrations()


async def run() -> None:
    """Connect as the setting says and migrate."""
    url = context.config.get_main_option("sqlalchemy.url")
    if not url:
        raise RuntimeError("no database address: call hoopoe.kernel.db.migrate")
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(run())
