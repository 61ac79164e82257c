"""Whether this process lives, and whether it can work."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Literal, cast

import asyncpg
from fastapi import APIRouter, Depends, Request

from hoopoe.kernel.db.pool import TROUBLE, Pool
from hoopoe.kernel.db.schema import newest_revision
from hoopoe.kernel.errors import Refusal
from hoopoe.kernel.http.shapes import Wire, refusals

router = APIRouter(tags=["operations"])


class NotReady(Refusal):
    """This process cannot serve: the database is away, or its schema is not this version's."""

    status = 503
    code = "not_ready"
    message = "Not ready."


class Health(Wire):
    status: Literal["ok", "degraded"]
    version: str
    uptime_seconds: int
    database: Literal["ok", "unreachable", "not_migrated"]


class Probe(Wire):
    status: Literal["ok"] = "ok"


async def _look_at_database(request: Request) -> Literal["ok", "unreachable", "not_migrated"]:
    pool = cast(Pool, request.app.state.pool)
    try:
        async with pool.acquire(timeout=2) as conn:
            schema = await conn.fetchval("select version_num from alembic_version", timeout=2)
    except asyncpg.UndefinedTableError:
        return "not_migrated"
    except TROUBLE:
        return "unreachable"
    return "ok" if schema == newest_revision() else "not_migrated"


DatabaseState = Annotated[Literal["ok", "unreachable", "not_migrated"], Depends(_look_at_database)]


@router.get("/health", responses=refusals(is_public=True))
async def read_health(request: Request, database: DatabaseState) -> Health:
    """How this process is. Always 200 while it can answer: `status` says more."""
    uptime = datetime.now(UTC) - cast(datetime, request.app.state.started_at)
    return Health(
        status="ok" if database == "ok" else "degraded",
        version=version("hoopoe"),
        uptime_seconds=int(uptime.total_seconds()),
        database=database,
    )


@router.get("/api/monitoring/live", responses=refusals(is_public=True))
async def read_live() -> Probe:
    """Whether the process lives. Touches nothing."""
    return Probe()


@router.get("/api/monitoring/ready", responses=refusals(NotReady, is_public=True))
async def read_ready(database: DatabaseState) -> Probe:
    """Whether it can serve: the database is reachable and has this version's schema."""
    if database != "ok":
        raise NotReady(f"The database is {database.replace('_', ' ')}.", details={"database": database})
    return Probe()
