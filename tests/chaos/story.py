"""A load of numbered messages under kills, and the verdict over it by the simulator's own log."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import asyncpg

from hoopoe.conversations.outbox.retry import retry_send
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import begin
from tests.support.simulator import JsonObject, SimulatedChannel, wait_until
from tests.support.stack import Stack
from tests.support.tenants import Tenant

SETTLE_SECONDS = 60.0

# Quick enough for a test: what is in doubt is settled by its status within a second, or, when the provider
# never had it, sent again after eight. A status may be late by as long as the web process is away, so that
# is longer than it ever is here.
QUICK = {
    "SEND_LEASE_SECONDS": "2",
    "SEND_FIRST_RETRY_SECONDS": "0.1",
    "SEND_UNKNOWN_AFTER_SECONDS": "8",
    "SEND_CONCURRENCY": "60",
    "TURN_BATCH": "16",
}
QUICK_WORLD = {"SIMULATOR_RETRY_GAP_MAX": "0.5", "SIMULATOR_RETRY_GAP": "0.1", "SIMULATOR_WEBHOOK_TIMEOUT": "3"}


@dataclass(frozen=True)
class Verdict:
    """What became of the messages. Sorted by customer: (customer, number)."""

    acknowledged: int
    accepted: int
    lost: list[tuple[str, int]]
    doubled: list[tuple[str, int]]
    out_of_order: list[tuple[str, int, int]]

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {self.accepted} answers accepted: lost {len(self.lost)}, "
            f"doubled {len(self.doubled)}, out of order {len(self.out_of_order)}"
        )


@dataclass(frozen=True)
class Acknowledgement:
    """When a message was first posted to us, and when we first answered it with 200 (the log's own order)."""

    posted: float
    answered: float


async def write_messages(stack: Stack, channel: SimulatedChannel, *, customers: int, each: int, pause: float) -> None:
    """So many customers write so many numbered texts, each customer one after the other."""

    async def write(customer: str) -> None:
        for n in range(each):
            await stack.simulator.say(customer, channel, f"#{n}#")
            await asyncio.sleep(random.uniform(0, 2 * pause))

    await asyncio.gather(*(write(customer_number(n)) for n in range(customers)))


def customer_number(n: int) -> str:
    return f"+96655{n:07d}"


@asynccontextmanager
async def killing(stack: Stack, names: Sequence[str], *, every: float) -> AsyncIterator[None]:
    """Kill these processes, one after the other, for as long as the block runs."""

    async def run() -> None:
        for name in names:
            await asyncio.sleep(random.uniform(0.5, 1.5) * every)
            stack.kill(name)

    task = asyncio.create_task(run())
    try:
        yield
        await task
    finally:
        task.cancel()


async def wait_until_quiet(stack: Stack, tenant: Tenant, *, answers: int, channel: SimulatedChannel) -> int:
    """Wait until every message was answered and no webhook is owed; what is still missing then is lost.

    A send that was killed twice in doubt is left to a person. Ours looks at the phone, and sends again
    what is not there; returns how often.
    """
    asked = 0

    async def look() -> bool | None:
        nonlocal asked
        accepted = await stack.simulator.accepted(channel)
        asked += await answer_as_person(stack, tenant, accepted)
        distinct = {(row["to"], row["text"]) for row in read_answers(accepted)}
        owed = (await stack.simulator.world())["check"]["owed"]
        return (len(distinct) >= answers and owed == 0) or None

    with suppress(AssertionError):
        await wait_until(look, "quiet", within=SETTLE_SECONDS)
    return asked


async def is_all_done(stack: Stack, tenant: Tenant) -> bool:
    """Whether every answer has been settled: none waits, none is under way, none is in doubt."""
    conn = await asyncpg.connect(stack.database.dsn)
    try:
        await begin(conn, role=tenancy.APP, workspaces=[tenant.workspace_id])
        states: list[str] = [row["state"] for row in await conn.fetch("select state from outbox")]
    finally:
        await conn.close()
    return bool(states) and set(states) == {"done"}


async def answer_as_person(stack: Stack, tenant: Tenant, accepted: Sequence[JsonObject]) -> int:
    """Press "send again" on every message that a person was asked about and that no phone has."""
    arrived = {str(row.get("biz_opaque_callback_data", "")).partition(".")[0] for row in accepted}
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    pressed = 0
    try:
        conn = await asyncpg.connect(stack.database.dsn)
    except (OSError, asyncpg.PostgresError):
        return 0  # the database is just coming back
    try:
        await begin(conn, role=tenancy.APP, workspaces=[tenant.workspace_id])
        for row in await conn.fetch("select message_id from outbox where state = 'unknown' and needs_person"):
            if str(row["message_id"]) not in arrived:
                await retry_send(conn, scope.workspace_id, row["message_id"])
                pressed += 1
        await conn.execute("commit")
    finally:
        await conn.close()
    return pressed


def read_answers(accepted: Sequence[JsonObject]) -> list[dict[str, str]]:
    """The answers among what the provider accepted: to whom, and the number that they answer."""
    rows = []
    for row in accepted:
        body = row.get("text") or row.get("body") or ""
        text = body["body"] if isinstance(body, dict) else str(body)
        if "#" in text:
            rows.append({"to": str(row["to"]).removeprefix("+"), "text": text.split("#")[1]})
    return rows


async def judge(stack: Stack, channel: SimulatedChannel, *, customers: int, each: int) -> Verdict:
    """Count by the simulator's log: what was acknowledged, and which answers were accepted, in which order.

    Out of order is an answer that was accepted before the answer to a message that we had acknowledged
    before this one was posted at all.
    """
    log = await stack.simulator.log(kind="message")
    acknowledged = read_acknowledgements(row for row in log if row["phone_number_id"] == channel.phone_number_id)
    answers: dict[str, list[int]] = {}
    for row in read_answers(await stack.simulator.accepted(channel)):
        answers.setdefault(row["to"], []).append(int(row["text"]))
    lost, doubled, out_of_order = [], [], []
    for index in range(customers):
        customer = customer_number(index).removeprefix("+")
        got = answers.get(customer, [])
        lost += [(customer, n) for n in range(each) if n not in got]
        doubled += [(customer, n) for n in sorted(set(got)) if got.count(n) > 1]
        for position, later in enumerate(got):
            out_of_order += [
                (customer, later, earlier)
                for earlier in got[position + 1 :]
                if acknowledged[customer, earlier].answered < acknowledged[customer, later].posted
            ]
    return Verdict(len(acknowledged), sum(map(len, answers.values())), lost, doubled, out_of_order)


def read_acknowledgements(log: Iterable[JsonObject]) -> dict[tuple[str, int], Acknowledgement]:
    """First post and first 200 of every numbered message, in seconds of the world's clock."""
    posted: dict[tuple[str, int], float] = {}
    answered: dict[tuple[str, int], float] = {}
    for row in log:
        for key in read_numbers(row):
            begun = float(row["at"])
            posted[key] = min(begun, posted.get(key, begun))
            if row["status"] == 200:
                ended = begun + float(row["ms"]) / 1000
                answered[key] = min(ended, answered.get(key, ended))
    return {key: Acknowledgement(posted[key], answered[key]) for key in answered}


def read_numbers(row: JsonObject) -> list[tuple[str, int]]:
    """The numbered messages in one webhook."""
    body = row["body"]
    body = json.loads(body) if isinstance(body, str) else body
    numbers = []
    for entry in body["entry"]:
        for change in entry["changes"]:
            for message in change["value"].get("messages", []):
                text = message.get("text", {}).get("body", "")
                if text.startswith("#"):
                    numbers.append((message["from"], int(text.split("#")[1])))
    return numbers
