"""Made-up requests for every operation that the OpenAPI schema tells of, by a generator and not by us.

No answer may be a fault of the server, have a status or a body that the schema does not tell of, or another
content type. What a request makes is used by the next ones (links by the schema).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.database import Cluster
from tests.support.desk import open_desk, run_web
from tests.support.tenants import make_tenant

pytestmark = pytest.mark.timeout(240)

EXAMPLES = 20
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance,content_type_conformance"
# The clock is the whole machine's, and logging out would end what the other requests live on.
LEFT_OUT = "dev/clock|auth/logout"


@pytest.fixture
async def url(cluster: Cluster, settings: Settings, tmp_path: Path) -> AsyncIterator[str]:
    """A web process on the test database. No provider answers: a check of credentials says so."""
    [key] = settings.require_keys()
    variables = {"DATABASE_URL": cluster.url, "HOOPOE_KEYS": key, "META_GRAPH_URL": "http://127.0.0.1:1"}
    async with run_web(tmp_path, variables) as running:
        yield running


@pytest.mark.parametrize("who", ["owner", "stranger"])
async def test_no_request_brings_an_answer_that_the_schema_does_not_tell_of(
    who: str, url: str, settings: Settings, tmp_path: Path
) -> None:
    token = "made-up"
    if who == "owner":
        dsn = settings.require_database_url()
        async with aiohttp.ClientSession() as session:
            desk = await open_desk(dsn, await make_tenant(dsn, make_keyring(settings)), url, session)
        token = desk.token
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        # One worker: CPython 3.11 breaks when two threads parse Python at once ("AST constructor recursion depth").
        *("run", f"{url}/openapi.json", "--max-examples", str(EXAMPLES), "--checks", CHECKS, "--workers", "1"),
        *("--exclude-path-regex", LEFT_OUT, "--no-color", "--header", f"Authorization: Bearer {token}"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    told = output.decode(errors="replace")
    assert process.returncode == 0, told
    assert " generated, " in told, told
