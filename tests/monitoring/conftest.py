"""A workspace whose number is at the simulator, its owner's client of the API, and a sender started by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.identity.actions.tokens import create_token
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.monitoring.steward import tend_letters
from tests.core.sending import queue_answers, run_sender, wait_for_states
from tests.support.api import Api, Caller, api
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.simulator import SimulatorProcess, start_simulator, wait_until
from tests.support.tenants import Tenant, make_tenant

__all__ = ["api"]

JsonObject = dict[str, Any]
CUSTOMER = "966500000101"
CONTENT_REFUSED = {"kind": "refuse_code", "code": 131009}
# A reason that nobody knows yet: worth another try by itself.
UNKNOWN_REFUSED = {"kind": "refuse_code", "code": 999_999}


@dataclass(frozen=True)
class Desk:
    """One workspace: its owner's client, and hands for what workers do."""

    pool: Pool
    settings: Settings
    simulator: SimulatorProcess
    tenant: Tenant
    owner: Caller

    async def call(self, method: str, path: str, body: object = None, *, status: int = 200) -> JsonObject:
        answer: httpx2.Response = await self.owner.send(method, f"/api/monitoring/dlq{path}", json=body)
        assert answer.status_code == status, answer.text
        decoded: JsonObject = answer.json()
        return decoded

    async def letters(self, query: str = "") -> list[JsonObject]:
        return list((await self.call("GET", f"?limit=100{query}"))["data"])

    async def letter(self) -> JsonObject:
        """The only one."""
        [letter] = await self.letters()
        return letter

    async def write(self, *texts: str, customer: str = CUSTOMER) -> None:
        """The customer writes; the bot's answers wait in the outbox."""
        await queue_answers(self.pool, self.tenant, self.simulator, *texts, customer=customer)

    async def bury(self, *texts: str, fault: JsonObject = CONTENT_REFUSED, customer: str = CUSTOMER) -> None:
        """Let answers be refused, each for good."""
        await self.write(*texts, customer=customer)
        await self.simulator.set_faults({**fault, "count": len(texts)})
        before = len(await self.rows("select from outbox where state = 'dead'"))
        async with run_sender(self.pool, self.settings, self.simulator):

            async def look() -> bool:
                return len(await self.rows("select from outbox where state = 'dead'")) == before + len(texts)

            await wait_until(look, "dead sends")

    async def send_until(self, *states: str) -> None:
        """Let the sender work until the outbox stands like this."""
        async with run_sender(self.pool, self.settings, self.simulator):
            await wait_for_states(self.pool, self.tenant, *states)

    async def tend(self) -> None:
        """What the workers do with letters, twice: what one round has begun the next may close."""
        await tend_letters(self.pool)
        await tend_letters(self.pool)

    async def pass_time(self, seconds: float) -> None:
        """Domain time passes, for this workspace's letters alone: other tests share the clock."""
        await self.rows(
            "update dead_letters set next_retry_at = next_retry_at - make_interval(secs => $1) returning id", seconds
        )

    async def rows(self, sql: str, *arguments: object) -> list[Record]:
        return list(await fetch_rows(self.pool, self.tenant, sql, *arguments))

    async def file(self, text: str, message_id: str, customer: str = CUSTOMER) -> None:
        await file_body(self.pool, self.tenant, text_body(self.tenant, text, customer=customer, message_id=message_id))

    async def work(self) -> None:
        """Take turns, also those that wait for their next try."""
        for _ in range(6):
            await take_turns(self.pool, make_handlers())
            await self.rows("update inbox set not_before = '-infinity' where state = 'waiting' returning seq")


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[SimulatorProcess]:
    async with start_simulator(tmp_path) as running:
        yield running


async def open_desk(
    api: Api, pool: Pool, settings: Settings, simulator: SimulatorProcess, role: Role = Role.OWNER
) -> Desk:
    channel = await simulator.add_channel()
    tenant = await make_tenant(
        settings.require_database_url(),
        make_keyring(settings),
        blueprint=echo_blueprint(),
        number=channel.number,
        phone_number_id=channel.phone_number_id,
        waba_id=channel.waba_id,
        access_token=channel.access_token,
    )
    scope = make_scope(tenant.workspace_id, tenant.user_id, role, PrincipalKind.SESSION)
    async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
        token = await create_token(conn, scope, name="Desk", requests_per_minute=None)
    session = {"workspace": {"id": str(tenant.workspace_id), "role": role.value}, "user": {"id": str(tenant.user_id)}}
    owner = Caller(api.new_client(), session, {"Authorization": f"Bearer {token.text}"})
    return Desk(pool, settings, simulator, tenant, owner)


@pytest.fixture
async def desk(api: Api, pool: Pool, settings: Settings, simulator: SimulatorProcess) -> Desk:
    return await open_desk(api, pool, settings, simulator)
