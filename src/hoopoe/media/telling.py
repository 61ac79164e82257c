"""Telling the screens of a file."""

from __future__ import annotations

from uuid import UUID

from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection


async def tell_of_file(conn: Connection, workspace_id: UUID, message_id: UUID | None) -> None:
    """Let the screens know that a message's file is another one now, or fares otherwise."""
    if message_id is not None:
        await record_events(conn, [EventRow(workspace_id, EventType.MESSAGE_STATUS, message_id)])
