"""Others speak on a number: the owner's phone, another app. The bot steps back, and nothing of theirs is lost."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.conversations.actions import modes
from hoopoe.conversations.events import ConversationHooks
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from tests.core.others import (
    HELLO,
    NOW,
    echo,
    file_echoes,
    open_tenant,
    read_conversation,
    read_events,
    read_outbox,
    read_thread,
)
from tests.core.webhooks import CUSTOMER, file_messages, meta_body
from tests.flows_live.blueprints import blueprint, question_blueprint, say
from tests.support.core import fetch_events, fetch_rows, file_body, make_handlers, take_own_turns, take_turns
from tests.support.tenants import Tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await open_tenant(settings, echo_blueprint())


async def test_an_echo_is_filed_as_the_phones_and_people_have_the_conversation(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    before = await read_conversation(pool, tenant)
    await file_echoes(pool, tenant, echo("on it", id="wamid.E1", context={"id": "wamid.before"}))
    assert await take_turns(pool, handlers) == 1
    select = "select id, direction, status, author_id, provider_id, reply_to, is_stale, at from messages"
    [row] = await fetch_rows(pool, tenant, f"{select} where author_kind = 'phone'")
    assert (row["direction"], row["status"], row["author_id"], row["is_stale"]) == ("out", "sent", None, False)
    assert (row["provider_id"], row["reply_to"], int(row["at"].timestamp())) == ("wamid.E1", "wamid.before", NOW)
    after = await read_conversation(pool, tenant)
    assert (after["mode"], after["assignee_id"], after["last_message_id"]) == ("human", None, row["id"])
    for name in ("unread", "window_expires_at", "last_inbound_id", "recipient"):
        assert after[name] == before[name], name
    assert await read_events(pool, tenant) == [("taken_over", "phone", None, None)]
    told = await fetch_events(pool, tenant, "message.received")
    assert told[-1] == ("message.received", row["id"])


async def test_an_echo_opens_a_conversation_and_no_window(pool: Pool, tenant: Tenant) -> None:
    """With somebody new who hides the number: filed under the user id, as the person's own messages will be."""
    contact = {"profile": {"username": "@hind"}, "user_id": "SA.40123"}
    said = {key: value for key, value in echo("welcome").items() if key != "to"}
    await file_echoes(pool, tenant, {**said, "to_user_id": "SA.40123"}, contacts=[contact])
    await take_turns(pool, make_handlers())
    conversation = await read_conversation(pool, tenant)
    assert (conversation["mode"], conversation["unread"], conversation["window_expires_at"]) == ("human", 0, None)
    assert conversation["recipient"] == {"phone": None, "user_id": "SA.40123"}
    identities = await fetch_rows(pool, tenant, "select kind, value from identities")
    assert [(row["kind"], row["value"]) for row in identities] == [("user_id", "SA.40123")]
    value = {"messages": [{**HELLO, "from_user_id": "SA.40123", "id": "wamid.1", "timestamp": str(NOW)}]}
    await file_body(pool, tenant, meta_body(tenant, {**value, "contacts": [contact]}))
    await take_turns(pool, make_handlers())
    assert await read_thread(pool, tenant) == [("phone", "text", "welcome"), ("contact", "text", "hello")]
    lanes = await fetch_rows(pool, tenant, "select distinct lane from inbox")
    assert len(lanes) == 1, "in order with what the person writes"


async def test_the_bots_answer_that_has_not_left_is_dropped_with_the_reason(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO, HELLO, HELLO)
    await take_turns(pool, handlers)
    set_state = "update outbox set state = $1 where id = (select id from outbox order by id offset $2 limit 1)"
    await fetch_rows(pool, tenant, set_state, "retrying", 1)
    await fetch_rows(pool, tenant, set_state, "sending", 2)
    await file_echoes(pool, tenant, echo())
    await take_turns(pool, handlers)
    assert await read_outbox(pool, tenant) == ["cancelled", "cancelled", "sending"], "what may have left goes on"
    rows = await fetch_rows(pool, tenant, "select status, failure from messages where author_kind = 'bot' order by id")
    assert [row["failure"]["code"] if row["failure"] else None for row in rows] == ["answered_on_phone"] * 2 + [None]
    assert all(rows[0]["failure"]["text"][language] for language in ("en", "ar"))
    assert {row["status"] for row in rows} == {"pending"}
    assert len(await fetch_events(pool, tenant, "message.status")) == 2


async def test_what_a_member_wrote_is_sent_all_the_same(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    await fetch_rows(pool, tenant, "update messages set author_kind = 'user', author_id = $1 where direction = 'out'",
                     tenant.user_id)  # fmt: skip
    await file_echoes(pool, tenant, echo())
    await take_turns(pool, handlers)
    assert await read_outbox(pool, tenant) == ["queued"]


async def test_a_flow_that_waits_for_an_answer_ends(pool: Pool, settings: Settings) -> None:
    tenant, handlers = await open_tenant(settings, question_blueprint()), make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    await file_echoes(pool, tenant, echo())
    await take_turns(pool, handlers)
    [session] = await fetch_rows(pool, tenant, "select status, wait_kind from flow_sessions")
    assert (session["status"], session["wait_kind"]) == ("interrupted", None)
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    assert len(await fetch_rows(pool, tenant, "select 1 from messages where author_kind = 'bot'")) == 1
    assert len(await fetch_rows(pool, tenant, "select 1 from flow_sessions")) == 1


async def test_an_effect_under_way_comes_to_nothing(pool: Pool, settings: Settings) -> None:
    flow = blueprint(
        ("call", "http_request", {"url": "https://menu.example", "method": "GET"}),
        say("done", "Done"),
        edges=[("start", "call", None), ("call", "done", "ok"), ("call", "done", "error")],
    )
    tenant, handlers = await open_tenant(settings, flow), make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    [effect] = await fetch_rows(pool, tenant, "select * from effects")
    await file_echoes(pool, tenant, echo())
    await take_turns(pool, handlers)
    assert [row["state"] for row in await fetch_rows(pool, tenant, "select state from effects")] == ["done"]
    item = {
        "conversation_id": str(effect["conversation_id"]),
        "session_id": str(effect["session_id"]),
        "sprint": effect["sprint"],
        "result": {"ok": True, "status": 200, "body": {}, "error": None},
    }
    await fetch_rows(
        pool, tenant,
        "insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item) "
        "values ($1, $2, 'e:1', $3, 'effect', $4)",
        tenant.workspace_id, tenant.channel_id, effect["lane"], item,
    )  # fmt: skip
    assert await take_turns(pool, handlers) == 1, "the request was made already, and its answer comes"
    assert await fetch_rows(pool, tenant, "select 1 from messages where author_kind = 'bot'") == []


async def test_what_a_limit_put_off_is_not_heard_any_more(pool: Pool, settings: Settings) -> None:
    """Not even when the conversation was closed meanwhile, and the person's next message gave it to the bot."""
    tenant, handlers = await open_tenant(settings, echo_blueprint(), has_limits=True), make_handlers()
    await file_messages(pool, tenant, *({**HELLO, "id": f"wamid.{n}"} for n in range(25)))
    await take_turns(pool, handlers)
    waiting = "select 1 from inbox where state = 'waiting'"
    assert await fetch_rows(pool, tenant, waiting) != [], "the customer wrote more than is heard at once"
    await file_echoes(pool, tenant, echo())
    await take_turns(pool, handlers)
    await fetch_rows(pool, tenant, "update conversations set mode = 'bot'")
    heard = len(await fetch_rows(pool, tenant, "select 1 from messages where author_kind = 'bot'"))
    await fetch_rows(pool, tenant, "update inbox set not_before = '-infinity' where state = 'waiting'")
    await take_turns(pool, handlers)
    assert await fetch_rows(pool, tenant, waiting) == []
    assert len(await fetch_rows(pool, tenant, "select 1 from messages where author_kind = 'bot'")) == heard


@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
async def test_an_echo_stands_in_order_with_the_persons_messages(
    pool: Pool, tenant: Tenant, *, is_before: bool
) -> None:
    """Also when one turn handles both: what was written before the echo was heard, what came after it was not."""
    if is_before:
        await file_echoes(pool, tenant, echo("mine"))
        await file_messages(pool, tenant, HELLO)
    else:
        await file_messages(pool, tenant, HELLO)
        await file_echoes(pool, tenant, echo("mine"))
    assert await take_own_turns(pool, tenant) == 2
    authors = [author for author, _, _ in await read_thread(pool, tenant)]
    assert authors == (["phone", "contact"] if is_before else ["contact", "bot", "phone"])
    assert await read_outbox(pool, tenant) == ([] if is_before else ["cancelled"]), "nobody talks over the owner"


async def test_an_echo_of_our_own_message_changes_nothing(pool: Pool, tenant: Tenant) -> None:
    """Known by the provider's id, by our own, or because the very same is on its way at this moment."""
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    [ours] = await fetch_rows(pool, tenant, "select id, content from messages where author_kind = 'bot'")
    body, before = ours["content"]["body"], await read_conversation(pool, tenant)
    await fetch_rows(pool, tenant, "update outbox set state = 'sending', attempt = 1, attempted_at = now()")
    await file_echoes(pool, tenant, echo(body, id="wamid.flying"), field="message_echoes")
    await file_echoes(pool, tenant, echo("x", id="wamid.opaque", biz_opaque_callback_data=f"{ours['id']}.1"))
    await fetch_rows(pool, tenant, "update messages set provider_id = 'wamid.known' where id = $1", ours["id"])
    await file_echoes(pool, tenant, echo(body, id="wamid.known"), field="message_echoes")
    assert await take_turns(pool, handlers) == 3
    assert await read_conversation(pool, tenant) == before
    assert len(await read_thread(pool, tenant)) == 2
    assert await read_outbox(pool, tenant) == ["sending"]
    assert await read_events(pool, tenant) == []
    await fetch_rows(pool, tenant, "update outbox set attempted_at = now() - interval '1 hour', state = 'unknown'")
    await file_echoes(pool, tenant, echo(body, id="wamid.theirs"), field="message_echoes")
    await take_turns(pool, handlers)
    assert len(await read_thread(pool, tenant)) == 3, "a doubt of an hour ago swallows nothing"


@pytest.mark.parametrize("state", ["sending", "unknown"])
async def test_what_the_owner_wrote_in_the_words_of_a_send_under_way_is_the_owners(
    pool: Pool, tenant: Tenant, *, state: str
) -> None:
    """The phone tells only what was written there, so the words say nothing: the bot steps back."""
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    [ours] = await fetch_rows(pool, tenant, "select content from messages where author_kind = 'bot'")
    await fetch_rows(pool, tenant, "update outbox set state = $1, attempt = 1, attempted_at = now()", state)
    await file_echoes(pool, tenant, echo(ours["content"]["body"]))
    await take_turns(pool, handlers)
    assert [author for author, _, _ in await read_thread(pool, tenant)] == ["contact", "bot", "phone"]
    assert (await read_conversation(pool, tenant))["mode"] == "human"
    assert await read_outbox(pool, tenant) == [state]


async def test_an_echo_twice_is_one(pool: Pool, tenant: Tenant) -> None:
    again = echo()
    assert await file_echoes(pool, tenant, again) == 1
    assert await file_echoes(pool, tenant, again, again) == 0
    await take_turns(pool, make_handlers())
    # The inbox forgets what it handled long ago; the thread does not.
    await fetch_rows(pool, tenant, "delete from inbox")
    await file_echoes(pool, tenant, again)
    await take_turns(pool, make_handlers())
    assert len(await read_thread(pool, tenant)) == 1
    assert len(await read_events(pool, tenant)) == 1


async def test_a_member_who_has_the_conversation_keeps_it(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    await fetch_rows(pool, tenant, "update conversations set mode = 'human', assignee_id = $1", tenant.user_id)
    await file_echoes(pool, tenant, echo())
    await take_turns(pool, handlers)
    conversation = await read_conversation(pool, tenant)
    assert (conversation["mode"], conversation["assignee_id"]) == ("human", tenant.user_id)
    assert await read_events(pool, tenant) == []


async def test_after_handing_back_the_bot_answers_and_an_older_echo_does_not_stop_it(
    pool: Pool, tenant: Tenant
) -> None:
    handlers = make_handlers()
    await file_echoes(pool, tenant, echo("one"))
    await take_turns(pool, handlers)
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SYSTEM)
    await file_echoes(pool, tenant, echo("two"))
    conversation = await read_conversation(pool, tenant)
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await modes.release(conn, scope, conversation["id"], hooks=ConversationHooks())
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    assert [author for author, _, _ in await read_thread(pool, tenant)] == ["phone", "phone", "contact", "bot"]
    assert (await read_conversation(pool, tenant))["mode"] == "bot"
    await file_echoes(pool, tenant, echo("three"))
    await take_turns(pool, handlers)
    assert (await read_conversation(pool, tenant))["mode"] == "human"


async def test_statuses_move_an_echo_also_those_that_came_before_it(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()

    def status(name: str, message_id: str) -> dict[str, Any]:
        return {"id": message_id, "status": name, "timestamp": str(NOW), "recipient_id": CUSTOMER}

    await file_body(pool, tenant, meta_body(tenant, {"statuses": [status("delivered", "wamid.early")]}))
    await take_turns(pool, handlers)
    await file_echoes(pool, tenant, echo(id="wamid.early"), echo(id="wamid.late"))
    await take_turns(pool, handlers)
    select = "select provider_id, status from messages order by provider_id"
    assert [tuple(row) for row in await fetch_rows(pool, tenant, select)] == [
        ("wamid.early", "delivered"),
        ("wamid.late", "sent"),
    ]
    late = {**status("failed", "wamid.late"), "errors": [{"code": 131026, "title": "Undeliverable"}]}
    told = [status("read", "wamid.early"), late, status("sent", "wamid.early")]
    await file_body(pool, tenant, meta_body(tenant, {"statuses": told}))
    await take_turns(pool, handlers)
    assert [row["status"] for row in await fetch_rows(pool, tenant, select)] == ["read", "failed"]
    assert await fetch_rows(pool, tenant, "select 1 from dead_letters") == [], "nobody here can send it again"


async def test_every_kind_of_echo_is_typed_and_its_file_is_fetched(pool: Pool, tenant: Tenant) -> None:
    photo = {"type": "image", "image": {"id": "7702", "mime_type": "image/jpeg", "caption": "menu"}}
    place = {"type": "location", "location": {"latitude": 24.7, "longitude": 46.6, "name": "Shop"}}
    card = {"type": "contacts", "contacts": [{"name": {"formatted_name": "هدى"}}]}
    strange = {"type": "hologram", "hologram": {"depth": 3}, "colour": "blue"}
    await file_echoes(pool, tenant, *(echo(**kind) for kind in (photo, place, card, strange)))
    await take_turns(pool, make_handlers())
    rows = await fetch_rows(pool, tenant, "select type, content from messages order by id")
    assert [row["type"] for row in rows] == ["image", "location", "contacts", "unsupported"]
    assert rows[3]["content"]["raw"]["hologram"] == {"depth": 3}
    assert rows[3]["content"]["raw"]["to"] == CUSTOMER, "kept whole"
    [file] = await fetch_rows(pool, tenant, "select id, state from media_files")
    assert (rows[0]["content"]["file_id"], file["state"]) == (str(file["id"]), "pending")


async def test_what_the_owner_does_to_own_messages_changes_those(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, {**HELLO, "id": "wamid.THEIRS"})
    await file_echoes(pool, tenant, echo("at 5", id="wamid.E"))
    await take_turns(pool, handlers)
    await fetch_rows(pool, tenant, "update messages set provider_id = 'wamid.OURS' where author_kind = 'bot'")
    new = {"type": "text", "text": {"body": "at 6"}}
    at = str(NOW + 1)
    await file_echoes(
        pool, tenant,
        echo(id="wamid.2", type="edit", edit={"original_message_id": "wamid.E", "message": new}, timestamp=at),
        echo(id="wamid.3", type="reaction", reaction={"message_id": "wamid.THEIRS", "emoji": "👍"}),
        echo(id="wamid.4", type="edit", edit={"original_message_id": "wamid.THEIRS", "message": new}),
        echo(id="wamid.5", type="revoke", revoke={"original_message_id": "wamid.THEIRS"}),
        echo(id="wamid.8", type="revoke", revoke={"original_message_id": "wamid.OURS"}),
    )  # fmt: skip
    await take_turns(pool, handlers)
    rows = await fetch_rows(
        pool, tenant, "select content, deleted_at from messages where author_kind <> 'bot' order by id"
    )
    assert [row["content"]["body"] for row in rows] == ["hello", "at 6"], "nobody changes what somebody else said"
    assert rows[0]["deleted_at"] is None
    [ours] = await fetch_rows(pool, tenant, "select content, deleted_at from messages where author_kind = 'bot'")
    assert (ours["content"]["body"], ours["deleted_at"] is not None) == ("Hello friend, you said hello", True), (
        "the owner may"
    )
    reactions = await fetch_rows(pool, tenant, "select author, emoji from message_reactions")
    assert [tuple(row) for row in reactions] == [("business", "👍")]
    await file_echoes(pool, tenant, echo(id="wamid.6", type="revoke", revoke={"original_message_id": "wamid.E"}))
    await file_messages(pool, tenant, {"type": "revoke", "revoke": {"original_message_id": "wamid.E"}, "id": "wamid.7"})
    await take_turns(pool, handlers)
    [row] = await fetch_rows(pool, tenant, "select deleted_at from messages where provider_id = 'wamid.E'")
    assert row["deleted_at"] is not None


async def test_a_broken_echo_costs_only_itself(pool: Pool, tenant: Tenant) -> None:
    good = echo("good")
    nobody = {key: value for key, value in echo().items() if key != "to"}
    noon = echo(timestamp="noon", id="wamid.noon")
    filed = await file_echoes(pool, tenant, {"to": CUSTOMER}, nobody, noon, good)
    assert filed == 2
    await take_turns(pool, make_handlers())
    assert await read_thread(pool, tenant) == [("phone", "text", "good")]
    [letter] = await fetch_rows(pool, tenant, "select error_code, payload from dead_letters")
    assert (letter["error_code"], letter["payload"]["item"]["message"]["id"]) == ("unreadable", "wamid.noon")
