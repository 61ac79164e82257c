"""Looking at one field of a request, and refusing it as Meta does. Pure functions."""

from __future__ import annotations

from simulator.jsontypes import Json, JsonObject
from simulator.meta.errors import GraphError


def require_object(parent: JsonObject, name: str, *, of: str) -> JsonObject:
    """An object that must be there: 131008 when it is missing, 100 when it is something else."""
    value = parent.get(name)
    if value is None:
        raise GraphError(131008, f"Parameter '{name}' is mandatory for {of}.")
    if not isinstance(value, dict):
        raise GraphError(100, f"Param {name} must be a JSON object.")
    return value


def require_list(parent: JsonObject, name: str, *, of: str) -> list[JsonObject]:
    """A list of objects that must be there and not be empty."""
    value = parent.get(name)
    if value is None or value == []:
        raise GraphError(131008, f"Parameter '{name}' is mandatory for {of}.")
    if not isinstance(value, list):
        raise GraphError(100, f"Param {name} must be an array.")
    items: list[JsonObject] = []
    for number, item in enumerate(value):
        if not isinstance(item, dict):
            raise GraphError(100, f"Param {name}[{number}] must be a JSON object.")
        items.append(item)
    return items


def require_text(parent: JsonObject, name: str, *, of: str, longest: int, code: int = 100) -> str:
    """A text that must be there: 131008 when missing or empty, `code` when it is too long."""
    value = parent.get(name)
    if value is None or value == "":
        raise GraphError(131008, f"Parameter '{name}' is mandatory for {of}.")
    return _check_text(value, name, of=of, longest=longest, code=code)


def optional_text(parent: JsonObject, name: str, *, of: str, longest: int, code: int = 100) -> str | None:
    """A text that may be missing; `code` when it is too long."""
    value = parent.get(name)
    return None if value is None else _check_text(value, name, of=of, longest=longest, code=code)


def require_choice(parent: JsonObject, name: str, *, of: str, choices: tuple[str, ...]) -> str:
    """One of a few words: 131008 when missing, 100 when it is another."""
    value = parent.get(name)
    if value is None:
        raise GraphError(131008, f"Parameter '{name}' is mandatory for {of}.")
    if not isinstance(value, str) or value not in choices:
        raise GraphError(100, f"Param {name} of {of} must be one of {{{', '.join(choices)}}} - got {value!r}.")
    return value


def check_link(value: Json, name: str) -> None:
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        raise GraphError(100, f"Param {name} is not a valid URI.")


def check_unique(values: list[str], what: str) -> None:
    """131009 when one value comes twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise GraphError(131009, f"Duplicate {what}: {value!r}.")
        seen.add(value)


def _check_text(value: Json, name: str, *, of: str, longest: int, code: int) -> str:
    if not isinstance(value, str):
        raise GraphError(100, f"Param {name} of {of} must be a string.")
    if len(value) > longest:
        raise GraphError(code, f"Param {name} of {of} must be at most {longest} characters long, it has {len(value)}.")
    return value
