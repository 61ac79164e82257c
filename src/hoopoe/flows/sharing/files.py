"""Bots out to a file, and in from one: of ours, or of another product."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import orjson

from hoopoe.flows import exchange
from hoopoe.flows.definition import dump_blueprint, parse_blueprint, validate_blueprint
from hoopoe.flows.exchange import ExchangeError, Format, Imported, Missing, Note, Outcome
from hoopoe.flows.rehearsals.carrying import UnreadableTest, export_tests, import_tests, read_scripts
from hoopoe.flows.sharing.errors import BotFileTooLarge
from hoopoe.flows.sharing.schemas import BotFile, ImportedBot, ImportNote, ImportReport, MissingThing
from hoopoe.flows.sharing.tables import export_tables, import_tables
from hoopoe.flows.versions import queries
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.tables.limits import TableLimits


async def export_bot(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, version: str, has_tests: bool = True
) -> BotFile:
    """A bot's draft, or one of its versions, as a file that can be imported.

    Raises `NotFound`, and `BotFileTooLarge` where no import would read it; without its tests it is small.
    """
    bot = await queries.access_bot(conn, scope, bot_id)
    if version == "draft":
        flow = await queries.read_draft(conn, scope, bot_id, counts_people=False)
    else:
        number = None if version == "published" else int(version)
        flow = await queries.read_version(conn, scope, bot_id, number=number)
    tests = await export_tests(conn, scope, bot_id) if has_tests else []
    tables = await export_tables(conn, scope, flow.blueprint)
    file = exchange.export_bot(bot.name, dump_blueprint(flow.blueprint), tests=tests, tables=tables)
    made = BotFile.model_validate(file)
    # A large file takes a while to write, and nobody else shall wait for it.
    if tests and len(await asyncio.to_thread(write_file, made)) > exchange.MAX_BYTES:
        raise BotFileTooLarge
    return made


def write_file(file: BotFile) -> bytes:
    """A bot's file as it lies on a disk, for people to read: the longest way to write it."""
    return orjson.dumps(file.model_dump(mode="json", by_alias=True), option=orjson.OPT_INDENT_2) + b"\n"


async def import_bots(
    conn: Connection,
    scope: WorkspaceScope,
    content: bytes,
    *,
    is_dry_run: bool,
    creates_tables: bool,
    limits: TableLimits,
) -> ImportReport:
    """Create every bot of a file as a draft, or only say what would be created.

    `creates_tables`: also the data tables that the file brings and the workspace does not have.

    Raises `ValidationFailed` with the place in the file of what is wrong with it.
    """
    try:
        # A large file takes a while, and nobody else shall wait for it.
        imported = await asyncio.to_thread(exchange.read_bytes, content)
    except ExchangeError as error:
        raise ValidationFailed(FieldFault(error.place or "file", error.message, error.code)) from None
    ids = {bot.key: new_id() for bot in imported.bots}
    blueprints = exchange.renew_calls(imported.bots, {key: str(bot_id) for key, bot_id in ids.items()})
    known = await _list_known(conn, scope, imported)
    bots = []
    for bot, blueprint in zip(imported.bots, blueprints, strict=True):
        scripts, unreadable = read_scripts(bot.tests)
        tables = await import_tables(
            conn,
            scope,
            parse_blueprint(blueprint),
            bot.tables,
            creates=creates_tables,
            is_dry_run=is_dry_run,
            limits=limits,
        )
        notes = [*bot.notes, *map(_note_unreadable, unreadable), *itertools.starmap(_note_table, tables.unreadable)]
        if not is_dry_run:
            await _store(conn, scope, ids[bot.key], name=bot.name[:120], blueprint=blueprint, origin=imported.format)
            await import_tests(conn, scope, ids[bot.key], scripts)
        severities = Counter(fault.severity for fault in validate_blueprint(parse_blueprint(blueprint)))
        bots.append(
            ImportedBot(
                id=None if is_dry_run else ids[bot.key],
                name=bot.name[:120],
                nodes=len(parse_blueprint(blueprint).nodes),
                outcomes=Counter(note.outcome for note in notes),
                notes=_show(notes),
                missing=_still_missing((*bot.missing, *tables.missing), known),
                tables=list(tables.made),
                errors=severities["error"],
                warnings=severities["warning"],
            )
        )
    return ImportReport(format=imported.format, is_dry_run=is_dry_run, bots=bots, notes=_show(imported.notes))


async def _store(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, name: str, blueprint: JsonObject, origin: Format
) -> None:
    await conn.execute(
        "insert into bots (workspace_id, id, name, draft) values ($1, $2, $3, $4)",
        scope.workspace_id,
        bot_id,
        name,
        blueprint,
    )
    after: JsonObject = {"name": name, "format": str(origin)}
    await record(conn, scope, "bot.imported", target_kind="bot", target_id=bot_id, after=after)


async def _list_known(conn: Connection, scope: WorkspaceScope, imported: Imported) -> frozenset[Missing]:
    """Of what a file asks for: the bots and the credentials that are in this workspace already."""
    asked = {each for bot in imported.bots for each in bot.missing}
    rows = await conn.fetch(
        """
        select 'flow' as kind, id::text as name from bots where workspace_id = $1 and id::text = any($2::text[])
        union all
        select 'credential', name from credentials where workspace_id = $1 and name = any($3::text[])
        """,
        scope.workspace_id,
        [each.name for each in asked if each.kind == "flow"],
        [each.name for each in asked if each.kind == "credential"],
    )
    return frozenset(Missing(row["kind"], row["name"]) for row in rows)


def _still_missing(missing: Sequence[Missing], known: frozenset[Missing]) -> list[MissingThing]:
    return [MissingThing(kind=each.kind, name=each.name) for each in missing if each not in known]


def _note_unreadable(test: UnreadableTest) -> Note:
    detail = f"{test.name}: {test.fault}" if test.name else test.fault
    return Note(test.place, "test", Outcome.LEFT_OUT, reason="test_unreadable", detail=detail)


def _note_table(place: str, fault: str) -> Note:
    return Note(place, "table", Outcome.LEFT_OUT, reason="table_unreadable", detail=fault)


def _show(notes: Sequence[Note]) -> list[ImportNote]:
    """What is not as it was; the rest is only counted."""
    return [
        ImportNote(
            place=note.place,
            kind=note.kind,
            outcome=note.outcome,
            node_id=note.node_id,
            reason=note.reason,
            words=note.words,
        )
        for note in notes
        if note.outcome is not Outcome.MAPPED
    ]
