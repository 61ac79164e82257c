"""Both stores keep the same promises: whole or not at all, ranges, errors in three kinds."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hoopoe.kernel import storage
from hoopoe.kernel.settings import Settings
from hoopoe.kernel.storage import (
    Chunks,
    LocalStore,
    NotStoredError,
    Store,
    StoreAwayError,
    StoreFullError,
    open_store,
    sweep_spool,
)
from tests.support.s3 import S3, run_s3

MB = 1024 * 1024


@pytest.fixture
async def s3() -> AsyncIterator[S3]:
    async with run_s3() as running:
        yield running


def make_settings(home: Path, **values: Any) -> Settings:
    return Settings.model_validate({"hoopoe_home": home, **values})


@pytest.fixture
def remote(s3: S3, tmp_path: Path) -> Store:
    return open_store(make_settings(tmp_path, **s3.settings()))


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return open_store(make_settings(tmp_path)) if request.param == "disk" else request.getfixturevalue("remote")


def spooled(store: Store, data: bytes) -> Path:
    file = store.spool / f"test-{os.urandom(6).hex()}"
    file.write_bytes(data)
    return file


async def read(chunks: Chunks) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_what_was_put_is_read_whole_and_in_parts(store: Store) -> None:
    data = os.urandom(9 * MB + 17)
    await store.put("w/one/file", spooled(store, data))
    assert await read(await store.open("w/one/file", start=0, end=len(data))) == data
    for start, end in ((0, 1), (5, 5), (4 * MB - 1, 8 * MB + 2), (len(data) - 1, len(data))):
        assert await read(await store.open("w/one/file", start=start, end=end)) == data[start:end]


async def test_an_empty_file_and_a_second_put(store: Store) -> None:
    await store.put("w/one/file", spooled(store, b""))
    assert await read(await store.open("w/one/file", start=0, end=0)) == b""
    await store.put("w/one/file", spooled(store, b"second"))
    assert await read(await store.open("w/one/file", start=0, end=6)) == b"second"
    assert await store.read("w/one/file") == b"second"


async def test_what_is_not_there(store: Store) -> None:
    with pytest.raises(NotStoredError):
        await store.open("w/nothing/file", start=0, end=1)
    with pytest.raises(NotStoredError):
        await store.read("w/nothing/file")
    await store.delete("w/nothing/file")
    await store.delete_all("nothing")


async def test_deleting_one_and_all_of_a_folder(store: Store) -> None:
    for key in ("w/one/file", "w/one/thumb", "w/two/file", "wide/one/file"):
        await store.put(key, spooled(store, key.encode()))
    await store.delete("w/one/file")
    with pytest.raises(NotStoredError):
        await store.open("w/one/file", start=0, end=1)
    await store.delete_all("w")
    for key in ("w/one/thumb", "w/two/file"):
        with pytest.raises(NotStoredError):
            await store.open(key, start=0, end=1)
    assert await read(await store.open("wide/one/file", start=0, end=13)) == b"wide/one/file"


@pytest.mark.parametrize("key", ["../secret", "w/../../x", "/etc/passwd", "w//x", "w/é", "w/x.part", ""])
async def test_a_key_that_leads_elsewhere_is_a_fault_of_ours(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await store.open(key, start=0, end=1)
    with pytest.raises(ValueError, match="not a key"):
        await store.put(key, spooled(store, b"x"))


async def test_a_file_that_became_shorter_ends_with_an_error(store: Store) -> None:
    await store.put("w/one/file", spooled(store, b"short"))
    with pytest.raises(StoreAwayError):
        await read(await store.open("w/one/file", start=0, end=9))


# --- The disk -------------------------------------------------------------------------------------


async def test_files_on_the_disk_are_their_owners_alone(tmp_path: Path) -> None:
    store = open_store(make_settings(tmp_path))
    await store.put("w/one/file", spooled(store, b"x"))
    assert (tmp_path / "media").stat().st_mode & 0o077 == 0


async def test_another_disk_gets_a_copy_and_never_half_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalStore(tmp_path / "media")
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.parent == store.spool:
            raise OSError(errno.EXDEV, "another disk")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    await store.put("w/one/file", spooled(store, b"copied"))
    assert await read(await store.open("w/one/file", start=0, end=6)) == b"copied"

    def full(_from: object, _to: object, _size: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(StoreFullError):
        await store.put("w/two/file", spooled(store, b"too much"))
    assert [path.name for path in (tmp_path / "media" / "files" / "w" / "two").iterdir()] == []


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StoreFullError), (errno.EDQUOT, StoreFullError), (errno.EIO, StoreAwayError)]
)
async def test_a_disk_that_is_full_or_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    store = LocalStore(tmp_path / "media")
    file = spooled(store, b"x")

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(kind):
        await store.put("w/one/file", file)
    with pytest.raises(NotStoredError):
        await store.open("w/one/file", start=0, end=1)


def test_the_spool_is_swept_of_what_the_dead_left(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "media")
    old, young = spooled(store, b"old"), spooled(store, b"young")
    os.utime(old, (0, 0))
    assert sweep_spool(store) == 1
    assert list(store.spool.iterdir()) == [young]


# --- S3 -------------------------------------------------------------------------------------------


async def test_large_files_go_up_in_parts_that_memory_can_hold(s3: S3, remote: Store) -> None:
    data = os.urandom(40 * MB)
    await remote.put("w/one/file", spooled(remote, data))
    assert s3.files["w/one/file"] == data
    assert s3.largest_body <= storage.PART_BYTES
    assert not s3.uploads


async def test_a_wrong_secret_is_not_let_in(s3: S3, tmp_path: Path) -> None:
    wrong = open_store(make_settings(tmp_path, **{**s3.settings(), "s3_secret_access_key": "wrong"}))
    with pytest.raises(StoreAwayError):
        await wrong.put("w/one/file", spooled(wrong, b"x"))
    assert not s3.files


async def test_a_prefix_keeps_to_its_own(s3: S3, tmp_path: Path) -> None:
    s3.files["w/one/file"] = b"somebody else's"
    store = open_store(make_settings(tmp_path, **s3.settings(), s3_prefix="shop/files"))
    await store.put("w/one/file", spooled(store, b"ours"))
    assert s3.files["shop/files/w/one/file"] == b"ours"
    await store.delete_all("w")
    assert s3.files == {"w/one/file": b"somebody else's"}


@pytest.mark.parametrize(("status", "kind"), [(503, StoreAwayError), (507, StoreFullError), (500, StoreAwayError)])
async def test_a_store_that_is_full_or_away(s3: S3, remote: Store, status: int, kind: type[Exception]) -> None:
    await remote.put("w/there/file", spooled(remote, b"there"))
    calls: list[Callable[[], Any]] = [
        lambda: remote.put("w/one/file", spooled(remote, b"x")),
        lambda: remote.put("w/big/file", spooled(remote, os.urandom(9 * MB))),
        lambda: remote.open("w/there/file", start=0, end=5),
        lambda: remote.delete("w/there/file"),
        lambda: remote.delete_all("w"),
    ]
    s3.refuse(status)
    for call in calls:
        with pytest.raises(kind):
            await call()
    assert set(s3.files) == {"w/there/file"}
    s3.let_in()
    await remote.put("w/one/file", spooled(remote, b"x"))
    assert s3.files["w/one/file"] == b"x"


async def test_a_hiccup_is_tried_again_at_once(s3: S3, remote: Store) -> None:
    s3.refuse(503, times=1)
    await remote.put("w/one/file", spooled(remote, b"x"))
    assert s3.files["w/one/file"] == b"x"


async def test_a_store_that_nobody_serves(tmp_path: Path) -> None:
    gone = {"s3_bucket": "b", "s3_endpoint_url": "http://127.0.0.1:9", "s3_access_key_id": "a"}
    store = open_store(make_settings(tmp_path, **gone, s3_secret_access_key="b"))
    with pytest.raises(StoreAwayError, match=r"\A[^\n]+\Z"):
        await store.open("w/one/file", start=0, end=1)
