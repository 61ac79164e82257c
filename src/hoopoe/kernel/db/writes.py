"""Several statements of one transaction, sent as one.

What a batch writes into seven tables is otherwise seven round trips, and as many times the database's and the
driver's own work. Sent together they run in one, each with its own rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from hoopoe.kernel.db.pool import Connection

_PARAMETER: Final = re.compile(r"\$(\d+)")


class Writes:
    """Statements to be sent together. Each is one insert, update or delete, with parameters `$1`, `$2` and so on.

    They see the database as it was before all of them, and run in no particular order: none may need, or lock, what
    another one writes. Foreign keys are checked after the last, so a row may point at one that another statement adds.
    """

    def __init__(self) -> None:
        self._statements: list[str] = []
        self._values: list[Sequence[object]] = []

    def add(self, statement: str, *values: object) -> None:
        """Add a statement with its parameters, which are nearly always columns for `unnest`."""
        self._statements.append(statement)
        self._values.append(values)

    async def run(self, conn: Connection) -> None:
        """Run what was added; nothing for nothing."""
        if len(self._statements) == 1:
            await conn.execute(self._statements[0], *self._values[0])
        elif self._statements:
            counts = tuple(len(values) for values in self._values)
            together = _put_together(tuple(self._statements), counts)
            await conn.execute(together, *(value for values in self._values for value in values))
        self._statements.clear()
        self._values.clear()


@lru_cache(maxsize=256)
def _put_together(statements: tuple[str, ...], counts: tuple[int, ...]) -> str:
    """One statement of all: each becomes a part of `with`, its parameters counted on."""
    parts = []
    before = 0
    for place, (statement, count) in enumerate(zip(statements, counts, strict=True), 1):
        moved = _PARAMETER.sub(lambda found, by=before: f"${int(found[1]) + by}", statement)  # type: ignore[misc]
        parts.append(f"write_{place} as ({moved.strip()})")
        before += count
    return f"with {', '.join(parts)} select 1"
