"""Budgets: how often something may be tried in a while. Counted in the database, so that all processes know.

A try is counted before it is looked at: of a thousand at the same time only those that a budget has room for are
looked at. A try that turns out to be right is given back. Machine time. Why these budgets and no others:
docs/decisions/0012-guessing.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from hoopoe.identity.errors import TooManyLogins
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import Refusal
from hoopoe.kernel.http.work import Work

QUARTER: Final = 15 * 60
HOUR: Final = 60 * 60
DAY: Final = 24 * HOUR

# An IPv6 customer has at least a whole /64: one address of it is no other person than the next.
IPV6_PREFIX: Final = 64


@dataclass(frozen=True, slots=True)
class Try:
    """One try, to be counted by `key`. The key is a hash: the table tells nobody who tried what."""

    key: bytes
    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Budget:
    """So many tries in so many seconds, by what is counted apart."""

    name: str
    limit: int
    seconds: int

    def of(self, *parts: object) -> Try:
        """A try of somebody, or of something."""
        text = "\0".join((self.name, *map(str, parts)))
        return Try(hashlib.sha256(text.encode()).digest(), self.limit, self.seconds)


LOGINS_FROM_PLACE: Final = Budget("login of an account from an address", 10, QUARTER)
LOGINS_FROM_DEVICE: Final = Budget("login of an account from a known browser", 10, QUARTER)
LOGINS_OF_ACCOUNT: Final = Budget("login of an account", 100, HOUR)
CODES: Final = Budget("code of a second factor", 10, QUARTER)
OWN_PASSWORD: Final = Budget("own password in a session", 10, QUARTER)
RESETS_FROM_PLACE: Final = Budget("forgotten password from an address", 10, QUARTER)
RESETS_OF_ACCOUNT: Final = Budget("forgotten password", 20, HOUR)
INVITATIONS_OF_WORKSPACE: Final = Budget("invitation of a workspace", 100, DAY)
INVITATIONS_TO_ADDRESS: Final = Budget("invitation to an address", 10, DAY)


@dataclass(frozen=True, slots=True)
class Spent:
    """Where a budget stands after a try. `seconds`: until it begins anew."""

    count: int
    limit: int
    seconds: float

    @property
    def is_over(self) -> bool:
        """Whether this very try is one too many."""
        return self.count > self.limit

    @property
    def is_notable(self) -> bool:
        """The first, the tenth, the hundredth: what the log tells of, so that nobody floods it."""
        return self.count in (1, 10, 100)


_SPEND: Final = """
insert into login_failures as known (key, failures, since, ends_at)
select asked.key, 1, now(), now() + make_interval(secs => asked.seconds)
from unnest($1::bytea[], $2::float8[]) as asked (key, seconds)
order by asked.key
on conflict (key) do update
set failures = case when known.ends_at <= now() then 1 else known.failures + 1 end,
    since = case when known.ends_at <= now() then excluded.since else known.since end,
    ends_at = case when known.ends_at <= now() then excluded.ends_at else known.ends_at end
returning key, failures, extract(epoch from ends_at - now())::float8 as seconds
"""

# In the order of the keys, as counting does: two that hold each other's rows would both wait.
_GIVE_BACK: Final = """
with held as (select key from login_failures where key = any ($1::bytea[]) order by key for update)
update login_failures set failures = greatest(failures - 1, 0) from held where login_failures.key = held.key
"""


async def spend(conn: Connection, *tries: Try) -> list[Spent]:
    """Count tries; where each stands. Commit before a slow look at them: others of the same key wait for the row."""
    keys = [each.key for each in tries]
    rows = await conn.fetch(_SPEND, keys, [float(each.seconds) for each in tries])
    found = {row["key"]: row for row in rows}
    return [Spent(found[each.key]["failures"], each.limit, found[each.key]["seconds"]) for each in tries]


def refuse_over(spent: Sequence[Spent], refusal: type[Refusal] = TooManyLogins) -> None:
    """Raises the refusal, with the time to wait, when one of the budgets is over."""
    waits = [each.seconds for each in spent if each.is_over]
    if waits:
        raise refusal(headers=wait_for(max(waits)))


def wait_for(seconds: float) -> dict[str, str]:
    """The header that says how long to wait."""
    return {"Retry-After": str(max(1, int(seconds) + 1))}


async def count_tries(work: Work, *tries: Try, refusal: type[Refusal] = TooManyLogins) -> list[Spent]:
    """Count tries in a transaction of their own. Raises the refusal when one is too many."""
    spent = await spend(await work.begin(role=tenancy.APP), *tries)
    await work.commit()
    refuse_over(spent, refusal)
    return spent


async def give_back(conn: Connection, *tries: Try) -> None:
    """They were right after all."""
    await conn.execute(_GIVE_BACK, [each.key for each in tries])


async def forget(conn: Connection, one: Try) -> None:
    """Begin anew, for somebody who has shown who it is."""
    await conn.execute("delete from login_failures where key = $1", one.key)


def group_address(address: str | None) -> str:
    """The address as it is counted: an IPv6 one by its network, an IPv4 one that is written as IPv6 as itself."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), IPV6_PREFIX), strict=False))
