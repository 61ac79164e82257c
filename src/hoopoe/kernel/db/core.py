"""SQLAlchemy Core's statements on asyncpg's connections.

Core writes the SQL of CRUD queries whose filters vary; asyncpg runs it, so that there is one kind of
connection, one pool and one transaction. Hot statements are written by hand and skip this module
(docs/decisions/0002-one-driver.md has the figures).
"""

from __future__ import annotations

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import asyncpg as dialects
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import CompilerElement

from hoopoe.kernel.db.pool import Connection, Record

_DIALECT = dialects.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialect constructors untyped


def compile_statement(statement: Executable) -> tuple[str, list[object]]:
    """SQL text with `$n` parameters, and their values in order."""
    if not isinstance(statement, CompilerElement):
        raise TypeError(f"not a compilable statement: {statement!r}")
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"not a SQL statement: {statement!r}")
    values = compiled.params
    return compiled.string, [values[name] for name in compiled.positiontup or ()]


async def fetch_all(conn: Connection, statement: Executable) -> list[Record]:
    """Run a statement and return its rows."""
    sql, values = compile_statement(statement)
    return await conn.fetch(sql, *values)


async def fetch_one(conn: Connection, statement: Executable) -> Record | None:
    """Run a statement and return its first row, or None."""
    sql, values = compile_statement(statement)
    return await conn.fetchrow(sql, *values)


async def execute(conn: Connection, statement: Executable) -> int:
    """Run a statement that returns no rows; return how many it touched."""
    sql, values = compile_statement(statement)
    tag: str = await conn.execute(sql, *values)
    return int(tag.rsplit(" ", 1)[-1])
