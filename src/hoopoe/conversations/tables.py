"""The columns that the inbox filters by. Columns are as migrations/ made them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("workspace_id", Uuid),
    Column("id", Uuid),
    Column("contact_id", Uuid),
    Column("mode", Text),
    Column("assignee_id", Uuid),
    Column("unread", Integer),
    Column("last_at", DateTime(timezone=True)),
)
