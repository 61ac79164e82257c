"""The route class that commits before it answers.

The handler has run and its answer is built; now the transaction commits; only then do bytes leave.
Expected conflicts of the database become refusals of their own here, so that no handler needs to
catch them inside an open transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import asyncpg
import structlog
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from hoopoe.kernel.bus import Bus
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.errors import (
    AlreadyExists,
    Busy,
    DatabaseUnavailable,
    FieldFault,
    InUse,
    Refusal,
    ValidationFailed,
)
from hoopoe.kernel.http.idempotency import Replay, remember_answer
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.settings import Settings

log = structlog.get_logger()

Handler = Callable[[Request], Coroutine[Any, Any, Response]]  # FastAPI's own type


class TransactionRoute(APIRoute):
    """One request, one transaction: committed before the answer, rolled back on any error."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler inside a `Work`, which it finds by `work_of(request)`."""
        handle = super().get_route_handler()

        async def handle_in_transaction(request: Request) -> Response:
            work = Work(cast(Pool, request.app.state.pool), cast(Bus, request.app.state.bus))
            request.state.work = work
            try:
                response = await handle(request)
                await remember_answer(request, work, response)
                await work.commit()
            except Replay as replay:
                return replay.response
            except Exception as error:
                refusal = read_database_error(error)
                if refusal is None:
                    raise
                if isinstance(refusal, DatabaseUnavailable):
                    log.warning("database_unavailable", error=repr(error), request_id=request.scope.get("request_id"))
                raise refusal from error
            finally:
                await work.rollback()
            return response

        return handle_in_transaction


def make_router(prefix: str = "", *, tag: str) -> APIRouter:
    """A router whose routes run in transactions. `tag` groups them in the API's documentation."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=TransactionRoute)


def work_of(request: Request) -> Work:
    """The request's transaction."""
    return cast(Work, request.state.work)


def settings_of(request: Request) -> Settings:
    """The settings of the app."""
    return cast(Settings, request.app.state.settings)


def read_database_error(error: Exception) -> Refusal | None:
    """What a database error means to the caller; None for what is a fault of ours."""
    match error:
        case asyncpg.UniqueViolationError():
            return AlreadyExists()
        case asyncpg.ForeignKeyViolationError():
            return InUse()
        case asyncpg.CharacterNotInRepertoireError() | asyncpg.UntranslatableCharacterError():
            return ValidationFailed(FieldFault("body", "A text holds a character that cannot be stored.", "bad_text"))
        case (
            asyncpg.LockNotAvailableError()
            | asyncpg.SerializationError()
            | asyncpg.DeadlockDetectedError()
            | asyncpg.QueryCanceledError()
        ):
            return Busy()
        case (
            asyncpg.PostgresConnectionError()
            | asyncpg.InterfaceError()
            | asyncpg.TooManyConnectionsError()
            | asyncpg.CannotConnectNowError()
            | asyncpg.AdminShutdownError()
            | asyncpg.CrashShutdownError()
            | ConnectionError()
            | asyncio.TimeoutError()
        ):
            return DatabaseUnavailable()
        case _:
            return None
