"""The columns that contacts are searched by. Columns are as migrations/ made them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text, Uuid

metadata = MetaData()

contact_terms = Table(
    "contact_terms",
    metadata,
    Column("workspace_id", Uuid),
    Column("term", Text(collation="C")),
    Column("contact_id", Uuid),
)
