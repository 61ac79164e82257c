"""What an engine run may know of the world: the time, the person, the number, the workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hoopoe.flows.engine import Env
from hoopoe.flows.runner.scene import Scene
from hoopoe.kernel.json import Json
from hoopoe.kernel.text import first_name

DEFAULT_LANGUAGE: Final = "en"


def environment_of(scene: Scene, now: datetime) -> Env:
    """The world as the flow of this conversation sees it at that time."""
    conversation, workspace = scene.conversation, scene.workspace
    return Env(
        now=in_zone(now, workspace.timezone),
        language=language_of(scene),
        contact=_contact_facts(scene),
        channel={"name": conversation.channel_name, "number": conversation.channel_number},
        workspace={"name": workspace.name, "timezone": workspace.timezone, "currency": workspace.currency},
        conversation=conversation.variables,
    )


def language_of(scene: Scene) -> str:
    """The language in which the person is spoken to."""
    return scene.conversation.contact_language or DEFAULT_LANGUAGE


def in_zone(at: datetime, timezone: str) -> datetime:
    """A time as the workspace's clock shows it: what a flow calls today is the workspace's day."""
    try:
        return at.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return at


def _contact_facts(scene: Scene) -> dict[str, Json]:
    conversation = scene.conversation
    name = conversation.contact_name
    return {
        **conversation.contact_fields,
        "id": str(conversation.contact_id),
        "name": name,
        "first_name": first_name(name or "") or None,
        "phone": conversation.contact_phone,
        "username": conversation.contact_username,
        "language": conversation.contact_language,
        "tags": list(conversation.contact_tags),
    }
