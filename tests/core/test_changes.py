"""Reactions, edits and deletions: late, twice, before their message, of other people's messages."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from hoopoe.conversations.changes import PATIENCE
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.core.webhooks import file_messages, meta_body
from tests.support.core import fetch_events, fetch_rows, file_body, make_handlers, take_own_turns, take_turns
from tests.support.tenants import Tenant, make_tenant

OURS = "wamid.OURS"
THEIRS = "wamid.THEIRS"
TEXT = {"id": THEIRS, "type": "text", "text": {"body": "two trays"}}
NOW = int(time.time())


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


def edit(body: str, *, second: int = 0, target: str = THEIRS, **changes: Any) -> dict[str, Any]:
    message = {"type": "text", "text": {"body": body}}
    part = {"original_message_id": target, "message": message}
    return {"type": "edit", "id": f"wamid.edit.{body}", "edit": part, "timestamp": str(NOW + second), **changes}


def deletion(target: str = THEIRS) -> dict[str, Any]:
    return {"type": "revoke", "id": "wamid.gone", "revoke": {"original_message_id": target}}


def reaction(emoji: str | None, *, second: int = 0, target: str = OURS) -> dict[str, Any]:
    part = {"message_id": target} | ({} if emoji is None else {"emoji": emoji})
    return {"type": "reaction", "id": f"wamid.r.{second}.{emoji}", "reaction": part, "timestamp": str(NOW + second)}


async def talk(pool: Pool, tenant: Tenant) -> None:
    """A message of the customer's, and the bot's answer, which the provider has accepted."""
    await file_messages(pool, tenant, TEXT)
    await take_turns(pool, make_handlers())
    await fetch_rows(pool, tenant, "update messages set provider_id = $1 where direction = 'out'", OURS)


async def give_time(pool: Pool, tenant: Tenant, time: timedelta) -> None:
    """Let what the tenant's inbox holds wait for so long."""
    await fetch_rows(
        pool,
        tenant,
        "update inbox set not_before = not_before - $1::interval, received_at = received_at - $1::interval "
        "where state = 'waiting'",
        time,
    )


async def read(pool: Pool, tenant: Tenant, provider_id: str = THEIRS) -> dict[str, Any]:
    select = "select id, type, content, versions, edited_at, deleted_at from messages where provider_id = $1"
    [row] = await fetch_rows(pool, tenant, select, provider_id)
    return dict(row)


async def reactions(pool: Pool, tenant: Tenant) -> list[tuple[str, str | None]]:
    rows = await fetch_rows(pool, tenant, "select author, emoji from message_reactions")
    return [(row["author"], row["emoji"]) for row in rows]


async def test_a_reaction_stands_on_its_message_and_can_be_taken_back(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    for emoji, second in (("👍", 1), ("❤️", 2), (None, 3)):
        await file_messages(pool, tenant, reaction(emoji, second=second))
        await take_turns(pool, make_handlers())
        assert await reactions(pool, tenant) == [("contact", emoji)]


async def test_a_late_older_reaction_does_not_come_back(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    await file_messages(pool, tenant, reaction(None, second=3), reaction("👍", second=1))
    await take_turns(pool, make_handlers())
    assert await reactions(pool, tenant) == [("contact", None)]


async def test_nothing_answers_a_change_or_counts_it_as_news(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    select = "select unread, last_message_id, last_at, window_expires_at, mode from conversations"
    [before] = await fetch_rows(pool, tenant, select)
    count = len(await fetch_rows(pool, tenant, "select 1 from messages"))
    await file_messages(pool, tenant, reaction("👍"), edit("three trays", second=9), deletion())
    assert await take_own_turns(pool, tenant) == 3
    [after] = await fetch_rows(pool, tenant, select)
    assert dict(after) == dict(before)
    assert len(await fetch_rows(pool, tenant, "select 1 from messages")) == count
    assert len(await fetch_rows(pool, tenant, "select 1 from outbox")) == 1


async def test_an_edit_keeps_what_was_said_and_screens_are_told(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    await file_messages(pool, tenant, edit("three trays", second=1), edit("four trays", second=2))
    await take_turns(pool, make_handlers())
    message = await read(pool, tenant)
    assert message["content"] == {"body": "four trays"}
    assert [version["content"]["body"] for version in message["versions"]] == ["two trays", "three trays"]
    assert int(message["edited_at"].timestamp()) == NOW + 2
    events = await fetch_rows(pool, tenant, "select type, ref from events order by seq desc limit 1")
    assert [(row["type"], row["ref"]) for row in events] == [("message.changed", message["id"])]


async def test_the_file_of_an_edit_is_fetched_once_and_that_before_it_is_kept(pool: Pool, tenant: Tenant) -> None:
    def photo(media_id: str, caption: str) -> dict[str, Any]:
        return {"type": "image", "image": {"id": media_id, "mime_type": "image/jpeg", "caption": caption}}

    def with_photo(media_id: str, caption: str, *, second: int) -> dict[str, Any]:
        part = {"original_message_id": THEIRS, "message": photo(media_id, caption)}
        return edit(caption, second=second, edit=part)

    await file_messages(pool, tenant, {"id": THEIRS, **photo("7701", "two trays")})
    await file_messages(pool, tenant, with_photo("7701", "three trays", second=1))
    changed = [with_photo("7702", "these trays", second=2)] * 2
    await file_messages(pool, tenant, *changed, with_photo("7702", "those trays", second=3))
    await take_turns(pool, make_handlers())
    message = await read(pool, tenant)
    select = "select id, message_id, state, source from media_files order by source ->> 'media_id'"
    files = await fetch_rows(pool, tenant, select)
    assert [(row["message_id"], row["state"], row["source"]["media_id"]) for row in files] == [
        (message["id"], "pending", "7701"),
        (message["id"], "pending", "7702"),
    ]
    said = [*(version["content"] for version in message["versions"]), message["content"]]
    assert [(each["caption"], each["file_id"]) for each in said] == [
        ("two trays", str(files[0]["id"])),
        ("three trays", str(files[0]["id"])),
        ("these trays", str(files[1]["id"])),
        ("those trays", str(files[1]["id"])),
    ]


async def test_the_list_is_told_when_its_newest_message_changes(pool: Pool, tenant: Tenant) -> None:
    await file_messages(pool, tenant, TEXT)
    await take_turns(pool, make_handlers())
    first = "(select id from messages order by id limit 1)"
    await fetch_rows(pool, tenant, f"update conversations set last_message_id = {first}")  # noqa: S608  # a constant
    await file_messages(pool, tenant, deletion())
    await take_turns(pool, make_handlers())
    rows = await fetch_rows(pool, tenant, "select type from events order by seq desc limit 2")
    assert {row["type"] for row in rows} == {"message.changed", "conversation.updated"}


async def test_a_deleted_message_keeps_what_it_said(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    await file_messages(pool, tenant, deletion())
    await take_turns(pool, make_handlers())
    message = await read(pool, tenant)
    assert (message["content"], message["versions"]) == ({"body": "two trays"}, None)
    assert message["deleted_at"] is not None


async def test_changes_that_come_first_wait_and_hold_nobody_up(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, edit("three trays", second=1), deletion(), reaction("👍", target=THEIRS))
    assert await take_turns(pool, handlers) == 3
    assert await fetch_rows(pool, tenant, "select 1 from messages") == []
    await file_messages(pool, tenant, {"id": "wamid.2", "type": "text", "text": {"body": "meanwhile"}})
    await file_messages(pool, tenant, TEXT)
    assert await take_turns(pool, handlers) == 2, "the customer's own messages do not wait"
    await give_time(pool, tenant, timedelta(seconds=1))
    assert await take_turns(pool, handlers) == 3
    message = await read(pool, tenant)
    assert (message["content"], message["deleted_at"] is None) == ({"body": "three trays"}, False)
    assert await reactions(pool, tenant) == [("contact", "👍")]
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'") == []


async def test_a_change_and_its_message_in_one_turn_in_any_order(pool: Pool, tenant: Tenant) -> None:
    await file_messages(pool, tenant, edit("three trays", second=1), TEXT)
    assert await take_own_turns(pool, tenant) == 2
    assert (await read(pool, tenant))["content"] == {"body": "three trays"}


async def test_the_same_changes_many_times_by_concurrent_turns_are_once(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    said = [edit("three trays", second=1), edit("four trays", second=2), reaction("👍", target=THEIRS), deletion()]

    async def post() -> None:
        await file_messages(pool, tenant, *said)

    handlers = make_handlers()
    await asyncio.gather(*(post() for _ in range(10)), *(take_turns(pool, handlers) for _ in range(4)))
    await take_turns(pool, handlers)
    message = await read(pool, tenant)
    assert [version["content"]["body"] for version in message["versions"]] == ["two trays", "three trays"]
    assert await reactions(pool, tenant) == [("contact", "👍")]


@pytest.mark.parametrize("change", [edit("mine now"), deletion(), reaction("👍", target=THEIRS)])
async def test_another_tenants_message_is_out_of_reach(
    pool: Pool, tenant: Tenant, settings: Settings, change: dict[str, Any]
) -> None:
    other = await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())
    await talk(pool, tenant)
    await file_messages(pool, other, change)
    await take_turns(pool, make_handlers())
    message = await read(pool, tenant)
    assert (message["content"], message["deleted_at"]) == ({"body": "two trays"}, None)
    assert await reactions(pool, tenant) == []
    assert await fetch_rows(pool, other, "delete from inbox where state = 'waiting' returning seq")


async def file_owners(pool: Pool, tenant: Tenant, *said: dict[str, Any]) -> None:
    """What the number's owner did on the phone."""
    echoes = [{"from": tenant.number, "to": "966500000001", "timestamp": str(NOW), **each} for each in said]
    await file_body(pool, tenant, meta_body(tenant, {"message_echoes": echoes}, field="smb_message_echoes"))


async def test_what_the_owner_edits_of_ours_is_shown_and_its_words_are_kept(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    before = await read(pool, tenant, OURS)
    await file_owners(pool, tenant, edit("you said two", second=2, target=OURS))
    await take_turns(pool, make_handlers())
    after = await read(pool, tenant, OURS)
    assert (after["type"], after["content"]) == ("text", {"body": "you said two"})
    assert [version["content"] for version in after["versions"]] == [before["content"]]
    assert int(after["edited_at"].timestamp()) == NOW + 2
    [outbox] = await fetch_rows(pool, tenant, "select content ->> 'body' as body from outbox")
    assert outbox["body"] == before["content"]["body"], "what was sent stays what was sent"
    assert (await fetch_events(pool, tenant)).count(("message.changed", after["id"])) == 1


async def test_an_edit_of_what_a_sender_holds_waits_a_moment_and_blocks_nobody(pool: Pool, tenant: Tenant) -> None:
    """Senders lock rows of the outbox and messages, of many at once: whoever waited for them could meet them in a
    ring."""
    await talk(pool, tenant)
    await file_owners(pool, tenant, edit("you said two", target=OURS))
    async with transaction(pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id]) as sender:
        await sender.execute("select from messages where provider_id = $1 for no key update", OURS)
        await file_messages(pool, tenant, edit("three trays", second=1))
        async with asyncio.timeout(5):
            await take_turns(pool, make_handlers())
        assert (await read(pool, tenant))["content"] == {"body": "three trays"}
        assert (await read(pool, tenant, OURS))["versions"] is None
    await give_time(pool, tenant, timedelta(seconds=1))
    assert await take_own_turns(pool, tenant) == 1
    assert (await read(pool, tenant, OURS))["content"] == {"body": "you said two"}


async def test_nobody_else_edits_or_deletes_what_we_said(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    before = await read(pool, tenant, OURS)
    await file_messages(pool, tenant, edit("we owe you", target=OURS), deletion(OURS))
    await take_turns(pool, make_handlers())
    assert await read(pool, tenant, OURS) == before


async def test_what_waits_too_long_is_set_aside_with_its_reason(pool: Pool, tenant: Tenant) -> None:
    await file_messages(pool, tenant, edit("to nothing"), deletion("wamid.NEVER"), reaction("👍"))
    await take_turns(pool, make_handlers())
    await give_time(pool, tenant, PATIENCE)
    assert await take_own_turns(pool, tenant) == 3
    letters = await fetch_rows(pool, tenant, "select error_code, payload from dead_letters order by id")
    assert [row["payload"]["item"]["message"]["type"] for row in letters] == ["edit", "revoke"]
    assert {row["error_code"] for row in letters} == {"no_message"}
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'") == []


async def test_an_edit_without_anything_in_it_is_set_aside_and_the_next_goes_on(pool: Pool, tenant: Tenant) -> None:
    await talk(pool, tenant)
    await file_messages(pool, tenant, edit("x", edit={"original_message_id": THEIRS, "message": "three"}))
    await file_messages(pool, tenant, edit("four trays", second=5))
    await take_turns(pool, make_handlers())
    [letter] = await fetch_rows(pool, tenant, "select error_code, error_text from dead_letters")
    assert (letter["error_code"], letter["error_text"]) == ("unreadable", "message.edit.message is not an object")
    assert (await read(pool, tenant))["content"] == {"body": "four trays"}
