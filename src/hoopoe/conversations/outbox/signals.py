"""Signals: read receipts and reactions. They leave beside everything else, and hold up nobody.

One of a kind waits per conversation, the last. It may be sent twice without harm, so its lease is simply its next due
time. The kinds are in `receipts` and `reactions`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from hoopoe.channels.contract import Accepted, Address, Signal
from hoopoe.channels.directory import ChannelDirectory
from hoopoe.conversations.outbox.sender import Deliver
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction

log = structlog.get_logger()

POLL_SECONDS: Final = 0.25
LEASE_SECONDS: Final = 30.0
BATCH: Final = 50
MAX_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class SignalKind:
    """`claim` takes a batch's size and the lease's seconds; `finish` the columns `keys` of what was sent.

    A newer one may have replaced a signal while it was on its way: `finish` leaves that one waiting.
    """

    name: str
    claim: str
    finish: str
    keys: Sequence[str]
    read: Callable[[Record], tuple[Signal, Address]]


@dataclass(slots=True)
class SignalSender:
    """Sends signals of one kind until cancelled."""

    pool: Pool
    directory: ChannelDirectory
    deliver: Deliver
    kind: SignalKind

    async def run(self) -> None:
        """Send what is due, a small batch at a time."""
        while True:
            sent = 0
            try:
                sent = await self._step()
            except TROUBLE as error:
                log.warning("signals_not_sent", kind=self.kind.name, error=str(error))
            if sent < BATCH:
                await asyncio.sleep(POLL_SECONDS)

    async def _step(self) -> int:
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            rows = await conn.fetch(self.kind.claim, BATCH, LEASE_SECONDS)
        if not rows:
            return 0
        finished = [row for row, done in zip(rows, await asyncio.gather(*map(self._send, rows)), strict=True) if done]
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            await conn.execute(self.kind.finish, *([row[key] for row in finished] for key in self.kind.keys))
        return len(rows)

    async def _send(self, row: Record) -> bool:
        channel = self.directory.find_sending(row["channel_id"])
        if channel is None:
            return True
        signal, recipient = self.kind.read(row)
        result = await self.deliver(channel, signal, recipient=recipient, opaque=None, reply_to=None)
        return isinstance(result, Accepted) or row["attempt"] >= MAX_ATTEMPTS
