"""Refusals: what the API answers when it does not do what was asked.

A class per situation, each with its status and a code that no other class has. docs/reference/errors.md
is made from these classes, and every route names those that it may answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from hoopoe.kernel.json import Json, JsonObject


class Refusal(Exception):  # noqa: N818  # its children are named after situations: WindowClosed, NotFound
    """A request that is refused, with a reason that a person can read."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    message: ClassVar[str] = "Something went wrong on our side."

    def __init__(
        self, message: str | None = None, *, details: JsonObject | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message or self.message)
        self.words = message or self.message
        self.details: JsonObject = details or {}
        self.headers: Mapping[str, str] = headers or {}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field. `field` is a dotted path inside the body, the query or the headers."""

    field: str
    message: str
    code: str


class ValidationFailed(Refusal):
    """The request cannot be understood: `details.fields` lists every field with its reason."""

    status = 422
    code = "validation_failed"
    message = "Some fields cannot be used."

    def __init__(self, *faults: FieldFault) -> None:
        fields: list[Json] = [{"field": fault.field, "message": fault.message, "code": fault.code} for fault in faults]
        super().__init__(details={"fields": fields})


class NotFound(Refusal):
    """There is no such thing in this workspace. What belongs to another workspace answers the same."""

    status = 404
    code = "not_found"
    message = "There is no such thing here."


class MethodNotAllowed(Refusal):
    """The address exists, but not for this method."""

    status = 405
    code = "method_not_allowed"
    message = "This address does not answer to this method."


class NotAuthenticated(Refusal):
    """No token, or one that is unknown, expired or revoked."""

    status = 401
    code = "not_authenticated"
    message = "Log in, or send a valid token."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})


class NotPermitted(Refusal):
    """The role of this member does not allow it; `details.permission` names what is missing."""

    status = 403
    code = "not_permitted"
    message = "Your role does not allow this."


class TooManyRequests(Refusal):
    """The key has made all requests of its minute; `Retry-After` says how many seconds are left."""

    status = 429
    code = "too_many_requests"
    message = "This key has made as many requests as it may in a minute. Wait a moment."


class CrossOrigin(Refusal):
    """A page of another origin used the session's cookie."""

    status = 403
    code = "cross_origin"
    message = "This may be called from Hoopoe's own pages only."


class AlreadyExists(Refusal):
    """Something with the same key is there already."""

    status = 409
    code = "already_exists"
    message = "This exists already."


class InUse(Refusal):
    """Other things still refer to it."""

    status = 409
    code = "in_use"
    message = "Something else still uses this."


class BodyTooLarge(Refusal):
    """The body is over the limit of this address."""

    status = 413
    code = "body_too_large"
    message = "The body is too large."


class IdempotencyKeyReused(Refusal):
    """The `Idempotency-Key` came before with another request."""

    status = 422
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request."


class InternalError(Refusal):
    """A fault of ours. It is in the log under the request's id."""

    status = 500
    code = "internal_error"


class Busy(Refusal):
    """Somebody else holds what this needs, for longer than we wait. Nothing was changed; try again."""

    status = 503
    code = "busy"
    message = "Somebody else is changing this right now. Try again."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"Retry-After": "1"})


class DatabaseUnavailable(Refusal):
    """The database cannot be reached. Nothing was changed; try again."""

    status = 503
    code = "database_unavailable"
    message = "The database cannot be reached. Try again in a moment."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"Retry-After": "2"})


def list_refusals() -> list[type[Refusal]]:
    """Every refusal of the modules that are imported, by code."""

    def walk(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        for child in kind.__subclasses__():
            yield child
            yield from walk(child)

    return sorted(walk(Refusal), key=lambda kind: (kind.code, kind.__name__))
