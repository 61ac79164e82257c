"""Bots as files over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request, Response

from hoopoe.flows.sharing import files
from hoopoe.flows.sharing.errors import BotFileTooLarge
from hoopoe.flows.sharing.schemas import BotFile, ImportReport
from hoopoe.flows.versions.routes import MayRead, MayWrite, Version
from hoopoe.identity.http import Conn, Idempotent
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.tables.errors import TooManyTables
from hoopoe.tables.views import limits_of

router = make_router("/api", tag="bots")

IMPORT_PATH: Final = "/api/bots/import"
EXAMPLE: Final[dict[str, Any]] = {
    "format": "hoopoe.bot",
    "format_version": 1,
    "name": "Echo",
    "blueprint": {
        "name": "Echo",
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
            {"id": "answer", "type": "whatsapp_reply", "config": {"message": "You said {{ message.text }}"}},
        ],
        "edges": [{"id": "e1", "source": "start", "target": "answer"}],
    },
}
_FILE: Final[dict[str, Any]] = {"application/json": {"schema": {"type": "object", "examples": [EXAMPLE]}}}


@router.get("/bots/{bot_id}/export", responses=refusals(BotFileTooLarge))
async def export_bot(
    response: Response,
    conn: Conn,
    scope: MayRead,
    bot_id: UUID,
    version: Version = "draft",
    *,
    tests: Annotated[bool, Query(description="With the bot's tests. Hundreds of long ones fit into no file.")] = True,
) -> BotFile:
    """A bot as one file: its flow, languages, tests, table schemas, and the names of what it needs; never a secret.

    At most 8 MB, written with two spaces to a level: what goes out can come in.
    """
    response.headers["content-disposition"] = f'attachment; filename="bot-{bot_id}.json"'
    return await files.export_bot(conn, scope, bot_id, version=version, has_tests=tests)


@router.post(
    "/bots/import",
    dependencies=[Idempotent],
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
    responses=refusals(IdempotencyKeyReused, TooManyTables),
)
async def import_bot(
    request: Request,
    conn: Conn,
    scope: MayWrite,
    *,
    dry_run: Annotated[bool, Query(description="Say what would be made, and make nothing.")] = False,
    create_tables: Annotated[
        bool, Query(description="Make the data tables that the file brings and that are not here.")
    ] = False,
) -> ImportReport:
    """Make bots of a file: the file itself is the body, at most 8 MB.

    Of Hoopoe, of RapidPro, TextIt or Glific (spec 13), or of Typebot (version 6): its content says which. What has no
    counterpart here becomes a placeholder that keeps its original, and the answer lists each with the reason.
    """
    return await files.import_bots(
        conn, scope, await request.body(), is_dry_run=dry_run, creates_tables=create_tables, limits=limits_of(request)
    )
