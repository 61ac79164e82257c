"""Webhooks on their way to the app: signed, in order, tried again until they are acknowledged.

Order holds per conversation: one webhook of a conversation is under way at a time. While the app
gives no answer at all, the conversation waits, so that an app that restarts finds everything in
order. An answer that is not 200 is the app's own judgement on that body: after the immediate retry
the conversation goes on, and the body is tried again beside it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from simulator.faults import FaultKind
from simulator.jsontypes import JsonObject
from simulator.parcels import Parcel, batch_key, pack, pack_fallback, target_of
from simulator.state import Channel, MetaChannel, TwilioChannel, Update
from simulator.twilio.overrides import read_overrides
from simulator.wirelog import Kind
from simulator.world import World

_KEEP_ALIVE = 3.0
"""Shorter than servers keep an idle connection, so that a webhook seldom meets one that just closed."""

_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How one try ended: the status of the answer, or None when there was none."""

    status: int | None
    is_connected: bool = True
    content_type: str = ""
    answer: bytes = b""


HearAnswer: TypeAlias = Callable[[TwilioChannel, Update, str, bytes], None]
"""Takes the number, what it told, and the content type and the body of the answer."""


class Deliverer:
    """Delivers what the world owes. `start` also takes up what was owed before a restart.

    `hear_answer` is given what an app answers to a person's message at Twilio: it may be one itself.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[str, deque[Update]] = {}
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopped = False
        self.hear_answer: HearAnswer | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE),
            timeout=aiohttp.ClientTimeout(total=self._world.settings.webhook_timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        for update in list(self._world.state.owed.values()):
            self._enqueue(update)

    async def stop(self) -> None:
        """Stop where we are: what is owed stays owed."""
        self._is_stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def owe(
        self,
        channel: Channel,
        *,
        field: str,
        value: JsonObject,
        lane: str,
        label: str,
        message_id: str | None = None,
        status: str | None = None,
        entry_time: int | None = None,
        url: str = "",
        entry_id: str = "",
    ) -> bool:
        """Promise one update to the channel's app, or to the address that it names itself.

        False when nobody is to be told: then it is gone.
        """
        world = self._world
        if not (url or (channel.is_subscribed and channel.target_url)):
            world.count_unheard()
            world.log.add(
                at=world.now(),
                direction="to_app",
                kind=_kind_of(field, status),
                method="POST",
                path="",
                summary=f"{label}: not sent, no app is subscribed",
                status=None,
                ms=None,
                phone_number_id=channel.phone_number_id,
            )
            return False
        update = Update(
            seq=world.state.next_seq(),
            phone_number_id=channel.phone_number_id,
            field=field,
            value=value,
            lane=lane,
            label=label,
            message_id=message_id,
            status=status,
            entry_time=entry_time,
            url=url,
            entry_id=entry_id,
        )
        world.put_owed(update)
        if self._is_stopped:
            return True
        held = world.faults.strike(FaultKind.REORDER, channel.phone_number_id)
        if held is None:
            self._enqueue(update)
        else:
            self._spawn(self._deliver_late(update, held.seconds))
        return True

    def open_session(self) -> aiohttp.ClientSession:
        """The one HTTP client of the simulator. RuntimeError before `start`."""
        if self._session is None:
            raise RuntimeError("the deliverer was not started")
        return self._session

    def _enqueue(self, update: Update) -> None:
        key = update.lane
        if self._world.settings.webhook_batch > 1:
            key = batch_key(self._world.state.channels[update.phone_number_id], update) or key
        lane = self._lanes.get(key)
        if lane is None:
            self._lanes[key] = deque([update])
            self._spawn(self._run_lane(key))
        else:
            lane.append(update)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_lane(self, key: str) -> None:
        lane = self._lanes[key]
        while lane:
            channel = self._world.state.channels[lane[0].phone_number_id]
            most = self._world.settings.webhook_batch if isinstance(channel, MetaChannel) else 1
            await self._deliver([lane.popleft() for _ in range(min(most, len(lane)))])
        del self._lanes[key]

    async def _deliver_late(self, update: Update, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._deliver([update], fault=FaultKind.REORDER)

    async def _deliver(self, updates: Sequence[Update], *, fault: FaultKind | None = None) -> None:
        world = self._world
        first = updates[0]
        slow = world.faults.strike(FaultKind.DELAY_WEBHOOKS, first.phone_number_id)
        if slow is not None:
            fault = FaultKind.DELAY_WEBHOOKS
            await asyncio.sleep(slow.seconds)
        parcel = pack(world.state.channels, updates)
        if world.faults.strike(FaultKind.DUPLICATE, first.phone_number_id) is not None:
            self._spawn(self._post_copy(parcel))
        channel = world.state.channels[first.phone_number_id]
        match channel:
            case MetaChannel():
                await self._deliver_meta(parcel, fault=fault)
            case TwilioChannel():
                await self._deliver_twilio(channel, parcel, fault=fault)
            case _:
                assert_never(channel)

    async def _deliver_meta(self, parcel: Parcel, *, fault: FaultKind | None) -> None:
        """Twice at once, then with growing gaps: beside the line once the app has answered."""
        for attempt in (1, 2):
            outcome = await self._post(parcel, attempt=attempt, fault=fault)
            if outcome.status == 200:
                self._settle(parcel, is_kept=True)
                return
        if outcome.status is None:
            await self._insist(parcel)
        else:
            self._spawn(self._insist(parcel))

    async def _deliver_twilio(self, channel: TwilioChannel, parcel: Parcel, *, fault: FaultKind | None) -> None:
        """Once; again only as often as the address asks for; then the fallback address, for messages."""
        overrides = read_overrides(target_of(channel, parcel.updates[0]))
        is_kept = False
        for attempt in range(1, overrides.retries + 2):
            outcome = await self._post(parcel, attempt=attempt, fault=fault)
            is_kept = _is_success(outcome)
            if is_kept or not overrides.is_worth_retrying(outcome.status, is_connected=outcome.is_connected):
                break
        update = parcel.updates[0]
        if not is_kept and channel.fallback_url and update.status is None:
            outcome = await self._post(pack_fallback(channel, parcel), attempt=attempt + 1)
            is_kept = _is_success(outcome)
        self._settle(parcel, is_kept=is_kept)
        if is_kept and update.status is None and self.hear_answer is not None:
            self.hear_answer(channel, update, outcome.content_type, outcome.answer)

    async def _insist(self, parcel: Parcel) -> None:
        """Try again with growing gaps after two attempts, until it is kept or given up."""
        settings = self._world.settings
        gap = settings.retry_gap
        for attempt in range(3, settings.retries + 2):
            await asyncio.sleep(gap)
            gap = min(gap * 2, settings.retry_gap_max)
            if (await self._post(self._readdress(parcel), attempt=attempt)).status == 200:
                self._settle(parcel, is_kept=True)
                return
        self._settle(parcel, is_kept=False)

    def _readdress(self, parcel: Parcel) -> Parcel:
        """Between tries the app may have changed where its webhooks go."""
        first = parcel.updates[0]
        return replace(parcel, url=target_of(self._world.state.channels[first.phone_number_id], first))

    async def _post_copy(self, parcel: Parcel) -> None:
        await self._post(parcel, attempt=1, fault=FaultKind.DUPLICATE)

    async def _post(self, parcel: Parcel, *, attempt: int, fault: FaultKind | None = None) -> _Outcome:
        """One try. It is logged however it ends."""
        session = self.open_session()
        first = parcel.updates[0]
        callback = parcel.url.partition("?")[0]
        gate = self._gates.setdefault(callback, asyncio.Semaphore(self._world.settings.webhook_concurrency))
        status: int | None = None
        is_connected = True
        answer, content_type, problem = b"", "", None
        async with gate:
            started = time.perf_counter()
            try:
                # Twilio signs an address as it stands, so it is called as it stands.
                url = URL(parcel.url, encoded="?" in parcel.url)
                async with session.post(
                    url, data=parcel.body, headers=parcel.headers, allow_redirects=False
                ) as response:
                    answer = await response.content.read(_ANSWER_BYTES)
                    status, content_type = response.status, response.content_type
            except aiohttp.ClientConnectorError as error:
                problem, is_connected = f"{type(error).__name__}: {error}", False
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                problem = f"{type(error).__name__}: {error}"
            ms = (time.perf_counter() - started) * 1000
        self._world.log.add(
            at=self._world.now(),
            direction="to_app",
            kind=_kind_of(first.field, first.status),
            method="POST",
            path=urlsplit(callback).path,
            summary=_say_parcel(parcel, attempt=attempt, fault=fault),
            status=status,
            ms=ms,
            body=parcel.body,
            answer=answer,
            signature=parcel.signature,
            attempt=attempt,
            fault=fault,
            error=problem,
            phone_number_id=first.phone_number_id,
        )
        return _Outcome(status, is_connected, content_type, answer)

    def _settle(self, parcel: Parcel, *, is_kept: bool) -> None:
        for update in parcel.updates:
            self._world.settle(update, "kept" if is_kept else "given_up")
            self._move_message(update, is_kept=is_kept)

    def _move_message(self, update: Update, *, is_kept: bool) -> None:
        """Show on the person's phone whether their own message arrived."""
        if update.message_id is None or update.status is not None:
            return
        message = self._world.state.messages.get(update.message_id)
        if message is not None and self._world.put_status(message, "delivered" if is_kept else "failed"):
            self._world.tell_status(message)


def _is_success(outcome: _Outcome) -> bool:
    return outcome.status is not None and 200 <= outcome.status < 300


def _kind_of(field: str, status: str | None) -> Kind:
    if field != "messages":
        return "event"
    return "message" if status is None else "status"


def _say_parcel(parcel: Parcel, *, attempt: int, fault: FaultKind | None) -> str:
    first = parcel.updates[0]
    words = first.label if len(parcel.updates) == 1 else f"{first.label}, and {len(parcel.updates) - 1} more"
    if fault is FaultKind.DUPLICATE:
        return f"{words}, sent again on purpose"
    return words if attempt == 1 else f"{words}, try {attempt}"
