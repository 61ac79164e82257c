"""Tests of bots in files: out of the database, and in again. What cannot be read is named, never dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError

from hoopoe.flows.rehearsals.script import NamedScript
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

_EXPORTED = "select name, script from bot_tests where workspace_id = $1 and bot_id = $2 order by id"
_IMPORT = """
insert into bot_tests (workspace_id, id, bot_id, name, script)
select $1, id, $2, name, script from unnest($3::uuid[], $4::text[], $5::jsonb[]) as given (id, name, script)
"""
_MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class UnreadableTest:
    """A test that is none. `place`: its dotted path in the file; `fault`: what is wrong with it, and where in it."""

    place: str
    name: str
    fault: str


def read_scripts(given: Sequence[JsonObject]) -> tuple[list[NamedScript], list[UnreadableTest]]:
    """The tests of a file, and those that are none."""
    scripts: list[NamedScript] = []
    unreadable: list[UnreadableTest] = []
    for number, each in enumerate(given):
        try:
            scripts.append(NamedScript.model_validate(each))
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            fault = f"{where}: {first['msg']}" if where else first["msg"]
            name = each.get("name")
            unreadable.append(
                UnreadableTest(f"tests.{number}", name[:_MAX_NAME] if isinstance(name, str) else "", fault)
            )
    return scripts, unreadable


async def export_tests(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> list[JsonObject]:
    """A bot's tests as a file holds them, the oldest first; as they are stored, whoever can read them."""
    rows = await conn.fetch(_EXPORTED, scope.workspace_id, bot_id)
    return [{"name": row["name"], "script": row["script"]} for row in rows]


async def import_tests(conn: Connection, scope: WorkspaceScope, bot_id: UUID, scripts: Sequence[NamedScript]) -> None:
    """Give a new bot its tests, in their order."""
    if scripts:
        await conn.execute(
            _IMPORT,
            scope.workspace_id,
            bot_id,
            [new_id() for _ in scripts],
            [each.name for each in scripts],
            [each.script.model_dump(mode="json") for each in scripts],
        )
