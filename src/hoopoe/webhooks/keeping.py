"""What the journal keeps of a request: the rows, with what is secret taken out. Pure.

Headers are an allow-list: what a new proxy adds may hold anything. Signatures are kept as "there was one".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.parts import Change
from hoopoe.kernel.json import dump_json
from hoopoe.webhooks.ingest import PartRow
from hoopoe.webhooks.routing import SignatureVerdict, Taken

KEPT_HEADERS: Final = frozenset(
    {
        b"content-type",
        b"content-encoding",
        b"forwarded",
        b"host",
        b"i-twilio-idempotency-token",
        b"user-agent",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-home-region",
    }
)
HIDDEN_HEADERS: Final = frozenset({b"authorization", b"cookie", b"x-hub-signature-256", b"x-twilio-signature"})
REDACTED: Final = "[redacted]"
MAX_HEADER_CHARS: Final = 1_000
MAX_PATH_CHARS: Final = 2_000
SECRET_PARAMS: Final = frozenset({"hub.verify_token"})

# Nobody vouches for these: a body that names ten thousand channels is not worth ten thousand rows.
MAX_REFUSED_PARTS: Final = 20


def keep_headers(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The headers as JSON text. A provider's are nearly always the same, so they are written once."""
    return _dump_headers(
        tuple(
            (name, b"" if name in HIDDEN_HEADERS else value)
            for name, value in headers
            if name in KEPT_HEADERS or name in HIDDEN_HEADERS
        )
    )


@lru_cache(maxsize=512)
def _dump_headers(headers: tuple[tuple[bytes, bytes], ...]) -> str:
    return dump_json(
        {
            name.decode("latin-1"): REDACTED if name in HIDDEN_HEADERS else _cut(value.decode("latin-1"))
            for name, value in headers
        }
    )


def _cut(text: str) -> str:
    return text if len(text) <= MAX_HEADER_CHARS else text[: MAX_HEADER_CHARS - 1] + "…"


def keep_path(path: str, query: bytes) -> str:
    """The path with its query, secrets taken out."""
    if not query:
        return path
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    kept = urlencode([(name, REDACTED if name in SECRET_PARAMS else value) for name, value in pairs], safe="[]:")
    return f"{path}?{kept}"[:MAX_PATH_CHARS].replace("\x00", "\ufffd")


def make_part(request_id: UUID, place: int, taken: Taken, *, raw: str) -> PartRow:
    """The row of a part whose channel may have it; `raw` is its JSON text."""
    channel, change = taken.channel, taken.change
    return PartRow(
        workspace_id=channel.workspace_id,
        id=UUID(int=request_id.int + place),
        journal_id=request_id,
        channel_id=channel.id,
        field=change.field,
        outcome=_outcome_of(change),
        reason="; ".join(change.unreadable) or None,
        item_count=len(change.items),
        raw=raw,
    )


def _outcome_of(change: Change) -> str:
    if change.unreadable:
        return "unreadable"
    return "stored" if change.items else "kept"


def make_refused_parts(request_id: UUID, refused: Iterable[Taken], verdict: SignatureVerdict) -> list[PartRow]:
    """One row for each field of each channel that was named without a signature. What was said is not kept."""
    named = {(each.channel.id, each.change.field): each for each in refused}
    return [
        _make_bare_part(request_id, place, each.channel, each.change.field, outcome="refused", reason=verdict.value)
        for place, each in enumerate(list(named.values())[:MAX_REFUSED_PARTS], 1)
    ]


def make_handshake_parts(
    request_id: UUID, channels: Iterable[RoutedChannel], query: Mapping[str, str]
) -> list[PartRow]:
    """One row for each channel whose verify token a check of the address named."""
    mode = query.get("hub.mode", "")[:64]
    return [
        _make_bare_part(request_id, place, channel, "handshake", outcome="answered", raw=dump_json({"hub.mode": mode}))
        for place, channel in enumerate(channels, 1)
    ]


def _make_bare_part(
    request_id: UUID,
    place: int,
    channel: RoutedChannel,
    field: str,
    *,
    outcome: str,
    reason: str | None = None,
    raw: str = "null",
) -> PartRow:
    return PartRow(
        workspace_id=channel.workspace_id,
        id=UUID(int=request_id.int + place),
        journal_id=request_id,
        channel_id=channel.id,
        field=field,
        outcome=outcome,
        reason=reason,
        item_count=0,
        raw=raw,
    )
