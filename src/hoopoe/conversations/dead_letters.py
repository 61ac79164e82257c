"""Inputs that cannot be handled: set aside with their payload and the reason, so that what comes behind goes on."""

from __future__ import annotations

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.inbox import InboxRow

BURY = """
insert into dead_letters (workspace_id, id, kind, payload, error_code, error_text) values ($1, $2, 'turn', $3, $4, $5)
"""


def describe_input(row: InboxRow) -> JsonObject:
    """The payload of an input's dead letter: enough to file it again."""
    return {"kind": row.kind, "key": row.key, "channel_id": str(row.channel_id), "item": row.item}


async def bury_input(conn: Connection, row: InboxRow, code: str, text: str) -> None:
    """Set an input aside. The caller's transaction marks it as handled."""
    await conn.execute(BURY, row.workspace_id, new_id(), describe_input(row), code, text)
