"""Shapes that routes share: what is asked, what is answered, what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from hoopoe.kernel.errors import (
    Busy,
    DatabaseUnavailable,
    InternalError,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    Refusal,
    TooManyRequests,
    ValidationFailed,
)
from hoopoe.kernel.json import JsonObject

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

Responses: TypeAlias = dict[int | str, dict[str, Any]]  # FastAPI's own type


class Wire(BaseModel):
    """A shape of an answer."""

    model_config = ConfigDict(frozen=True)


class Input(BaseModel):
    """A shape of a request. Unknown fields are refused, so that a slip of the pen does not pass in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _check_texts(cls, data: object) -> object:
        """JSON can escape half a surrogate pair; no encoding can write it, so nothing behind here could."""
        waiting = [data]
        while waiting:
            match waiting.pop():
                case str() as text if not text.isascii() and _HALF_CHARACTER.search(text):
                    raise ValueError("A text holds half a character.")
                case dict() as fields:
                    waiting += [*fields, *fields.values()]
                case list() as items:
                    waiting += items
        return data


def example(body: JsonObject) -> ConfigDict:
    """A `model_config` that shows an example of a request in the API's description. A test reads it back."""
    return ConfigDict(json_schema_extra={"examples": [body]})


class ErrorBody(Wire):
    """Why a request was refused. `details` depends on the code, see docs/reference/errors.md."""

    code: str = Field(examples=["not_found"])
    message: str = Field(examples=["There is no such thing here."])
    details: dict[str, JsonValue]
    request_id: str = Field(examples=["0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"])


class ErrorEnvelope(Wire):
    """The one shape of every refusal."""

    error: ErrorBody


# What any route may answer, whoever calls it.
ALWAYS: tuple[type[Refusal], ...] = (ValidationFailed, InternalError, Busy, DatabaseUnavailable)
# What any route may answer that asks for a token.
AUTHENTICATED: tuple[type[Refusal], ...] = (NotAuthenticated, NotPermitted, NotFound, TooManyRequests)


def refusals(*kinds: type[Refusal], is_public: bool = False) -> Responses:
    """The refusals of a route for its OpenAPI entry: those given here and those that any route has."""
    common = ALWAYS if is_public else (*ALWAYS, *AUTHENTICATED)
    by_status: dict[int, dict[str, type[Refusal]]] = {}
    for kind in (*kinds, *common):
        by_status.setdefault(kind.status, {})[kind.code] = kind
    return {status: _describe(by_status[status].values()) for status in sorted(by_status)}


def _describe(kinds: Iterable[type[Refusal]]) -> dict[str, Any]:
    kinds = sorted(kinds, key=lambda kind: kind.code)
    return {
        "model": ErrorEnvelope,
        "description": "\n\n".join(f"`{kind.code}`: {first_line(kind)}" for kind in kinds),
        "content": {
            "application/json": {
                "examples": {
                    kind.code: {
                        "value": {
                            "error": {
                                "code": kind.code,
                                "message": kind.message,
                                "details": {},
                                "request_id": "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11",
                            }
                        }
                    }
                    for kind in kinds
                }
            }
        },
    }


def first_line(kind: type[object]) -> str:
    """The first paragraph of a class's docstring."""
    return " ".join((kind.__doc__ or "").strip().split("\n\n")[0].split())
