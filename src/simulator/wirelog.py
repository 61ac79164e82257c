"""The wire log: every request that crossed the wire, in both directions, in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from simulator.jsontypes import JsonObject

Direction = Literal["from_app", "to_app"]
Kind = Literal["send", "receipt", "media", "template", "account", "message", "status", "event", "handshake", "clock"]

_BODY_BYTES = 64 * 1024


@dataclass(slots=True, kw_only=True)
class Row:
    """One request. `ms` is None while it is under way or when no answer came; `at` is world time."""

    seq: int
    at: float
    direction: Direction
    kind: Kind
    method: str
    path: str
    summary: str
    status: int | None = None
    ms: float | None = None
    body: bytes = b""
    answer: bytes = b""
    signature: str | None = None
    attempt: int | None = None
    fault: str | None = None
    error: str | None = None
    phone_number_id: str | None = None
    code: int | None = None

    def as_json(self) -> JsonObject:
        return {
            "seq": self.seq,
            "at": self.at,
            "direction": self.direction,
            "kind": self.kind,
            "method": self.method,
            "path": self.path,
            "summary": self.summary,
            "status": self.status,
            "ms": None if self.ms is None else round(self.ms, 1),
            "body": self.body.decode(errors="replace"),
            "answer": self.answer.decode(errors="replace"),
            "signature": self.signature,
            "attempt": self.attempt,
            "fault": self.fault,
            "error": self.error,
            "phone_number_id": self.phone_number_id,
            "code": self.code,
        }


class WireLog:
    """The last rows, and counts of all of them."""

    def __init__(self, rows: int, *, on_row: Callable[[Row], None]) -> None:
        self._rows: deque[Row] = deque(maxlen=rows)
        self._on_row = on_row
        self._seq = 0
        self.to_app = 0
        self.from_app = 0
        self.refused = 0

    def add(
        self,
        *,
        at: float,
        direction: Direction,
        kind: Kind,
        method: str,
        path: str,
        summary: str,
        status: int | None,
        ms: float | None,
        body: bytes = b"",
        answer: bytes = b"",
        signature: str | None = None,
        attempt: int | None = None,
        fault: str | None = None,
        error: str | None = None,
        phone_number_id: str | None = None,
        code: int | None = None,
    ) -> Row:
        """Write one row down. What never left (`ms` None, no error) is not counted as sent to the app.

        A status of 400 and more that we gave the app counts as refused.
        """
        self._seq += 1
        row = Row(
            seq=self._seq,
            at=at,
            direction=direction,
            kind=kind,
            method=method,
            path=path,
            summary=summary,
            status=status,
            ms=ms,
            body=body[:_BODY_BYTES],
            answer=answer[:_BODY_BYTES],
            signature=signature,
            attempt=attempt,
            fault=fault,
            error=error,
            phone_number_id=phone_number_id,
            code=code,
        )
        self._rows.append(row)
        if direction == "to_app":
            self.to_app += ms is not None
        else:
            self.from_app += 1
            if status is not None and status >= 400:
                self.refused += 1
        self._on_row(row)
        return row

    def read(self, *, after: int, limit: int, kinds: frozenset[str]) -> list[Row]:
        """Rows behind `after`, oldest first. With `after` 0 the last `limit` rows, else the next ones."""
        if after > 0:
            return _take((row for row in self._rows if row.seq > after and (not kinds or row.kind in kinds)), limit)
        newest = _take((row for row in reversed(self._rows) if not kinds or row.kind in kinds), limit)
        return newest[::-1]


def _take(rows: Iterator[Row], limit: int) -> list[Row]:
    return [row for row, _ in zip(rows, range(limit), strict=False)]
