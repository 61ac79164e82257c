"""A draft on one's own phone: let in by a word, nobody else, and everything else goes on afterwards."""

from __future__ import annotations

import asyncio

import pytest

from hoopoe.flows.runner.timers import fire_timers
from hoopoe.flows.runner.trials import read_word
from hoopoe.flows.trials.passes import revoke_pass
from hoopoe.flows.trials.schemas import PassState
from hoopoe.flows.versions.queries import access_bot, list_versions, read_draft
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from tests.preview.flows import asks, blueprint, later, looks_up, reply
from tests.runner.street import BEGUN, MINE, OTHER, OVER, Street, open_street, try_while_a_delay_ends
from tests.runner.talk import Talk, open_talk


@pytest.fixture
async def street(pool: Pool, settings: Settings) -> Street:
    return await open_street(pool, settings)


async def test_the_word_opens_the_draft_to_one_number_and_to_nobody_else(street: Street) -> None:
    _, word = await street.make_pass()
    assert await street.say(MINE, word) == [BEGUN, "How many?"]
    assert await street.say(OTHER, word) == ["How many cups?"], "the word of somebody else is a message like any"
    assert await street.say(OTHER, "2") == ["2 cups"]
    assert await street.say(MINE, "3") == ["3 it is"]
    assert await street.say(MINE, "hello") == ["How many cups?"], "the draft has ended"
    assert await street.say(MINE, "4") == ["4 cups"]
    assert await street.say(MINE, word) == [BEGUN, "How many?"], "the same number may again"
    [shown] = await street.passes()
    assert (shown.state, shown.contact_phone, shown.is_under_way) == (PassState.BOUND, f"+{MINE}", True)


async def test_two_numbers_at_once_are_one(street: Street) -> None:
    _, word = await street.make_pass()
    await asyncio.gather(street.file(MINE, word), street.file(OTHER, word))
    other = Talk(street.talk.pool, street.talk.tenant)
    await asyncio.gather(street.talk.turn(), other.turn())
    begun = [number for number in (MINE, OTHER) if BEGUN in await street.said(number)]
    assert len(begun) == 1


@pytest.mark.parametrize("change", [
    "update draft_passes set expires_at = now() - interval '1 second'",
    "update draft_passes set revoked_at = now()",
])  # fmt: skip
async def test_a_word_that_is_over_opens_nothing(street: Street, change: str) -> None:
    _, word = await street.make_pass()
    await street.run(change)
    assert await street.say(MINE, word) == ["How many cups?"]
    [shown] = await street.passes()
    assert shown.state in (PassState.EXPIRED, PassState.REVOKED)


async def test_a_guessed_word_and_one_of_another_workspace_open_nothing(
    street: Street, pool: Pool, settings: Settings
) -> None:
    await street.make_pass()
    assert await street.say(MINE, "try aaaa-aaaa") == ["How many cups?"]
    elsewhere = await open_talk(pool, settings, later(hours=1))
    scope = make_scope(elsewhere.tenant.workspace_id, elsewhere.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    _, word = await Street(elsewhere, scope).make_pass()
    assert await street.say(OTHER, word) == ["How many cups?"]


async def test_a_word_is_good_on_its_own_channel_only(street: Street) -> None:
    shown, word = await street.make_pass()
    await street.run(
        """
        insert into channels
        select (jsonb_populate_record(channels, jsonb_build_object(
            'id', gen_random_uuid(), 'number', '+966119999999', 'phone_number_id', gen_random_uuid()::text))).*
        from channels
        """
    )
    await street.run(
        "update draft_passes set channel_id = (select id from channels where id <> $1 limit 1)", shown.channel_id
    )
    assert await street.say(MINE, word) == ["How many cups?"]


async def test_the_snapshot_stays_as_it_was_and_survives_a_restart(street: Street) -> None:
    _, word = await street.make_pass()
    assert await street.say(MINE, f"  {word.upper()} ") == [BEGUN, "How many?"]
    await street.draft(later(hours=1))
    street.talk.restart()
    assert await street.say(MINE, "٣") == ["3 it is"]
    assert await street.say(MINE, word) == [BEGUN, "How many?"]


async def test_stop_ends_it_and_what_was_before_goes_on(street: Street) -> None:
    assert await street.say(MINE, "hello") == ["How many cups?"]
    _, word = await street.make_pass()
    assert await street.say(MINE, word) == [BEGUN, "How many?"]
    assert await street.say(MINE, "Stop") == [OVER]
    assert await street.say(MINE, "5") == ["5 cups"], "the question that stood aside was answered"


async def test_it_ends_by_itself(street: Street) -> None:
    await street.say(MINE, "hello")
    _, word = await street.make_pass(minutes=5)
    await street.say(MINE, word)
    before = len(await street.said(MINE))
    await street.end_time()
    assert (await street.said(MINE))[before:] == [OVER]
    await street.end_time()
    assert (await street.said(MINE))[before:] == [OVER], "once"
    assert await street.say(MINE, "5") == ["5 cups"]


async def test_a_delay_that_was_over_meanwhile_goes_on_at_once(pool: Pool, settings: Settings) -> None:
    street = await try_while_a_delay_ends(pool, settings)
    assert "How was it?" not in await street.said(MINE)
    await street.say(MINE, "stop")
    await fire_timers(pool)
    await street.talk.turn()
    assert (await street.said(MINE))[-2:] == [OVER, "How was it?"]


async def test_a_word_that_comes_while_another_system_is_asked_is_heard_after_it(
    pool: Pool, settings: Settings
) -> None:
    talk = await open_talk(pool, settings, looks_up())
    street = Street(talk, make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION))
    await street.draft(asks(timeout=600))
    _, word = await street.make_pass()
    await street.say(MINE, "hello")
    assert await street.say(MINE, word) == []
    await talk.finish_effect({"ok": True, "status": 200, "body": {"name": "Kabsa"}, "error": None})
    assert await street.said(MINE) == ["Kabsa?", BEGUN, "How many?"]
    await street.say(MINE, "stop")
    assert await street.say(MINE, "yes") == ["Noted: yes"]


async def test_revoking_ends_what_is_under_way(street: Street) -> None:
    shown, word = await street.make_pass()
    await street.say(MINE, word)
    async with street.transaction() as conn:
        await revoke_pass(conn, street.scope, street.bot_id, shown.id)
    await street.talk.turn()
    assert (await street.said(MINE))[-1] == OVER
    assert await street.say(MINE, word) == ["How many cups?"]


async def test_who_tries_hears_nothing_but_the_draft(street: Street) -> None:
    """A keyword that interrupts, of a bot that is published, is an answer to the draft."""
    menu = blueprint(reply("menu", "Here is the menu"), edges=[("start", "next", "menu")])
    menu["nodes"][0] = {
        "id": "start", "type": "whatsapp_trigger",
        "config": {"trigger_type": "keyword", "keywords": ["menu"], "interrupts": True},
    }  # fmt: skip
    await street.talk.publish(menu)
    await street.say(OTHER, "hello")
    assert await street.say(OTHER, "menu") == ["Here is the menu"]
    _, word = await street.make_pass()
    await street.say(MINE, word)
    assert "Here is the menu" not in await street.say(MINE, "menu")


async def test_a_person_who_has_the_conversation_keeps_it(street: Street) -> None:
    await street.say(MINE, "hello")
    await street.run("update conversations set mode = 'human'")
    _, word = await street.make_pass()
    assert await street.say(MINE, word) == []
    [shown] = await street.passes()
    assert shown.state is PassState.OPEN
    await street.run("update conversations set mode = 'bot'")
    assert await street.say(MINE, "2") == ["2 cups"], "what was sent meanwhile is not heard later"
    assert await street.say(MINE, word) == [BEGUN, "How many?"]


async def test_it_is_counted_apart_and_is_no_version(street: Street) -> None:
    _, word = await street.make_pass()
    await street.make_pass()
    await street.say(MINE, word)
    async with street.transaction() as conn:
        assert [
            version.number for version in await list_versions(conn, street.scope, street.bot_id, below=None, limit=9)
        ] == [1]
        assert (await access_bot(conn, street.scope, street.bot_id)).waiting == 0
        assert (await read_draft(conn, street.scope, street.bot_id)).waiting == {}
    rows = await street.talk.fetch("select number from bot_versions order by number")
    assert [row["number"] for row in rows] == [-1, 1], "an unchanged draft is kept once"
    counted = await street.talk.fetch("select distinct version_id from flow_count_deltas")
    assert street.talk.tenant.version_id not in {row["version_id"] for row in counted}


@pytest.mark.parametrize(("text", "rest"), [
    ("try abcd-efgh", ""), ("TRY ABCD EFGH", ""), ("try abcdefgh menu", "menu"), ("جرب abcd-efgh", ""),
    ("try abcd", None), ("retry abcd-efgh", None), ("I try abcd-efgh", None), ("try abcd-efgh2", None),
    ("try 0000-1111", None), ("", None),
])  # fmt: skip
def test_a_word_is_recognised_at_the_beginning_alone(text: str, rest: str | None) -> None:
    read = read_word(text)
    assert (read[1] if read is not None else None) == rest
