"""The columns of bots that may be changed one by one. As migrations/ made them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text, Uuid

metadata = MetaData()

bots = Table(
    "bots",
    metadata,
    Column("workspace_id", Uuid),
    Column("id", Uuid),
    Column("name", Text),
    Column("status", Text),
)
