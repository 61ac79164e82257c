"""What messages came with: fetched at once, beside the conversation, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from hoopoe.channels.meta.media import is_ours
from hoopoe.kernel.settings import Settings
from hoopoe.kernel.storage import open_store
from hoopoe.media.webm import rewrap_opus
from tests.media import samples
from tests.media.desk import code_of
from tests.media.street import Street, open_street, run_workers
from tests.support.api import Api
from tests.support.s3 import run_s3
from tests.support.simulator import SimulatorProcess, wait_until

PHOTO = samples.picture("JPEG", (1000, 700))


async def fault(street: Street, kind: str, **more: object) -> None:
    await street.simulator.set_faults({"kind": kind, "phone_number_id": street.line.phone_number_id, **more})


async def download(url: str, street: Street) -> bytes:
    return (await street.owner.client.get(url)).content


async def test_a_message_waits_for_nothing_and_gets_its_file(street: Street) -> None:
    message_id = await street.receive(PHOTO)
    before = await street.read(message_id)
    assert (before["state"], before["url"], before["failure"]) == ("pending", None, None)
    [event] = await street.rows("select max(seq) as seq from events")
    async with run_workers(street.api, street.simulator):
        content = await street.wait_for(message_id, state="stored")
    assert (content["width"], content["height"], content["size"]) == (1000, 700, len(PHOTO))
    assert await download(content["url"], street) == PHOTO
    assert (await download(content["thumbnail_url"], street))[8:12] == b"WEBP"
    told = await street.rows("select type from events where ref = $1 and seq > $2", message_id, event["seq"] or 0)
    assert [row["type"] for row in told] == ["message.status"], "the screens are told once"
    usage = (await street.owner.get("/api/media/usage")).json()
    assert (usage["bytes"], usage["files"]) == (len(PHOTO), 1)


@pytest.mark.parametrize(
    ("data", "mime_type", "expected"),
    [
        (samples.PDF, "application/pdf", {"mime_type": "application/pdf", "name": "receipt.pdf"}),
        (samples.HTML, "image/jpeg", {"mime_type": "text/html", "thumbnail_url": None}),
        (samples.bomb(9_000, 9_000), "image/png", {"mime_type": "image/png", "thumbnail_url": None, "width": 9_000}),
        (samples.picture("WEBP", (64, 64)), "image/webp", {"mime_type": "image/webp", "width": 64}),
        (b"\x00\x01", "application/x-strange", {"mime_type": "application/octet-stream"}),
    ],
)
async def test_whatever_comes_is_kept_as_what_it_is(
    meta: Street, data: bytes, mime_type: str, expected: dict[str, object]
) -> None:
    message_id = await meta.receive(data, mime_type=mime_type, filename="receipt.pdf")
    async with run_workers(meta.api, meta.simulator):
        content = await meta.wait_for(message_id, state="stored")
    assert {name: content[name] for name in expected} == expected
    answer = await meta.owner.client.get(content["url"])
    assert answer.content == data
    if not mime_type.startswith("image/") or data == samples.HTML:
        assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_voice_note_says_how_long_it_is(meta: Street) -> None:
    note = rewrap_opus(samples.webm([samples.OPUS_20_MS] * 250))
    message_id = await meta.receive(note, mime_type="audio/ogg", voice=True)
    async with run_workers(meta.api, meta.simulator):
        content = await meta.wait_for(message_id, state="stored")
    assert content["duration_ms"] == (250 * 960 - 312) // 48
    assert content["thumbnail_url"] is None


async def test_further_files_of_one_message_come_too(meta: Street) -> None:
    first, second = await meta.send(PHOTO), await meta.send(samples.PDF, mime_type="application/pdf")
    message_id = await meta.file({**first, "more": [{"type": "document", **second}]})
    async with run_workers(meta.api, meta.simulator):
        await meta.wait_for(message_id, state="stored")

        async def look() -> bool:
            [more] = (await meta.read(message_id))["more"]
            return more["state"] == "stored" and more["type"] == "document"

        await wait_until(look, "second file")


# --- What goes wrong on the way -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["media_expired", "media_cut", "media_5xx", "media_changed", "media_gone"])
async def test_a_fault_that_passes_is_passed_over(street: Street, kind: str, quick: None) -> None:
    if kind == "media_changed" and street.line.phone_number_id.startswith("XE"):
        pytest.skip("Twilio says no checksum")
    message_id = await street.receive(PHOTO)
    await fault(street, kind, count=1)
    async with run_workers(street.api, street.simulator):
        content = await street.wait_for(message_id, state="stored")
    assert await download(content["url"], street) == PHOTO
    assert content["failure"] is None


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("media_cut", "broken_off"),
        ("media_5xx", "provider_away"),
        ("media_changed", "wrong_checksum"),
        ("media_expired", "provider_away"),
    ],
)
async def test_a_fault_that_stays_is_said_in_words_and_tried_again(meta: Street, kind: str, code: str) -> None:
    message_id = await meta.receive(PHOTO)
    await fault(meta, kind)
    async with run_workers(meta.api, meta.simulator):
        content = await meta.wait_for(message_id, state="pending", url=None)

        async def look() -> bool:
            return (await meta.read(message_id))["failure"] is not None

        await wait_until(look, "words")
        content = await meta.read(message_id)
        failure = content["failure"]
        assert isinstance(failure, dict)
        assert (failure["code"], failure["can_retry"]) == (code, True)
        assert failure["text"]["en"]
        assert failure["text"]["ar"]
        assert content["retry_at"] is not None
        await meta.simulator.set_faults()
        answer = await meta.owner.post(f"/api/media/{meta.owner.workspace_id}/{content['file_id']}/retry")
        assert answer.status_code == 200
        assert answer.json()["failure"] is None
        await meta.wait_for(message_id, state="stored")


async def test_what_the_provider_has_no_more_is_given_up_until_somebody_asks(street: Street, quick: None) -> None:
    message_id = await street.receive(PHOTO)
    await fault(street, "media_gone")
    path = f"/api/media/{street.owner.workspace_id}/{{}}/retry"
    async with run_workers(street.api, street.simulator):
        content = await street.wait_for(message_id, state="failed")
        failure = content["failure"]
        assert isinstance(failure, dict)
        assert (failure["code"], content["retry_at"]) == ("gone", None)
        await street.simulator.set_faults()
        assert (await street.owner.post(path.format(content["file_id"]))).status_code == 200
        await street.wait_for(message_id, state="stored")
        again = await street.owner.post(path.format(content["file_id"]))
        assert code_of(again) == (409, "nothing_to_fetch")


async def test_a_slow_provider_holds_nobody_else_up(meta: Street) -> None:
    slow = await meta.receive(PHOTO)
    await fault(meta, "media_slow", count=1, seconds=8)
    other = await open_street(meta.api, meta.simulator)
    async with run_workers(meta.api, meta.simulator):
        await asyncio.sleep(0.5)
        quick = await other.receive(PHOTO)
        await other.wait_for(quick, state="stored", within=7)
        assert (await meta.read(slow))["state"] == "pending"
        await meta.wait_for(slow, state="stored")


async def test_a_wrong_token_is_said_and_mended_by_credentials(street: Street) -> None:
    message_id = await street.receive(PHOTO)
    if street.line.phone_number_id.startswith("XE"):
        await street.simulator.call(
            "POST",
            "/world/channels",
            {
                "provider": "twilio",
                "name": "x",
                "number": street.line.number,
                "account_sid": street.line.account_sid,
                "auth_token": "f" * 32,
            },
        )
    else:
        changed = {name: getattr(street.line, name) for name in street.line.__slots__}
        await street.simulator.call("POST", "/world/channels", {**changed, "access_token": "EAAother"})
    async with run_workers(street.api, street.simulator):

        async def look() -> str | None:
            failure = (await street.read(message_id))["failure"]
            return failure["code"] if isinstance(failure, dict) else None

        assert await wait_until(look, "words") == "not_let_in"
    assert (await street.read(message_id))["state"] == "pending"


async def test_a_disabled_channel_waits_for_its_activation(meta: Street, quick: None) -> None:
    message_id = await meta.receive(PHOTO)
    await meta.change("update channels set status = 'disabled' where id = $1", meta.thread.channel_id)
    async with run_workers(meta.api, meta.simulator):

        async def look() -> str | None:
            failure = (await meta.read(message_id))["failure"]
            return failure["code"] if isinstance(failure, dict) else None

        assert await wait_until(look, "words") == "channel_away"
        await meta.change("update channels set status = 'active' where id = $1", meta.thread.channel_id)
        await meta.wait_for(message_id, state="stored")


async def test_a_full_workspace_says_so_and_keeps_nothing(meta: Street) -> None:
    film = samples.MP4 + b"\0" * (700 * 1024)
    first = await meta.receive(film, mime_type="video/mp4")
    async with run_workers(meta.api, meta.simulator, quota_mb=1):
        await meta.wait_for(first, state="stored")
        second = await meta.receive(film, mime_type="video/mp4")
        content = await meta.wait_for(second, state="failed")
        failure = content["failure"]
        assert isinstance(failure, dict)
        assert failure["code"] == "quota_reached"
        folder = meta.api.services.shelf.store.spool.parent / "files" / str(meta.owner.workspace_id)
        assert len(list(folder.rglob("file"))) == 1
        kept = await meta.read(first)
        await meta.owner.delete(f"/api/media/{meta.owner.workspace_id}/{kept['file_id']}")
        await meta.owner.post(f"/api/media/{meta.owner.workspace_id}/{content['file_id']}/retry")
        await meta.wait_for(second, state="stored")
    assert (await meta.read(first))["state"] == "deleted"
    assert (await meta.owner.get("/api/media/usage")).json()["bytes"] == len(film)


@pytest.mark.parametrize(("status", "code"), [(507, "store_full"), (503, "store_away")])
async def test_a_store_that_does_not_take_it(meta: Street, tmp_path: Path, quick: None, status: int, code: str) -> None:
    async with run_s3() as s3:
        settings = Settings.model_validate({**s3.settings(), "hoopoe_home": tmp_path})
        s3.refuse(status)
        message_id = await meta.receive(PHOTO)
        async with run_workers(meta.api, meta.simulator, store=open_store(settings)):

            async def look() -> str | None:
                failure = (await meta.read(message_id))["failure"]
                return failure["code"] if isinstance(failure, dict) else None

            assert await wait_until(look, "words") == code
            assert not s3.files
            s3.let_in()
            await meta.wait_for(message_id, state="stored")
        assert {key.rsplit("/")[-1] for key in s3.files} == {"file", "thumb"}


async def test_more_than_a_hundred_megabytes_are_not_fetched(meta: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hoopoe.channels.meta.media.MOST_INBOUND_BYTES", 1000)
    told = await meta.receive(PHOTO)
    async with run_workers(meta.api, meta.simulator):
        content = await meta.wait_for(told, state="failed")
        monkeypatch.undo()
        monkeypatch.setattr("hoopoe.media.spool.MOST_BYTES", 1000)
        untold = await meta.receive(PHOTO)
        other = await meta.wait_for(untold, state="failed")
    for each in (content, other):
        assert isinstance(each["failure"], dict)
        assert each["failure"]["code"] == "too_large"


# --- Where a token goes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://graph.facebook.com/x", True),
        ("http://lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com:8443/x", False),
        ("https://lookaside.fbsbx.com.evil.example/x", False),
        ("https://lookaside.fbsbx.com@evil.example/x", False),
        ("https://evil.example/lookaside.fbsbx.com", False),
        ("https://user:pass@graph.facebook.com/x", False),
        ("http://graph.facebook.com/x", False),
        ("//graph.facebook.com/x", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_our_token_goes_to_metas_own_hosts_alone(address: str, is_own: bool) -> None:
    assert is_ours(address, "https://graph.facebook.com") is is_own


async def test_an_address_elsewhere_never_sees_our_token(meta: Street) -> None:
    """A Graph that answers with somebody else's address: nothing is asked of that one."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"url": f"http://localhost:{port}/steal", "mime_type": "image/jpeg", "id": "1"})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    evil = SimulatorProcess.__new__(SimulatorProcess)
    evil.url = f"http://127.0.0.1:{port}"
    message_id = await meta.receive(PHOTO)
    try:
        async with run_workers(meta.api, evil):
            content = await meta.wait_for(message_id, state="failed")
    finally:
        await runner.cleanup()
    assert isinstance(content["failure"], dict)
    assert content["failure"]["code"] == "foreign_address"
    assert [path for path in asked if "steal" in path] == []


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "{base}/2010-04-01/Accounts/ACother/Messages/MM1/Media/ME1",
        "{base}/2010-04-01/Accounts/{sid}/../ACother/Messages/MM1/Media/ME1",
        "{base}/media-files/1",
        "file:///etc/passwd",
    ],
)
async def test_twilios_token_goes_to_ones_own_files_alone(api: Api, simulator: SimulatorProcess, address: str) -> None:
    street = await open_street(api, simulator, is_twilio=True)
    sid = street.line.account_sid
    url = address.replace("{base}", simulator.url).replace("{sid}", sid)
    message_id = await street.file({"media_url": url, "mime_type": "image/jpeg", "state": "pending"})
    async with run_workers(api, simulator):
        content = await street.wait_for(message_id, state="failed")
    assert isinstance(content["failure"], dict)
    assert content["failure"]["code"] == "foreign_address"


async def test_where_twilio_leads_on_to_is_guarded(api: Api, simulator: SimulatorProcess) -> None:
    street = await open_street(api, simulator, is_twilio=True)
    content = await street.send(PHOTO)
    seen: list[dict[str, str]] = []

    async def redirect(request: web.Request) -> web.Response:
        if "Accounts" in request.path:
            return web.Response(status=307, headers={"Location": f"http://localhost:{port}/inside"})
        seen.append(dict(request.headers))
        return web.Response(body=b"secret of the network")

    app = web.Application()
    app.router.add_get("/{path:.*}", redirect)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    evil = SimulatorProcess.__new__(SimulatorProcess)
    evil.url = f"http://127.0.0.1:{port}"
    url = str(content["media_url"]).replace(simulator.url, evil.url)
    message_id = await street.file({**content, "media_url": url})
    try:
        async with run_workers(api, evil):
            found = await street.wait_for(message_id, state="failed")
    finally:
        await runner.cleanup()
    assert isinstance(found["failure"], dict)
    assert found["failure"]["code"] == "foreign_address"
    assert seen == []


# --- Many at once, and the dead -------------------------------------------------------------------
