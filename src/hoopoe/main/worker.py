"""The worker: turns, sends, timers, effects, files, and the housekeeping of all of them. Any number may run."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TypeAlias

import aiohttp
import structlog

from hoopoe.accounts.handling import handle_account_events
from hoopoe.channels.alerts import Failures, tell_of_stops
from hoopoe.channels.contract import ItemKind
from hoopoe.channels.directory import open_directory
from hoopoe.conversations.book import handle_book
from hoopoe.conversations.changes import handle_changes
from hoopoe.conversations.doubts import ListedDoubts
from hoopoe.conversations.groups import handle_group_messages
from hoopoe.conversations.imports import handle_history
from hoopoe.conversations.outbox.reactions import REACTIONS
from hoopoe.conversations.outbox.receipts import RECEIPTS, ReceiptLine
from hoopoe.conversations.outbox.sender import Sender, SenderOptions
from hoopoe.conversations.outbox.settle import expire_leases, release_holds, resolve_doubts
from hoopoe.conversations.outbox.signals import SignalSender
from hoopoe.conversations.status_updates import handle_statuses
from hoopoe.flows.beginning.schedules import run_schedules
from hoopoe.flows.credentials.using import CredentialShelf
from hoopoe.flows.people.transitions import feed_transitions
from hoopoe.flows.runner.bots import FlowCache
from hoopoe.flows.runner.counting import fold_counts
from hoopoe.flows.runner.effects import EffectRunner
from hoopoe.flows.runner.performing import Performing
from hoopoe.flows.runner.timers import fire_timers
from hoopoe.flows.runner.turn import ConversationTurn
from hoopoe.flows.versions.forgetting import forget_bots
from hoopoe.kernel.bus import Bus, Topic, open_bus
from hoopoe.kernel.db.housekeeping import Keeping, keep_house
from hoopoe.kernel.db.pool import TROUBLE, Pool, open_pool
from hoopoe.kernel.db.tenancy import check_not_bypassable
from hoopoe.kernel.outbound_http import open_outbound, read_allowed
from hoopoe.kernel.settings import Settings
from hoopoe.kernel.storage import Store
from hoopoe.kernel.wake import wait_for_work
from hoopoe.main.media import make_download, make_outside, require_store
from hoopoe.main.wiring import make_deliver, make_find_sent, make_keyring, make_list_missing, make_mail_sender
from hoopoe.media.fetching.fetcher import Fetcher
from hoopoe.media.linking import LinkFetcher
from hoopoe.media.sweep import forget_workspace, sweep_files
from hoopoe.monitoring.steward import tend_letters
from hoopoe.tables.importing import ImportRunner
from hoopoe.tables.limits import TableLimits
from hoopoe.tables.querying import answer_query
from hoopoe.tables.rewriter import RewriteRunner
from hoopoe.webhooks.catch_up import CatchUp
from hoopoe.webhooks.turns import Handlers, Turned, TurnOptions, run_turn

log = structlog.get_logger()

TURN_POLL_SECONDS = 0.25
TIMER_SECONDS = 0.5
DOUBT_SECONDS = 0.5
LOOK_SECONDS = 2.0
LETTER_SECONDS = 1.0
FOLD_SECONDS = 2.0
FORGET_SECONDS = 2.0
HOUSE_SECONDS = 3600.0
DRAIN_SECONDS = 8.0
SWEEP_SECONDS = 300.0
ALERT_SECONDS = 2.0
POOL_SIZE = 12
BEGIN_ANEW_SECONDS = 1.0
NOTHING = Turned(0, frozenset())
Work: TypeAlias = Callable[[], Coroutine[object, object, None]]


async def run_worker(settings: Settings, stopping: asyncio.Event) -> None:
    """Run one worker until `stopping` is set: what is on its way to a provider is then answered and written first.

    Killing it at any moment loses and doubles nothing, but leaves such sends in doubt.
    """
    dsn = settings.require_database_url()
    direct = settings.direct_database_url()
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            open_pool(dsn, size=POOL_SIZE, has_pgbouncer=settings.has_pgbouncer, is_probing=True)
        )
        async with pool.acquire() as conn:
            await check_not_bypassable(conn)
        bus = await stack.enter_async_context(open_bus(direct))
        directory = (await stack.enter_async_context(open_directory(pool, make_keyring(settings), bus))).directory
        http = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=settings.send_concurrency),
                timeout=aiohttp.ClientTimeout(total=settings.send_lease_seconds / 3),
            )
        )
        outbound = await stack.enter_async_context(open_outbound(settings.outbound_allow))
        store = require_store(settings)
        outside = make_outside(settings, http, outbound, pool, store=store)
        stack.callback(outside.wire.close)
        deliver = make_deliver(outside)
        options = SenderOptions(
            concurrency=settings.send_concurrency,
            lease_seconds=settings.send_lease_seconds,
            first_retry_seconds=settings.send_first_retry_seconds,
        )
        sender = Sender(pool, directory, bus, deliver, options)
        receipts = ReceiptLine(directory, deliver)
        conversation_turn = ConversationTurn(
            FlowCache(), keeps_traces=settings.trace_days > 0, mark_read=receipts.add, departures=sender
        )
        handlers: Handlers = {
            ItemKind.ACCOUNT: handle_account_events,
            ItemKind.MESSAGE: conversation_turn,
            ItemKind.ECHO: conversation_turn,
            ItemKind.HANDOVER: conversation_turn,
            ItemKind.TIMER: conversation_turn,
            ItemKind.EFFECT: conversation_turn,
            ItemKind.RETRY: conversation_turn,
            ItemKind.ACT: conversation_turn,
            ItemKind.HISTORY: handle_history,
            ItemKind.BOOK: handle_book,
            ItemKind.STATUS: handle_statuses,
            ItemKind.CHANGE: handle_changes,
            ItemKind.GROUP: handle_group_messages,
        }
        shelf = CredentialShelf(pool, make_keyring(settings), read_allowed(settings.outbound_allow))
        links = LinkFetcher(pool, store, outbound, settings.media_quota_mb)
        table_limits = TableLimits.of(settings)
        settling = {"database_query": partial(answer_query, limits=table_limits)}
        effects = EffectRunner(pool, bus, Performing(outbound, shelf, links), settling)
        download = make_download(directory, outside)
        fetcher = Fetcher(
            pool, bus, store, download, settings.media_quota_mb, lease_seconds=settings.media_lease_seconds
        )
        # One loop takes what comes, so that what came during a turn makes the next one, as large as it may be. A
        # second looks after what is left by a full turn, or by one that hangs.
        arrived, left = asyncio.Event(), asyncio.Event()
        bus.listen(Topic.INBOX, arrived.set)
        turns: list[Work] = [
            partial(_take_turns, pool, bus, handlers, settings, stopping, wake=arrived, other=left),
            partial(_take_turns, pool, bus, handlers, settings, stopping, wake=left, other=arrived),
        ]
        works: list[Work] = [
            sender.run,
            receipts.run,
            SignalSender(pool, directory, deliver, RECEIPTS).run,
            SignalSender(pool, directory, deliver, REACTIONS).run,
            effects.run,
            fetcher.run,
            ImportRunner(pool, bus, table_limits).run,
            RewriteRunner(pool, bus).run,
            make_mail_sender(settings, pool, bus).run,
            partial(_fire_timers, pool, bus),
            partial(_run_schedules, pool, bus),
            partial(_feed_transitions, pool, bus),
            partial(_settle_doubts, pool, bus, settings),
            partial(_tend_letters, pool, bus),
            partial(_sweep_files, pool, bus, store, settings),
            partial(_tell_of_stops, pool, bus, settings),
            partial(_repeat, FORGET_SECONDS, "bots_not_forgotten", partial(_forget_bots, pool)),
            partial(_repeat, FOLD_SECONDS, "counts_not_folded", partial(fold_counts, pool)),
            partial(_repeat, HOUSE_SECONDS, "house_not_kept", partial(_keep_house, direct, store, settings)),
        ]
        if settings.catch_up_seconds:
            after = settings.send_unknown_after_seconds
            looks = CatchUp(pool, directory, make_list_missing(outside), settings.catch_up_seconds)
            doubts = ListedDoubts(pool, directory, make_find_sent(outside), after_seconds=after)
            works += [partial(_catch_up, looks, bus), partial(_look_for_doubts, doubts, bus)]
        async with asyncio.TaskGroup() as group:
            turning = [group.create_task(keep_going(work, until=stopping)) for work in turns]
            tasks = [group.create_task(keep_going(work)) for work in works]
            log.info("worker_ready")
            await stopping.wait()
            # What a turn decided leaves with it: the last ones first, and then what is under way.
            until = time.monotonic() + DRAIN_SECONDS
            _, hanging = await asyncio.wait(turning, timeout=DRAIN_SECONDS / 2)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
            await sender.drain(within=until - time.monotonic())
            for task in tasks:
                task.cancel()


async def keep_going(work: Work, *, pause: float = BEGIN_ANEW_SECONDS, until: asyncio.Event | None = None) -> None:
    """Begin a loop anew when a bug of ours ends it: the others go on meanwhile, and what it did is in the log.

    `until`: when this is set a loop that ended is not begun anew.
    """
    while until is None or not until.is_set():
        try:
            await work()
        except Exception:
            log.exception("loop_ended")
        if until is None or not until.is_set():
            await asyncio.sleep(pause)


async def _take_turns(
    pool: Pool,
    bus: Bus,
    handlers: Handlers,
    settings: Settings,
    stopping: asyncio.Event,
    *,
    wake: asyncio.Event,
    other: asyncio.Event,
) -> None:
    """Take turns when something came (`wake`) until `stopping`; after one that left some of it, another loop helps
    (`other`)."""
    options = TurnOptions(max_lanes=settings.turn_batch)
    while not stopping.is_set():
        turned = NOTHING
        try:
            turned = await run_turn(pool, handlers, options)
        except TROUBLE as error:
            log.warning("turn_not_taken", error=str(error))
        bus.hint(*turned.topics)
        if turned.count >= options.max_lanes:
            other.set()
        if turned.count == 0:
            await wait_for_work(wake, TURN_POLL_SECONDS)


async def _keep_house(dsn: str, store: Store, settings: Settings) -> None:
    # Past any pooler: its lock is the connection's own.
    async with open_pool(dsn, size=1) as pool:
        keeping = Keeping(
            journal=settings.journal_days,
            traces=settings.trace_days,
            sessions=settings.session_days,
            account_events=settings.account_event_days,
            merges=settings.merge_days,
        )
        await keep_house(pool, forget=partial(forget_workspace, store), keeping=keeping)


async def _fire_timers(pool: Pool, bus: Bus) -> None:
    async def fire() -> None:
        if await fire_timers(pool):
            bus.hint(Topic.INBOX)

    await _repeat(TIMER_SECONDS, "timers_not_fired", fire)


async def _run_schedules(pool: Pool, bus: Bus) -> None:
    async def run() -> None:
        while await run_schedules(pool):
            bus.hint(Topic.INBOX)

    await _repeat(TIMER_SECONDS, "schedules_not_run", run)


async def _forget_bots(pool: Pool) -> None:
    while await forget_bots(pool):
        pass


async def _feed_transitions(pool: Pool, bus: Bus) -> None:
    async def feed() -> None:
        while await feed_transitions(pool):
            bus.hint(Topic.INBOX)

    await _repeat(TIMER_SECONDS, "transitions_not_fed", feed)


async def _settle_doubts(pool: Pool, bus: Bus, settings: Settings) -> None:
    async def settle() -> None:
        count = await expire_leases(pool)
        await release_holds(pool)
        count += await resolve_doubts(pool, after_seconds=settings.send_unknown_after_seconds)
        if count:
            bus.hint(Topic.OUTBOX, Topic.EVENTS)

    await _repeat(DOUBT_SECONDS, "doubts_not_settled", settle)


async def _catch_up(looks: CatchUp, bus: Bus) -> None:
    async def look() -> None:
        if await looks.run_due():
            bus.hint(Topic.INBOX)

    await _repeat(LOOK_SECONDS, "webhooks_not_caught_up", look)


async def _look_for_doubts(doubts: ListedDoubts, bus: Bus) -> None:
    async def look() -> None:
        if await doubts.settle_due():
            bus.hint(Topic.INBOX, Topic.OUTBOX, Topic.EVENTS)

    await _repeat(LOOK_SECONDS, "doubts_not_looked_for", look)


async def _tend_letters(pool: Pool, bus: Bus) -> None:
    async def tend() -> None:
        if await tend_letters(pool):
            bus.hint(Topic.INBOX, Topic.OUTBOX, Topic.EVENTS)

    await _repeat(LETTER_SECONDS, "dead_letters_not_tended", tend)


async def _sweep_files(pool: Pool, bus: Bus, store: Store, settings: Settings) -> None:
    async def sweep() -> None:
        swept = await sweep_files(pool, store, kept_days=settings.media_kept_days)
        if swept.deleted:
            bus.hint(Topic.EVENTS)

    await _repeat(SWEEP_SECONDS, "files_not_swept", sweep)


async def _tell_of_stops(pool: Pool, bus: Bus, settings: Settings) -> None:
    failures = Failures()

    async def tell() -> None:
        if await tell_of_stops(pool, make_keyring(settings), settings.own_url(), failures):
            bus.hint(Topic.MAILS)

    await _repeat(ALERT_SECONDS, "stops_not_told", tell)


async def _repeat(seconds: float, trouble: str, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except TROUBLE as error:
            log.warning(trouble, error=str(error))
        await asyncio.sleep(seconds)
