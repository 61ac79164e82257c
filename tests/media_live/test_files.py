"""Files between a phone and an agent, over everything that runs; and what kill -9 leaves of one."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from hoopoe.channels.contract import Provider
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import JsonObject
from tests.e2e.house import House, Shop, new_phone
from tests.flows_live.rows import fetch, kill_worker
from tests.media import samples
from tests.support.simulator import wait_until

PHOTO = samples.picture("JPEG", (900, 600))


async def photograph(shop: Shop, phone: str, data: bytes = PHOTO) -> None:
    """The customer sends a picture."""
    given = {"data": base64.b64encode(data).decode(), "mime_type": "image/jpeg", "caption": "This cake"}
    await shop.simulator.send(phone, shop.channel, "image", given)


async def wait_for_picture(shop: Shop, phone: str, state: str) -> JsonObject:
    """The content of the thread's picture, once its file is in this state."""

    async def look() -> JsonObject | None:
        for message in await shop.thread(phone):
            if message["type"] == "image" and message["content"]["state"] == state:
                content: JsonObject = message["content"]
                return content
        return None

    return await wait_until(look, f"picture that is {state}", within=40)


async def read(house: House, url: object) -> bytes:
    async with house.stack.simulator.session.get(f"{house.stack.url}{url}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


def kept(house: House, shop: Shop) -> list[Path]:
    """What lies in the store under the shop."""
    folder = house.stack.home / "media" / "files" / str(shop.tenant.workspace_id)
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("provider", Provider)
async def test_pictures_go_both_ways(house: House, provider: Provider) -> None:
    shop, phone = await House(house.stack, provider).open_shop(None), new_phone()
    await photograph(shop, phone)
    content = await wait_for_picture(shop, phone, "stored")
    assert (content["caption"], content["width"]) == ("This cake", 900)
    assert await read(house, content["url"]) == PHOTO
    answer = await upload(house, shop, PHOTO)
    await shop.act(phone, "messages", {"type": "image", "image": {"file_id": answer["id"], "caption": "الكعكة"}})

    async def look() -> JsonObject | None:
        found = await shop.simulator.messages(phone, channel=shop.channel, direction="in")
        return found[0] if found else None

    seen = await wait_until(look, "picture on the phone", within=30)
    assert (seen["type"], seen["image"]["caption"]) == ("image", "الكعكة")
    media_id = seen["image"]["id"]
    async with shop.simulator.session.get(f"{shop.simulator.url}/world/media/{media_id}") as got:
        assert await got.read() == PHOTO
    await shop.wait_for_message(phone, direction="out", type="image", status="delivered")
    await shop.simulator.read(phone)
    await shop.wait_for_message(phone, direction="out", type="image", status="read")


async def upload(house: House, shop: Shop, data: bytes) -> JsonObject:
    form = aiohttp.FormData()
    form.add_field("file", data, filename="cake.jpg", content_type="image/jpeg")
    async with shop.simulator.session.post(
        f"{house.stack.url}/api/media/upload", data=form, headers=shop.desk.headers
    ) as answer:
        assert answer.status == 201, await answer.text()
        made: JsonObject = await answer.json()
        return made


async def test_a_worker_that_is_killed_in_the_middle_leaves_no_half_file(house: House) -> None:
    shop, phone = await house.open_shop(None), new_phone()
    await shop.simulator.set_faults(
        {"kind": "media_slow", "count": 1, "seconds": 20, "phone_number_id": shop.channel.phone_number_id}
    )
    await photograph(shop, phone)
    await shop.wait_for_message(phone, direction="in", type="image")

    async def is_fetching() -> bool:
        return bool(await fetch(house, shop, "select 1 from media_files where state = 'fetching'"))

    await wait_until(is_fetching, "fetch", within=20)
    await kill_worker(house)
    pending = await wait_for_picture(shop, phone, "pending")
    assert pending["url"] is None
    assert kept(house, shop) == []
    await end_leases(house, shop)
    content = await wait_for_picture(shop, phone, "stored")
    assert await read(house, content["url"]) == PHOTO
    assert {path.name for path in kept(house, shop)} == {"file", "thumb"}


async def end_leases(house: House, shop: Shop) -> None:
    """The minutes after which a fetching worker counts as dead have passed."""
    async with open_pool(house.stack.database.dsn, size=1) as pool, transaction(pool, role=tenancy.PIPE) as conn:
        await conn.execute(
            "update media_files set lease_until = now() - interval '1 s' "
            "where workspace_id = $1 and state = 'fetching'",
            shop.tenant.workspace_id,
        )


async def test_a_web_process_that_is_killed_in_the_middle_leaves_no_half_file(house: House) -> None:
    shop = await house.open_shop(None)
    begun = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n' + samples.MP4
        for _ in range(200):
            yield b"\0" * 65_536
            begun.set()
            await asyncio.sleep(0.05)

    headers = shop.desk.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    sending = asyncio.create_task(
        shop.simulator.session.post(f"{house.stack.url}/api/media/upload", data=body(), headers=headers).__aenter__()
    )
    await begun.wait()
    await asyncio.sleep(0.5)
    house.stack.kill("web")
    with pytest.raises(aiohttp.ClientError):
        await sending
    await house.stack.wait_until_ready()
    assert kept(house, shop) == []
    assert await fetch(house, shop, "select 1 from media_files") == []
    assert (await upload(house, shop, PHOTO))["state"] == "stored"
