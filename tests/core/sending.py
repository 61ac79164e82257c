"""What tests of the outbox do: let a bot answer, run a sender, claim by hand, report what became of a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from uuid import UUID

import aiohttp

from hoopoe.channels.directory import ChannelDirectory, open_directory
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send, claim_sends
from hoopoe.conversations.outbox.policy import NotSent, judge
from hoopoe.conversations.outbox.retry import retry_send
from hoopoe.conversations.outbox.sender import Deliver, Sender, SenderOptions
from hoopoe.conversations.outbox.settle import expire_leases
from hoopoe.kernel.bus import Bus, open_bus
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.outbound_http import open_outbound
from hoopoe.kernel.settings import Settings
from hoopoe.main.media import make_outside, require_store
from hoopoe.main.wiring import make_deliver, make_keyring
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.simulator import SimulatorProcess, wait_until
from tests.support.tenants import Tenant

NOBODY = "http://127.0.0.1:9"


@asynccontextmanager
async def open_way_out(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, seconds: float = 1.0, *, is_there: bool = True
) -> AsyncIterator[tuple[ChannelDirectory, Bus, Deliver]]:
    """What a worker sends with, for the length of the block; to nobody where the provider is not there."""
    url = simulator.url if is_there else NOBODY
    pointed = settings.model_copy(update={"meta_graph_url": url, "twilio_api_url": url})
    async with (
        open_bus(settings.require_database_url()) as bus,
        open_directory(pool, make_keyring(settings), bus) as follower,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as http,
        open_outbound() as outbound,
    ):
        outside = make_outside(pointed, http, outbound, pool, store=require_store(pointed))
        with closing(outside.wire):
            yield follower.directory, bus, make_deliver(outside)


@asynccontextmanager
async def run_sender(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, lease: float = 3.0
) -> AsyncIterator[Sender]:
    """A sender as the worker has it, for the length of the block."""
    async with open_way_out(pool, settings, simulator, lease / 3) as (directory, bus, deliver):
        options = SenderOptions(lease_seconds=lease, first_retry_seconds=0.05)
        sender = Sender(pool, directory, bus, deliver, options)
        task = asyncio.create_task(sender.run())
        try:
            yield sender
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def queue_answers(
    pool: Pool, tenant: Tenant, simulator: SimulatorProcess, *texts: str, customer: str = "966500000101"
) -> None:
    """Let the echo bot answer, so that answers wait in the outbox. The simulator knows that the person wrote."""
    await simulator.say(f"+{customer}", tenant.phone_number_id, "hello")
    for n, text in enumerate(texts):
        await file_body(pool, tenant, text_body(tenant, text, customer=customer, message_id=f"wamid.{customer}.{n}"))
    await take_turns(pool, make_handlers())


async def wait_for_states(pool: Pool, tenant: Tenant, *states: str) -> None:
    """Wait until the tenant's outbox rows, in order, have these states."""

    async def look() -> bool | None:
        rows = await fetch_rows(pool, tenant, "select state from outbox order by id")
        return [row["state"] for row in rows] == list(states) or None

    await wait_until(look, f"outbox {states}")


async def claim_own(pool: Pool, tenant: Tenant, *, lease_seconds: float) -> list[Send]:
    """Claim the tenant's own. Other tests' sends that wait in the same database are given back: nobody doubts them."""
    sends = await claim_sends(pool, room=1000, lease_seconds=lease_seconds)
    others = [send for send in sends if send.workspace_id != tenant.workspace_id]
    if others:
        given_back = [Acknowledgement(send, judge(NotSent(0.0), attempt=send.attempt), None) for send in others]
        await acknowledge_sends(pool, given_back)
    return [send for send in sends if send.workspace_id == tenant.workspace_id]


async def expire_own_leases(pool: Pool) -> None:
    """Put what ran out in doubt, batch after batch: other tests' sends may stand before the tenant's own."""
    while await expire_leases(pool):
        pass


def status_body(
    tenant: Tenant, status: str, accepted: dict[str, object], *, customer: str = "966500000101"
) -> dict[str, object]:
    """A webhook body with one status of an accepted message."""
    item: dict[str, object] = {
        "id": accepted["wamid"],
        "status": status,
        "timestamp": "1790000000",
        "recipient_id": customer,
        "biz_opaque_callback_data": accepted["biz_opaque_callback_data"],
    }
    if status == "failed":
        item["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": tenant.phone_number_id},
        "statuses": [item],
    }
    return {"entry": [{"id": tenant.waba_id, "changes": [{"field": "messages", "value": value}]}]}


async def press_retry(pool: Pool, tenant: Tenant, message_id: UUID) -> None:
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await retry_send(conn, tenant.workspace_id, message_id)
