"""The sender: claims, calls the provider, acknowledges. One per worker process.

A claimed row holds its conversation's line until it is acknowledged. A request leaves only in the first
half of its lease, so that whoever finds the lease expired knows that nothing more can leave: what is
then not acknowledged is in doubt, never queued again.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

import asyncpg
import structlog

from hoopoe.channels.contract import (
    Address,
    Doubtful,
    OutboundContent,
    ProviderError,
    Refused,
    SendResult,
    Signal,
)
from hoopoe.channels.directory import ChannelDirectory, RoutedChannel
from hoopoe.channels.errors import OPTED_OUT
from hoopoe.channels.explain import explain
from hoopoe.channels.network import ON_THE_WIRE
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.content import content_from_json
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send, make_claim
from hoopoe.conversations.outbox.policy import FIRST_RETRY_SECONDS, JITTER, NotSent, judge
from hoopoe.conversations.outbox.timetable import Timetable
from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db.pool import TROUBLE, Pool
from hoopoe.kernel.json import Json
from hoopoe.kernel.wake import wait_for_work

log = structlog.get_logger()

POLL_SECONDS = 0.25
# While something is under way: what it held back may be free, where no hint says so.
SOON_SECONDS = 0.05
MAX_ACKS = 500
CHANNEL_AWAY_SECONDS = 1.0
WINDOW_CLOSED = "The 24-hour window closed before the message could leave."
UNWANTED = "The person has opted out of marketing."
DATABASE_AWAY_SECONDS = 1.0
BEFORE_THE_REQUEST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
REFUSED_BY_DATABASE = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
# The part of a worker's sends that one channel may have under way: a provider that hangs for one number leaves
# room for the others.
MOST_OF_ONE_CHANNEL = 0.75
# Between taking places for a turn's answers and their leaving (docs/decisions/0015: 47 ms are covered). A process that
# needed longer takes none that are timed for so long: its answers are claimed.
MOST_LATE_SECONDS = 0.04
LATE_SECONDS = 5.0


class Deliver(Protocol):
    """Sends one thing over one channel; never raises for what a provider or a network does."""

    def __call__(
        self,
        channel: RoutedChannel,
        content: OutboundContent | Signal,
        *,
        recipient: Address,
        opaque: str | None,
        reply_to: str | None,
    ) -> Awaitable[SendResult]: ...


@dataclass(frozen=True, slots=True)
class SenderOptions:
    """`concurrency`: requests under way at once; `lease_seconds`: how long a claim may take."""

    concurrency: int = 400
    lease_seconds: float = 30.0
    first_retry_seconds: float = FIRST_RETRY_SECONDS


@dataclass(slots=True, eq=False)
class Sender:
    """Runs until cancelled. `wake` says that something may be due."""

    pool: Pool
    directory: ChannelDirectory
    bus: Bus
    deliver: Deliver
    options: SenderOptions
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: dict[asyncio.Task[None], UUID] = field(default_factory=dict)
    _timetable: Timetable = field(default_factory=Timetable)
    _is_draining: bool = False
    _is_idle: bool = False
    _late_until: float = 0.0
    _acks: asyncio.Queue[Acknowledgement] = field(default_factory=asyncio.Queue)

    async def drain(self, *, within: float) -> None:
        """Claim nothing more; return when what is under way was answered and written, or the seconds are over."""
        self._is_draining = True
        self.wake.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._under_way:
                    await asyncio.wait(tuple(self._under_way))
                await self._acks.join()

    @property
    def lease_seconds(self) -> float:
        """How long what leaves may be under way."""
        return self.options.lease_seconds

    @property
    def room(self) -> int:
        """How many more may be under way. What two turns at once were told may be one turn's too many."""
        return 0 if self._is_draining else max(0, self.options.concurrency - len(self._under_way))

    @property
    def is_prompt(self) -> bool:
        """Whether what turns took lately left at about its place in its channel's timetable."""
        return time.monotonic() >= self._late_until

    def places(self, channels: Collection[UUID]) -> dict[UUID, int]:
        """How many more sends of each of these channels may be under way."""
        room, under_way = self.room, self._count_under_way()
        return {id_: max(0, min(room, self._most_each - under_way[id_])) for id_ in channels}

    def take(self, sends: Sequence[Send], deadline: float) -> None:
        """Send what is claimed and committed; it may leave until `deadline` of the monotonic clock."""
        now = time.monotonic()
        waited = now - (deadline - self.options.lease_seconds / 2)
        if waited > MOST_LATE_SECONDS and any(send.place is not None for send in sends):
            self._late_until = now + LATE_SECONDS
        for send in sends:
            task = asyncio.create_task(self._send(send, deadline))
            self._under_way[task] = send.channel_id
            task.add_done_callback(self._forget)

    def give_back(self, sends: Sequence[Send]) -> None:
        """Queue again what may be committed as claimed and has not left: nothing happens where it is not."""
        for send in sends:
            self._acks.put_nowait(Acknowledgement(send, judge(NotSent(0.0), attempt=send.attempt), None))

    def look(self) -> None:
        """Claim soon."""
        self.wake.set()

    @property
    def _most_each(self) -> int:
        return max(1, int(self.options.concurrency * MOST_OF_ONE_CHANNEL))

    def _count_under_way(self) -> Counter[UUID]:
        """By channel. One with which this process is too far behind counts as full."""
        under_way = Counter(self._under_way.values())
        under_way.update(dict.fromkeys(self._timetable.late(under_way), self._most_each))
        return under_way

    async def run(self) -> None:
        """Claim and send; acknowledge beside it."""
        self.bus.listen(Topic.OUTBOX, self.wake.set)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._claim_forever())
            group.create_task(self._acknowledge_forever())

    async def _claim_forever(self) -> None:
        while True:
            must_look = False
            if (room := self.room) > 0:
                # Taken before the claim: the lease began no earlier than this.
                deadline = time.monotonic() + self.options.lease_seconds / 2
                try:
                    claim = await make_claim(
                        self.pool,
                        room=room,
                        lease_seconds=self.options.lease_seconds,
                        most_each=self._most_each,
                        under_way=self._count_under_way(),
                    )
                except TROUBLE as error:
                    log.warning("sends_not_claimed", error=str(error))
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                self._is_idle = claim.is_idle
                must_look = bool(claim.sends) and not claim.is_idle
                self.take(claim.sends, deadline)
            if not must_look:
                await wait_for_work(self.wake, SOON_SECONDS if self._under_way else POLL_SECONDS)

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]

    async def _send(self, send: Send, deadline: float) -> None:
        if send.place is not None:
            await self._timetable.wait(send.channel_id, send.place)
        channel = self.directory.find_sending(send.channel_id)
        if time.monotonic() > deadline:
            result: SendResult | NotSent = NotSent(0.0)
        elif channel is None:
            # Disabled since the claim: it waits for the channel, and nothing overtakes it.
            result = NotSent(CHANNEL_AWAY_SECONDS)
        elif send.is_opted_out:
            result = Refused(ProviderError(OPTED_OUT, UNWANTED))
        elif send.pair_wait > 0:
            result = NotSent(send.pair_wait)
        elif not send.is_window_open:
            result = Refused(ProviderError(adapter_for(channel.provider).window_closed_code, WINDOW_CLOSED))
        else:
            result = await self._deliver(channel, send)
        provider = channel.provider if channel is not None else None
        verdict = judge(
            result,
            attempt=send.attempt,
            first_retry=self.options.first_retry_seconds,
            rule=explain(provider, result.error.code) if provider is not None and isinstance(result, Refused) else None,
            jitter=random.uniform(1 - JITTER, 1 + JITTER),  # noqa: S311 - nothing secret
        )
        await self._acks.put(Acknowledgement(send, verdict, provider))

    async def _deliver(self, channel: RoutedChannel, send: Send) -> SendResult | NotSent:
        """What the provider said. Its client raises nothing for what the network does, and asks the database (for
        files, for what was made at the provider) only before the message leaves, or after a certain refusal.
        """
        content = dict(send.content)
        type_ = content.pop("type")
        try:
            return await self.deliver(
                channel,
                content_from_json(str(type_), content),
                recipient=Address(
                    phone=_text(send.recipient.get("phone")), user_id=_text(send.recipient.get("user_id"))
                ),
                opaque=send.opaque,
                reply_to=send.reply_to,
            )
        except BEFORE_THE_REQUEST as error:
            if isinstance(error, ON_THE_WIRE):
                return Doubtful(repr(error))
            log.warning("send_not_begun", message_id=str(send.message_id), error=repr(error))
            return NotSent(DATABASE_AWAY_SECONDS)
        except Exception as error:
            # A bug of ours, perhaps after the request left: doubt is the only honest answer.
            log.exception("send_failed", message_id=str(send.message_id))
            return Doubtful(repr(error))

    async def _acknowledge_forever(self) -> None:
        while True:
            batch = [await self._acks.get()]
            while len(batch) < MAX_ACKS and not self._acks.empty():
                batch.append(self._acks.get_nowait())
            await self.acknowledge(batch)
            for _ in batch:
                self._acks.task_done()
            # What was answered makes room, and frees what stood behind it: for nobody, where nothing was due.
            if not self._is_idle:
                self.wake.set()
            self.bus.hint(Topic.EVENTS)

    async def acknowledge(self, batch: list[Acknowledgement]) -> None:
        """Write a batch, however long the database is away: what it cannot say in time becomes doubt.

        One that the database refuses (an id that another message has already, say) costs only itself.
        """
        while True:
            try:
                await acknowledge_sends(self.pool, batch)
            except REFUSED_BY_DATABASE as error:
                if len(batch) > 1:
                    for ack in batch:
                        await self.acknowledge([ack])
                else:
                    await self._doubt(batch[0], error)
                return
            except TROUBLE as error:
                log.warning("sends_not_acknowledged", count=len(batch), error=str(error))
                await asyncio.sleep(POLL_SECONDS)
            else:
                return

    async def _doubt(self, ack: Acknowledgement, error: Exception) -> None:
        """Say of a send whose acknowledgement cannot be written that nobody knows; else its lease will say so."""
        log.error("acknowledgement_refused", message_id=str(ack.send.message_id), error=str(error))
        verdict = judge(Doubtful(str(error)), attempt=ack.send.attempt)
        with contextlib.suppress(*TROUBLE):
            await acknowledge_sends(self.pool, [replace(ack, verdict=verdict)])


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
