"""Requests that flows make to other systems: guarded, once or safely more than once, and never in the way."""

from __future__ import annotations

from tests.e2e.house import House, new_phone
from tests.flows_live.blueprints import request_blueprint
from tests.flows_live.other_system import OtherSystem
from tests.flows_live.rows import end_leases, fetch, kill_worker


async def test_a_request_is_made_and_its_answer_read(house: House, other: OtherSystem) -> None:
    shop, phone = await house.open_shop(request_blueprint(other.url("/at-once/latte"))), new_phone()
    assert await shop.ask(phone, "hi") == "Found latte"
    [request] = await other.wait_for("/at-once/latte")
    [effect] = await fetch(house, shop, "select id, state, attempt from effects")
    assert (request.method, request.key) == ("GET", str(effect["id"]))
    assert (effect["state"], effect["attempt"]) == ("done", 1)


async def test_what_is_written_meanwhile_is_filed_at_once_and_answered_afterwards(
    house: House, other: OtherSystem
) -> None:
    flow = request_blueprint(other.url("/held/{{ message.text | url_encode }}"))
    shop, phone = await house.open_shop(flow), new_phone()
    other.hold()
    await shop.say(phone, "one")
    await other.wait_for("/held/one")
    await shop.say(phone, "two")
    await shop.wait_for_message(phone, direction="in", content={"body": "two"})
    assert await shop.heard(phone) == []
    other.let_go()
    await shop.wait_for_texts(phone, "Found one", "Found two")


async def test_an_address_inside_takes_the_error_exit(house: House, other: OtherSystem) -> None:
    seen = len(other.requests)
    for url in (f"http://localhost:{other.port}/x", f"http://[::1]:{other.port}/x", "http://169.254.169.254/latest"):
        shop, phone = await house.open_shop(request_blueprint(url)), new_phone()
        assert await shop.ask(phone, "hi") == "Not found", url
    assert len(other.requests) == seen


async def test_a_get_is_made_again_when_its_worker_died(house: House, other: OtherSystem) -> None:
    shop, phone = await house.open_shop(request_blueprint(other.url("/held/again"))), new_phone()
    other.hold()
    await shop.say(phone, "hi")
    await other.wait_for("/held/again")
    await kill_worker(house)
    other.let_go()
    await end_leases(house, shop)
    await shop.wait_for_texts(phone, "Found again")
    requests = await other.wait_for("/held/again", count=2)
    assert len({request.key for request in requests}) == 1, "the other side can recognise it"


async def test_a_post_in_doubt_is_not_made_again(house: House, other: OtherSystem) -> None:
    shop, phone = await house.open_shop(request_blueprint(other.url("/held/order"), method="POST")), new_phone()
    other.hold()
    await shop.say(phone, "hi")
    await other.wait_for("/held/order")
    await kill_worker(house)
    other.let_go()
    await end_leases(house, shop)
    await shop.wait_for_texts(phone, "Not found")
    assert len(await other.wait_for("/held/order")) == 1


async def test_an_answer_that_comes_after_a_person_took_over_says_nothing(house: House, other: OtherSystem) -> None:
    shop, phone = await house.open_shop(request_blueprint(other.url("/held/late"))), new_phone()
    other.hold()
    await shop.say(phone, "hi")
    await other.wait_for("/held/late")
    await shop.act(phone, "takeover")
    await shop.reply(phone, "A person here.")
    other.let_go()
    await shop.act(phone, "release")
    await shop.wait_for_texts(phone, "A person here.")
    await shop.say(phone, "again")
    await shop.wait_for_texts(phone, "A person here.", "Found late")
