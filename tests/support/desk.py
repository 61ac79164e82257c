"""What stands at the two ends of a running web process: somebody's desk, and a provider that posts webhooks.

async with run_web(settings) as url:
    desk = await open_desk(settings.require_database_url(), tenant, url, session)
    await post_webhook(session, url, raw, signature=sign(tenant.app_secret, raw))
    page = await desk.get("/api/conversations")
"""

from __future__ import annotations

import hmac
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

from hoopoe.channels.outside import WEBHOOK_PATH
from hoopoe.identity.actions.tokens import create_token
from hoopoe.identity.roles import Permission, Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from tests.support.simulator import wait_until
from tests.support.stack import free_port
from tests.support.tenants import Tenant

JsonObject = dict[str, Any]

READY_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A member of a workspace who calls the API with a personal access token."""

    url: str
    token: str
    workspace_id: UUID
    session: aiohttp.ClientSession

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def call(self, method: str, path: str, body: object = None, *, status: int | None = None) -> JsonObject:
        """One request; the JSON of its answer. Without `status`, any answer of 400 and more fails the test."""
        async with self.session.request(method, self.url + path, json=body, headers=self.headers) as answer:
            text = await answer.text()
            is_right = answer.status < 400 if status is None else answer.status == status
            assert is_right, f"{method} {path} answered {answer.status}: {text}"
            decoded: JsonObject = json.loads(text) if text else {}
            return decoded

    async def get(self, path: str) -> JsonObject:
        return await self.call("GET", path)

    async def post(self, path: str, body: object = None, *, status: int | None = None) -> JsonObject:
        return await self.call("POST", path, {} if body is None else body, status=status)

    async def conversations(self, query: str = "") -> list[JsonObject]:
        return list((await self.get(f"/api/conversations?limit=100{query}"))["data"])

    async def thread(self, conversation_id: str) -> list[JsonObject]:
        """The conversation's last hundred messages, oldest first."""
        page = await self.get(f"/api/conversations/{conversation_id}/messages?limit=100")
        return list(reversed(page["data"]))

    async def journal(self, result: str) -> list[JsonObject]:
        return list((await self.get(f"/api/webhooks/items?limit=100&result={result}"))["data"])


async def open_desk(
    dsn: str,
    tenant: Tenant,
    url: str,
    session: aiohttp.ClientSession,
    *,
    scopes: Collection[Permission] | None = None,
) -> Desk:
    """The owner's desk in a workspace that was made by SQL; with `scopes`, a narrower one."""
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    async with (
        open_pool(dsn, size=1) as pool,
        transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn,
    ):
        created = await create_token(conn, scope, name="Desk", scopes=scopes, requests_per_minute=None)
    return Desk(url, created.text, tenant.workspace_id, session)


@asynccontextmanager
async def run_web(home: Path, variables: Mapping[str, str]) -> AsyncIterator[str]:
    """A web process on a free port, for the length of the block; its address."""
    url = f"http://127.0.0.1:{free_port()}"
    log_path = home / "web.log"
    process = _spawn_web({"HOOPOE_HOME": str(home), "PORT": url.rpartition(":")[2], **variables}, log_path)
    try:
        async with aiohttp.ClientSession() as session:

            async def look() -> bool | None:
                assert process.poll() is None, log_path.read_text()
                try:
                    async with session.get(f"{url}/health") as answer:
                        return answer.status == 200 or None
                except aiohttp.ClientError:
                    return None

            await wait_until(look, "ready web process", within=READY_SECONDS)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _spawn_web(variables: Mapping[str, str], log_path: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "HOOPOE_DEV_CLOCK": "on", "LOG_LEVEL": "warning", **variables}
    with log_path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "hoopoe.main.cli", "web"], env=environment, stdout=log, stderr=subprocess.STDOUT
        )


def sign(secret: str, raw: bytes) -> str:
    """The value of `X-Hub-Signature-256` over exactly these bytes."""
    return f"sha256={hmac.digest(secret.encode(), raw, 'sha256').hex()}"


async def post_webhook(
    session: aiohttp.ClientSession, url: str, raw: bytes | AsyncIterator[bytes], *, signature: str | None
) -> int:
    """Post these bytes as the provider does; the status of the answer."""
    headers = {"Content-Type": "application/json"}
    if signature is not None:
        headers["X-Hub-Signature-256"] = signature
    data = io.BytesIO(raw) if isinstance(raw, bytes) else raw
    async with session.post(url + WEBHOOK_PATH, data=data, headers=headers) as answer:
        await answer.read()
        return answer.status
