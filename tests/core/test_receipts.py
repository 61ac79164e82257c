"""What a bot answered is marked as read, by the worker that answered, for as long as that lives."""

from __future__ import annotations

import pytest

from hoopoe.conversations.outbox.receipts import ReceiptLine
from hoopoe.conversations.outbox.signals import MAX_ATTEMPTS
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.json import load_json
from hoopoe.kernel.settings import Settings
from tests.core.sending import open_way_out
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.simulator import SimulatorProcess
from tests.support.tenants import Tenant


async def say(pool: Pool, tenant: Tenant, simulator: SimulatorProcess, text: str, customer: str) -> str:
    message_id = await simulator.say(f"+{customer}", tenant.phone_number_id, text)
    await file_body(pool, tenant, text_body(tenant, text, customer=customer, message_id=message_id))
    return message_id


async def list_marked(simulator: SimulatorProcess) -> list[str]:
    """The messages that the provider was told of."""
    bodies = [load_json(str(entry["body"])) for entry in await simulator.log(kind="receipt")]
    return [str(body["message_id"]) for body in bodies if isinstance(body, dict)]


async def test_the_last_message_that_a_bot_answered_is_marked_once(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    customers = "966500000301", "966500000302"
    ids = [await say(pool, tenant, simulator, text, customer) for text in ("one", "two") for customer in customers]
    async with open_way_out(pool, settings, simulator) as (directory, _, deliver):
        line = ReceiptLine(directory, deliver)
        await take_turns(pool, make_handlers(mark_read=line.add))
        assert await list_marked(simulator) == []
        await line.send_waiting()
        await line.send_waiting()
    assert sorted(await list_marked(simulator)) == sorted(ids[2:])
    assert await fetch_rows(pool, tenant, "select from read_receipts") == []


@pytest.mark.parametrize("tries", [MAX_ATTEMPTS - 1, MAX_ATTEMPTS])
async def test_what_is_not_taken_is_tried_a_few_times(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, tries: int
) -> None:
    message_id = await say(pool, tenant, simulator, "hello", "966500000303")
    async with (
        open_way_out(pool, settings, simulator) as (directory, _, deliver),
        open_way_out(pool, settings, simulator, is_there=False) as (_, _, lose),
    ):
        line = ReceiptLine(directory, lose)
        await take_turns(pool, make_handlers(mark_read=line.add))
        for _ in range(tries):
            await line.send_waiting()
        line.deliver = deliver
        await line.send_waiting()
    assert await list_marked(simulator) == ([message_id] if tries < MAX_ATTEMPTS else [])
