"""Every route, tried by a stranger. The routes come from the app: a new one is tried by itself, or fails here.

A is an owner, with every permission, in another workspace than B. Whatever A does with B's ids, and
with B's workspace in a header, answers 404 (or 403), and changes nothing of B.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute

from hoopoe.flows.demo import echo_blueprint
from hoopoe.identity.roles import PERMISSIONS, Permission, Role
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.main.api import make_edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.architecture.catalog import read_tables
from tests.support.api import PASSWORD, Api, Caller
from tests.support.everything import PNG, Everything, fill_workspace
from tests.support.routes import find_permissions, list_routes

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
    "read_blueprint_schema": "says what any flow looks like, and nothing of anybody's",
    "call_hook": "asks for the address's own token; tests/flows_live/test_beginnings.py tries others",
    "serve_media": "asks for the address's own signature; tests/media/test_serving.py tries others",
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
    "takeover_conversation": {"expected_assignee_id": None},
    "part": {"merged_id": "0198c0de-0000-7000-8000-000000000001"},
    "invite": {"role": "agent"},
    "begin_second_factor": {"password": "not known to A"},
    "confirm_second_factor": {"code": "123456"},
    "renew_codes": {"password": "not known to A"},
    "switch_second_factor_off": {"password": "not known to A"},
    "change_password": {"current_password": "not known to A", "new_password": "a hoopoe carries letters"},
    "create_channel": NEW_CHANNEL,
    "connect_whatsapp": {**NEW_CHANNEL, "phone_number_id": "106540352242923"},
    "update_channel": {"name": "Stolen"},
    "create_hook": {"node_id": "start"},
    "create_credential": {"name": "Another shop", "kind": "bearer", "hosts": ["api.example.com"], "secret": "of A"},
    "create_table": {"name": "Another table"},
    "update_table": {"description": "Stolen"},
    "add_column": {"name": "stolen", "type": "text"},
    "check_column": {"label": "Stolen"},
    "change_column": {"label": "Stolen"},
    "create_row": {"values": {"code": "stolen"}},
    "change_row": {"values": {"price": 0}},
    "delete_rows": {"ids": []},
    "restore_rows": {"ids": []},
    "try_table_query": {"request": {"operation": "count", "table": "Menu"}},
    "update_credential": {"name": "Stolen"},
    "send_message": {"type": "text", "text": {"body": "hello"}},
    "upload_from_url": {"url": "http://127.0.0.1:9/menu.pdf"},
    "create_bot": {"name": "Bot"},
    "update_bot": {"name": "Stolen"},
    "save_flow": {"blueprint": {"name": "Stolen"}},
    "simulate_flow": {"blueprint": echo_blueprint()},
    "record_bot_test": {
        "name": "Test",
        "setting": {"starts_at": "2026-03-01T09:00:00Z", "timezone": "UTC"},
        "acts": [{"type": "hand_back"}],
    },
    "change_bot_test": {"name": "Stolen"},
    "run_bot_tests": {},
    "keep_conversation_as_test": {
        "name": "Stolen",
        "from_message_id": "01890f4e-5b5a-7c3d-8e9f-0123456789ab",
        "to_message_id": "01890f4e-5b5a-7c3d-8e9f-0123456789ac",
    },
    "create_draft_pass": {"channel_id": "01890f4e-5b5a-7c3d-8e9f-0123456789ab"},
    "publish_bot": {"note": "Stolen"},
    "move_flow_session": {"sprint": 1, "node_id": "start"},
    "resume_flow_session": {"sprint": 1},
    "set_flow_session_variable": {"sprint": 1, "name": "stolen", "value": "yes"},
    "end_flow_session": {"sprint": 1},
    "tell_editor": {"tab": "another"},
    "check_expression": {"kind": "template", "source": "Hello"},
    "advance_clock": {"seconds": 1},
    "replay_webhook_requests": {"ids": [], "wait_seconds": 0},
    "retry_letters": {"ids": []},
    "archive_letters": {"ids": []},
    "retry_letter": {},
    "save_letter_settings": {"steps_seconds": [60], "max_tries": 1},
}

# Routes that name things in their body: these ids, of B's.
IDS_IN_BODY = {
    "replay_webhook_requests": "request_id",
    "retry_letters": "letter_id",
    "archive_letters": "letter_id",
    "delete_rows": "row_id",
    "restore_rows": "row_id",
}

# For the test that routes do work: bodies that only their own person can give.
OWN_BODIES: dict[str, Any] = {
    "begin_second_factor": {"password": PASSWORD},
    "renew_codes": {"password": PASSWORD},
    "switch_second_factor_off": {"password": PASSWORD},
    "change_password": {"current_password": PASSWORD, "new_password": PASSWORD},
}
BOT_FILE = json.dumps({"format": "hoopoe.bot", "format_version": 1, "name": "Bot", "blueprint": {"name": "Bot"}})
RAW_BODIES = {"change_logo": PNG, "import_bot": BOT_FILE, "import_rows": "code,price\ncake,12\n"}
QUERIES = {"list_schedule_runs": "?at=08:00"}
# What is reached, and says no for a reason of its own.
UNSATISFIED: dict[str, set[tuple[int, str]]] = {
    "confirm_second_factor": {(422, "validation_failed")},
    "takeover_conversation": {(409, "taken_meanwhile")},
    "renew_codes": {(409, "second_factor_off")},
    "retry_message": {(409, "nothing_to_retry")},
    "part": {(404, "not_found")},
    "upload_file": {(422, "validation_failed")},
    "remove_channel": {(409, "channel_in_use")},
    "retry_media": {(409, "nothing_to_fetch")},
    "upload_from_url": {(422, "link_not_fetched")},
    "publish_bot": {(422, "flow_invalid")},
    "record_bot_test": {(422, "flow_invalid")},
    "run_bot_tests": {(422, "flow_invalid")},
    "keep_conversation_as_test": {(404, "not_found")},
    "create_draft_pass": {(404, "not_found")},
    "send_message": {(409, "channel_not_active")},
    # Taking over, which comes before, ends what the bot was doing.
    "move_flow_session": {(409, "session_ended")},
    "resume_flow_session": {(409, "session_ended")},
    "set_flow_session_variable": {(409, "session_ended")},
    "end_flow_session": {(409, "session_ended")},
    "leave": {(409, "last_owner")},
    "accept_rewrite": {(409, "rewrite_over")},
    "delete_table": {(409, "values_would_be_lost")},
    "remove_column": {(409, "values_would_be_lost")},
    # What the steps before it have left of the one letter: its channel is in error by then, or it is queued again.
    "retry_letter": {(409, "channel_not_active"), (409, "nothing_to_retry")},
}
LAST = ("change_password", "delete_member", "leave", "delete")

# Tables that a request of B's own changes by being made.
MOVED_BY_READING = {"personal_access_tokens"}


ROUTES = list_routes()
TENANT_ROUTES = [(method, route) for method, route in ROUTES if route.name not in PUBLIC.keys() | GLOBAL.keys()]


def name_of(value: object) -> str | None:
    return value.name if isinstance(value, APIRoute) else None


@dataclass(frozen=True, slots=True)
class Two:
    """A, and B's workspace with everything in it."""

    api: Api
    a: Caller
    theirs: Everything

    @property
    def b(self) -> Caller:
        return self.theirs.owner

    @property
    def ids(self) -> dict[str, str]:
        return self.theirs.ids

    def path(self, route: APIRoute, **own: str) -> str:
        names = re.findall(r"\{(\w+)\}", route.path)
        found = {name: own.get(name, self.theirs.id_of(route.name, name)) for name in names}
        assert None not in found.values(), f"{route.path}: tell `fill_workspace` how B comes to {found}"
        return route.path.format(**found) + QUERIES.get(route.name, "")

    async def call(self, caller: Caller, method: str, route: APIRoute, **headers: str) -> httpx2.Response:
        return await self.send(caller, method, route, self.path(route), headers)

    async def call_at_home(self, caller: Caller, method: str, route: APIRoute) -> httpx2.Response:
        """In the caller's own workspace, whatever else of B's is named."""
        return await self.send(caller, method, route, self.path(route, workspace_id=str(caller.workspace_id)), {})

    async def send(
        self, caller: Caller, method: str, route: APIRoute, path: str, headers: dict[str, str]
    ) -> httpx2.Response:
        assert route.body_field is None or route.name in BODIES, f"tell this test a body for {route.name}"
        return await caller.send(method, path, json=self.body_of(route), headers=headers)

    def body_of(self, route: APIRoute) -> Any:
        """What the route wants in its body, with B's ids where it names things there."""
        body = BODIES.get(route.name)
        if route.name in IDS_IN_BODY:
            return {**body, "ids": [self.ids[IDS_IN_BODY[route.name]]]}
        return body


@pytest.fixture(scope="module")
async def two(api: Api) -> AsyncIterator[Two]:
    # Nobody listens there: what asks a provider is told that it is away.
    settings = api.services.settings.model_copy(update={"meta_graph_url": "http://127.0.0.1:9"})
    app = make_http_app(settings)
    attach_services(app, api.services)
    app.state.settings = settings
    here = Api(app, api.services, make_edge(app, is_https=False))
    yield Two(here, await here.register(), await fill_workspace(here))


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
    assert set(BODIES) | set(OWN_BODIES) | set(RAW_BODIES) | set(UNSATISFIED) | set(LAST) <= names
    assert set(IDS_IN_BODY) <= names
    assert len(TENANT_ROUTES) > 25


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


@pytest.mark.parametrize(
    ("method", "route"),
    [pair for pair in TENANT_ROUTES if "{" in pair[1].path or pair[1].name in IDS_IN_BODY],
    ids=name_of,
)
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


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_reaches_what_it_is_allowed(two: Two, role: Role) -> None:
    """Else the tries above would prove nothing: the same calls, by members, do what they are meant for."""
    here = Two(two.api, two.a, await fill_workspace(two.api, role))
    reached = 0
    for method, route in sorted(TENANT_ROUTES, key=_place_of):
        if not find_permissions(route) <= PERMISSIONS[role]:
            continue
        options: dict[str, Any] = {"json": OWN_BODIES.get(route.name, here.body_of(route))}
        if route.name in RAW_BODIES:
            options = {"content": RAW_BODIES[route.name]}
        answer = await here.theirs.caller.send(method, here.path(route), **options)
        if not answer.is_success:
            refusal = (answer.status_code, answer.json()["error"]["code"])
            assert refusal in UNSATISFIED.get(route.name, set()), f"{route.name}: {answer.text}"
        reached += 1
    assert reached == sum(find_permissions(route) <= PERMISSIONS[role] for _, route in TENANT_ROUTES)
    assert reached > 20


def _place_of(pair: tuple[str, APIRoute]) -> tuple[int, bool, int]:
    """What ends a thing comes after what needs it, and the end of the caller's own place last of all."""
    method, route = pair
    last = LAST.index(route.name) + 1 if route.name in LAST else 0
    return last, method == "DELETE", route.path.count("/")


@pytest.mark.parametrize("permission", list(Permission))
async def test_a_key_may_what_its_scopes_say(two: Two, pool: Pool, permission: Permission) -> None:
    """An owner's key with one scope: every other route refuses it, and nothing is changed."""
    made = await two.a.post(
        "/api/tokens", {"name": "One scope", "scopes": [permission.value], "requests_per_minute": 1_000}
    )
    key = Caller(two.api.new_client(), two.a.session, {"X-API-Key": made.json()["token"]})
    before = await snapshot(pool, two.a)
    for method, route in TENANT_ROUTES:
        [asked] = find_permissions(route)
        if asked == permission:
            continue
        answer = await two.call_at_home(key, method, route)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted"), route.name
    assert await snapshot(pool, two.a) == before
