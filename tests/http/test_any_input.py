"""Made-up requests for every operation that the OpenAPI schema tells of, by a generator and not by us.

No answer may be a fault of the server, have a status or a body that the schema does not tell of, or another
content type. What a request makes is used by the next ones (links that the generator finds in the schema), and
all roles try it, a key with one scope and a stranger too.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from hoopoe.identity.roles import Permission, Role
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.database import Cluster
from tests.support.desk import open_desk, run_web
from tests.support.tenants import make_tenant

pytestmark = pytest.mark.timeout(240)

CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance,content_type_conformance"
# The clock is the whole machine's, and logging out would end what the other requests live on.
LEFT_OUT = "dev/clock|auth/logout"
# Who asks → (how many made-up requests to an operation, in which phases). An owner reaches everything and tries
# the edges of every field; the others are refused before their fields are looked at, or reach what an owner does.
EVERY = "examples,coverage,fuzzing,stateful"
MOST = "fuzzing,stateful"
WHO = {
    Role.OWNER: (20, EVERY),
    Role.ADMIN: (5, MOST),
    Role.AGENT: (3, MOST),
    Role.VIEWER: (3, MOST),
    "one scope": (3, MOST),
    "stranger": (3, MOST),
}


@pytest.fixture(scope="module")
async def url(cluster: Cluster, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A web process on the test database. No provider answers: a check of credentials says so."""
    [key] = settings.require_keys()
    variables = {"DATABASE_URL": cluster.url, "HOOPOE_KEYS": key, "META_GRAPH_URL": "http://127.0.0.1:1"}
    async with run_web(tmp_path_factory.mktemp("any-input"), variables) as running:
        yield running


async def make_token(who: str, url: str, settings: Settings) -> str:
    """A token of somebody with a workspace of the own, in that role."""
    if who == "stranger":
        return "made-up"
    dsn = settings.require_database_url()
    tenant = await make_tenant(dsn, make_keyring(settings))
    async with aiohttp.ClientSession() as session:
        desk = await open_desk(dsn, tenant, url, session)
        if who == "one scope":
            desk = await open_desk(dsn, tenant, url, session, scopes=[Permission.CHANNELS_READ])
            return desk.token
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            await conn.execute("set local role hoopoe_app")
            await conn.execute(f"set local app.workspaces = '{tenant.workspace_id}'")
            await conn.execute("update members set role = $2 where workspace_id = $1", tenant.workspace_id, who)
    finally:
        await conn.close()
    return desk.token


@pytest.mark.parametrize("who", WHO, ids=str)
async def test_no_request_brings_an_answer_that_the_schema_does_not_tell_of(
    who: str, url: str, settings: Settings, tmp_path: Path
) -> None:
    token = await make_token(who, url, settings)
    examples, phases = WHO[who]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        # One worker: CPython 3.11 breaks when two threads parse Python at once ("AST constructor recursion depth").
        *("run", f"{url}/openapi.json", "--max-examples", str(examples), "--checks", CHECKS, "--workers", "1"),
        *("--phases", phases),
        *("--exclude-path-regex", LEFT_OUT, "--no-color", "--header", f"Authorization: Bearer {token}"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    told = output.decode(errors="replace")
    assert process.returncode == 0, told
    assert " generated, " in told, told
    assert "Stateful" in told, told
