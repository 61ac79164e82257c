"""The message core without processes, one step at a time: each step is what a process does between two crashes.

Everything is real: the endpoint of webhooks, group commit, turns, claims, Meta's client over HTTP, PostgreSQL. Only
who takes the next step, and whether it lives to write it down, is decided by the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from hoopoe.channels.contract import Address, ItemKind, Provider
from hoopoe.channels.directory import open_directory
from hoopoe.channels.meta import client
from hoopoe.channels.outside import WEBHOOK_PATH
from hoopoe.channels.wire import Wire
from hoopoe.conversations.actions import modes
from hoopoe.conversations.content import content_from_json
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send, claim_sends
from hoopoe.conversations.outbox.policy import NotSent, Verdict, judge
from hoopoe.conversations.outbox.retry import retry_send
from hoopoe.conversations.outbox.settle import resolve_doubts
from hoopoe.conversations.queries import find_filed
from hoopoe.flows.runner.bots import FlowCache
from hoopoe.flows.runner.turn import ConversationTurn
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.bus import open_bus
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import CONNECTION_LOST, Connection, Pool, Record, connect, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring
from hoopoe.main import worker
from hoopoe.webhooks.asgi import Message, WebhookEndpoint
from hoopoe.webhooks.inbox import InboxRow
from hoopoe.webhooks.ingest import open_ingest
from hoopoe.webhooks.replay import replay_requests
from hoopoe.webhooks.turns import Handled, Handlers, Turned, TurnOptions
from tests.chaos.property.stub import Provider as Stub
from tests.chaos.property.stub import Reply, run_provider
from tests.chaos.property.webhooks import Webhook
from tests.core.webhooks import meta_body
from tests.support.core import HOOKS, make_handlers
from tests.support.desk import sign
from tests.support.tenants import Tenant, make_tenant

OPTIONS = TurnOptions(max_lanes=4)


class End(StrEnum):
    """How a turn that was begun ends."""

    COMMITS = "commits"
    DIES_AT_ONCE = "dies_at_once"
    DIES_BEFORE_THE_COMMIT = "dies_before_the_commit"


class Gate:
    """The handler of conversations, which waits behind the claim until it is told how to go on."""

    def __init__(self, pool: Pool, desk: Desk) -> None:
        self._pool = pool
        self._turn = ConversationTurn(FlowCache(), departures=desk)
        self._pid = 0
        self._end = End.COMMITS
        self.is_reached = asyncio.Event()
        self._may_go_on = asyncio.Event()

    async def __call__(self, conn: Connection, rows: Sequence[InboxRow]) -> Handled:
        self._pid = conn.get_server_pid()
        self.is_reached.set()
        await self._may_go_on.wait()
        if self._end is End.DIES_AT_ONCE:
            await self._cut()
        handled = await self._turn(conn, rows)
        if self._end is End.DIES_BEFORE_THE_COMMIT:
            await self._cut()
        return handled

    def open(self, end: End) -> None:
        self._end = end
        self._may_go_on.set()

    async def _cut(self) -> None:
        async with self._pool.acquire() as conn:
            await conn.execute("select pg_terminate_backend($1)", self._pid)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that has claimed its lanes and not gone on yet."""

    gate: Gate
    task: asyncio.Task[Turned]


@dataclass
class Held:
    """A claimed send in the hands of a sender. `verdict` is there when the provider answered, or nobody did."""

    send: Send
    is_late: bool = False
    verdict: Verdict | None = None


@dataclass(eq=False)
class Desk:
    """The sender of the process that takes turns: answers leave with their turn while it has `room`, and are `held`."""

    room: int = 0
    held: list[Held] = field(default_factory=list)
    lease_seconds: float = 60.0
    is_prompt: bool = True

    def places(self, channels: Collection[UUID]) -> dict[UUID, int]:
        return dict.fromkeys(channels, self.room)

    def take(self, sends: Sequence[Send], deadline: float) -> None:
        assert deadline > time.monotonic()
        self.held += [Held(send) for send in sends]

    def give_back(self, sends: Sequence[Send]) -> None:
        """As a process that goes on: what it did not send it says so of."""
        self.held += [Held(send, verdict=judge(NotSent(0.0), attempt=send.attempt)) for send in sends]

    def look(self) -> None:
        """Claims are steps of their own."""


@dataclass
class Core:
    """The steps. `tenant` is the workspace of the example that runs."""

    dsn: str
    keyring: Keyring
    pool: Pool
    eyes: asyncpg.Connection[Record]
    endpoint: WebhookEndpoint
    provider: Stub
    wire: Wire
    desk: Desk = field(default_factory=Desk)
    handlers: Handlers = field(init=False)
    tenant: Tenant = field(init=False)

    def __post_init__(self) -> None:
        self.handlers = make_handlers(departures=self.desk)

    async def begin(self, blueprint: JsonObject) -> None:
        """A new workspace, and a provider that has taken nothing yet."""
        self.provider.taken.clear()
        self.desk.room, self.desk.held = 0, []
        self.tenant = await make_tenant(self.dsn, self.keyring, blueprint=blueprint)

    # --- webhooks

    async def post(self, webhook: Webhook) -> int:
        """A webhook arrives; the status of our answer."""
        return await self._post(json.dumps(meta_body(self.tenant, webhook.value, field=webhook.field)).encode())

    async def _post(self, raw: bytes) -> int:
        """One request to the endpoint, as the server in front of it hands it over."""
        answers: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Message) -> None:
            answers.append(message)

        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(raw)).encode()),
            (b"x-hub-signature-256", sign(self.tenant.app_secret, raw).encode()),
        ]
        scope = {"type": "http", "method": "POST", "path": WEBHOOK_PATH, "query_string": b"", "headers": headers}
        await self.endpoint(scope, receive, send)
        return int(answers[0]["status"])

    # --- turns

    async def open_turn(self) -> Turn | None:
        """Begin a turn up to its claim; None: there was nothing to talk about."""
        gate = Gate(self.pool, self.desk)
        others = (ItemKind.ECHO, ItemKind.HANDOVER, ItemKind.TIMER, ItemKind.EFFECT, ItemKind.RETRY, ItemKind.ACT)
        talks = (ItemKind.MESSAGE, *others)
        handlers = {kind: gate if kind in talks else handler for kind, handler in self.handlers.items()}
        task = asyncio.create_task(self._run_turn(handlers))
        reached = asyncio.create_task(gate.is_reached.wait())
        await asyncio.wait((task, reached), return_when=asyncio.FIRST_COMPLETED)
        if gate.is_reached.is_set():
            return Turn(gate, task)
        reached.cancel()
        await task
        return None

    async def end_turn(self, turn: Turn, end: End) -> None:
        turn.gate.open(end)
        with contextlib.suppress(*CONNECTION_LOST):
            await turn.task

    async def take_turn(self) -> int:
        return (await self._run_turn(self.handlers)).count

    async def _run_turn(self, handlers: Handlers) -> Turned:
        """By the worker's own name for it: a known mistake is put there."""
        return await worker.run_turn(self.pool, handlers, OPTIONS)  # type: ignore[attr-defined]

    async def take_two_turns(self) -> None:
        """Two workers at once."""
        await asyncio.gather(self.take_turn(), self.take_turn())

    # --- sends

    async def claim(self, *, room: int) -> list[Held]:
        """Two senders claim at once."""
        found = await asyncio.gather(*(claim_sends(self.pool, room=room, lease_seconds=60) for _ in range(2)))
        return [Held(send) for sends in found for send in sends if send.workspace_id == self.tenant.workspace_id]

    async def send(self, held: Held, reply: Reply) -> None:
        """Send what is held, or give it back where its lease is over."""
        if held.is_late:
            held.verdict = judge(NotSent(0.0), attempt=held.send.attempt)
            return
        self.provider.reply = reply
        content = dict(held.send.content)
        result = await client.send(
            self.wire,
            base_url=self.provider.url,
            version="v1",
            credentials=client.Credentials(self.tenant.phone_number_id, self.tenant.access_token),
            content=content_from_json(str(content.pop("type")), content),
            recipient=Address(phone=_text(held.send.recipient["phone"]), user_id=_text(held.send.recipient["user_id"])),
            opaque=held.send.opaque,
            reply_to=held.send.reply_to,
        )
        held.verdict = judge(result, attempt=held.send.attempt, first_retry=0.0)

    async def acknowledge(self, held: Held) -> None:
        assert held.verdict is not None
        await acknowledge_sends(self.pool, [Acknowledgement(held.send, held.verdict, Provider.META)])

    async def end_leases(self) -> None:
        """Time passes beyond every lease."""
        async with self._pipe() as conn:
            await conn.execute(
                "update outbox set lease_until = now() - interval '1 s' where workspace_id = $1 and state = 'sending'",
                self.tenant.workspace_id,
            )
        await worker.expire_leases(self.pool)  # type: ignore[attr-defined]

    async def end_waits(self) -> None:
        """Time passes beyond every wait of a refused send."""
        async with self._pipe() as conn:
            await conn.execute(
                "update outbox set next_at = now() where workspace_id = $1 and state in ('queued', 'retrying')",
                self.tenant.workspace_id,
            )

    async def end_postponements(self) -> None:
        """Time passes beyond every wait of an input that was put off."""
        async with self._pipe() as conn:
            await conn.execute(
                "update inbox set not_before = '-infinity' where workspace_id = $1 and state = 'waiting'",
                self.tenant.workspace_id,
            )

    async def end_holds(self) -> list[str]:
        """Time passes beyond every barrier; returns the messages that held one."""
        async with self._pipe() as conn:
            rows = await conn.fetch(
                "update outbox set holds_until = now() where workspace_id = $1 and holds_until > now() "
                "returning message_id",
                self.tenant.workspace_id,
            )
        return [str(row["message_id"]) for row in rows]

    async def resolve(self) -> None:
        """Doubts have lasted long enough."""
        await resolve_doubts(self.pool, after_seconds=0)

    async def press_again(self, message_id: UUID) -> None:
        """A person presses "send again"."""
        async with self._app() as conn:
            await retry_send(conn, self.tenant.workspace_id, message_id)

    async def release(self, conversation_id: UUID) -> None:
        """A person gives a conversation back to the bot."""
        async with self._app() as conn:
            await modes.release(conn, self._scope, conversation_id, hooks=HOOKS)

    # --- the journal

    async def replay(self, pick: int | None) -> None:
        """A person replays what the journal has: one webhook of it, or all."""
        async with self._app() as conn:
            rows = await conn.fetch("select distinct journal_id from journal_items order by journal_id")
            ids = [row["journal_id"] for row in rows]
            if ids:
                chosen = ids if pick is None else [ids[pick % len(ids)]]
                await replay_requests(conn, self._scope, chosen, find_filed=find_filed)

    async def forget_inputs(self) -> None:
        """A fortnight passes: the inbox forgets what was handled, the journal remembers."""
        async with self._pipe() as conn:
            await conn.execute("delete from inbox where workspace_id = $1 and state = 'done'", self.tenant.workspace_id)

    # --- looking

    async def fetch(self, sql: str) -> list[Record]:
        """Rows of the workspace ($1), in one round trip: they are looked at after every step."""
        return list(await self.eyes.fetch(sql, self.tenant.workspace_id))

    @property
    def _scope(self) -> WorkspaceScope:
        return make_scope(self.tenant.workspace_id, self.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)

    @asynccontextmanager
    async def _app(self) -> AsyncIterator[Connection]:
        async with transaction(self.pool, role=tenancy.APP, workspaces=[self.tenant.workspace_id]) as conn:
            yield conn

    @asynccontextmanager
    async def _pipe(self) -> AsyncIterator[Connection]:
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[self.tenant.workspace_id]) as conn:
            yield conn


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


@asynccontextmanager
async def open_core(dsn: str, keyring: Keyring) -> AsyncIterator[Core]:
    """The core over a database of its own."""
    async with (
        open_pool(dsn, size=8) as pool,
        open_bus(dsn) as bus,
        open_directory(pool, keyring, bus) as follower,
        open_ingest(dsn, bus) as ingest,
        run_provider() as provider,
    ):
        endpoint = WebhookEndpoint(
            follower,
            ingest,
            own_url="http://127.0.0.1",
            max_bytes=1024 * 1024,
            read_now=lambda: datetime.now(UTC),
        )
        eyes = await connect(dsn)
        try:
            await eyes.execute(f"set role {tenancy.OPERATOR}")
            with closing(Wire(seconds=5)) as wire:
                yield Core(dsn, keyring, pool, eyes, endpoint, provider, wire)
        finally:
            await eyes.close()
