"""Signed addresses: who gets which bytes, until when, and what a browser may do with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.media.addresses import Addresses, Variant, read_step
from hoopoe.media.ranges import UnsatisfiableError, read_range
from tests.media import samples
from tests.media.desk import code_of, uploaded
from tests.support.api import Api

DATA = samples.MP4 + bytes(range(256)) * 20


async def make_film(api: Api) -> tuple[httpx2.AsyncClient, str]:
    """Somebody without a token, and the address of a film."""
    owner = await api.register()
    made = await uploaded(owner, DATA, name="film.mp4", told="video/mp4")
    return api.new_client(), made["url"]


async def test_an_address_needs_no_token_and_hardens_the_answer(api: Api) -> None:
    nobody, url = await make_film(api)
    answer = await nobody.get(url)
    assert (answer.status_code, answer.content) == (200, DATA)
    headers = answer.headers
    assert headers["content-type"] == "video/mp4"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "sandbox" in headers["content-security-policy"]
    assert headers["content-disposition"].startswith("inline; ")
    assert headers["accept-ranges"] == "bytes"
    assert headers["cache-control"].startswith("private, max-age=")
    seconds = int(headers["cache-control"].split("=")[1].split(",")[0])
    assert 3_600 <= seconds <= 7_200
    head = await nobody.head(url)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(DATA)))


TAMPERINGS: list[Callable[[str], str]] = [
    lambda url: url.replace("signature=", "signature=A"),
    lambda url: url[:-1] + ("A" if url[-1] != "A" else "B"),
    lambda url: url.split("&signature")[0] + "&signature=",
    lambda url: url.replace("expires=", "expires=9"),
    lambda url: url.replace("/view/", "/save/"),
    lambda url: url.replace("/view/", "/thumbnail/"),
    lambda url: url.replace(url.split("/")[4], str(new_id())),
    lambda url: url.replace(url.split("/")[3], str(new_id())),
]


@pytest.mark.parametrize("tamper", TAMPERINGS)
async def test_an_address_that_we_did_not_sign(api: Api, tamper: Callable[[str], str]) -> None:
    nobody, url = await make_film(api)
    assert code_of(await nobody.get(tamper(url))) == (403, "address_not_good")


async def test_an_address_without_a_signature_is_none(api: Api) -> None:
    nobody, url = await make_film(api)
    assert (await nobody.get(url.partition("?")[0])).status_code == 422
    assert (await nobody.get(url.replace("/view/", "/other/"))).status_code == 422


async def test_an_address_runs_out(api: Api) -> None:
    nobody, url = await make_film(api)
    addresses = api.services.shelf.addresses
    _, _, _, workspace, file, *_ = url.split("/")
    past = datetime.now(UTC) - timedelta(seconds=2)
    old = addresses.make(UUID(workspace), UUID(file), "film.mp4", Variant.VIEW, expires_at=past)
    assert code_of(await nobody.get(old)) == (403, "address_not_good")


async def test_an_address_of_another_workspace_leads_nowhere(api: Api) -> None:
    """Even one that is signed: the file is looked for in the workspace that the address names."""
    nobody, url = await make_film(api)
    other = await api.register()
    soon = datetime.now(UTC) + timedelta(hours=1)
    file = UUID(url.split("/")[4])
    stray = api.services.shelf.addresses.make(other.workspace_id, file, "film.mp4", Variant.VIEW, expires_at=soon)
    assert code_of(await nobody.get(stray)) == (404, "not_found")


async def test_a_deleted_file_ends_with_all_its_addresses(api: Api, pool: Pool) -> None:
    owner = await api.register()
    made = await uploaded(owner, samples.picture())
    path = f"/api/media/{owner.workspace_id}/{made['id']}"
    assert (await owner.delete(path)).status_code == 204
    for url in (made["url"], made["download_url"], made["thumbnail_url"]):
        assert code_of(await owner.client.get(url)) == (404, "not_found")
    gone = (await owner.get(path)).json()
    assert (gone["state"], gone["url"], gone["failure"]["code"]) == ("deleted", None, "deleted")
    assert code_of(await owner.delete(path)) == (404, "not_found")
    folder = api.services.shelf.store.spool.parent / "files" / str(owner.workspace_id) / made["id"]
    assert list(folder.iterdir()) == []


async def test_a_deleted_workspace_serves_nothing(api: Api, pool: Pool) -> None:
    owner = await api.register()
    made = await uploaded(owner, samples.picture())
    async with transaction(pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("update workspaces set deleted_at = now() where id = $1", owner.workspace_id)
    assert code_of(await owner.client.get(made["url"])) == (404, "not_found")


async def test_bytes_that_were_lost_are_not_found_and_not_a_fault(api: Api) -> None:
    owner = await api.register()
    made = await uploaded(owner, samples.picture())
    folder = api.services.shelf.store.spool.parent / "files" / str(owner.workspace_id) / made["id"]
    for file in folder.iterdir():
        file.unlink()
    for url in (made["url"], made["thumbnail_url"]):
        assert code_of(await owner.client.get(url)) == (404, "not_found")


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (samples.PDF, "menu.pdf", "application/pdf"),
        (b"plain words", "note.txt", "text/plain"),
        (samples.office(), "letter.docx", "application/octet-stream"),
    ],
)
async def test_what_may_hold_programs_is_saved_and_never_shown(api: Api, data: bytes, name: str, told: str) -> None:
    owner = await api.register()
    made = await uploaded(owner, data, name=name, told=told)
    shown = await owner.client.get(made["url"])
    assert shown.headers["content-type"] == "application/octet-stream"
    assert shown.headers["content-disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("menu.pdf", "attachment; filename=\"menu.pdf\"; filename*=UTF-8''menu.pdf"),
        (
            "قائمة.pdf",
            "attachment; filename=\"_____.pdf\"; filename*=UTF-8''%D9%82%D8%A7%D8%A6%D9%85%D8%A9.pdf",
        ),
        (
            "a; filename=evil'.pdf",
            "attachment; filename=\"a; filename=evil'.pdf\"; filename*=UTF-8''a%3B%20filename%3Devil%27.pdf",
        ),
    ],
)
async def test_the_name_of_a_saved_file(api: Api, name: str, expected: str) -> None:
    owner = await api.register()
    made = await uploaded(owner, samples.PDF, name=name, told="application/pdf")
    answer = await owner.client.get(made["download_url"])
    assert answer.headers["content-disposition"] == expected
    assert answer.content == samples.PDF


# --- Ranges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, len(DATA)),
        ("bytes=-50", len(DATA) - 50, len(DATA)),
        ("bytes=-999999", 0, len(DATA)),
        (f"bytes={len(DATA) - 1}-", len(DATA) - 1, len(DATA)),
        ("bytes=10-99999999", 10, len(DATA)),
        ("BYTES= 5 - 9 ", 5, 10),
    ],
)
async def test_a_range(api: Api, header: str, start: int, end: int) -> None:
    nobody, url = await make_film(api)
    answer = await nobody.get(url, headers={"Range": header})
    assert (answer.status_code, answer.content) == (206, DATA[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("header", [f"bytes={len(DATA)}-", "bytes=999999-9999999", "bytes=-0"])
async def test_a_range_that_is_not_there(api: Api, header: str) -> None:
    nobody, url = await make_film(api)
    answer = await nobody.get(url, headers={"Range": header})
    assert code_of(answer) == (416, "range_not_there")
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize(
    "header", ["bytes=9-5", "bytes=a-b", "bytes=", "bytes=-", "items=0-5", "bytes=0-1,5-9", "bytes=" + "9" * 30 + "-"]
)
async def test_what_cannot_be_read_is_answered_with_all_of_it(api: Api, header: str) -> None:
    nobody, url = await make_film(api)
    answer = await nobody.get(url, headers={"Range": header})
    assert (answer.status_code, answer.content) == (200, DATA)


async def test_a_range_of_a_file_that_one_had_and_a_copy_that_is_still_good(api: Api) -> None:
    nobody, url = await make_film(api)
    etag = (await nobody.head(url)).headers["etag"]
    same = await nobody.get(url, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert same.status_code == 206
    other = await nobody.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, DATA)
    known = await nobody.get(url, headers={"If-None-Match": f'"x", {etag}'})
    assert (known.status_code, known.content) == (304, b"")


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_ranges_are_as_the_standard_says(size: int, first: int, last: int) -> None:
    data = bytes(range(size))
    try:
        found = read_range(f"bytes={first}-{last}", size)
    except UnsatisfiableError:
        assert first >= size
        assert last >= first
    else:
        if found is None:
            assert last < first
        else:
            assert data[found.start : found.end] == data[first : last + 1]


# --- The signature --------------------------------------------------------------------------------


def test_an_address_is_the_same_for_an_hour_and_lives_at_least_one() -> None:
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert read_step(noon) == read_step(noon + timedelta(minutes=59, seconds=59)) == noon + timedelta(hours=2)
    assert read_step(noon + timedelta(hours=1)) == noon + timedelta(hours=3)


def test_another_key_signs_otherwise() -> None:
    ids = (new_id(), new_id())
    until = int(datetime.now(UTC).timestamp()) + 60
    one, other = Addresses(b"1" * 32), Addresses(b"2" * 32)
    made = one.make(*ids, "a", Variant.VIEW, expires_at=datetime.fromtimestamp(until, UTC))
    signature = made.partition("signature=")[2]
    now = datetime.now(UTC)
    assert one.is_good(*ids, Variant.VIEW, expires=until, signature=signature, now=now)
    assert not other.is_good(*ids, Variant.VIEW, expires=until, signature=signature, now=now)
    assert not one.is_good(*ids, Variant.VIEW, expires=until, signature="é", now=now)
    assert "b'1" not in repr(one)
