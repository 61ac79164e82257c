"""Waits that outlive the moment: time-outs, delays, versions, over the phone and with processes dying."""

from __future__ import annotations

from tests.e2e.house import House, new_phone
from tests.flows_live.blueprints import blueprint, question_blueprint, say
from tests.flows_live.rows import fetch, kill_worker, wait_for_rows

WAITING_TIMERS = "select id from timers where state = 'waiting'"
DONE_TIMERS = "select id from timers where state = 'done'"


async def test_a_question_that_nobody_answers_times_out_by_the_clock(house: House) -> None:
    shop, phone = await house.open_shop(question_blueprint(timeout=600)), new_phone()
    assert await shop.ask(phone, "hi") == "What is it?"
    await house.advance(shop, 500)
    assert await fetch(house, shop, DONE_TIMERS) == [], "it is not due yet"
    await house.advance(shop, 101)
    await shop.wait_for_texts(phone, "What is it?", "Too late")


async def test_the_timer_of_an_answered_question_does_nothing(house: House) -> None:
    ask = {"timeout": 600, "validation": {"type": "text"}}
    flow = blueprint(
        ("first", "ask_question", ask | {"question": "First?", "variable_name": "one"}),
        ("second", "ask_question", ask | {"question": "Second?", "variable_name": "two"}),
        say("done", "{{ one }}, {{ two }}"),
        say("late", "Too late"),
        edges=[
            ("start", "first", None),
            *((node, "late", exit_) for node in ("first", "second") for exit_ in ("timeout", "invalid")),
            ("first", "second", "answered"),
            ("second", "done", "answered"),
        ],
    )
    shop, phone = await house.open_shop(flow), new_phone()
    assert await shop.ask(phone, "hi") == "First?"
    assert await shop.ask(phone, "tea") == "Second?"
    # The first question's timer falls due while the second waits, in the same session.
    first = "(select id from timers order by id limit 1)"
    await fetch(house, shop, f"update timers set due_at = '2020-01-01' where id = {first}")  # noqa: S608  # a constant
    await wait_for_rows(house, shop, "select seq from inbox where kind = 'timer' and state = 'done'")
    assert await shop.ask(phone, "milk") == "tea, milk"
    await shop.wait_for_texts(phone, "First?", "Second?", "tea, milk")


async def test_a_delay_outlives_its_worker(house: House) -> None:
    flow = blueprint(
        say("before", "One moment"), ("wait", "delay", {"duration": 2, "unit": "hours"}), say("after", "Now")
    )
    shop, phone = await house.open_shop(flow), new_phone()
    assert await shop.ask(phone, "hi") == "One moment"
    await wait_for_rows(house, shop, WAITING_TIMERS)
    await kill_worker(house)
    await house.advance(shop, 2 * 3600 + 1)
    await shop.wait_for_texts(phone, "One moment", "Now")


async def test_who_waits_stays_on_the_version_that_asked(house: House) -> None:
    shop, waiting, later = (
        await house.open_shop(question_blueprint(answer="Old {{ answer }}")),
        new_phone(),
        new_phone(),
    )
    assert await shop.ask(waiting, "hi") == "What is it?"
    bot = f"/api/bots/{shop.tenant.bot_id}"
    await shop.desk.call("PUT", f"{bot}/flow", {"blueprint": question_blueprint(answer="New {{ answer }}")})
    published = await shop.desk.post(f"{bot}/publish")
    assert published["version"]["number"] == 2
    assert await shop.ask(later, "hi") == "What is it?"
    assert await shop.ask(later, "tea") == "New tea"
    assert await shop.ask(waiting, "tea") == "Old tea"
    assert await shop.ask(waiting, "hi") == "What is it?"
    assert await shop.ask(waiting, "milk") == "New milk", "the next talk begins on the new one"


async def test_a_flow_that_cannot_go_on_leaves_a_dead_letter_and_the_message_filed(house: House) -> None:
    shop, phone, other = await house.open_shop(question_blueprint()), new_phone(), new_phone()
    assert await shop.ask(phone, "hi") == "What is it?"
    # As if written by a program that is not ours: publishing refuses such a blueprint.
    await fetch(house, shop, "update bot_versions set blueprint = '{}'")
    await kill_worker(house)
    await shop.say(phone, "an answer")
    filed = await shop.wait_for_message(phone, direction="in", content={"body": "an answer"})
    assert filed["status"] == "received"
    [letter] = await wait_for_rows(house, shop, "select conversation_id, error_code, error_text from dead_letters")
    assert (str(letter["conversation_id"]), letter["error_code"]) == (filed["conversation_id"], "version_missing")
    assert letter["error_text"].endswith(".")
    await shop.say(other, "somebody else")
    await shop.wait_for_message(other, direction="in", content={"body": "somebody else"})


async def test_the_language_that_a_person_writes_picks_the_text(house: House) -> None:
    flow = blueprint(say("hello", {"en": "Welcome", "ar": "أهلا وسهلا"}), languages=("en", "ar"))
    shop, english, arabic = await house.open_shop(flow), new_phone(), new_phone()
    assert await shop.ask(english, "good evening") == "Welcome"
    assert await shop.ask(arabic, "مساء الخير") == "أهلا وسهلا"
    assert (await shop.conversation(arabic))["contact"]["language"] == "ar"
