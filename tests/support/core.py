"""The message core without processes: file webhooks, take turns, look at rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from bench.load import Target, make_text_webhook

from hoopoe.accounts.handling import handle_account_events
from hoopoe.channels.contract import ItemKind
from hoopoe.channels.meta.split import split_webhook
from hoopoe.conversations.book import handle_book
from hoopoe.conversations.changes import handle_changes
from hoopoe.conversations.events import ConversationHooks
from hoopoe.conversations.groups import handle_group_messages
from hoopoe.conversations.imports import handle_history
from hoopoe.conversations.outbox.departing import Departures
from hoopoe.conversations.outbox.receipts import MarkRead
from hoopoe.conversations.status_updates import handle_statuses
from hoopoe.flows.runner.bots import FlowCache
from hoopoe.flows.runner.parking import stop_session, unpark_session
from hoopoe.flows.runner.turn import ConversationTurn
from hoopoe.kernel.db.pool import Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import Json
from hoopoe.webhooks.inbox import put_item
from hoopoe.webhooks.routing import lane_of
from hoopoe.webhooks.turns import Handlers, TurnOptions, run_turn
from tests.support.tenants import Tenant, TwilioLine

# As the web processes wire them.
HOOKS = ConversationHooks(bot_stopped=(stop_session,), bot_resumed=(unpark_session,))


def make_handlers(mark_read: MarkRead | None = None, departures: Departures | None = None) -> Handlers:
    """As the worker wires them. Without `departures` all that bots say is queued."""
    turn = ConversationTurn(FlowCache(), mark_read=mark_read, departures=departures)
    return {
        ItemKind.ACCOUNT: handle_account_events,
        ItemKind.MESSAGE: turn,
        ItemKind.ECHO: turn,
        ItemKind.HANDOVER: turn,
        ItemKind.TIMER: turn,
        ItemKind.EFFECT: turn,
        ItemKind.RETRY: turn,
        ItemKind.ACT: turn,
        ItemKind.HISTORY: handle_history,
        ItemKind.BOOK: handle_book,
        ItemKind.STATUS: handle_statuses,
        ItemKind.CHANGE: handle_changes,
        ItemKind.GROUP: handle_group_messages,
    }


def text_body(
    tenant: Tenant, text: str, *, customer: str = "966500000101", message_id: str, at: int | None = None
) -> Json:
    """A webhook body of one text."""
    target = Target(tenant.phone_number_id, tenant.waba_id, tenant.app_secret)
    decoded: Json = json.loads(make_text_webhook(target, customer=customer, message_id=message_id, body=text, at=at))
    return decoded


async def file_body(pool: Pool, tenant: Tenant, body: Json) -> int:
    """Put a webhook's items into the inbox as ingest would; returns how many were new."""
    new = 0
    async with transaction(pool, role="hoopoe_pipe") as conn:
        for change in split_webhook(body):
            for item in change.items:
                new += await put_item(
                    conn,
                    workspace_id=tenant.workspace_id,
                    channel_id=tenant.channel_id,
                    lane=lane_of(tenant.channel_id, item.address),
                    kind=item.kind,
                    key=item.key,
                    item=item.payload,
                )
    return new


async def take_turns(pool: Pool, handlers: Handlers, options: TurnOptions | None = None) -> int:
    """Take turns until nothing is due; returns how many inputs were handled."""
    handled = 0
    while step := (await run_turn(pool, handlers, options or TurnOptions())).count:
        handled += step
    return handled


async def take_own_turns(pool: Pool, tenant: Tenant) -> int:
    """Take turns until nothing is due; returns how many of the tenant's own inputs are handled by them.

    The other tests of this process may have left inputs that fall due in the same turns.
    """
    handled = "select count(*) as count from inbox where state = 'done'"
    [before] = await fetch_rows(pool, tenant, handled)
    await take_turns(pool, make_handlers())
    [after] = await fetch_rows(pool, tenant, handled)
    count: int = after["count"] - before["count"]
    return count


async def fetch_events(pool: Pool, tenant: Tenant, type_: str | None = None) -> list[tuple[str, UUID]]:
    """What screens were told, of all types or one: each with what it speaks of."""
    rows = await fetch_rows(
        pool,
        tenant,
        "select type, array_prepend(ref, others) as refs from events where type = $1 or $1 is null order by xid, seq",
        type_,
    )
    return [(row["type"], ref) for row in rows for ref in row["refs"]]


async def fetch_rows(pool: Pool, tenant: Tenant | TwilioLine, sql: str, *arguments: object) -> Sequence[Record]:
    """Rows as the tenant's own API would see them."""
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        return await conn.fetch(sql, *arguments)
