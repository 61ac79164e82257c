"""Several statements of one transaction, sent as one.

What a batch writes into seven tables is otherwise seven round trips, and as many times the database's and the
driver's own work. Sent together they run in one, each with its own rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from hoopoe.kernel.db.pool import Connection, Record

_PARAMETER: Final = re.compile(r"\$(\d+)")


class Writes:
    """Statements to be sent together. Each is one insert, update or delete, with parameters `$1`, `$2` and so on.

    They see the database as it was before all of them, and run in no particular order: none may need, or lock, what
    another one writes. Foreign keys are checked after the last, so a row may point at one that another statement adds.
    """

    def __init__(self) -> None:
        self._statements: list[str] = []
        self._values: list[Sequence[object]] = []
        self._asked: int | None = None

    def add(self, statement: str, *values: object) -> None:
        """Add a statement with its parameters, which are nearly always columns for `unnest`."""
        self._statements.append(statement)
        self._values.append(values)

    def ask(self, statement: str, *values: object) -> None:
        """Add the one statement whose `returning` is wanted."""
        if self._asked is not None:
            raise ValueError("the rows of one statement come back, not of two")
        self.add(statement, *values)
        self._asked = len(self._statements)

    async def run(self, conn: Connection) -> list[Record]:
        """Run what was added, nothing for nothing; the rows of the one that was asked."""
        rows: list[Record] = []
        if len(self._statements) == 1:
            rows = await conn.fetch(self._statements[0], *self._values[0])
        elif self._statements:
            counts = tuple(len(values) for values in self._values)
            together = _put_together(tuple(self._statements), counts, self._asked)
            rows = await conn.fetch(together, *(value for values in self._values for value in values))
        is_asked = self._asked is not None
        self._statements.clear()
        self._values.clear()
        self._asked = None
        return rows if is_asked else []


@lru_cache(maxsize=256)
def _put_together(statements: tuple[str, ...], counts: tuple[int, ...], asked: int | None) -> str:
    """One statement of all: each becomes a part of `with`, its parameters counted on."""
    parts = []
    before = 0
    for place, (statement, count) in enumerate(zip(statements, counts, strict=True), 1):
        moved = _PARAMETER.sub(lambda found, by=before: f"${int(found[1]) + by}", statement)  # type: ignore[misc]
        parts.append(f"write_{place} as ({moved.strip()})")
        before += count
    wanted = "1" if asked is None else f"* from write_{asked}"
    return f"with {', '.join(parts)} select {wanted}"
