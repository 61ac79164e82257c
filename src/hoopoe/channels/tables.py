"""The columns of channels that are written. As migrations/ made them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import JSON, REAL, Column, DateTime, LargeBinary, MetaData, Table, Text, Uuid

metadata = MetaData()

channels = Table(
    "channels",
    metadata,
    Column("workspace_id", Uuid),
    Column("id", Uuid),
    Column("name", Text),
    Column("provider", Text),
    Column("number", Text),
    Column("phone_number_id", Text),
    Column("waba_id", Text),
    Column("account_sid", Text),
    Column("status", Text),
    Column("status_reason", Text),
    Column("status_reason_code", Text),
    Column("status_reason_details", JSON),
    Column("activated_at", DateTime(timezone=True)),
    Column("app_secret", LargeBinary),
    Column("access_token", LargeBinary),
    Column("verify_token", LargeBinary),
    Column("auth_token", LargeBinary),
    Column("messages_per_second", REAL),
    Column("chosen_per_second", REAL),
    Column("bot_id", Uuid),
    Column("updated_at", DateTime(timezone=True)),
)
