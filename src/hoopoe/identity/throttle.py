"""Failed logins per e-mail and address: counted in the database, so that all processes know.

Machine time. A success forgets the failures; a quarter of an hour does as well.
"""

from __future__ import annotations

import hashlib

from hoopoe.identity.errors import TooManyLogins
from hoopoe.kernel.db.pool import Connection

MAX_FAILURES = 10
WINDOW_SECONDS = 15 * 60


def throttle_key(email: str, address: str) -> bytes:
    """What failures are counted by. A hash: the table tells nobody who tried to log in."""
    return hashlib.sha256(f"{email.strip().lower()}|{address}".encode()).digest()


async def check_throttle(conn: Connection, key: bytes) -> None:
    """Raises `TooManyLogins` when there were too many failures."""
    seconds: float | None = await conn.fetchval(
        """
        select extract(epoch from since + make_interval(secs => $3) - now())::float8 from login_failures
        where key = $1 and failures >= $2 and since > now() - make_interval(secs => $3)
        """,
        key,
        MAX_FAILURES,
        WINDOW_SECONDS,
    )
    if seconds is not None:
        raise TooManyLogins(headers={"Retry-After": str(int(seconds) + 1)})


async def count_failure(conn: Connection, key: bytes) -> None:
    """Count a failed login. Old counts of everybody are cleared on the way."""
    await conn.execute("delete from login_failures where since < now() - make_interval(secs => $1)", WINDOW_SECONDS)
    await conn.execute(
        """
        insert into login_failures (key, failures, since) values ($1, 1, now())
        on conflict (key) do update set failures = login_failures.failures + 1
        """,
        key,
    )


async def forget_failures(conn: Connection, key: bytes) -> None:
    """A login went well."""
    await conn.execute("delete from login_failures where key = $1", key)
