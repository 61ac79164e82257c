"""Files that flows send: the workspace's own, and those that are fetched from an address."""

from __future__ import annotations

from tests.e2e.house import House, JsonObject, Shop, new_phone
from tests.flows_live.blueprints import blueprint
from tests.flows_live.other_system import OtherSystem
from tests.flows_live.rows import fetch


def sending(media: JsonObject, message: str = "Look") -> JsonObject:
    return blueprint(("send", "whatsapp_reply", {"message": message, "media": media}))


async def hear(shop: Shop, phone: str) -> JsonObject:
    sent = await shop.say(phone, "hi")
    return await shop.simulator.wait_for_reply(phone, after=sent, within=30)


async def test_a_picture_of_an_address_is_fetched_once_and_sent_each_time(house: House, other: OtherSystem) -> None:
    shop = await house.open_shop(sending({"kind": "image", "url": other.url("/pictures/menu.png")}))
    for _ in range(2):
        assert (await hear(shop, new_phone()))["type"] == "image"
    assert len(await other.wait_for("/pictures/menu.png")) == 1
    [file] = await fetch(house, shop, "select state, origin, used_at from media_files")
    assert (file["state"], file["origin"]) == ("stored", "link")
    assert file["used_at"] is not None, "no sweep takes it"


async def test_what_is_no_file_sends_the_words_alone(house: House, other: OtherSystem) -> None:
    addresses = (other.url("/at-once/json"), "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]:1/x")
    for url in addresses:
        shop, phone = await house.open_shop(sending({"kind": "image", "url": url})), new_phone()
        assert await shop.ask(phone, "hi") == "Look", url
