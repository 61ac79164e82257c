"""The demo workspace of a home: made when it is missing, left alone when it is as the settings want it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from hoopoe.channels.contract import Provider
from hoopoe.channels.queries import WEBHOOK_PATHS
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings, Switch
from hoopoe.main.up.environment import local_url

PROVIDERS = {"meta", "twilio"}


@dataclass(frozen=True, slots=True)
class Login:
    """How the demo's owner logs in."""

    email: str
    password: str


def ensure_demo(settings: Settings) -> Login:
    """Make the demo workspace, or bring its files and limits in step with the settings. Blocks."""
    if not asyncio.run(_is_in_step(settings)):
        # It brings most of the program with it, and a second start needs none of that.
        from hoopoe.main.seed import seed_demo

        asyncio.run(seed_demo(settings, api_url=local_url(settings), simulator_url=settings.simulator_url()))
    owner = json.loads(demo_file(settings).read_text())["owner"]
    return Login(owner["email"], owner["password"])


def demo_file(settings: Settings) -> Path:
    """Where the demo is described."""
    return settings.hoopoe_home / "demo.json"


async def _is_in_step(settings: Settings) -> bool:
    try:
        told = json.loads(demo_file(settings).read_text())
        world = json.loads((settings.hoopoe_home / "simulator.json").read_text())
        has_same_addresses = (told["api_url"], told["simulator_url"]) == (local_url(settings), settings.simulator_url())
        workspace_id = UUID(told["workspace_id"])
        callbacks = {channel["provider"]: channel["callback_url"] for channel in world["channels"]}
        has_channels = {channel["provider"] for channel in told["channels"]} == set(callbacks) == PROVIDERS
        has_place = "time_zone" in world
        is_called = callbacks.get("twilio", "") == settings.own_url() + WEBHOOK_PATHS[Provider.TWILIO]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False
    if not (has_same_addresses and has_channels and has_place and is_called):
        return False
    limits = "select messages_per_minute is not null as is_limited from workspaces where id = $1"
    try:
        async with (
            open_pool(settings.require_database_url(), size=1) as pool,
            transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn,
        ):
            is_limited = await conn.fetchval(limits, workspace_id)
    except asyncpg.PostgresError:
        return False
    return is_limited is (settings.hoopoe_demo_limits is Switch.ON)
