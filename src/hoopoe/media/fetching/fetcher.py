"""The fetcher: claims files, downloads them through the channel's provider, looks at them, keeps them. One per worker.

Fetching is reading, so that it may be done twice: a killed worker's file is claimed again when its lease ends, and what
two of them store under one key is the same. A download has less time than its lease.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

import structlog

from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.storage import Store, StoreAwayError, StoreError, StoreFullError
from hoopoe.kernel.wake import wait_for_work
from hoopoe.media.fetching.claims import Claim, claim_files, put_off
from hoopoe.media.files import LostClaimError, QuotaReachedError, file_key, keep_file, thumbnail_key
from hoopoe.media.problems import Problem
from hoopoe.media.spool import Facts, Spooled, TooManyBytesError, open_spool
from hoopoe.media.telling import tell_of_file

log = structlog.get_logger()

POLL_SECONDS: Final = 0.5
AT_ONCE: Final = 8
LEASE_SECONDS: Final = 240.0
# For the download alone; what is left of the lease is for looking at the file and storing it.
DOWNLOAD_SECONDS: Final = 150.0
STORE_SECONDS: Final = 60.0


class FetchError(Exception):
    """The provider did not give the file."""

    def __init__(self, problem: Problem, said: str) -> None:
        super().__init__(said)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a provider: a file by its id or by its address, and who has it."""

    channel_id: UUID | None
    media_id: str | None
    media_url: str | None


class Download(Protocol):
    """Writes a file's bytes to `write` and returns the type that came with them. Raises `FetchError`.

    What `write` raises goes through it.
    """

    def __call__(self, wanted: Wanted, write: Callable[[bytes], Awaitable[None]], /) -> Awaitable[str | None]: ...


@dataclass(slots=True)
class Fetcher:
    """Runs until cancelled."""

    pool: Pool
    bus: Bus
    store: Store
    download: Download
    quota_mb: int
    at_once: int = AT_ONCE
    lease_seconds: float = LEASE_SECONDS
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Claim and fetch, side by side."""
        self.bus.listen(Topic.MEDIA, self.wake.set)
        while True:
            claimed = 0
            room = self.at_once - len(self._under_way)
            if room > 0:
                try:
                    claims = await claim_files(self.pool, room=room, lease_seconds=self.lease_seconds)
                except TROUBLE as error:
                    log.warning("files_not_claimed", error=str(error))
                    claims = []
                claimed = len(claims)
                for claim in claims:
                    task = asyncio.create_task(self._fetch(claim))
                    self._under_way.add(task)
                    task.add_done_callback(self._end)
            if claimed == 0:
                await wait_for_work(self.wake, POLL_SECONDS)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self.wake.set()

    async def _fetch(self, claim: Claim) -> None:
        """One try; whatever it comes to is written down, or the lease ends and somebody tries again."""
        try:
            try:
                problem, said = await self._try(claim)
            except TROUBLE:
                raise
            except Exception as error:
                # A bug of ours: it is tried again, as if we had been interrupted, and more and more seldom.
                log.exception("file_failed", file_id=str(claim.id))
                problem, said = Problem.INTERRUPTED, type(error).__name__
            if problem is not None:
                is_over = await put_off(self.pool, claim, problem, said)
                log.info(
                    "file_not_fetched", file_id=str(claim.id), problem=problem, attempt=claim.attempt, over=is_over
                )
            self.bus.hint(Topic.EVENTS)
        except TROUBLE as error:
            log.warning("file_not_finished", file_id=str(claim.id), error=str(error))

    async def _try(self, claim: Claim) -> tuple[Problem | None, str]:
        try:
            async with open_spool(self.store) as spooled:
                told = await self._download(claim, spooled)
                facts = await spooled.look(told=claim.text("mime_type") or told, name=claim.name)
                _check_sum(claim, facts)
                await self._keep(claim, spooled, facts)
        except FetchError as error:
            return error.problem, str(error)
        except TooManyBytesError:
            return Problem.TOO_LARGE, ""
        except StoreFullError as error:
            return Problem.STORE_FULL, str(error)
        except StoreAwayError as error:
            return Problem.STORE_AWAY, str(error)
        except QuotaReachedError:
            await self._remove(claim)
            return Problem.QUOTA_REACHED, ""
        except LostClaimError:
            log.info("file_claim_lost", file_id=str(claim.id), attempt=claim.attempt)
        return None, ""

    async def _download(self, claim: Claim, spooled: Spooled) -> str | None:
        wanted = Wanted(claim.channel_id, claim.text("media_id"), claim.text("media_url"))
        try:
            async with asyncio.timeout(min(DOWNLOAD_SECONDS, self.lease_seconds * 0.6)):
                told = await self.download(wanted, spooled.write)
        except TimeoutError:
            raise FetchError(Problem.BROKEN_OFF, "it took too long") from None
        if spooled.size == 0:
            raise FetchError(Problem.BROKEN_OFF, "it is empty")
        return told

    async def _keep(self, claim: Claim, spooled: Spooled, facts: Facts) -> None:
        try:
            async with asyncio.timeout(min(STORE_SECONDS, self.lease_seconds * 0.3)):
                if facts.thumbnail is not None:
                    await self.store.put(thumbnail_key(claim.workspace_id, claim.id), facts.thumbnail)
                await self.store.put(file_key(claim.workspace_id, claim.id), spooled.path)
        except TimeoutError:
            raise StoreAwayError("it took too long") from None
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[claim.workspace_id]) as conn:
            message_id = await keep_file(
                conn,
                claim.workspace_id,
                claim.id,
                facts,
                attempt=claim.attempt,
                name=claim.name,
                quota_mb=self.quota_mb,
            )
            await tell_of_file(conn, claim.workspace_id, message_id)

    async def _remove(self, claim: Claim) -> None:
        """What may not be kept is not kept. Where the store is away, the next try's bytes replace these."""
        with contextlib.suppress(StoreError):
            await self.store.delete(file_key(claim.workspace_id, claim.id))
            await self.store.delete(thumbnail_key(claim.workspace_id, claim.id))


def _check_sum(claim: Claim, facts: Facts) -> None:
    """Providers write the hash as base64 or as hexadecimal digits. One that is neither says nothing."""
    told = claim.text("sha256")
    expected = _read_sum(told) if told is not None else None
    if expected is not None and not hmac.compare_digest(expected, facts.sha256):
        raise FetchError(Problem.WRONG_CHECKSUM, f"expected {told}")


def _read_sum(told: str) -> bytes | None:
    with contextlib.suppress(ValueError):
        digest = bytes.fromhex(told.strip())
        if len(digest) == 32:
            return digest
    with contextlib.suppress(binascii.Error, ValueError):
        digest = base64.b64decode(told.strip(), validate=True)
        if len(digest) == 32:
            return digest
    return None
