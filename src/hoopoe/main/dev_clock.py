"""The development clock: moves domain time, so that a test or a demo need not wait a day.

There only under HOOPOE_DEV_CLOCK=on. Machine time (leases, buckets, sessions) never moves. Pages learn of
it by the header X-Hoopoe-Now of every answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, cast

import asyncpg
import structlog
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field

from hoopoe.identity.authentication import begin_as
from hoopoe.identity.http import signer_of
from hoopoe.identity.roles import Permission
from hoopoe.identity.tokens import derive_clock_token
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import read_domain_now, transaction
from hoopoe.kernel.errors import NotAuthenticated, NotFound, NotPermitted
from hoopoe.kernel.http.route import make_router, settings_of, work_of
from hoopoe.kernel.http.shapes import Input, Wire, example, refusals
from hoopoe.kernel.secrets import Keyring, is_equal
from hoopoe.kernel.settings import Switch

router = make_router("/api/dev", tag="development")

MAX_STEP_SECONDS = 400 * 24 * 3600
WATCH_SECONDS = 0.5

log = structlog.get_logger()

_bearer = HTTPBearer(auto_error=False, scheme_name="Bearer")


class ClockStep(Input):
    model_config = example({"seconds": 86400})

    seconds: Annotated[
        float,
        Field(
            ge=-MAX_STEP_SECONDS,
            le=MAX_STEP_SECONDS,
            description="How far to move on; below zero: back, but never behind the machine's own clock.",
        ),
    ]


class Clock(Wire):
    """Domain time as it is now, and how far it is ahead of the machine's."""

    now: datetime
    shift_seconds: float


async def _may_move_clock(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> None:
    """The simulator by its own token, or an owner."""
    if settings_of(request).hoopoe_dev_clock is Switch.OFF:
        raise NotFound("There is no development clock here.")
    if bearer is None:
        raise NotAuthenticated
    if is_equal(bearer.credentials, derive_clock_token(cast(Keyring, request.app.state.keyring))):
        return
    work = work_of(request)
    scope = await begin_as(work, signer_of(request), bearer=bearer.credentials, wanted=None)
    await work.commit()
    if not scope.allows(Permission.CLOCK_WRITE):
        raise NotPermitted(details={"permission": Permission.CLOCK_WRITE.value})


@router.post("/clock", dependencies=[Depends(_may_move_clock)], responses=refusals())
async def advance_clock(request: Request, given: ClockStep) -> Clock:
    """Move domain time on, or back again. The answer is committed: every process reads it from the database."""
    return await _set_shift(request, "greatest(shift + $1::interval, '0')", timedelta(seconds=given.seconds))


@router.delete("/clock", dependencies=[Depends(_may_move_clock)], responses=refusals())
async def reset_clock(request: Request) -> Clock:
    """Bring domain time back to the machine's."""
    return await _set_shift(request, "$1::interval", timedelta(0))


async def _set_shift(request: Request, expression: str, value: timedelta) -> Clock:
    async with transaction(cast(Pool, request.app.state.pool), role=tenancy.PIPE) as conn:
        shift: timedelta = await conn.fetchval(
            " ".join(["update dev_clock set shift =", expression, "returning shift"]), value
        )
        moved = Clock(now=await read_domain_now(conn), shift_seconds=shift.total_seconds())
    watch: ClockWatch | None = getattr(request.app.state, "clock_watch", None)
    if watch is not None:
        watch.shift = shift
    return moved


@dataclass(slots=True)
class ClockWatch:
    """Domain time as this process last heard of it, without asking the database for every answer."""

    shift: timedelta = timedelta(0)

    def read_now(self) -> datetime:
        """Domain time in UTC; at most `WATCH_SECONDS` behind a move that another process made."""
        return datetime.now(UTC) + self.shift

    @contextlib.asynccontextmanager
    async def follow(self, pool: Pool) -> AsyncIterator[None]:
        """Follow the clock for the length of the block."""
        task = asyncio.create_task(self._follow_forever(pool))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow_forever(self, pool: Pool) -> None:
        while True:
            try:
                async with pool.acquire() as conn:
                    self.shift = await conn.fetchval("select shift from dev_clock")
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("clock_not_read", error=str(error))
            await asyncio.sleep(WATCH_SECONDS)
