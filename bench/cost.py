"""What statements cost in buffers: a connection that explains each statement before it runs it.

The code under measure is the real one: what it sends is explained (`EXPLAIN (ANALYZE, BUFFERS)`) in a savepoint that is
rolled back, then run. So what is measured cannot drift from what is served. What foreign keys and triggers read is not
in a plan, and not counted.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

import asyncpg

# Tables that grow with every message or with every person. A partition is named after its table.
GROWING = (
    "journal", "journal_items", "inbox", "contacts", "identities", "contact_terms", "conversations", "messages",
    "message_attempts", "message_reactions", "outbox", "read_receipts", "flow_sessions", "timers", "effects", "events",
    "sprint_traces",
)  # fmt: skip
# What is read from end to end of a table as small as this many blocks is what an index would read.
SMALL = 64
MEASURED = ("select", "with", "insert", "update", "delete")
EXPLAIN = "explain (analyze, buffers, format json, timing off, summary off)"


@dataclass(slots=True)
class Statement:
    """What a named statement came to so far."""

    calls: int = 0
    buffers: int = 0
    indexes: set[str] = field(default_factory=set)
    scans: set[str] = field(default_factory=set)
    """Growing tables that it read from end to end, where they had grown."""


@dataclass(slots=True)
class Recorder:
    """Statements by name, as `conversations.turns.LOCK`."""

    statements: defaultdict[str, Statement] = field(default_factory=lambda: defaultdict(Statement))

    def add(self, sql: str, plan: dict[str, Any]) -> None:
        """Take in one explained statement."""
        statement = self.statements[name_of(sql)]
        statement.calls += 1
        statement.buffers += _buffers(plan) + sum(_buffers(node) for node in _unread_writes(plan))
        for node in _nodes(plan):
            if "Index Name" in node:
                statement.indexes.add(node["Index Name"])
            table = re.sub(r"_(\d{8}|default)$", "", node.get("Relation Name", ""))
            if node["Node Type"] == "Seq Scan" and table in GROWING and _buffers(node) > SMALL:
                statement.scans.add(table)


class MeasuredConnection(asyncpg.Connection):  # not generic when it runs
    """A connection for `asyncpg.create_pool(connection_class=…)`. What runs outside a transaction is not measured."""

    recorder: ClassVar[Recorder | None] = None

    async def _measure(self, sql: str, arguments: tuple[object, ...]) -> None:
        recorder = type(self).recorder
        if recorder is None or not sql.lstrip().startswith(MEASURED) or not self.is_in_transaction():
            return
        await super().execute("savepoint measured")
        plan = await self._explain(sql, arguments)
        await super().execute("rollback to savepoint measured; release savepoint measured")
        recorder.add(sql, (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])

    async def _explain(self, sql: str, arguments: tuple[object, ...]) -> Any:
        """The plan that the statement has when it is prepared, as asyncpg does: not one for these arguments alone."""
        await super().execute(f"prepare measured as {sql}")
        try:
            types = await super().fetchval(
                "select parameter_types::text[] from pg_prepared_statements where name = 'measured'"
            )
            written = ""
            if types:
                texts = ", ".join(f"quote_nullable(${place}::{type_}::text)" for place, type_ in enumerate(types, 1))
                written = await super().fetchval(f"select concat('(', concat_ws(', ', {texts}), ')')", *arguments)
            return await super().fetchval(f"{EXPLAIN} execute measured{written}")
        finally:
            await super().execute("deallocate measured")

    async def execute(self, query: str, *args: object, **options: Any) -> str:
        await self._measure(query, args)
        tag: str = await super().execute(query, *args, **options)
        return tag

    async def fetch(self, query: str, *args: object, **options: Any) -> Any:
        await self._measure(query, args)
        return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: object, **options: Any) -> Any:
        await self._measure(query, args)
        return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: object, **options: Any) -> Any:
        await self._measure(query, args)
        return await super().fetchval(query, *args, **options)


def name_of(sql: str) -> str:
    """The module and constant that a statement stands in, or its first words."""
    text = _squeeze(sql)
    known = next((name for begin, name in _named_statements() if text.startswith(begin)), None)
    return known or " ".join(text.split()[:7])


@cache
def _named_statements() -> list[tuple[str, str]]:
    found = []
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("hoopoe."):
            for name, value in vars(module).items():
                if name.isupper() and isinstance(value, str) and value.lstrip().startswith(MEASURED):
                    begin = _squeeze(value.split("{", 1)[0])
                    found.append((begin, f"{module_name.removeprefix('hoopoe.')}.{name}"))
    # One that is the beginning of another is asked after it.
    return sorted(found, key=lambda pair: (-len(pair[0]), len(pair[1])))


def _squeeze(sql: str) -> str:
    return " ".join(sql.split())


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _buffers(node: dict[str, Any]) -> int:
    return int(node["Shared Hit Blocks"]) + int(node["Shared Read Blocks"])


def _unread_writes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Writing parts of a `with` that nothing reads: they run when the rest is done, so its figures lack theirs."""
    read = {node.get("CTE Name") for node in _nodes(plan)}
    return [
        node
        for node in _nodes(plan)
        if node["Node Type"] == "ModifyTable"
        and node.get("Subplan Name", "").startswith("CTE ")
        and node["Subplan Name"].removeprefix("CTE ") not in read
    ]
