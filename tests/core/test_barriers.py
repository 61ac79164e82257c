"""What is on the phone before the next leaves: barriers of delivery, ten seconds at most, and nothing else waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from hoopoe.channels.capabilities import META
from hoopoe.channels.contract import Accepted, MediaContent, MediaKind, OutboundContent, Provider, TextContent
from hoopoe.conversations.messages import AuthorKind
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send
from hoopoe.conversations.outbox.composing import compose
from hoopoe.conversations.outbox.policy import DELIVERY_SECONDS, judge
from hoopoe.conversations.outbox.queue import OutgoingMessage, queue_messages
from hoopoe.conversations.outbox.settle import release_holds
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.core.sending import claim_own, status_body
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.tenants import Tenant, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


async def queue(pool: Pool, tenant: Tenant, *contents: OutboundContent, barrier: bool = True) -> None:
    """Queue contents for the tenant's person, who has just written; the first with a barrier."""
    await file_body(pool, tenant, text_body(tenant, "hello", message_id=f"wamid.{new_id()}"))
    await take_turns(pool, make_handlers())
    async with transaction(pool, role="hoopoe_pipe", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute("update outbox set state = 'cancelled' where workspace_id = $1", tenant.workspace_id)
        row = await conn.fetchrow(
            "select id, recipient from conversations where workspace_id = $1", tenant.workspace_id
        )
        assert row is not None
        first = OutgoingMessage(
            workspace_id=tenant.workspace_id,
            id=new_id(),
            channel_id=tenant.channel_id,
            conversation_id=row["id"],
            content=contents[0],
            recipient=row["recipient"],
            author_kind=AuthorKind.USER,
            author_id=tenant.user_id,
            at=datetime.now(UTC),
            waits_for_delivery=barrier,
        )
        rest = [replace(first, id=new_id(), content=each, waits_for_delivery=False) for each in contents[1:]]
        await queue_messages(conn, [part for each in (first, *rest) for part in compose(each, META)])


async def accept(pool: Pool, send: Send) -> dict[str, object]:
    """The provider takes it; what a status names it by."""
    wamid = f"wamid.{send.message_id}"
    await acknowledge_sends(pool, [Acknowledgement(send, judge(Accepted(wamid), attempt=1), Provider.META)])
    return {"wamid": wamid, "biz_opaque_callback_data": send.opaque}


async def tell(pool: Pool, tenant: Tenant, status: str, accepted: dict[str, object]) -> None:
    await file_body(pool, tenant, status_body(tenant, status, accepted))
    await take_turns(pool, make_handlers())


async def claim(pool: Pool, tenant: Tenant) -> list[Send]:
    return await claim_own(pool, tenant, lease_seconds=30.0)


@pytest.mark.parametrize("status", ["delivered", "read", "failed"])
async def test_the_next_waits_until_it_is_on_the_phone_or_never_will_be(
    pool: Pool, tenant: Tenant, status: str
) -> None:
    await queue(pool, tenant, TextContent("first"), TextContent("second"))
    [first] = await claim(pool, tenant)
    accepted = await accept(pool, first)
    assert await claim(pool, tenant) == []
    await tell(pool, tenant, "sent", accepted)
    assert await claim(pool, tenant) == []
    await tell(pool, tenant, status, accepted)
    [second] = await claim(pool, tenant)
    assert second.content["body"] == "second"


async def test_it_waits_ten_seconds_at_most(pool: Pool, tenant: Tenant) -> None:
    await queue(pool, tenant, TextContent("first"), TextContent("second"))
    [first] = await claim(pool, tenant)
    await accept(pool, first)
    [held] = await fetch_rows(
        pool, tenant, "select extract(epoch from holds_until - now()) as s from outbox where holds_until is not null"
    )
    assert DELIVERY_SECONDS - 5 < float(held["s"]) <= DELIVERY_SECONDS
    await fetch_rows(
        pool, tenant, "update outbox set holds_until = now() - interval '2 minutes' where holds_until is not null"
    )
    [second] = await claim(pool, tenant)
    assert second.content["body"] == "second"
    await release_holds(pool)
    assert await fetch_rows(pool, tenant, "select from outbox where holds_until is not null") == []


async def test_without_a_barrier_nothing_waits(pool: Pool, tenant: Tenant) -> None:
    await queue(pool, tenant, TextContent("first"), TextContent("second"), barrier=False)
    [first] = await claim(pool, tenant)
    await accept(pool, first)
    assert len(await claim(pool, tenant)) == 1


@pytest.mark.parametrize(("told", "holds"), [("sent", True), ("delivered", False)])
async def test_a_status_before_the_answer_keeps_the_barrier_or_lifts_it(
    pool: Pool, tenant: Tenant, told: str, *, holds: bool
) -> None:
    await queue(pool, tenant, TextContent("first"), TextContent("second"))
    [first] = await claim(pool, tenant)
    early: dict[str, object] = {"wamid": f"wamid.{first.message_id}", "biz_opaque_callback_data": first.opaque}
    await tell(pool, tenant, told, early)
    await accept(pool, first)
    assert len(await claim(pool, tenant)) == (0 if holds else 1)


async def test_a_barrier_holds_its_own_conversation_only(pool: Pool, tenant: Tenant) -> None:
    await queue(pool, tenant, TextContent("first"), TextContent("second"))
    [first] = await claim(pool, tenant)
    await accept(pool, first)
    await file_body(pool, tenant, text_body(tenant, "#1#", customer="966500000102", message_id="wamid.other"))
    await take_turns(pool, make_handlers())
    [other] = await claim(pool, tenant)
    assert other.conversation_id != first.conversation_id


async def test_words_that_are_too_long_for_a_caption_wait_for_their_picture(pool: Pool, tenant: Tenant) -> None:
    caption = "word " * 300
    await queue(pool, tenant, MediaContent(MediaKind.IMAGE, new_id(), caption), barrier=False)
    [picture] = await claim(pool, tenant)
    assert picture.content["type"] == "image"
    assert "caption" not in picture.content
    accepted = await accept(pool, picture)
    assert await claim(pool, tenant) == []
    await tell(pool, tenant, "delivered", accepted)
    [words] = await claim(pool, tenant)
    assert words.content == {"type": "text", "body": caption}


async def test_each_part_is_a_message_of_its_own_and_knows_the_others(pool: Pool, tenant: Tenant) -> None:
    await queue(pool, tenant, TextContent("x " * 4000), barrier=False)
    rows = await fetch_rows(pool, tenant, "select id, fitting from messages where author_kind = 'user' order by id")
    ids = [str(row["id"]) for row in rows]
    fittings: list[dict[str, Any]] = [row["fitting"] for row in rows]
    assert len(ids) == 2
    assert all(fitting["parts"] == ids for fitting in fittings)
    assert fittings[0]["degradations"] == [{"code": "text_split", "from": 8000, "to": 2, "limit": 4096}]
    for id_ in ids:
        [send] = await claim(pool, tenant)
        assert send.message_id == UUID(id_)
        await accept(pool, send)
    [last] = await fetch_rows(pool, tenant, "select last_message_id from conversations")
    assert str(last["last_message_id"]) == ids[-1]
