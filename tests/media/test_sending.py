"""Files on their way out: uploaded once, sent by the provider's id, refused in words before and at the last moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from hoopoe.channels.capabilities import MB, META, TWILIO
from hoopoe.channels.contract import ItemKind, MediaContent, MediaKind, Provider
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.media import StoredFile, check_media
from hoopoe.conversations.status_updates import handle_statuses
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.inbox import InboxRow
from tests.media import samples
from tests.media.desk import code_of, uploaded
from tests.media.street import Street, open_street, run_workers
from tests.support.api import Api
from tests.support.simulator import SimulatorProcess, start_simulator, wait_until

PHOTO = samples.picture("JPEG", (800, 600))


@pytest.fixture(scope="module")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SimulatorProcess]:
    async with start_simulator(tmp_path_factory.mktemp("world")) as running:
        yield running


@pytest.fixture
async def street(api: Api, simulator: SimulatorProcess) -> AsyncIterator[Street]:
    yield await open_street(api, simulator)
    await simulator.set_faults()


async def say(street: Street, body: JsonObject, *, status: int = 201) -> JsonObject:
    """The agent sends a message."""
    answer = await street.owner.post(f"/api/conversations/{street.thread.id}/messages", body)
    assert answer.status_code == status, answer.text
    made: JsonObject = answer.json()
    return made


async def heard(street: Street, count: int) -> list[Any]:
    """What the phone received, once there is so much."""

    async def look() -> list[Any] | None:
        found = await street.simulator.messages(street.phone, channel=street.line, direction="in")
        return found if len(found) >= count else None

    return await wait_until(look, f"{count} messages on the phone")


async def bytes_of(street: Street, media_id: str) -> bytes:
    async with street.simulator.session.get(f"{street.simulator.url}/world/media/{media_id}") as answer:
        assert answer.status == 200
        return await answer.read()


async def uploads(street: Street) -> int:
    """How many files the number has uploaded."""
    rows = await street.simulator.log(kind="media")
    own = [row for row in rows if row["method"] == "POST" and row["path"].endswith("/media")]
    return len([row for row in own if street.line.phone_number_id in row["path"]])


async def wait_for_status(street: Street, message_id: object, *statuses: str) -> JsonObject:
    async def look() -> JsonObject | None:
        page = (await street.owner.get(f"/api/conversations/{street.thread.id}/messages")).json()
        [found] = [each for each in page["data"] if each["id"] == message_id]
        return found if found["status"] in statuses else None

    return await wait_until(look, f"status {statuses}")


@pytest.mark.parametrize(
    ("kind", "data", "how", "more"),
    [
        ("image", PHOTO, {}, {"caption": "قائمتنا الجديدة"}),
        ("video", samples.MP4, {"name": "a.mp4", "told": "video/mp4"}, {"caption": "How we make it"}),
        ("audio", samples.MP3, {"name": "a.mp3", "told": "audio/mpeg"}, {}),
        ("document", samples.PDF, {"name": "menu.pdf", "told": "application/pdf"}, {"caption": "Menu"}),
        ("sticker", samples.picture("WEBP", (64, 64)), {"name": "s.webp", "told": "image/webp"}, {}),
    ],
)
async def test_every_kind_arrives_as_it_is(
    street: Street, *, kind: str, data: bytes, how: dict[str, str], more: JsonObject
) -> None:
    file = await uploaded(street.owner, data, **how)
    made = await say(street, {"type": kind, kind: {"file_id": file["id"], **more}})
    assert isinstance(made["content"], dict)
    assert (made["type"], made["content"]["state"]) == (kind, "stored")
    assert made["content"]["url"]
    async with run_workers(street.api, street.simulator, has_sender=True):
        [message] = await heard(street, 1)
        assert message["type"] == kind
        assert message[kind].get("caption") == more.get("caption")
        assert await bytes_of(street, message[kind]["id"]) == data
        if kind == "document":
            assert message[kind]["filename"] == "menu.pdf"
        await wait_for_status(street, made["id"], "accepted", "sent", "delivered", "read")


async def test_a_caption_that_is_too_long_leaves_as_a_text_of_its_own(street: Street) -> None:
    caption = "قائمتنا الجديدة، طبقا طبقا. " * 60
    assert len(caption) > 1024
    file = await uploaded(street.owner, PHOTO)
    made = await say(street, {"type": "image", "image": {"file_id": file["id"], "caption": caption}})
    assert isinstance(made["degradations"], list)
    assert [each["code"] for each in made["degradations"]] == ["caption_moved"]
    async with run_workers(street.api, street.simulator, has_sender=True):
        picture, text = await heard(street, 2)
    assert (picture["type"], picture["image"].get("caption")) == ("image", None)
    assert (text["type"], text["text"]["body"]) == ("text", caption.strip())


async def test_a_voice_note_is_sent_as_one(street: Street) -> None:
    recording = samples.webm([samples.OPUS_20_MS] * 100)
    file = await uploaded(street.owner, recording, name="n.webm", told="audio/webm", voice="true")
    await say(street, {"type": "audio", "audio": {"file_id": file["id"], "voice": True}})
    async with run_workers(street.api, street.simulator, has_sender=True):
        [message] = await heard(street, 1)
    assert message["audio"]["voice"] is True
    assert (await bytes_of(street, message["audio"]["id"])).startswith(b"OggS")


async def test_what_came_in_can_be_sent_on(street: Street) -> None:
    received = await street.receive(PHOTO)
    async with run_workers(street.api, street.simulator, has_sender=True):
        content = await street.wait_for(received, state="stored")
        await say(street, {"type": "image", "image": {"file_id": content["file_id"]}})
        [message] = await heard(street, 1)
        assert await bytes_of(street, message["image"]["id"]) == PHOTO


async def test_a_file_is_uploaded_once_for_all_its_messages(street: Street) -> None:
    file = await uploaded(street.owner, PHOTO)
    async with run_workers(street.api, street.simulator, has_sender=True):
        for count in (1, 2, 3):
            await say(street, {"type": "image", "image": {"file_id": file["id"]}})
            await heard(street, count)
    assert await uploads(street) == 1
    assert len({message["image"]["id"] for message in await heard(street, 3)}) == 1


@pytest.mark.parametrize("how", ["deleted at the provider", "thirty days old", "refused with 131053"])
async def test_what_the_provider_keeps_no_more_is_uploaded_anew(street: Street, how: str) -> None:
    file = await uploaded(street.owner, PHOTO)
    async with run_workers(street.api, street.simulator, has_sender=True):
        await say(street, {"type": "image", "image": {"file_id": file["id"]}})
        [first] = await heard(street, 1)
        if how == "deleted at the provider":
            headers = {"Authorization": f"Bearer {street.line.access_token}"}
            url = f"{street.simulator.url}/v25.0/{first['image']['id']}"
            async with street.simulator.session.delete(url, headers=headers) as answer:
                assert answer.status == 200
        elif how == "thirty days old":
            await street.change("update media_uploads set uploaded_at = uploaded_at - interval '30 days'")
        else:
            await street.simulator.set_faults(
                {"kind": "refuse_code", "code": 131053, "count": 1, "phone_number_id": street.line.phone_number_id}
            )
        await say(street, {"type": "image", "image": {"file_id": file["id"]}})
        second = (await heard(street, 2))[1]
    assert second["image"]["id"] != first["image"]["id"]
    assert await bytes_of(street, second["image"]["id"]) == PHOTO
    assert await uploads(street) == 2
    accepted = await street.simulator.accepted(street.line)
    assert len(accepted) == len({each["biz_opaque_callback_data"] for each in accepted}) == 2


@dataclass(frozen=True)
class Failing:
    """Statuses of a simulated number, handled as the worker does."""

    street: Street
    seen: set[str]

    async def handle(self) -> None:
        """Handle what failed since the last time."""
        found = await self.street.simulator.accepted(self.street.line)
        failed = [each for each in found if each["status"] == "failed" and each["wamid"] not in self.seen]
        self.seen.update(each["wamid"] for each in failed)
        owner, thread = self.street.owner, self.street.thread
        rows = [
            InboxRow(
                seq=place,
                workspace_id=owner.workspace_id,
                channel_id=thread.channel_id,
                provider=Provider.META,
                key=f"s:{each['wamid']}",
                lane=thread.lane,
                kind=ItemKind.STATUS,
                item={
                    "status": {
                        "id": each["wamid"],
                        "status": "failed",
                        "timestamp": str(int(time.time())),
                        "biz_opaque_callback_data": each["biz_opaque_callback_data"],
                        "errors": [{"code": each["failure"], "title": "Media upload error"}],
                    }
                },
                attempts=0,
                received_at=datetime.now(UTC),
            )
            for place, each in enumerate(failed)
        ]
        async with transaction(
            self.street.api.services.pool, role=tenancy.PIPE, workspaces=[owner.workspace_id]
        ) as conn:
            await handle_statuses(conn, rows)


async def test_a_message_that_fails_for_its_file_is_sent_once_more_with_a_fresh_one(street: Street) -> None:
    file = await uploaded(street.owner, PHOTO)
    number = street.line.phone_number_id
    await street.simulator.set_faults({"kind": "fail_code", "code": 131053, "count": 2, "phone_number_id": number})
    failing = Failing(street, set())
    async with run_workers(street.api, street.simulator, has_sender=True):
        made = await say(street, {"type": "image", "image": {"file_id": file["id"]}})

        async def look() -> JsonObject | None:
            await failing.handle()
            page = (await street.owner.get(f"/api/conversations/{street.thread.id}/messages")).json()
            [found] = [each for each in page["data"] if each["id"] == made["id"]]
            return found if found["status"] == "failed" and found["attempt"] == 2 else None

        failed = await wait_until(look, "second failure")
    assert isinstance(failed["failure"], dict)
    assert failed["failure"]["code"] == "131053"
    assert await uploads(street) == 2
    assert len(await street.simulator.accepted(street.line)) == 2, "not for ever"


async def test_a_long_upload_goes_on_beside_the_line_and_the_order_holds(street: Street) -> None:
    file = await uploaded(street.owner, PHOTO)
    await street.simulator.set_faults(
        {"kind": "upload_slow", "seconds": 3, "phone_number_id": street.line.phone_number_id}
    )
    async with run_workers(street.api, street.simulator, has_sender=True):
        await say(street, {"type": "image", "image": {"file_id": file["id"]}})
        await say(street, {"type": "text", "text": {"body": "and this afterwards"}})
        await asyncio.sleep(1.5)
        assert await street.simulator.accepted(street.line) == []
        first, second = await heard(street, 2)
    assert (first["type"], second["type"]) == ("image", "text")
    assert await uploads(street) == 1
    [row, _] = await street.rows("select attempt from outbox order by id")
    assert row["attempt"] == 1, "waiting for the file was no attempt"


async def test_a_file_that_the_provider_does_not_take_fails_in_words(street: Street) -> None:
    file = await uploaded(street.owner, PHOTO)
    made = await say(street, {"type": "image", "image": {"file_id": file["id"]}})
    # Somebody has put other bytes under the key: Meta looks at them itself.
    folder = street.api.services.shelf.store.spool.parent / "files" / str(street.owner.workspace_id) / str(file["id"])
    (folder / "file").write_bytes(b"\0" * len(PHOTO))
    async with run_workers(street.api, street.simulator, has_sender=True):
        failed = await wait_for_status(street, made["id"], "failed")
    assert isinstance(failed["failure"], dict)
    assert failed["failure"]["code"] == "131053"


async def test_a_file_that_was_deleted_meanwhile_is_not_sent(street: Street) -> None:
    file = await uploaded(street.owner, PHOTO)
    made = await say(street, {"type": "image", "image": {"file_id": file["id"]}})
    assert (await street.owner.delete(f"/api/media/{street.owner.workspace_id}/{file['id']}")).status_code == 204
    async with run_workers(street.api, street.simulator, has_sender=True):
        failed = await wait_for_status(street, made["id"], "failed")
    assert isinstance(failed["failure"], dict)
    assert "deleted" in str(failed["failure"]["provider"])
    assert await street.simulator.accepted(street.line) == []


async def test_a_store_that_is_away_delays_a_message_and_loses_none(street: Street) -> None:
    file = await uploaded(street.owner, PHOTO)
    folder = street.api.services.shelf.store.spool.parent / "files" / str(street.owner.workspace_id) / str(file["id"])
    (folder / "file").rename(folder / "hidden")
    await say(street, {"type": "image", "image": {"file_id": file["id"]}})
    async with run_workers(street.api, street.simulator, has_sender=True):
        await asyncio.sleep(1.5)
        assert await street.simulator.accepted(street.line) == []
        (folder / "hidden").rename(folder / "file")
        [message] = await heard(street, 1)
    assert await bytes_of(street, message["image"]["id"]) == PHOTO


# --- What is refused before it is queued ----------------------------------------------------------


async def refused(street: Street, body: JsonObject) -> tuple[str, str]:
    answer = await street.owner.post(f"/api/conversations/{street.thread.id}/messages", body)
    assert code_of(answer) == (422, "validation_failed"), answer.text
    [fault] = answer.json()["error"]["details"]["fields"]
    return fault["field"], fault["message"]


async def test_what_whatsapp_would_not_take_is_refused_in_words(street: Street) -> None:
    photo = (await uploaded(street.owner, PHOTO))["id"]
    song = (await uploaded(street.owner, samples.MP3, name="a.mp3", told="audio/mpeg"))["id"]
    pdf = (await uploaded(street.owner, samples.PDF, name="a.pdf", told="application/pdf"))["id"]
    large = samples.picture("PNG", (1300, 1300)) + b"\0" * (5 * MB)
    heavy = (await uploaded(street.owner, large, name="a.png", told="image/png"))["id"]
    field, words = await refused(street, {"type": "image", "image": {"file_id": heavy}})
    assert field == "image.file_id"
    assert "5.5 MB" in words or "MB; WhatsApp takes 5 MB" in words
    field, words = await refused(street, {"type": "image", "image": {"file_id": pdf}})
    assert (field, words) == (
        "image.file_id",
        "WhatsApp takes no application/pdf as image; it can be sent as document.",
    )
    field, _ = await refused(street, {"type": "sticker", "sticker": {"file_id": photo}})
    assert field == "sticker.file_id"
    field, _ = await refused(street, {"type": "audio", "audio": {"file_id": song, "voice": True}})
    assert field == "audio.voice"
    field, _ = await refused(street, {"type": "image", "image": {"file_id": str(new_id())}})
    assert field == "image.file_id"
    field, _ = await refused(street, {"type": "image", "image": {"file_id": "x"}})
    assert field == "image.file_id"
    field, _ = await refused(street, {"type": "audio", "audio": {"file_id": song, "caption": "no"}})
    assert field == "audio.caption"
    assert await street.rows("select 1 from outbox") == []


async def test_anothers_file_is_no_file(street: Street) -> None:
    other = await street.api.register()
    file = await uploaded(other, PHOTO)
    field, _ = await refused(street, {"type": "image", "image": {"file_id": file["id"]}})
    assert field == "image.file_id"


def stored(mime_type: str, size: int, **more: Any) -> StoredFile:
    return StoredFile(new_id(), mime_type, size, "a", more.get("is_animated", False), more.get("channels"))


@pytest.mark.parametrize("limits", [META, TWILIO])
def test_the_limits_hold_to_the_byte(limits: Any) -> None:
    for kind, limit in limits.media.items():
        for mime_type in limit.types:
            content = MediaContent(kind, new_id())
            check_media(content, stored(mime_type, limit.most), limits)
            with pytest.raises(ContentRefused):
                check_media(content, stored(mime_type, limit.most + 1), limits)
            with pytest.raises(ContentRefused):
                check_media(content, stored("text/html", 1), limits)
            with pytest.raises(ContentRefused):
                check_media(content, None, limits)
    sticker = MediaContent(MediaKind.STICKER, new_id())
    check_media(sticker, stored("image/webp", 400 * 1024, is_animated=True), limits)
    voice = MediaContent(MediaKind.AUDIO, new_id(), is_voice=True)
    check_media(voice, stored("audio/ogg", 1, channels=1), limits)
    for wrong in (stored("audio/ogg", 1, channels=2), stored("audio/mpeg", 1), stored("audio/ogg", 1)):
        with pytest.raises(ContentRefused):
            check_media(voice, wrong, limits)
