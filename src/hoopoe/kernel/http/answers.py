"""Every refusal in the one shape, whoever raised it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from hoopoe.kernel.errors import (
    BodyTooLarge,
    FieldFault,
    InternalError,
    MethodNotAllowed,
    NotFound,
    Refusal,
    ValidationFailed,
)
from hoopoe.kernel.http.fault_words import say_fault
from hoopoe.kernel.http.route import read_database_error

log = structlog.get_logger()

NO_REQUEST_ID = "-"

# Where FastAPI says that it looked; a person who sent a body knows what its fields are called.
_PLACES = frozenset({"body", "query", "path", "header", "cookie"})
# What is at fault is the field that says which shape it is.
_TAG_FAULTS = frozenset({"union_tag_invalid", "union_tag_not_found"})
# Deeper a path says nothing to anybody.
MOST_PARTS = 32
MOST_SKIPPED = 8


def install_error_handlers(app: FastAPI) -> None:
    """Answer every exception of the app in the one shape."""

    async def answer_refusal(request: Request, error: Exception) -> JSONResponse:
        return render_refusal(request, error if isinstance(error, Refusal) else InternalError())

    async def answer_invalid(request: Request, error: Exception) -> JSONResponse:
        errors: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
        body = error.body if isinstance(error, RequestValidationError) else None
        return render_refusal(request, ValidationFailed(*(read_fault(fault, body) for fault in errors)))

    async def answer_http(request: Request, error: Exception) -> JSONResponse:
        return render_refusal(request, _read_http_error(error.status_code if isinstance(error, HTTPException) else 500))

    async def answer_any(request: Request, error: Exception) -> JSONResponse:
        return render_refusal(request, read_database_error(error) or InternalError())

    app.add_exception_handler(Refusal, answer_refusal)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(Exception, answer_any)


def _read_http_error(status: int) -> Refusal:
    """What the framework itself refuses."""
    match status:
        case 404:
            return NotFound("There is no such address.")
        case 405:
            return MethodNotAllowed()
        case 413:
            return BodyTooLarge()
        case 400:
            return ValidationFailed(FieldFault("body", "The body cannot be read.", "unreadable"))
        case _:
            return InternalError()


def render_refusal(request: Request, refusal: Refusal) -> JSONResponse:
    """A refusal as an answer."""
    return JSONResponse(
        refusal_to_json(refusal, request.scope.get("request_id", NO_REQUEST_ID)),
        status_code=refusal.status,
        headers=dict(refusal.headers),
    )


def refusal_to_json(refusal: Refusal, request_id: str) -> Mapping[str, Any]:
    """The one shape of an error."""
    return {
        "error": {
            "code": refusal.code,
            "message": refusal.words,
            "details": refusal.details,
            "request_id": request_id,
        }
    }


def read_fault(error: ErrorDetails, body: object) -> FieldFault:
    """Pydantic's words about one field, with the path that the caller knows."""
    if error["type"] == "json_invalid":
        return FieldFault("body", "This is not JSON.", "not_json")
    path: Sequence[str | int] = error["loc"]
    if path[:1] == ("body",):
        path = _follow(path[1:], body, is_missing=error["type"] == "missing")
    elif path and path[0] in _PLACES:
        path = path[1:]
    context = error.get("ctx")
    if error["type"] in _TAG_FAULTS and context is not None:
        path = (*path, context["discriminator"].strip("'"))
    words = say_fault(error["type"], error["msg"], context)
    return FieldFault(".".join(map(str, path)) or "body", words, error["type"])


def _follow(path: Sequence[str | int], body: object, *, is_missing: bool) -> Sequence[str | int]:
    """The path through what was sent. Which member of a union was tried stands in it too, and that is no field.

    Parts that lead nowhere are left out. A member may be called like a field that is there as well: so the walk is
    tried again without the first parts, as long as it does not come to the end of the path. Its time is bound by
    the parts, however deep a body is.
    """
    path = path[:MOST_PARTS]
    best: Sequence[str | int] = ()
    for skipped in range(min(len(path), MOST_SKIPPED) + 1):
        found, is_whole = _walk(path[skipped:], body, is_missing=is_missing)
        if is_whole:
            return found
        best = max(best, found, key=len)
    return best


def _walk(path: Sequence[str | int], body: object, *, is_missing: bool) -> tuple[Sequence[str | int], bool]:
    """The parts that lead somewhere, and whether the last one is among them."""
    here, found, is_whole = body, [], False
    for place, part in enumerate(path):
        is_last = place == len(path) - 1
        match here, part:
            case dict(), str() if part in here:
                here = here[part]
            case list(), int() if part < len(here):
                here = here[part]
            case dict(), str() if is_missing and is_last:
                pass
            case _:
                continue
        found.append(part)
        is_whole = is_last
    return found, is_whole
