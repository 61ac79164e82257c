"""Groups on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field, JsonValue

from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Wire


class Group(Wire):
    """A group that one of the workspace's numbers is in. It can be read; nothing can be sent to it."""

    id: UUID
    channel_id: UUID
    provider_id: str
    subject: str | None
    last_at: datetime
    created_at: datetime


class GroupPage(Page[Group]):
    """Groups, the last one that was written in first."""


class GroupSender(Wire):
    """Who wrote: no contact is made of it."""

    phone: str | None
    user_id: str | None
    name: str | None


class GroupMessage(Wire):
    """Something that was done in a group. `content` has the shape of its `type`, see docs/reference/messages.md."""

    id: UUID
    group_id: UUID
    provider_id: str
    sender: GroupSender
    type: str = Field(
        description="A type of message; or `reaction`, `edit`, `deletion`, which name what they change as `target_id`."
    )
    content: dict[str, JsonValue]
    reply_to: str | None
    at: datetime


class GroupMessagePage(Page[GroupMessage]):
    """Messages of a group, newest first."""
