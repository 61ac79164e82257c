"""What nobody needs any more goes; what is of use stays, also while the store is away."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from hoopoe.kernel.storage import open_store
from hoopoe.media.files import file_key, mark_used
from hoopoe.media.sweep import forget_workspace, sweep_files
from tests.media import samples
from tests.media.desk import uploaded
from tests.support.api import Api, Caller
from tests.support.s3 import run_s3


@dataclass(frozen=True)
class House:
    """An owner with files, whose rows a test reaches into."""

    api: Api
    owner: Caller

    @property
    def folder(self) -> Path:
        return self.api.services.shelf.store.spool.parent / "files" / str(self.owner.workspace_id)

    def stored(self) -> set[str]:
        return {path.parent.name for path in self.folder.rglob("file")}

    async def upload(self) -> str:
        return str((await uploaded(self.owner, samples.picture()))["id"])

    async def change(self, sql: str, *arguments: object) -> None:
        async with transaction(self.api.services.pool, role=tenancy.PIPE, workspaces=[self.owner.workspace_id]) as conn:
            await conn.execute(sql, *arguments)

    async def age(self, file_id: str, days: int) -> None:
        await self.change(
            "update media_files set created_at = now() - make_interval(days => $2) where id = $1", file_id, days
        )

    async def sweep(self, *, kept_days: int | None = None) -> None:
        await sweep_files(self.api.services.pool, self.api.services.shelf.store, kept_days=kept_days)

    async def state(self, file_id: str) -> str:
        return str((await self.owner.get(f"/api/media/{self.owner.workspace_id}/{file_id}")).json()["state"])


@pytest.fixture
async def house(api: Api) -> AsyncIterator[House]:
    yield House(api, await api.register())


async def test_what_was_never_sent_goes_after_a_week(house: House) -> None:
    young, old, used = [await house.upload() for _ in range(3)]
    async with transaction(house.api.services.pool, role=tenancy.PIPE, workspaces=[house.owner.workspace_id]) as conn:
        await mark_used(conn, [(house.owner.workspace_id, UUID(used))])
    for file_id in (old, used):
        await house.age(file_id, 8)
    await house.age(young, 6)
    await house.sweep()
    assert [await house.state(each) for each in (young, old, used)] == ["stored", "deleted", "stored"]
    assert house.stored() == {young, used}
    assert (await house.owner.get("/api/media/usage")).json()["files"] == 2


async def test_files_are_kept_for_as_long_as_the_settings_say(house: House) -> None:
    young, old = await house.upload(), await house.upload()
    await house.change("update media_files set used_at = now()")
    await house.age(old, 31)
    await house.age(young, 29)
    await house.sweep()
    assert house.stored() == {young, old}
    await house.sweep(kept_days=30)
    assert house.stored() == {young}
    assert await house.state(old) == "deleted"


async def test_what_died_on_its_way_in_leaves_nothing(house: House) -> None:
    dead, busy = new_id(), new_id()
    for file_id, minutes in ((dead, 11), (busy, 1)):
        await house.change(
            "insert into media_files (workspace_id, id, origin, state, lease_until) "
            "values ($1, $2, 'upload', 'storing', now() - make_interval(mins => $3))",
            house.owner.workspace_id,
            file_id,
            minutes,
        )
        file = house.api.services.shelf.store.spool / str(file_id)
        file.write_bytes(b"half of it")
        await house.api.services.shelf.store.put(file_key(house.owner.workspace_id, file_id), file)
    await house.sweep()
    assert house.stored() == {str(busy)}
    assert (await house.owner.get(f"/api/media/{house.owner.workspace_id}/{busy}")).status_code == 404
    assert (await house.owner.get("/api/media/usage")).json() == {
        "bytes": 0,
        "files": 0,
        "quota_bytes": 10_240 * 1024 * 1024,
    }


async def test_bytes_of_a_deleted_file_wait_for_whoever_may_still_write_them(house: House) -> None:
    file_id = await house.upload()
    await house.change(
        "update media_files set state = 'deleted', lease_until = now() + interval '1 minute' where id = $1", file_id
    )
    await house.sweep()
    assert house.stored() == {file_id}
    await house.change("update media_files set lease_until = now() - interval '1 s' where id = $1", file_id)
    await house.sweep()
    assert house.stored() == set()


async def test_a_store_that_is_away_is_asked_again(house: House, tmp_path: Path) -> None:
    async with run_s3() as s3:
        store = open_store(Settings.model_validate({**s3.settings(), "hoopoe_home": tmp_path}))
        file_id = await house.upload()
        s3.files[file_key(house.owner.workspace_id, UUID(file_id))] = b"x"
        await house.change("update media_files set state = 'deleted' where id = $1", file_id)
        s3.refuse(503)
        swept = await sweep_files(house.api.services.pool, store, kept_days=None)
        assert swept.emptied == 0
        assert s3.files
        assert not await forget_workspace(store, house.owner.workspace_id)
        s3.let_in()
        await sweep_files(house.api.services.pool, store, kept_days=None)
        assert not s3.files
        s3.files[f"{house.owner.workspace_id}/any/file"] = b"x"
        assert await forget_workspace(store, house.owner.workspace_id)
        assert not s3.files


async def test_two_who_sweep_at_once_do_it_once(house: House) -> None:
    files = [await house.upload() for _ in range(6)]
    for file_id in files:
        await house.age(file_id, 8)
    await asyncio.gather(*(house.sweep() for _ in range(3)))
    assert house.stored() == set()
    assert (await house.owner.get("/api/media/usage")).json()["files"] == 0


async def test_the_spool_is_swept_too(house: House) -> None:
    left = house.api.services.shelf.store.spool / "left-by-the-dead"
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    await house.sweep()
    assert not left.exists()
