"""Where a round happens: the processes, several workspaces with several numbers each, and the load on them."""

from __future__ import annotations

import asyncio
import base64
import random
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

import asyncpg

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db import tenancy
from tests.media import samples
from tests.support.desk import Desk, open_desk
from tests.support.s3 import S3, run_s3
from tests.support.simulator import SimulatedChannel, SimulatorProcess
from tests.support.stack import PROGRAM, Stack, run_stack
from tests.support.tenants import Tenant

# Short enough for a test. A status may be late by as long as a web process is away and its webhooks queue up:
# `SEND_UNKNOWN_AFTER_SECONDS` has to be longer than that ever is, as 120 s are in life.
QUICK = {
    "SEND_LEASE_SECONDS": "2",
    "MEDIA_LEASE_SECONDS": "10",
    "SEND_FIRST_RETRY_SECONDS": "0.1",
    "SEND_UNKNOWN_AFTER_SECONDS": "12",
    "SEND_CONCURRENCY": "100",
    "TURN_BATCH": "16",
}
QUICK_WORLD = {
    "SIMULATOR_RETRY_GAP_MAX": "0.5",
    "SIMULATOR_RETRY_GAP": "0.1",
    "SIMULATOR_RETRIES": "400",
    "SIMULATOR_WEBHOOK_TIMEOUT": "3",
    "SIMULATOR_LOG_ROWS": "200000",
}


# What nobody can write before, so that there is no list to tap on yet.
FIRST = "#0#"
# The owner writes before so many of a customer's messages, as a part of them, are left.
OWNERS_SHARE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a workspace, and the desk of its owner."""

    tenant: Tenant
    channel: SimulatedChannel
    desk: Desk


@dataclass(frozen=True, slots=True)
class Mix:
    """What a load is made of besides plain texts, in shares.

    `pictures` have the number as their caption, `taps` (of a button, a row, a template's button) as their title.
    `changes`: texts that are edited or get a reaction right after. `owners`: customers to whom the number's owner
    writes on the phone before their last messages.
    """

    pictures: float = 0.0
    taps: float = 0.0
    changes: float = 0.0
    owners: float = 0.0


TEXTS = Mix()
LIFE = Mix(pictures=0.05, taps=0.1, changes=0.08, owners=0.1)


@dataclass(frozen=True, slots=True)
class Load:
    """So many customers who write so many numbered messages each, over so many seconds.

    They begin one after the other, so that there are always some who never wrote before. `bursts`: the share of
    messages that come right behind the one before.
    """

    customers: int
    each: int
    seconds: float
    bursts: float = 0.4
    mix: Mix = TEXTS

    @property
    def messages(self) -> int:
        return self.customers * self.each


@dataclass
class Ground:
    """Everything that a round can reach for."""

    stack: Stack
    store: S3
    lines: Sequence[Line]
    written: int = 0
    customers: int = 0
    # How far the clocks were moved on.
    moved_seconds: float = 0.0
    replayed: int = 0

    @property
    def simulator(self) -> SimulatorProcess:
        return self.stack.simulator

    def line_of(self, number_id: str) -> Line:
        return next(line for line in self.lines if line.channel.phone_number_id == number_id)

    async def write(self, load: Load) -> None:
        """Write it all. Every fourth customer writes to two numbers of one workspace by turns."""
        first = self.customers
        self.customers += load.customers
        await asyncio.gather(*(self._write_as(n, load) for n in range(first, first + load.customers)))

    async def _write_as(self, customer: int, load: Load) -> None:
        lines = self._lines_of(customer)
        has_owner = random.random() < load.mix.owners
        begins, lasts = random.uniform(0, load.seconds * 0.6), load.seconds * 0.4
        gap = lasts / load.each / (1 - load.bursts)
        await asyncio.sleep(begins)
        for n in range(load.each):
            if random.random() >= load.bursts:
                await asyncio.sleep(random.uniform(0, 2 * gap))
            line, place = lines[n % len(lines)], n // len(lines)
            if has_owner and n == load.each - load.each // OWNERS_SHARE:
                await self._write_as_owner(customer, line)
            await self._write_one(customer, line, f"#{place}#", load.mix)
            self.written += 1

    async def _write_one(self, customer: int, line: Line, text: str, mix: Mix) -> None:
        number, kind = number_of(customer), random.random()
        if kind < mix.pictures:
            await self.simulator.send(number, line.channel, "image", make_picture(text))
        elif kind < mix.pictures + mix.taps:
            await self._tap(number, line, text)
        else:
            sent = await self.simulator.say(number, line.channel, text)
            if random.random() < mix.changes:
                reaction, edit = {"message_id": sent, "emoji": "👍"}, {"message_id": sent, "text": f"{text} again"}
                what, content = random.choice([("reaction", reaction), ("edit", edit)])
                await self.simulator.send(number, line.channel, what, content)

    async def _tap(self, number: str, line: Line, title: str) -> None:
        """A tap on what was offered some time ago, as the wire has it: a row, a button, a template's button."""
        kind = "button" if title == FIRST else random.choice(("list_reply", "button_reply", "button"))
        if kind == "button":
            await self.simulator.send(number, line.channel, kind, {"text": title, "payload": "again"})
            return
        phone = await self.simulator.call("GET", f"/phones/{number}")
        item = {
            "from": phone["number"].removeprefix("+"),
            "from_user_id": phone["user_id"],
            "id": f"wamid.{secrets.token_hex(12)}",
            "timestamp": str(int(time.time() + self.moved_seconds)),
            "type": "interactive",
            "interactive": {"type": kind, kind: {"id": "again", "title": title}},
        }
        await self.simulator.send(number, line.channel, "raw", item)

    async def _write_as_owner(self, customer: int, line: Line) -> None:
        body = {"to": line.channel.phone_number_id, "type": "text", "text": {"body": "I am on it"}}
        await self.simulator.call("POST", f"/phones/{number_of(customer)}/echoes", body)

    def _lines_of(self, customer: int) -> Sequence[Line]:
        mine = self.lines[customer % len(self.lines)]
        if customer % 4:
            return [mine]
        return [line for line in self.lines if line.tenant.workspace_id == mine.tenant.workspace_id]

    async def query(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Rows over all workspaces, as whoever runs the database sees them."""
        conn = await asyncpg.connect(self.stack.database.dsn)
        try:
            async with conn.transaction():
                await conn.execute(f"set local role {tenancy.OPERATOR}")
                return list(await conn.fetch(sql, *arguments))
        finally:
            await conn.close()


def number_of(customer: int) -> str:
    return f"+96655{customer:07d}"


@cache
def _picture() -> str:
    return base64.b64encode(samples.picture("JPEG", (64, 48))).decode()


def make_picture(caption: str) -> dict[str, str]:
    """What a phone sends for a small picture."""
    return {"data": _picture(), "mime_type": "image/jpeg", "caption": caption}


@asynccontextmanager
async def open_ground(
    *,
    workspaces: int = 3,
    webs: int = 2,
    variables: Mapping[str, str] | None = None,
    program: str = PROGRAM,
) -> AsyncIterator[Ground]:
    """Web processes (two: behind relays) and two workers, a store for files, and workspaces of two numbers each."""
    async with run_s3() as store:
        files = {name.upper(): value for name, value in store.settings().items()}
        async with run_stack(
            webs=webs,
            workers=2,
            variables=QUICK | files | dict(variables or {}),
            simulator=QUICK_WORLD,
            program=program,
        ) as stack:
            lines = []
            for _ in range(workspaces):
                tenant, channel = await stack.add_tenant(echo_blueprint())
                desk = await open_desk(stack.database.dsn, tenant, stack.url, stack.simulator.session)
                lines.append(Line(tenant, channel, desk))
                other, channel = await stack.add_line(tenant)
                lines.append(Line(other, channel, desk))
            yield Ground(stack, store, lines)
