"""Who fetches files: several workers, dead ones, and how long they go on trying."""

from __future__ import annotations

import asyncio

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.media.fetching.claims import CLAIM, claim_files
from hoopoe.media.problems import DELAYS, KEPT_SECONDS, Problem, next_try
from tests.media import samples
from tests.media.desk import code_of
from tests.media.street import Street, open_street, run_workers

PHOTO = samples.picture("JPEG", (1000, 700))


async def fault(street: Street, kind: str, **more: object) -> None:
    await street.simulator.set_faults({"kind": kind, "phone_number_id": street.line.phone_number_id, **more})


async def download(url: str, street: Street) -> bytes:
    return (await street.owner.client.get(url)).content


async def test_two_workers_fetch_each_file_once(meta: Street) -> None:
    wanted = [await meta.receive(PHOTO + bytes([n])) for n in range(12)]
    row = (await meta.simulator.log(kind="media"))[-1:]
    after = row[0]["seq"] if row else 0
    async with run_workers(meta.api, meta.simulator, fetchers=3):
        for message_id in wanted:
            await meta.wait_for(message_id, state="stored")
    downloads = [each for each in await meta.simulator.log(after=after, kind="media") if "media-files" in each["path"]]
    assert len(downloads) == len(wanted)
    rows = await meta.rows("select attempt from media_files where state = 'stored'")
    assert [each["attempt"] for each in rows] == [1] * len(wanted)
    usage = (await meta.owner.get("/api/media/usage")).json()
    assert (usage["files"], usage["bytes"]) == (12, 12 * (len(PHOTO) + 1))


async def test_what_a_dead_worker_had_is_fetched_by_another(meta: Street) -> None:
    message_id = await meta.receive(PHOTO)
    [dead] = [
        claim
        for claim in await claim_files(meta.api.services.pool, room=50, lease_seconds=60)
        if claim.workspace_id == meta.owner.workspace_id
    ]
    async with run_workers(meta.api, meta.simulator):
        await asyncio.sleep(1)
        assert (await meta.read(message_id))["state"] == "pending", "it is somebody's until the lease ends"
        await meta.change(
            "update media_files set lease_until = now() - interval '1 s' where workspace_id = $1", dead.workspace_id
        )
        await meta.wait_for(message_id, state="stored")
    [row] = await meta.rows("select attempt from media_files")
    assert row["attempt"] == 2


async def test_what_kills_its_worker_again_and_again_is_given_up(meta: Street) -> None:
    message_id = await meta.receive(PHOTO)
    pool = meta.api.services.pool
    for _ in range(7):
        await claim_files(pool, room=50, lease_seconds=60)
        await meta.change(
            "update media_files set lease_until = now() - interval '1 s', next_at = now() where workspace_id = $1",
            meta.owner.workspace_id,
        )
    await claim_files(pool, room=50, lease_seconds=60)
    content = await meta.read(message_id)
    assert isinstance(content["failure"], dict)
    assert (content["state"], content["failure"]["code"]) == ("failed", "interrupted")


async def test_a_file_that_was_deleted_on_its_way_stays_deleted(meta: Street) -> None:
    message_id = await meta.receive(PHOTO)
    await fault(meta, "media_slow", count=1, seconds=2)
    async with run_workers(meta.api, meta.simulator):
        await asyncio.sleep(0.7)
        content = await meta.read(message_id)
        path = f"/api/media/{meta.owner.workspace_id}/{content['file_id']}"
        assert (await meta.owner.delete(path)).status_code == 204
        await asyncio.sleep(2.5)
    assert (await meta.read(message_id))["state"] == "deleted"
    assert (await meta.owner.get("/api/media/usage")).json()["bytes"] == 0
    [row] = await meta.rows("select in_store from media_files")
    assert row["in_store"], "a sweep looks after what may have been stored meanwhile"


async def test_a_workspace_with_a_thousand_files_delays_nobody(meta: Street) -> None:
    other = await open_street(meta.api, meta.simulator)
    await meta.change(
        "insert into media_files (workspace_id, id, origin, state, channel_id, source, next_at) "
        "select $1, gen_random_uuid(), 'message', 'pending', $2, '{\"media_id\": \"1\"}', now() - interval '1 hour' "
        "from generate_series(1, 1000)",
        meta.owner.workspace_id,
        meta.thread.channel_id,
    )
    await other.file(await other.send(PHOTO))
    claims = await claim_files(meta.api.services.pool, room=8, lease_seconds=60)
    assert other.owner.workspace_id in {claim.workspace_id for claim in claims}
    await meta.change("delete from media_files where workspace_id = $1", meta.owner.workspace_id)


async def test_a_message_from_before_files_were_kept_says_so(meta: Street) -> None:
    content = await meta.send(PHOTO)
    message_id = await meta.file(content)
    await meta.change(
        "update messages set content = content - 'file_id' where workspace_id = $1 and id = $2",
        meta.owner.workspace_id,
        message_id,
    )
    seen = await meta.read(message_id)
    assert isinstance(seen["failure"], dict)
    assert (seen["state"], seen["failure"]["code"]) == ("failed", "never_fetched")


async def test_strangers_reach_no_file(meta: Street) -> None:
    message_id = await meta.receive(PHOTO)
    async with run_workers(meta.api, meta.simulator):
        content = await meta.wait_for(message_id, state="stored")
    stranger = await meta.api.register()
    for path in (
        f"/api/media/{meta.owner.workspace_id}/{content['file_id']}",
        f"/api/media/{stranger.workspace_id}/{content['file_id']}",
    ):
        assert code_of(await stranger.get(path)) == (404, "not_found")
        assert code_of(await stranger.delete(path)) == (404, "not_found")
        assert code_of(await stranger.post(f"{path}/retry")) == (404, "not_found")
    assert (await meta.read(message_id))["state"] == "stored"


# --- When it is tried again -----------------------------------------------------------------------


def test_passing_trouble_is_tried_for_as_long_as_the_file_lives() -> None:
    waits = [next_try(Problem.PROVIDER_AWAY, attempt=n, age_seconds=0) for n in range(1, 12)]
    assert waits[: len(DELAYS)] == list(DELAYS)
    assert set(waits[len(DELAYS) :]) == {21_600.0}
    assert next_try(Problem.PROVIDER_AWAY, attempt=3, age_seconds=KEPT_SECONDS) is None
    assert next_try(Problem.TOO_LARGE, attempt=1, age_seconds=0) is None
    assert [next_try(Problem.GONE, attempt=n, age_seconds=0) is None for n in (1, 2, 3)] == [False, False, True]


async def test_the_claim_reads_no_row_that_it_does_not_take(meta: Street) -> None:
    """With very many files of many workspaces, each step goes by the index."""
    await meta.change(
        "insert into media_files (workspace_id, id, origin, state, next_at) "
        "select $1, gen_random_uuid(), 'message', case when n % 50 = 0 then 'pending' else 'stored' end, "
        "now() + interval '1 hour' from generate_series(1, 5000) n",
        meta.owner.workspace_id,
    )
    try:
        async with transaction(meta.api.services.pool, role=tenancy.PIPE) as conn:
            plan = await conn.fetch("explain (analyze, format json) " + CLAIM.replace("$1", "8").replace("$2", "60"))
    finally:
        await meta.change("delete from media_files where workspace_id = $1", meta.owner.workspace_id)
    assert "Seq Scan on media_files" not in str(plan[0][0])
