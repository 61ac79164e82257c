"""`hoopoe operator`: who runs this Hoopoe, told to the database itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hoopoe.identity.operators import (
    create_operator_key,
    list_operator_keys,
    list_operators,
    revoke_operator_keys,
    set_operator,
)
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import SettingsError, load_settings
from hoopoe.main.up.database import find_database, require_ready

Result = TypeVar("Result")


def describe_operators() -> str:
    """Operators and keys, a line each."""

    async def read(conn: Connection) -> str:
        lines = [f"{email}" for email in await list_operators(conn)]
        for key in await list_operator_keys(conn):
            used = f"{key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at is not None else "never"
            lines.append(f"key {key.name}: made {key.created_at:%Y-%m-%d}, last used {used}")
        return "\n".join(lines) or "Nobody runs this Hoopoe yet. Make somebody an operator: hoopoe operator add E-MAIL"

    return _run(read)


def change_operator(email: str, *, is_one: bool) -> str:
    """Make or unmake an operator. Raises `SettingsError` where nobody has this e-mail."""

    async def change(conn: Connection) -> bool:
        return await set_operator(conn, email, is_one=is_one)

    if not _run(change):
        raise SettingsError(f"Nobody has an account with the e-mail {email}.")
    return f"{email} is an operator {'now' if is_one else 'no longer'}."


def make_key(name: str) -> str:
    """A new key's text."""

    async def make(conn: Connection) -> str:
        return await create_operator_key(conn, name)

    return _run(make)


def end_keys(name: str) -> str:
    """End the keys of a name. Raises `SettingsError` where there is none."""

    async def end(conn: Connection) -> int:
        return await revoke_operator_keys(conn, name)

    if not _run(end):
        raise SettingsError(f"There is no key {name!r}. See `hoopoe operator list`.")
    return f"The key {name!r} works no longer."


def _run(work: Callable[[Connection], Awaitable[Result]]) -> Result:
    async def run(dsn: str) -> Result:
        async with open_pool(dsn, size=1) as pool, transaction(pool, role=tenancy.APP) as conn:
            return await work(conn)

    with find_database(load_settings()) as dsn:
        require_ready(dsn)
        return asyncio.run(run(dsn))
