"""The HTTP API for tests: the real app on the real database, called over ASGI.

    async def test_it(api: Api) -> None:
        owner = await api.register()
        answer = await owner.get("/api/conversations")

Every owner has a workspace of the own, so tests keep out of each other's way.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx2
import pytest
import structlog
from fastapi import FastAPI

from hoopoe.channels.outside import Outside
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.http.edge import Edge
from hoopoe.kernel.settings import Settings
from hoopoe.main.api import make_edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import Services, attach_services, open_services

PASSWORD = "what no example tells"
ORIGIN = "http://hoopoe.test"

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls the API: a browser's session, a token, or nobody."""

    client: httpx2.AsyncClient
    session: JsonObject
    headers: Mapping[str, str]

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.session["workspace"]["id"])

    @property
    def user_id(self) -> UUID:
        return UUID(self.session["user"]["id"])

    @property
    def scope(self) -> WorkspaceScope:
        """What actions and queries take, for arranging things without HTTP."""
        role = Role(self.session["workspace"]["role"])
        return make_scope(self.workspace_id, self.user_id, role, PrincipalKind.SESSION)

    async def send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.send("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx2.Response:
        return await self.send("POST", path, json=json, **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> httpx2.Response:
        return await self.send("PUT", path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> httpx2.Response:
        return await self.send("PATCH", path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> httpx2.Response:
        return await self.send("DELETE", path, **options)


@dataclass(frozen=True, slots=True)
class Api:
    """The running app."""

    app: FastAPI
    services: Services
    edge: Edge

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx2.AsyncClient]:
        """A client with a cookie jar of its own."""
        transport = httpx2.ASGITransport(app=self.edge, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            yield client

    async def register(self, *, name: str = "Noor", workspace_name: str = "Café Qamar") -> Caller:
        """A new owner with a workspace of the own."""
        client = self.new_client()
        answer = await client.post("/api/auth/register", json=registration(name=name, workspace_name=workspace_name))
        assert answer.status_code == 201, answer.text
        session = answer.json()
        return Caller(client, session, {"Authorization": f"Bearer {session['access_token']}"})

    async def add_member(self, owner: Caller, role: str) -> Caller:
        """Another person in the owner's workspace, logged in there."""
        other = await self.register(name=f"A {role}", workspace_name="Their own")
        async with transaction(self.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
            await conn.execute(
                "insert into members (workspace_id, user_id, role) values ($1, $2, $3)",
                owner.workspace_id,
                other.user_id,
                role,
            )
        session = {**other.session, "workspace": {**owner.session["workspace"], "role": role}}
        return Caller(other.client, session, {**other.headers, "X-Workspace-Id": str(owner.workspace_id)})

    async def make_key(self, caller: Caller, **given: Any) -> Caller:
        """Who has a new API key of the caller's; what was given for it stands in `session["key"]`."""
        answer = await caller.post("/api/tokens", {"name": "CI", **given})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return Caller(self.new_client(), {**caller.session, "key": made}, {"X-API-Key": made["token"]})

    def new_client(self, address: str = "127.0.0.1") -> httpx2.AsyncClient:
        """A client that a test need not close: there is no socket behind it."""
        app: Any = self.edge
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 4321))
        return httpx2.AsyncClient(transport=transport, base_url=ORIGIN)


def registration(**changes: Any) -> JsonObject:
    """What one registers with; the e-mail is new each time."""
    return {
        "name": "Noor",
        "email": f"noor.{secrets.token_hex(6)}@cafe.example.com",
        "password": PASSWORD,
        "workspace_name": "Café Qamar",
        "locale": "en",
        **changes,
    }


@asynccontextmanager
async def open_api(settings: Settings) -> AsyncIterator[Api]:
    """Run the app for the length of the block."""
    app = make_http_app(settings)
    async with open_services(settings) as services:
        attach_services(app, services)
        yield Api(app, services, make_edge(app, is_https=False))


def point_outside(api: Api, settings: Settings) -> Outside:
    """The app's way out, to the providers' addresses of other settings."""
    return replace(api.services.outside, meta_graph_url=settings.meta_graph_url, twilio_api_url=settings.twilio_api_url)


@pytest.fixture(scope="session")
async def api(settings: Settings) -> AsyncIterator[Api]:
    """The app over the test database. A slice's conftest imports this."""
    # Plain lines: a traceback drawn with every local variable takes seconds and shows secrets.
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    async with open_api(settings) as running:
        yield running
