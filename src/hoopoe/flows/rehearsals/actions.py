"""Tests of bots: keep a preview as one, change, delete."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from pydantic import ValidationError

from hoopoe.flows.rehearsals import schemas
from hoopoe.flows.rehearsals.errors import TooManyTests
from hoopoe.flows.rehearsals.past import find_bot, read_past
from hoopoe.flows.rehearsals.queries import MOST, read_test
from hoopoe.flows.rehearsals.recollecting import recollect
from hoopoe.flows.rehearsals.script import MAX_STEPS, Script
from hoopoe.flows.versions.queries import hold_bot
from hoopoe.identity.actions.audit import record
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotPermitted, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject


async def add_test(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, name: str, script: Script) -> UUID:
    """Keep a script as a test. Raises `NotFound`, `TooManyTests`."""
    await hold_bot(conn, scope, bot_id)
    await _check_room(conn, scope, bot_id)
    test_id = await _insert(conn, scope, bot_id, name, script)
    await record(conn, scope, "bot_test.created", target_kind="bot", target_id=bot_id, after={"name": name})
    return test_id


async def keep_conversation(
    conn: Connection, scope: WorkspaceScope, conversation_id: UUID, given: schemas.ConversationTest
) -> tuple[UUID, UUID, Counter[str]]:
    """Keep a stretch of a real conversation as a test; its bot, itself, and what is not in it as it was.

    Raises `NotFound`, `NotPermitted` for a key that reads no conversations, `ValidationFailed`, `TooManyTests`.
    """
    if Permission.CONVERSATIONS_READ not in scope.permissions:
        raise NotPermitted
    past = await read_past(conn, scope, conversation_id, first=given.from_message_id, last=given.to_message_id)
    bot_id = given.bot_id or find_bot(past)
    if bot_id is None:
        raise ValidationFailed(FieldFault("bot_id", "No bot said anything here: name the one to be tested.", "missing"))
    await hold_bot(conn, scope, bot_id)
    await _check_room(conn, scope, bot_id)
    try:
        made = recollect(past, bot_id)
    except ValidationError as error:
        fault = FieldFault("to_message_id", f"A test has {MAX_STEPS} steps at most.", "too_many")
        raise ValidationFailed(fault) from error
    if made.script is None:
        fault = FieldFault("from_message_id", "The person said nothing here that a test could repeat.", "empty")
        raise ValidationFailed(fault)
    test_id = await _insert(conn, scope, bot_id, given.name, made.script)
    after: JsonObject = {"name": given.name, "conversation_id": str(conversation_id)}
    await record(conn, scope, "bot_test.created", target_kind="bot", target_id=bot_id, after=after)
    return bot_id, test_id, made.notes


async def _check_room(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> None:
    count: int = await conn.fetchval(
        "select count(*) from bot_tests where workspace_id = $1 and bot_id = $2", scope.workspace_id, bot_id
    )
    if count >= MOST:
        raise TooManyTests


async def _insert(conn: Connection, scope: WorkspaceScope, bot_id: UUID, name: str, script: Script) -> UUID:
    test_id = new_id()
    await conn.execute(
        "insert into bot_tests (workspace_id, id, bot_id, name, script) values ($1, $2, $3, $4, $5)",
        scope.workspace_id,
        test_id,
        bot_id,
        name,
        script.model_dump(mode="json"),
    )
    return test_id


async def change_test(
    conn: Connection,
    scope: WorkspaceScope,
    bot_id: UUID,
    test_id: UUID,
    *,
    name: str | None = None,
    script: Script | None = None,
) -> None:
    """Change what is given. Raises `NotFound`."""
    await hold_bot(conn, scope, bot_id)
    test = await read_test(conn, scope, bot_id, test_id)
    await conn.execute(
        """
        update bot_tests set name = $4, script = $5, updated_at = now()
        where workspace_id = $1 and bot_id = $2 and id = $3
        """,
        scope.workspace_id,
        bot_id,
        test_id,
        name or test.name,
        (script or test.script).model_dump(mode="json"),
    )
    await record(conn, scope, "bot_test.updated", target_kind="bot", target_id=bot_id, after={"name": test.name})


async def delete_test(conn: Connection, scope: WorkspaceScope, bot_id: UUID, test_id: UUID) -> None:
    """Delete a test. Raises `NotFound`."""
    test = await read_test(conn, scope, bot_id, test_id)
    await conn.execute(
        "delete from bot_tests where workspace_id = $1 and bot_id = $2 and id = $3", scope.workspace_id, bot_id, test_id
    )
    await record(conn, scope, "bot_test.deleted", target_kind="bot", target_id=bot_id, before={"name": test.name})
