"""Uploading: what is taken, what is refused in which words, and that nothing half is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.storage import open_store
from hoopoe.main.api import make_edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from hoopoe.media.spool import MOST_BYTES
from tests.media import samples
from tests.media.desk import code_of, upload, uploaded
from tests.support.api import Api, Caller
from tests.support.s3 import S3, run_s3

MB = 1024 * 1024
STEREO = samples.webm([samples.OPUS_20_MS], channels=2)


def stored_files(api: Api) -> set[str]:
    """Every file in the store and in the spool."""
    store = api.services.shelf.store
    folder = store.spool.parent
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


async def rows_of(pool: Pool, caller: Caller) -> list[Record]:
    async with transaction(pool, role=tenancy.APP, workspaces=[caller.workspace_id]) as conn:
        return await conn.fetch("select * from media_files order by id")


async def test_a_picture_is_kept_with_its_size_and_a_thumbnail(api: Api) -> None:
    owner = await api.register()
    data = samples.picture("JPEG", (1200, 900))
    made = await uploaded(owner, data, name="Our menu.jpeg")
    assert made["state"] == "stored"
    assert (made["kind"], made["mime_type"], made["name"]) == ("image", "image/jpeg", "Our menu.jpeg")
    assert (made["width"], made["height"], made["size"]) == (1200, 900, len(data))
    assert (await owner.client.get(made["url"])).content == data
    small = await owner.client.get(made["thumbnail_url"])
    assert small.headers["content-type"] == "image/webp"
    assert len(small.content) < len(data)
    again = (await owner.get(f"/api/media/{owner.workspace_id}/{made['id']}")).json()
    assert again == made
    usage = (await owner.get("/api/media/usage")).json()
    assert (usage["bytes"], usage["files"]) == (len(data), 1)


@pytest.mark.parametrize(
    ("name", "told", "data", "kind"),
    [
        ("menu.pdf", "application/pdf", samples.PDF, "document"),
        ("menu", "application/octet-stream", samples.PDF, "document"),
        ("prices.xlsx", "application/octet-stream", samples.office("xl"), "document"),
        ("film.mp4", "video/mp4", samples.MP4, "video"),
        ("song.mp3", "audio/mpeg", samples.MP3, "audio"),
        ("photo.png", "image/jpeg", samples.picture("PNG"), "image"),
        ("قائمة.txt", "text/plain", "قهوة".encode(), "document"),
    ],
)
async def test_what_is_taken_is_what_its_bytes_are(api: Api, name: str, told: str, data: bytes, kind: str) -> None:
    owner = await api.register()
    made = await uploaded(owner, data, name=name, told=told)
    assert made["kind"] == kind
    assert (await owner.client.get(made["download_url"])).content == data


async def test_a_browsers_recording_becomes_a_voice_note(api: Api) -> None:
    owner = await api.register()
    recording = samples.webm([samples.OPUS_20_MS] * 200)
    made = await uploaded(owner, recording, name="note.webm", told="audio/webm;codecs=opus", voice="true")
    assert (made["mime_type"], made["name"]) == ("audio/ogg", "note.ogg")
    assert 3900 < made["duration_ms"] < 4000
    assert (await owner.client.get(made["url"])).content.startswith(b"OggS")


@pytest.mark.parametrize(
    ("how", "data", "refusal"),
    [
        ({"name": "photo.jpg", "told": "image/jpeg"}, samples.HTML, (415, "file_type_mismatch")),
        ({"name": "photo.jpg", "told": "image/jpeg"}, samples.PDF, (415, "file_type_mismatch")),
        ({"name": "photo.jpg", "told": "image/jpeg"}, b"\x00\x01\x02\x03", (415, "file_type_mismatch")),
        ({"name": "drawing.svg", "told": "image/svg+xml"}, samples.SVG, (415, "file_type_not_taken")),
        ({"name": "page.html", "told": "text/html"}, samples.HTML, (415, "file_type_not_taken")),
        ({"name": "note.txt", "told": "text/plain"}, samples.HTML, (415, "file_type_mismatch")),
        ({"name": "moving.gif", "told": "image/gif"}, samples.picture("GIF"), (415, "file_type_not_taken")),
        ({"name": "setup.exe", "told": "application/octet-stream"}, b"MZ\x90\0", (415, "file_type_not_taken")),
        ({"name": "empty.jpg", "told": "image/jpeg"}, b"", (422, "file_empty")),
        ({"name": "song.mp3", "told": "audio/mpeg", "voice": "true"}, samples.MP3, (415, "voice_not_taken")),
        ({"name": "stereo.webm", "told": "audio/webm", "voice": "true"}, STEREO, (415, "voice_not_taken")),
        ({"name": "note.webm", "told": "audio/webm"}, STEREO, (415, "file_type_not_taken")),
    ],
)
async def test_what_is_refused_is_not_kept(
    api: Api, pool: Pool, *, how: dict[str, str], data: bytes, refusal: tuple[int, str]
) -> None:
    owner = await api.register()
    before = stored_files(api)
    answer = await upload(owner, data, **how)
    assert code_of(answer) == refusal
    assert stored_files(api) == before
    assert await rows_of(pool, owner) == []


async def stream_form(size: int, *, has_end: bool = True) -> AsyncIterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
    yield samples.MP4
    left = size - len(samples.MP4)
    while left > 0:
        yield b"\0" * min(MB, left)
        left -= MB
    if has_end:
        yield b"\r\n--x--\r\n"


FORM = {"content-type": "multipart/form-data; boundary=x"}


async def test_a_file_of_a_hundred_megabytes_is_taken_and_one_more_is_not(api: Api, pool: Pool) -> None:
    owner = await api.register()
    before = stored_files(api)
    answer = await owner.send("POST", "/api/media/upload", content=stream_form(MOST_BYTES + 1), headers=FORM)
    assert code_of(answer) == (413, "file_too_large")
    declared = await owner.send(
        "POST", "/api/media/upload", content=b"x", headers={**FORM, "content-length": str(101 * MB)}
    )
    assert declared.status_code == 413
    assert stored_files(api) == before
    assert await rows_of(pool, owner) == []
    made = await owner.send("POST", "/api/media/upload", content=stream_form(MOST_BYTES), headers=FORM)
    assert made.status_code == 201
    assert made.json()["size"] == MOST_BYTES
    await owner.delete(f"/api/media/{owner.workspace_id}/{made.json()['id']}")


async def test_other_routes_still_take_little(api: Api) -> None:
    owner = await api.register()
    answer = await owner.send("POST", "/api/media/upload-from-url", content=b"x" * (2 * MB))
    assert code_of(answer) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"{}", {"content-type": "application/json"}),
        (b"x", FORM),
        (b"", FORM),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + samples.picture(), FORM),
        (b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--x--\r\n', FORM),
        (
            b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\nx\r\n--x--\r\n',
            FORM,
        ),
        (b'--x\r\nContent-Disposition: form-data; name="' + b"n" * 9000 + b'"\r\n\r\nx\r\n--x--\r\n', FORM),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"v" * 2000 + b"\r\n--x--\r\n", FORM),
        (b"x", {"content-type": "multipart/form-data"}),
    ],
)
async def test_a_body_that_is_no_upload(api: Api, content: bytes, headers: dict[str, str]) -> None:
    owner = await api.register()
    before = stored_files(api)
    answer = await owner.send("POST", "/api/media/upload", content=content, headers=headers)
    assert answer.status_code == 422, answer.text
    assert stored_files(api) == before


async def test_two_files_at_once_are_refused(api: Api) -> None:
    owner = await api.register()
    files = [("file", ("a.jpg", samples.picture(), "image/jpeg"))] * 2
    answer = await owner.send("POST", "/api/media/upload", files=files)
    assert code_of(answer) == (422, "validation_failed")


async def test_uploading_is_for_those_who_write(api: Api) -> None:
    owner = await api.register()
    viewer = await api.add_member(owner, "viewer")
    assert code_of(await upload(viewer, samples.picture())) == (403, "not_permitted")
    made = await uploaded(owner, samples.picture())
    path = f"/api/media/{owner.workspace_id}/{made['id']}"
    assert (await viewer.get(path)).status_code == 200
    assert code_of(await viewer.delete(path)) == (403, "not_permitted")


# --- How much -------------------------------------------------------------------------------------


async def set_quota(pool: Pool, caller: Caller, megabytes: int) -> None:
    async with transaction(pool, role=tenancy.APP, workspaces=[caller.workspace_id]) as conn:
        await conn.execute("update workspaces set media_quota_mb = $2 where id = $1", caller.workspace_id, megabytes)


async def test_a_workspace_keeps_as_much_as_it_may(api: Api, pool: Pool) -> None:
    owner, other = await api.register(), await api.register()
    await set_quota(pool, owner, 1)
    film = samples.MP4 + b"\0" * (600 * 1024)
    first = await uploaded(owner, film, name="a.mp4", told="video/mp4")
    before = stored_files(api)
    refused = await upload(owner, film, name="b.mp4", told="video/mp4")
    assert code_of(refused) == (409, "media_quota_reached")
    assert refused.json()["error"]["details"] == {"used_bytes": len(film), "quota_bytes": MB}
    assert stored_files(api) == before
    await uploaded(other, film, name="b.mp4", told="video/mp4")
    await owner.delete(f"/api/media/{owner.workspace_id}/{first['id']}")
    assert (await owner.get("/api/media/usage")).json() == {"bytes": 0, "files": 0, "quota_bytes": MB}
    await uploaded(owner, film, name="b.mp4", told="video/mp4")


async def test_many_at_once_do_not_get_past_the_quota(api: Api, pool: Pool) -> None:
    owner = await api.register()
    await set_quota(pool, owner, 1)
    film = samples.MP4 + b"\0" * (300 * 1024)
    answers = await asyncio.gather(*(upload(owner, film, name="a.mp4", told="video/mp4") for _ in range(8)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] * 3 + [409] * 5
    kept = [row for row in await rows_of(pool, owner) if row["state"] == "stored"]
    assert len(kept) == len(await rows_of(pool, owner)) == 3
    assert (await owner.get("/api/media/usage")).json()["bytes"] == 3 * len(film)
    folder = api.services.shelf.store.spool.parent / "files" / str(owner.workspace_id)
    assert len(list(folder.rglob("file"))) == 3


# --- The store ------------------------------------------------------------------------------------


@pytest.fixture
async def s3() -> AsyncIterator[S3]:
    async with run_s3() as running:
        yield running


@pytest.fixture
def bucket(api: Api, s3: S3, tmp_path: Path) -> Api:
    """The app, with its files in a bucket."""
    settings = type(api.services.settings).model_validate(
        {**api.services.settings.model_dump(exclude_unset=True), **s3.settings(), "hoopoe_home": tmp_path}
    )
    shelf = replace(api.services.shelf, store=open_store(settings))
    app = make_http_app(api.services.settings)
    attach_services(app, replace(api.services, shelf=shelf))
    return Api(app, api.services, make_edge(app, is_https=False))


@pytest.mark.parametrize(("status", "refusal"), [(507, (507, "store_full")), (503, (503, "store_unavailable"))])
async def test_a_store_that_does_not_take_it_is_said_so_and_nothing_is_kept(
    bucket: Api, s3: S3, pool: Pool, status: int, refusal: tuple[int, str]
) -> None:
    owner = await bucket.register()
    s3.refuse(status)
    answer = await upload(owner, samples.picture())
    assert code_of(answer) == refusal
    assert await rows_of(pool, owner) == []
    assert not s3.files
    s3.let_in()
    made = await uploaded(owner, samples.picture())
    assert (await owner.client.get(made["url"])).status_code == 200
    s3.refuse(status)
    assert code_of(await owner.client.get(made["url"]))[0] in (503, 507)
    assert (await owner.get(f"/api/media/{owner.workspace_id}/{made['id']}")).json()["state"] == "stored"
    assert (await owner.delete(f"/api/media/{owner.workspace_id}/{made['id']}")).status_code == 204
    s3.let_in()
    assert code_of(await owner.client.get(made["url"])) == (404, "not_found")


async def test_files_in_a_bucket_are_read_in_ranges(bucket: Api, s3: S3) -> None:
    owner = await bucket.register()
    film = samples.MP4 + bytes(range(256)) * 40_000
    made = await uploaded(owner, film, name="a.mp4", told="video/mp4")
    part = await owner.client.get(made["url"], headers={"Range": "bytes=5000000-5000099"})
    assert (part.status_code, part.content) == (206, film[5_000_000:5_000_100])
    assert (await owner.client.get(made["url"])).content == film
    await owner.delete(f"/api/media/{owner.workspace_id}/{made['id']}")
    assert not s3.files
