"""Every route, tried by a stranger. The routes come from the app: a new one is tried by itself, or fails here.

A is an owner, with every permission, in another workspace than B. Whatever A does with B's ids, and
with B's workspace in a header, answers 404 (or 403), and changes nothing of B.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute

from hoopoe.identity.http import PermissionCheck
from hoopoe.identity.roles import PERMISSIONS, Permission, Role
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.http.edge import Edge
from hoopoe.main.http_app import ROUTERS, make_http_app
from hoopoe.main.services import attach_services
from tests.architecture.catalog import read_tables
from tests.support.api import PASSWORD, Api, Caller
from tests.support.inbox import add_channel, add_group, add_thread

# Routes that anybody may call. An entry for a route that is gone fails.
PUBLIC = {
    "read_setup": "the first page asks before anybody can log in",
    "register": "makes the caller's own workspace",
    "login": "asks for the password",
    "refresh": "asks for the cookie",
    "logout": "asks for the cookie, and ends nothing but its session",
    "read_invitation": "asks for the invitation's own token",
    "accept_invitation": "asks for the invitation's own token, and for the password",
    "forget_password": "says the same to everybody, and mails to the address alone",
    "reset_password": "asks for the mailed link's token",
    "read_health": "says nothing of any workspace",
    "read_live": "says nothing of any workspace",
    "read_ready": "says nothing of any workspace",
}

# Routes that ask for a token and belong to no workspace.
GLOBAL = {
    "advance_clock": "one clock for the whole development machine",
    "reset_clock": "one clock for the whole development machine",
    "list_all_workspaces": "for whoever runs this Hoopoe; tests/identity/test_operators.py tries it as everybody else",
}

NEW_CHANNEL = {
    "name": "Line",
    "number": "+966501234567",
    "phone_number_id": "106540352242922",
    "waba_id": "102290129340398",
    "access_token": "EAAsomething",
    "app_secret": "0123456789abcdef",
}

# What a route wants in its body, where it wants something.
BODIES: dict[str, Any] = {
    "create_personal_token": {"name": "CI"},
    "create": {"name": "Another"},
    "change_workspace": {"name": "Stolen"},
    "update_member": {"role": "viewer"},
    "invite": {"role": "agent"},
    "begin_second_factor": {"password": "not known to A"},
    "confirm_second_factor": {"code": "123456"},
    "renew_codes": {"password": "not known to A"},
    "switch_second_factor_off": {"password": "not known to A"},
    "change_password": {"current_password": "not known to A", "new_password": "a hoopoe carries letters"},
    "create_channel": NEW_CHANNEL,
    "connect_whatsapp": {**NEW_CHANNEL, "phone_number_id": "106540352242923"},
    "update_channel": {"name": "Stolen"},
    "send_message": {"type": "text", "text": {"body": "hello"}},
    "create_bot": {"name": "Bot"},
    "update_bot": {"name": "Stolen"},
    "save_flow": {"blueprint": {"name": "Stolen"}},
    "advance_clock": {"seconds": 1},
}

# Tables that a request of B's own changes by being made.
MOVED_BY_READING = {"personal_access_tokens"}


def list_routes() -> list[tuple[str, APIRoute]]:
    """(method, route) of the whole API."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return [(method, route) for route in routes for method in sorted(route.methods)]


ROUTES = list_routes()
TENANT_ROUTES = [(method, route) for method, route in ROUTES if route.name not in PUBLIC.keys() | GLOBAL.keys()]


def name_of(value: object) -> str | None:
    return value.name if isinstance(value, APIRoute) else None


@dataclass(frozen=True, slots=True)
class Two:
    """A, B, and the ids of everything that B has, by the name of the path's parameter."""

    api: Api
    a: Caller
    b: Caller
    ids: dict[str, str]

    def path(self, route: APIRoute, **own: str) -> str:
        names = re.findall(r"\{(\w+)\}", route.path)
        missing = set(names) - set(self.ids)
        assert not missing, f"{route.path}: tell this test how B comes to a {missing}"
        return route.path.format(**{name: {**self.ids, **own}[name] for name in names})

    async def call(self, caller: Caller, method: str, route: APIRoute, **headers: str) -> httpx2.Response:
        return await self.send(caller, method, route, self.path(route), headers)

    async def call_at_home(self, caller: Caller, method: str, route: APIRoute) -> httpx2.Response:
        """In the caller's own workspace, whatever else of B's is named."""
        return await self.send(caller, method, route, self.path(route, workspace_id=str(caller.workspace_id)), {})

    async def send(
        self, caller: Caller, method: str, route: APIRoute, path: str, headers: dict[str, str]
    ) -> httpx2.Response:
        assert route.body_field is None or route.name in BODIES, f"tell this test a body for {route.name}"
        return await caller.send(method, path, json=BODIES.get(route.name), headers=headers)


@pytest.fixture(scope="module")
async def two(api: Api) -> AsyncIterator[Two]:
    # Nobody listens there: what asks a provider is told that it is away.
    settings = api.services.settings.model_copy(update={"meta_graph_url": "http://127.0.0.1:9"})
    app = make_http_app(settings)
    attach_services(app, api.services)
    app.state.settings = settings
    here = Api(app, api.services, Edge(app, is_https=False))
    a, b = await here.register(), await here.register()
    channel_id = await add_channel(here, b.scope)
    thread = await add_thread(here, b.scope, channel_id)
    message = await b.post(f"/api/conversations/{thread.id}/messages", BODIES["send_message"])
    bot = await b.post("/api/bots", {"name": "Bot"})
    token = await b.post("/api/tokens", {"name": "CI"})
    colleague = await here.add_member(b, Role.AGENT)
    invitation = await b.post("/api/invitations", {"role": "agent"})
    await b.put(f"/api/workspaces/{b.workspace_id}/logo", content=b"\x89PNG\r\n\x1a\n")
    login = {"email": b.session["user"]["email"], "password": PASSWORD}
    await here.new_client().post("/api/auth/login", json=login)
    [session] = [each for each in (await b.get("/api/auth/sessions")).json()["data"] if not each["is_current"]]
    ids = {
        "workspace_id": str(b.workspace_id),
        "invitation_id": invitation.json()["id"],
        "session_id": session["id"],
        "channel_id": str(channel_id),
        "conversation_id": str(thread.id),
        "group_id": str(await add_group(api, b.scope, thread.channel_id)),
        "message_id": message.json()["id"],
        "bot_id": bot.json()["id"],
        "token_id": token.json()["id"],
        "user_id": str(colleague.user_id),
    }
    yield Two(here, a, b, ids)


async def snapshot(pool: Pool, caller: Caller) -> dict[str, list[Any]]:
    """All that a workspace has, as the operator sees it."""
    async with transaction(pool, role=tenancy.OPERATOR) as conn:
        tables = [table for table in (await read_tables(conn)).values() if table.is_tenant]
        return {
            table.name: await conn.fetch(
                f"select {table.name}::text as row from {table.name} where workspace_id = $1 order by 1",  # noqa: S608
                caller.workspace_id,
            )
            for table in tables
            if table.name not in MOVED_BY_READING
        }


def test_the_lists_name_routes_that_exist() -> None:
    names = {route.name for _, route in ROUTES}
    assert set(PUBLIC) <= names
    assert set(GLOBAL) <= names
    assert set(BODIES) <= names
    assert len(TENANT_ROUTES) > 25


def find_permissions(route: APIRoute) -> set[str]:
    found = set()
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        if isinstance(dependant.call, PermissionCheck):
            found.add(dependant.call.permission.value)
    return found


@pytest.mark.parametrize(("method", "route"), TENANT_ROUTES, ids=name_of)
def test_every_route_declares_its_permission(method: str, route: APIRoute) -> None:
    permissions = find_permissions(route)
    assert len(permissions) == 1, "declare exactly one permission in the signature"
    is_reading = method == "GET" or route.name == "create_ws_ticket"
    assert is_reading == next(iter(permissions)).endswith(":read"), permissions


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AGENT, Role.VIEWER])
async def test_members_may_what_their_role_allows(two: Two, pool: Pool, role: Role) -> None:
    """Every route that a role does not allow refuses with 403 and changes nothing."""
    member = await two.api.add_member(two.b, role)
    before = await snapshot(pool, two.b)
    refused = 0
    for method, route in TENANT_ROUTES:
        [permission] = find_permissions(route)
        if permission in PERMISSIONS[role]:
            continue
        answer = await two.call(member, method, route)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted"), route.name
        assert answer.json()["error"]["details"] == {"permission": permission}
        refused += 1
    assert await snapshot(pool, two.b) == before
    assert refused > 0


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=name_of)
async def test_without_a_token_nothing_is_told(two: Two, method: str, route: APIRoute) -> None:
    nobody = Caller(two.api.new_client(), two.a.session, {})
    answer = await two.call(nobody, method, route) if route.name not in PUBLIC else None
    if answer is not None:
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize(("method", "route"), TENANT_ROUTES, ids=name_of)
async def test_a_stranger_with_the_workspaces_id(two: Two, pool: Pool, method: str, route: APIRoute) -> None:
    before = await snapshot(pool, two.b)
    for header in ("X-Workspace-Id", "X-Restaurant-Id"):
        answer = await two.call(two.a, method, route, **{header: str(two.b.workspace_id)})
        assert answer.status_code == 404, answer.text
    assert await snapshot(pool, two.b) == before


@pytest.mark.parametrize(("method", "route"), [pair for pair in TENANT_ROUTES if "{" in pair[1].path], ids=name_of)
async def test_a_stranger_with_the_ids_of_things(two: Two, pool: Pool, method: str, route: APIRoute) -> None:
    before = await snapshot(pool, two.b)
    answer = await two.call(two.a, method, route)
    assert answer.status_code in (403, 404), answer.text
    assert all(id_ not in answer.text for id_ in two.ids.values())
    assert await snapshot(pool, two.b) == before


@pytest.mark.parametrize(
    ("method", "route"), [pair for pair in TENANT_ROUTES if "{" not in pair[1].path and pair[0] == "GET"], ids=name_of
)
async def test_a_strangers_own_lists_hold_nothing_of_others(two: Two, method: str, route: APIRoute) -> None:
    answer = await two.call(two.a, method, route)
    assert answer.status_code == 200
    for id_ in (*two.ids.values(), str(two.b.workspace_id)):
        assert id_ not in answer.text


async def test_the_tries_above_would_have_worked_for_the_owner(two: Two) -> None:
    """Else they would prove nothing: the same calls, by B, reach what they are meant for."""

    def place_of(pair: tuple[str, APIRoute]) -> tuple[bool, bool, int]:
        return pair[1].name == "delete", pair[0] == "DELETE", pair[1].path.count("/")

    for method, route in sorted(TENANT_ROUTES, key=place_of):
        answer = await two.call(two.b, method, route)
        assert answer.status_code not in (401, 403, 404), f"{method} {route.path}: {answer.text}"


@pytest.mark.parametrize("permission", list(Permission))
async def test_a_key_may_what_its_scopes_say(two: Two, pool: Pool, permission: Permission) -> None:
    """An owner's key with one scope: every other route refuses it, and nothing is changed."""
    given = {"name": "One scope", "scopes": [permission.value], "requests_per_minute": 600}
    made = await two.a.post("/api/tokens", given)
    key = Caller(two.api.new_client(), two.a.session, {"X-API-Key": made.json()["token"]})
    before = await snapshot(pool, two.a)
    for method, route in TENANT_ROUTES:
        [asked] = find_permissions(route)
        if asked == permission:
            continue
        answer = await two.call_at_home(key, method, route)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted"), route.name
    assert await snapshot(pool, two.a) == before
