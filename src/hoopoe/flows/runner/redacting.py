"""What looks like a secret, taken out of what is kept for people to read. Pure.

What goes to others is believed to be secret unless it is known not to be: of a request's headers only those are kept
that never carry any. Names tell of the rest (`kernel.secret_names`), and looks (`secret_shapes`). A text that
was once known as a secret is hidden wherever else it stands: escaped, encoded, and where its end was cut off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from hoopoe.flows.engine import EffectWait, Session
from hoopoe.kernel.json import Json, JsonObject, dump_json
from hoopoe.kernel.secret_names import is_secret
from hoopoe.kernel.secret_shapes import REDACTED, hide_shapes

MAX_TEXT: Final = 300
MAX_VALUE_BYTES: Final = 600
# Shorter ones are not looked for elsewhere: `true` or `2` stand everywhere.
MIN_SECRET_CHARS: Final = 6
# The beginning of a secret at the end of a text that was cut.
MIN_PIECE_CHARS: Final = 4
CUT: Final = "…"

# Of a longer text only so much is looked at, so that a trace costs the same whatever a flow computes.
_MAX_LOOKED_AT: Final = 4 * MAX_TEXT

_PLAIN_HEADERS: Final = frozenset({"accept", "accept-language", "content-type", "user-agent"})


def shorten(value: Json) -> Json:
    """A value as a trace keeps it: secrets out, long texts cut; of what is still large the beginning of its JSON."""
    kept = redact(value)
    if isinstance(kept, dict | list):
        text = dump_json(kept)
        return kept if len(text) <= MAX_VALUE_BYTES else f"{text[:MAX_VALUE_BYTES]}{CUT}"
    return kept


def redact(value: Json) -> Json:
    """A value without what its own names call a secret; long texts are cut."""
    match value:
        case str():
            return shorten_text(value)
        case dict() if _asks_for_secret(value):
            return {**value, "value": REDACTED}
        case dict():
            return {key: REDACTED if item and is_secret(key) else redact(item) for key, item in value.items()}
        case list():
            return [redact(item) for item in value]
        case _:
            return value


def redact_whole(value: Json) -> Json:
    """A value without what its own names call a secret, or what looks like one; nothing is cut."""
    match value:
        case str():
            return hide_shapes(value)
        case dict() if _asks_for_secret(value):
            return {**value, "value": REDACTED}
        case dict():
            return {key: REDACTED if item and is_secret(key) else redact_whole(item) for key, item in value.items()}
        case list():
            return [redact_whole(item) for item in value]
        case _:
            return value


def hide_named(values: Mapping[str, Json]) -> JsonObject:
    """Values as they are, but for what their names call a secret."""
    return {name: REDACTED if value and is_secret(name) else _hide_within(value) for name, value in values.items()}


def _hide_within(value: Json) -> Json:
    match value:
        case dict():
            return hide_named(value)
        case list():
            return [_hide_within(item) for item in value]
        case _:
            return value


def shorten_text(text: str) -> str:
    """A text as a trace keeps it. What is hidden is hidden before it is cut: a piece of a secret looks like none."""
    shown = hide_shapes(text if len(text) <= _MAX_LOOKED_AT else text[:_MAX_LOOKED_AT])
    return shown if len(shown) <= MAX_TEXT else f"{shown[:MAX_TEXT]}{CUT}"


def secrets_in(value: Json) -> Iterator[str]:
    """The texts that a value's own names call secrets."""
    match value:
        case dict() if _asks_for_secret(value):
            yield from _texts_of(value["value"])
        case dict():
            for key, item in value.items():
                yield from _texts_of(item) if is_secret(key) else secrets_in(item)
        case list():
            for item in value:
                yield from secrets_in(item)


def _asks_for_secret(given: JsonObject) -> bool:
    """Whether this is a condition on a column of a data table whose name says so: the value is named by another key."""
    column = given.get("column")
    return isinstance(column, str) and bool(given.get("value")) and is_secret(column)


def _texts_of(value: Json) -> Iterator[str]:
    match value:
        case str() if len(value) >= MIN_SECRET_CHARS:
            yield value
        case int() if len(str(value)) >= MIN_SECRET_CHARS:
            yield str(value)
        case dict():
            for item in value.values():
                yield from _texts_of(item)
        case list():
            for item in value:
                yield from _texts_of(item)


def secrets_of(session: Session, *around: JsonObject) -> frozenset[str]:
    """What a session knows by names that call it a secret: its flow, the flows that run it; and what stands in the
    request that it waits for. `around`: what else it reads, the variables of its conversation and the person's fields.
    """
    secrets: set[str] = set()
    if isinstance(session.wait, EffectWait):
        secrets |= redact_request(session.wait.effect.request)[1]
    for known in (session.variables, session.shared, *(caller.variables for caller in session.callers), *around):
        secrets.update(secrets_in(known))
    return frozenset(secrets)


def redact_request(request: JsonObject) -> tuple[JsonObject, frozenset[str]]:
    """A request as it may be shown, and the secret texts that stood in it."""
    secrets: set[str] = set()
    shown: JsonObject = {}
    for name, value in request.items():
        match name, value:
            case "headers", dict():
                shown[name] = {key: _hide(item, secrets, key.lower() in _PLAIN_HEADERS) for key, item in value.items()}
            case "query", dict():
                shown[name] = {key: _hide(item, secrets, not is_secret(key)) for key, item in value.items()}
            case "url", str():
                shown[name] = _redact_url(value, secrets)
            case _:
                secrets.update(secrets_in({name: value}))
                shown[name] = shorten(value)
    return shown, frozenset(secrets)


def hide(value: Json, secrets: frozenset[str]) -> Json:
    """A value without these texts, wherever they stand in it."""
    match value:
        case str():
            return _hide_in(value, secrets)
        case dict():
            return {key: hide(item, secrets) for key, item in value.items()}
        case list():
            return [hide(item, secrets) for item in value]
        case int() if str(value) in secrets:
            return REDACTED
        case _:
            return value


def hide_all(values: Mapping[str, Json], secrets: frozenset[str]) -> JsonObject:
    """Values without these texts, each by its name."""
    return {name: hide(value, secrets) for name, value in values.items()}


def _hide_in(text: str, secrets: frozenset[str]) -> str:
    for spelling in _spellings(secrets):
        text = text.replace(spelling, REDACTED)
        if text.endswith(CUT):
            text = _hide_piece(text, spelling)
    return text


@lru_cache(maxsize=256)
def _spellings(secrets: frozenset[str]) -> tuple[str, ...]:
    """How these are written, in JSON and in addresses too. Longest first: one may be the beginning of another."""
    spellings = set(secrets)
    for secret in secrets:
        spellings.update((dump_json(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)))
    return tuple(sorted(spellings, key=lambda spelling: (-len(spelling), spelling)))


def _hide_piece(text: str, secret: str) -> str:
    """Without the beginning of a secret whose rest was cut off."""
    kept = text.removesuffix(CUT)
    for size in range(min(len(secret) - 1, len(kept)), MIN_PIECE_CHARS - 1, -1):
        if kept.endswith(secret[:size]):
            return f"{kept[:-size]}{REDACTED}{CUT}"
    return text


def _hide(value: Json, secrets: set[str], is_plain: bool) -> Json:  # noqa: FBT001 - of one use, next to its caller
    if is_plain or not value:
        return redact(value)
    # `Bearer abc`: the text may stand elsewhere without its first word.
    secrets.update(part for part in (str(value), *str(value).split()) if len(part) >= MIN_SECRET_CHARS)
    return REDACTED


def _redact_url(url: str, secrets: set[str]) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        place = host if parts.port is None else f"{host}:{parts.port}"
    except ValueError:
        return "(not an address)"
    secrets.update(each for each in (parts.username, parts.password) if each and len(each) >= MIN_SECRET_CHARS)
    query = [
        (name, str(_hide(value, secrets, not is_secret(name))))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    shown = urlunsplit((parts.scheme, place, parts.path, urlencode(query, safe="[]:"), ""))
    shown = hide_shapes(shown)
    return shown if len(shown) <= 2 * MAX_TEXT else f"{shown[: 2 * MAX_TEXT]}{CUT}"
