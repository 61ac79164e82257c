"""Tests of bots: keep a preview as one, change, delete."""

from __future__ import annotations

from uuid import UUID

from hoopoe.flows.preview.errors import ActNotPossible
from hoopoe.flows.preview.stage import NotNowError
from hoopoe.flows.rehearsals import schemas
from hoopoe.flows.rehearsals.errors import TooManyTests
from hoopoe.flows.rehearsals.queries import MOST, load_flow, read_test
from hoopoe.flows.rehearsals.rehearse import record as record_script
from hoopoe.flows.rehearsals.script import Script
from hoopoe.flows.versions.queries import hold_bot
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id


async def record_test(conn: Connection, scope: WorkspaceScope, bot_id: UUID, given: schemas.BotTestRecord) -> UUID:
    """Keep a preview as a test. Raises `NotFound`, `FlowInvalid`, `ActNotPossible`, `TooManyTests`."""
    await hold_bot(conn, scope, bot_id)
    count: int = await conn.fetchval(
        "select count(*) from bot_tests where workspace_id = $1 and bot_id = $2", scope.workspace_id, bot_id
    )
    if count >= MOST:
        raise TooManyTests
    script = await _record(conn, scope, bot_id, given)
    test_id = new_id()
    await conn.execute(
        "insert into bot_tests (workspace_id, id, bot_id, name, script) values ($1, $2, $3, $4, $5)",
        scope.workspace_id,
        test_id,
        bot_id,
        given.name,
        script.model_dump(mode="json"),
    )
    await record(conn, scope, "bot_test.created", target_kind="bot", target_id=bot_id, after={"name": given.name})
    return test_id


async def change_test(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, test_id: UUID, given: schemas.BotTestChange
) -> None:
    """Change a test, or accept what the draft says now. Raises `NotFound`, `FlowInvalid`, `ActNotPossible`."""
    await hold_bot(conn, scope, bot_id)
    test = await read_test(conn, scope, bot_id, test_id)
    script = given.script or test.script
    if given.accepts:
        acts = [step.act for step in script.steps]
        played = schemas.BotTestRecord(name=test.name, setting=script.setting, acts=acts)
        script = await _record(conn, scope, bot_id, played)
    await conn.execute(
        """
        update bot_tests set name = $4, script = $5, updated_at = now()
        where workspace_id = $1 and bot_id = $2 and id = $3
        """,
        scope.workspace_id,
        bot_id,
        test_id,
        given.name or test.name,
        script.model_dump(mode="json"),
    )
    await record(conn, scope, "bot_test.updated", target_kind="bot", target_id=bot_id, after={"name": test.name})


async def delete_test(conn: Connection, scope: WorkspaceScope, bot_id: UUID, test_id: UUID) -> None:
    """Delete a test. Raises `NotFound`."""
    test = await read_test(conn, scope, bot_id, test_id)
    await conn.execute(
        "delete from bot_tests where workspace_id = $1 and bot_id = $2 and id = $3", scope.workspace_id, bot_id, test_id
    )
    await record(conn, scope, "bot_test.deleted", target_kind="bot", target_id=bot_id, before={"name": test.name})


async def _record(conn: Connection, scope: WorkspaceScope, bot_id: UUID, given: schemas.BotTestRecord) -> Script:
    flow, libraries = await load_flow(conn, scope, bot_id, "draft")
    try:
        return record_script(flow, given.setting, given.acts, libraries)
    except NotNowError as error:
        raise ActNotPossible(error.words, details={"reason": error.code}) from error
