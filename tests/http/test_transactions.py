"""One request, one transaction: committed before the answer leaves, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI

from hoopoe.identity.http import Conn, CurrentWork, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.answers import install_error_handlers
from hoopoe.kernel.http.edge import Edge
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.ids import new_id
from hoopoe.main.services import attach_services
from tests.support.api import ORIGIN, Api, Caller

MayRead = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_READ)]


async def add_contact(conn: Connection, scope: WorkspaceScope, name: str, id_: UUID | None = None) -> UUID:
    contact_id = id_ or new_id()
    await conn.execute(
        "insert into contacts (workspace_id, id, name) values ($1, $2, $3)", scope.workspace_id, contact_id, name
    )
    return contact_id


class Trial:
    """Routes of its own on the real machinery, each of which ends in another way."""

    def __init__(self, api: Api) -> None:
        router = make_router("/trial", tag="trial")
        self.hinted: list[Topic] = []
        self.calls = 0
        self.gate = asyncio.Event()

        @router.post("/plain")
        async def plain(conn: Conn, scope: MayRead) -> dict[str, str]:
            return {"id": str(await add_contact(conn, scope, "plain"))}

        @router.post("/refuse")
        async def refuse(conn: Conn, scope: MayRead) -> None:
            await add_contact(conn, scope, "refused")
            raise NotFound

        @router.post("/break")
        async def break_down(conn: Conn, scope: MayRead) -> None:
            await add_contact(conn, scope, "broken")
            raise ZeroDivisionError("a fault of ours")

        @router.post("/lose")
        async def lose(work: CurrentWork, scope: MayRead) -> dict[str, str]:
            """The connection dies between the handler and the commit."""
            await add_contact(work.conn, scope, "lost")
            work.hint(Topic.OUTBOX)
            pid = await work.conn.fetchval("select pg_backend_pid()")
            other = await asyncpg.connect(api.services.settings.require_database_url())
            try:
                await other.execute("select pg_terminate_backend($1, 2000)", pid)
            finally:
                await other.close()
            return {"status": "this must never be seen"}

        @router.post("/hint")
        async def hint(work: CurrentWork, scope: MayRead) -> dict[str, str]:
            work.hint(Topic.OUTBOX)
            return {"hinted": str(len(self.hinted))}

        @router.post("/twice/{contact_id}")
        async def twice(conn: Conn, scope: MayRead, contact_id: UUID) -> None:
            await add_contact(conn, scope, "one", contact_id)
            await add_contact(conn, scope, "two", contact_id)

        @router.post("/wait/{contact_id}")
        async def wait(conn: Conn, scope: MayRead, contact_id: UUID) -> None:
            await conn.execute("select from contacts where id = $1 for update nowait", contact_id)

        @router.post("/release")
        async def release(work: CurrentWork, scope: MayRead) -> dict[str, str]:
            first = await add_contact(work.conn, scope, "before")
            async with work.released():
                pass
            seen = await work.conn.fetchval("select count(*) from contacts where id = $1", first)
            return {"seen": str(seen)}

        @router.post("/once", dependencies=[Idempotent])
        async def once(conn: Conn, scope: MayRead, given: dict[str, str]) -> dict[str, str]:
            self.calls += 1
            if given.get("end") == "refused":
                raise NotFound
            return {"id": str(await add_contact(conn, scope, "once"))}

        self.app = FastAPI()
        install_error_handlers(self.app)
        self.app.include_router(router)
        attach_services(self.app, api.services)
        bus = Bus("")
        bus.listen(Topic.OUTBOX, lambda: self.hinted.append(Topic.OUTBOX))
        self.app.state.bus = bus
        transport = httpx2.ASGITransport(app=Edge(self.app, is_https=False), raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url=ORIGIN)

    async def post(self, caller: Caller, path: str, **options: object) -> httpx2.Response:
        headers = {**caller.headers, **options.pop("headers", {})}
        return await self.client.post(f"/trial/{path}", headers=headers, **options)


@pytest.fixture
async def trial(api: Api) -> AsyncIterator[Trial]:
    made = Trial(api)
    yield made
    await made.client.aclose()


async def contact_names(pool: Pool, caller: Caller) -> list[str]:
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_operator")
        rows = await conn.fetch("select name from contacts where workspace_id = $1 order by id", caller.workspace_id)
        return [row["name"] for row in rows]


async def test_what_was_answered_is_on_disk(api: Api, trial: Trial, pool: Pool) -> None:
    owner = await api.register()
    assert (await trial.post(owner, "plain")).status_code == 200
    assert await contact_names(pool, owner) == ["plain"]


@pytest.mark.parametrize(("path", "status"), [("refuse", 404), ("break", 500)])
async def test_what_was_refused_left_nothing(api: Api, trial: Trial, pool: Pool, path: str, status: int) -> None:
    owner = await api.register()
    answer = await trial.post(owner, path)
    assert answer.status_code == status
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]
    assert "fault of ours" not in answer.text
    assert await contact_names(pool, owner) == []


async def test_a_commit_that_fails_is_never_a_success(api: Api, trial: Trial, pool: Pool) -> None:
    owner = await api.register()
    answer = await trial.post(owner, "lose")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unavailable")
    assert await contact_names(pool, owner) == []
    assert trial.hinted == []
    assert (await trial.post(owner, "plain")).status_code == 200


async def test_hints_come_after_the_commit(api: Api, trial: Trial) -> None:
    owner = await api.register()
    answer = await trial.post(owner, "hint")
    assert answer.json() == {"hinted": "0"}
    assert trial.hinted == [Topic.OUTBOX]


async def test_conflicts_of_the_database_are_refusals(api: Api, trial: Trial, pool: Pool) -> None:
    owner = await api.register()
    answer = await trial.post(owner, f"twice/{new_id()}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_exists")
    contact_id = (await trial.post(owner, "plain")).json()["id"]
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute("select from contacts where id = $1 for update", UUID(contact_id))
        answer = await trial.post(owner, f"wait/{contact_id}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "1"


async def test_a_released_connection_has_committed_and_comes_back_over_the_same_workspace(
    api: Api, trial: Trial
) -> None:
    owner = await api.register()
    assert (await trial.post(owner, "release")).json() == {"seen": "1"}


async def test_the_same_key_and_request_are_done_once(api: Api, trial: Trial, pool: Pool) -> None:
    owner = await api.register()
    key = {"Idempotency-Key": "order-17"}
    answers = await asyncio.gather(*(trial.post(owner, "once", json={"a": "b"}, headers=key) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False] + [True] * 5
    assert await contact_names(pool, owner) == ["once"]
    assert trial.calls == 1


async def test_a_key_with_another_request_is_refused(api: Api, trial: Trial) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    key = {"Idempotency-Key": "order-17"}
    assert (await trial.post(owner, "once", json={"a": "b"}, headers=key)).status_code == 200
    for caller, body in ((owner, {"a": "c"}), (agent, {"a": "b"})):
        answer = await trial.post(caller, "once", json=body, headers=key)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_key_reused")


async def test_a_key_of_one_workspace_means_nothing_in_another(api: Api, trial: Trial) -> None:
    key = {"Idempotency-Key": "order-17"}
    first = await trial.post(await api.register(), "once", json={}, headers=key)
    second = await trial.post(await api.register(), "once", json={}, headers=key)
    assert first.json()["id"] != second.json()["id"]


async def test_a_refused_request_does_not_use_up_its_key(api: Api, trial: Trial) -> None:
    owner = await api.register()
    key = {"Idempotency-Key": "order-17"}
    for _ in range(2):
        assert (await trial.post(owner, "once", json={"end": "refused"}, headers=key)).status_code == 404
    assert trial.calls == 2


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "tab\t"])
async def test_a_bad_key_is_named(api: Api, trial: Trial, key: str) -> None:
    answer = await trial.post(await api.register(), "once", json={}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["fields"][0]["field"] == "Idempotency-Key"
