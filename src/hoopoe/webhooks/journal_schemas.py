"""The webhook journal on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import JsonValue

from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Wire


class ItemResult(StrEnum):
    """What became of one part of a webhook. `ignored`: kept raw, but nothing in it is ours to handle."""

    STORED = "stored"
    UNREADABLE = "unreadable"
    IGNORED = "ignored"


class WebhookItem(Wire):
    """One part of a webhook that belonged to this workspace, raw."""

    id: UUID
    received_at: datetime
    channel_id: UUID | None
    field: str | None
    result: ItemResult
    reason: str | None
    items: int
    raw: JsonValue


class WebhookItemPage(Page[WebhookItem]):
    """Parts of webhooks, the newest first."""
