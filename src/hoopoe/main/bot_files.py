"""What `hoopoe bot lint`, `import` and `export` do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from hoopoe.flows.definition import parse_blueprint, validate_blueprint
from hoopoe.flows.exchange import Note, Outcome, read_bytes
from hoopoe.flows.sharing.files import export_bot, import_bots, write_file
from hoopoe.flows.sharing.schemas import ImportNote, ImportReport
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import Refusal
from hoopoe.kernel.settings import SettingsError, load_settings
from hoopoe.main.up.database import find_database, require_ready
from hoopoe.tables.limits import TableLimits

Result = TypeVar("Result")
_VERSION = re.compile(r"draft|published|[1-9][0-9]{0,8}")

_WORKSPACES = """
select workspaces.id, workspaces.name, owner.user_id
from workspaces
left join lateral (
    select members.user_id from members
    where members.workspace_id = workspaces.id and members.role = 'owner' order by members.user_id limit 1
) as owner on true
where owner.user_id is not null and ($1 = '' or workspaces.id::text = $1 or lower(workspaces.name) = lower($1))
order by workspaces.id limit 2
"""


def lint_file(content: bytes, *, is_strict: bool) -> tuple[list[str], bool]:
    """A line for each fault, and whether the bot is good. Raises `ExchangeError` for no bot."""
    imported = read_bytes(content)
    lines: list[str] = []
    is_good = True
    for bot in imported.bots:
        for fault in validate_blueprint(parse_blueprint(bot.blueprint)):
            where = ".".join(part for part in (fault.node_id, fault.field) if part)
            lines.append(f"{fault.severity:8} {bot.name}: {where or 'flow'}: {fault.message} ({fault.code})")
            is_good = is_good and (fault.severity == "warning" and not is_strict)
        changes = [note for note in bot.notes if note.outcome is not Outcome.MAPPED]
        lines += [_line(note) for note in changes]
        is_good = is_good and not (is_strict and changes)
    lines += [_line(note) for note in imported.notes]
    if not lines:
        lines.append("Nothing is wrong with it.")
    return lines, is_good


def import_file(
    content: bytes, *, workspace: str, is_dry_run: bool, creates_tables: bool = False
) -> tuple[list[str], bool]:
    """The report as lines, and whether all is as it was and nothing is missing."""
    read_bytes(content)  # what is no bot is said with its place, before any database is asked

    async def make(conn: Connection, scope: WorkspaceScope) -> ImportReport:
        limits = TableLimits.of(load_settings())
        return await import_bots(
            conn, scope, content, is_dry_run=is_dry_run, creates_tables=creates_tables, limits=limits
        )

    report = _run(workspace, make)
    lines: list[str] = []
    for bot in report.bots:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in bot.outcomes.items())
        made = f"{bot.id}" if bot.id is not None else "would be made"
        lines.append(f"{bot.name} ({made}): {bot.nodes} nodes{f'; {counts}' if counts else ''}")
        lines += [f"  {_line(note)}" for note in bot.notes]
        lines += [f"  table    {name}{' would be made' if is_dry_run else ' was made'}" for name in bot.tables]
        lines += [f"  missing  {each.kind}: {each.name}" for each in bot.missing]
    lines += [_line(note) for note in report.notes]
    is_good = not report.notes and not any(bot.notes or bot.missing or bot.errors for bot in report.bots)
    return lines, is_good


def export_file(name: str, *, workspace: str, version: str, has_tests: bool = True) -> str:
    """The file as text. Raises `SettingsError` where there is no such bot, or several, or it is too large a file."""
    if not _VERSION.fullmatch(version):
        raise SettingsError(f"'{version}' is no version: draft, published, or a number.")

    async def read(conn: Connection, scope: WorkspaceScope) -> str:
        rows = await conn.fetch(
            """
            select id from bots where workspace_id = $1 and (id::text = $2 or lower(name) = lower($2))
            order by id limit 2
            """,
            scope.workspace_id,
            name,
        )
        if len(rows) != 1:
            how_many = "several bots have" if rows else "no bot has"
            raise SettingsError(f"In this workspace {how_many} the id or name {name!r}.")
        file = await export_bot(conn, scope, rows[0]["id"], version=version, has_tests=has_tests)
        return write_file(file).decode()

    return _run(workspace, read)


def _line(note: Note | ImportNote) -> str:
    return f"{note.outcome:8} {note.place} {note.kind}: {note.words.get('en', '')}".rstrip(": ")


def _run(workspace: str, work: Callable[[Connection, WorkspaceScope], Awaitable[Result]]) -> Result:
    """Work in a workspace of the database of the settings, as its owner; it is in the audit log as such."""

    async def run(dsn: str) -> Result:
        async with open_pool(dsn, size=1) as pool:
            scope = await _find_scope(pool, workspace)
            opened = transaction(pool, role=tenancy.APP, workspaces=[scope.workspace_id], user_id=scope.user_id)
            async with opened as conn:
                return await work(conn, scope)

    with find_database(load_settings()) as dsn:
        require_ready(dsn)
        try:
            return asyncio.run(run(dsn))
        except Refusal as refusal:
            raise SettingsError(_words(refusal)) from None


async def _find_scope(pool: Pool, workspace: str) -> WorkspaceScope:
    async with transaction(pool, role=tenancy.OPERATOR) as conn:
        rows = await conn.fetch(_WORKSPACES, workspace)
    if not rows:
        raise SettingsError(f"There is no workspace {workspace!r}." if workspace else "There is no workspace yet.")
    if len(rows) > 1:
        raise SettingsError("There are several such workspaces: give the id of one with --workspace.")
    workspace_id: UUID = rows[0]["id"]
    return make_scope(workspace_id, rows[0]["user_id"], Role.OWNER, PrincipalKind.SYSTEM)


def _words(refusal: Refusal) -> str:
    fields = refusal.details.get("fields")
    if not isinstance(fields, list):
        return refusal.words
    return "; ".join(f"{each.get('field')}: {each.get('message')}" for each in fields if isinstance(each, dict))
