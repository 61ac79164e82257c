"""Messages walked through the real code in this very process, on connections that measure what they run."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from tests.support.core import make_handlers, take_turns, text_body
from tests.support.departures import Quay
from tests.support.tenants import Tenant, make_tenant

from bench.cost import MeasuredConnection, Recorder
from bench.history import history_number
from hoopoe.channels.contract import Accepted, Provider
from hoopoe.channels.meta.split import split_webhook
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send, claim_sends
from hoopoe.conversations.outbox.policy import judge
from hoopoe.conversations.outbox.settle import expire_leases, resolve_doubts
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.flows.runner.timers import fire_timers
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import PROBING, Pool, prepare_connection
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json
from hoopoe.kernel.secrets import Keyring
from hoopoe.realtime.cursor import read_end, read_events
from hoopoe.webhooks.ingest import Arrival, ItemRow, PartRow, RequestRow, write_arrivals
from hoopoe.webhooks.routing import lane_of

PEOPLE = 56
STRANGERS = 8


@dataclass(frozen=True, slots=True)
class Walk:
    """What a round needs. The tenants are in the order of their workspaces, as the history spread itself."""

    dsn: str
    pool: Pool
    ingest: asyncpg.Connection[asyncpg.Record]
    tenants: Sequence[Tenant]

    async def round(self, number: int, *, conversations: int, recorder: Recorder | None) -> None:
        """One text of each person, through everything, until its answer was read."""
        MeasuredConnection.recorder = recorder
        try:
            async with transaction(self.pool, role=tenancy.PIPE) as conn:
                begun = await read_end(conn)
            bodies = []
            for each in range(PEOPLE + STRANGERS):
                # Neighbours in the history are neighbours on disk: those who write now are far from each other.
                # Every tenth of them talks with people, and the bot is silent.
                n = (each * 2_654_435_761 + number * 97) % conversations
                n += n % 10 == 0
                customer = history_number(n) if each < PEOPLE else f"9668{number:04d}{each:04d}"
                tenant = self.tenants[n % len(self.tenants)]
                bodies.append((tenant, _text(tenant, customer, f"wamid.W{number}.{each}")))
            await self._ingest(bodies)
            # Of every other tenant the answers leave with their turn; those of the others are claimed.
            quay = Quay(channels=[tenant.channel_id for tenant in self.tenants[::2]])
            await take_turns(self.pool, make_handlers(departures=quay))
            sends = list(quay.taken)
            await acknowledge_sends(self.pool, [_accept(send) for send in sends])
            while claimed := await claim_sends(self.pool, room=400, lease_seconds=30, most_each=300):
                sends += claimed
                await acknowledge_sends(self.pool, [_accept(send) for send in claimed])
                # And once more, as after a commit whose answer was lost: the long way of an acknowledgement.
                await acknowledge_sends(self.pool, [_accept(send) for send in claimed[:1]])
            assert len(sends) == PEOPLE + STRANGERS, len(sends)
            by_workspace = {tenant.workspace_id: tenant for tenant in self.tenants}
            for status in ("sent", "delivered", "read"):
                await self._ingest(
                    [
                        (by_workspace[send.workspace_id], _status(by_workspace[send.workspace_id], send, status))
                        for send in sends
                    ]
                )
                await take_turns(self.pool, make_handlers())
            async with transaction(self.pool, role=tenancy.PIPE) as conn:
                await read_events(conn, begun, workspaces=None, limit=500)
            await fire_timers(self.pool)
            await expire_leases(self.pool)
            await resolve_doubts(self.pool, after_seconds=120)
        finally:
            MeasuredConnection.recorder = None

    async def look(self, recorder: Recorder, sql: str) -> None:
        """Run one statement over all tenants' rows, measured."""
        MeasuredConnection.recorder = recorder
        workspaces = [tenant.workspace_id for tenant in self.tenants]
        try:
            async with transaction(self.pool, role=tenancy.APP, workspaces=workspaces) as conn:
                await conn.execute("set local enable_seqscan = on")
                await conn.fetch(sql)
        finally:
            MeasuredConnection.recorder = None

    async def _ingest(self, bodies: Sequence[tuple[Tenant, Json]]) -> None:
        async with self.ingest.transaction():
            await write_arrivals(self.ingest, [_arrival(tenant, body) for tenant, body in bodies])


@asynccontextmanager
async def open_walk(dsn: str, keyring: Keyring, *, tenants: int) -> AsyncIterator[Walk]:
    """Make so many tenants, whose bots echo, and open connections that measure."""
    made = [await make_tenant(dsn, keyring, blueprint=echo_blueprint()) for _ in range(tenants)]
    made.sort(key=lambda tenant: tenant.workspace_id)
    async with asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=3,
        init=prepare_connection,
        server_settings=PROBING,
        connection_class=MeasuredConnection,
    ) as pool:
        for tenant in made:
            async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
                await conn.execute("update channels set pair_limit = true where workspace_id = $1", tenant.workspace_id)
        ingest = await asyncpg.connect(
            dsn, server_settings=PROBING | {"role": tenancy.PIPE}, connection_class=MeasuredConnection
        )
        try:
            yield Walk(dsn, pool, ingest, made)
        finally:
            await ingest.close()


def _text(tenant: Tenant, customer: str, message_id: str) -> Json:
    return text_body(tenant, "Is the branch open today?", customer=customer, message_id=message_id)


def _status(tenant: Tenant, send: Send, status: str) -> Json:
    return {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": tenant.waba_id,
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {
                                "display_phone_number": tenant.number.removeprefix("+"),
                                "phone_number_id": tenant.phone_number_id,
                            },
                            "statuses": [
                                {
                                    "id": _provider_id(send),
                                    "status": status,
                                    "timestamp": str(int(time.time())),
                                    "recipient_id": str(send.recipient["phone"]),
                                    "biz_opaque_callback_data": send.opaque,
                                }
                            ],
                        },
                    }
                ],
            }
        ],
    }


def _provider_id(send: Send) -> str:
    return f"wamid.S{send.message_id.hex}"


def _accept(send: Send) -> Acknowledgement:
    return Acknowledgement(send, judge(Accepted(_provider_id(send)), attempt=send.attempt), Provider.META)


def _arrival(tenant: Tenant, body: Json) -> Arrival:
    raw, journal_id = json.dumps(body), new_id()
    request = RequestRow(
        id=journal_id,
        method="POST",
        path="/api/whatsapp/webhook",
        headers="{}",
        body=raw.encode(),
        body_bytes=len(raw),
        outcome="stored",
        status=200,
        verdict="valid",
        owner_id=tenant.workspace_id,
        began_ns=time.perf_counter_ns(),
    )
    parts, items = [], []
    for change in split_webhook(body):
        parts.append(
            PartRow(
                tenant.workspace_id,
                new_id(),
                journal_id,
                tenant.channel_id,
                "messages",
                "stored",
                None,
                len(change.items),
                json.dumps(change.raw),
            )
        )
        items += [
            ItemRow(
                tenant.workspace_id,
                tenant.channel_id,
                item.key,
                lane_of(tenant.channel_id, item.address),
                item.kind,
                json.dumps(item.payload),
            )
            for item in change.items
        ]
    return Arrival(request, parts, items)
