"""Made-up requests for every operation that the OpenAPI schema tells of, by a generator and not by us.

No answer may be a fault of the server, have a status or a body that the schema does not tell of, or another
content type. Who asks is logged in, in a workspace in which every kind of thing is there: the generator is told
their ids, so that operations are reached and not only looked for. All roles try it, an operator, a key with one
scope and a stranger too. That they do reach them is read off the server's own log.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from hoopoe.identity.operators import set_operator
from hoopoe.identity.roles import PERMISSIONS, Permission, Role
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.http.pagination import encode_cursor
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from tests.support.api import Api
from tests.support.database import Cluster
from tests.support.desk import run_web
from tests.support.everything import Everything, add_expendables, fill_workspace
from tests.support.routes import find_permissions, list_routes

# Bound by examples: this is only for machines that are busy with something else.
pytestmark = pytest.mark.timeout(600)

CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance,content_type_conformance"
# The clock is the whole machine's, and logging out would end what the other requests live on.
LEFT_OUT = "dev/clock|auth/logout"
LINKS = "owner, by links"
OWNER_OF_PEOPLE, OWNER_OF_TALK = "owner, people", "owner, the rest"
# The owner's many requests are two halves that run beside each other: what is about people, and the rest.
PARTS = {
    OWNER_OF_PEOPLE: "^/api/(auth|tokens|invitations|workspaces)",
    OWNER_OF_TALK: "^(?!/api/(auth|tokens|invitations|workspaces))",
}
RIGHT = ("--phases", "fuzzing", "--max-examples", "1", "--mode", "positive")
# Who asks → how. Bound by how many requests are made up, never by time. An owner reaches everything and tries the edges
# of every field; the others ask as they should, for what they may not is refused before its fields are looked at.
WHO: dict[str, tuple[str, ...]] = {
    OWNER_OF_PEOPLE: ("--phases", "examples,coverage,fuzzing", "--max-examples", "2"),
    OWNER_OF_TALK: ("--phases", "examples,coverage,fuzzing", "--max-examples", "2"),
    # What a request makes is used by the next ones, by links that the generator finds in the schema. It may end what
    # it lives on, the workspace itself too: what it reaches is chance.
    LINKS: ("--phases", "stateful", "--max-examples", "5"),
    Role.ADMIN: RIGHT,
    Role.AGENT: RIGHT,
    Role.VIEWER: RIGHT,
    "operator": RIGHT,
    "one scope": RIGHT,
    "stranger": ("--phases", "fuzzing", "--max-examples", "1"),
}
# How many of them ask at the same time: the generator is slower than the server.
AT_ONCE = 2

# Operations that a generator cannot satisfy, and what they need.
OUT_OF_REACH = {
    "login": "a password that is right",
    "refresh": "the cookie",
    "accept_invitation": "a password that is right, or an e-mail that nobody has",
    "change_password": "the password",
    "begin_second_factor": "the password",
    "confirm_second_factor": "the code of an app",
    "renew_codes": "the password",
    "switch_second_factor_off": "the password",
    "create_channel": "a number that nobody has connected",
    "connect_whatsapp": "a provider that answers",
    "publish_bot": "a flow without faults",
    "retry_message": "a message that failed",
    "change_logo": "an image",
}

# Lists that are sorted by more than an id.
CURSORS = {
    "list_members": encode_cursor(datetime.now(UTC), new_id()),
    "list_conversations": encode_cursor(datetime.now(UTC), new_id()),
    "list_flow_versions": encode_cursor(10),
}

ROUTES = [(method, route) for method, route in list_routes() if not re.search(LEFT_OUT, route.path)]


@dataclass(frozen=True, slots=True)
class Running:
    """A web process, and its log."""

    url: str
    log: Path

    def read_answers(self, request_id: str) -> dict[tuple[str, str], set[int]]:
        """(method, path of the route) → the statuses of all answers to requests that called themselves so."""
        answers: dict[tuple[str, str], set[int]] = defaultdict(set)
        for line in self.log.read_bytes().splitlines():
            entry = json.loads(line) if line.startswith(b"{") else {}
            if entry.get("event") == "request" and entry["request_id"] == request_id and entry["route"] is not None:
                answers[entry["method"], entry["route"]].add(entry["status"])
        return answers


@pytest.fixture(scope="module")
async def running(
    cluster: Cluster, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    """A web process on the test database. No provider answers: a check of credentials says so."""
    [key] = settings.require_keys()
    home = tmp_path_factory.mktemp("any-input")
    variables = {
        "DATABASE_URL": cluster.url,
        "HOOPOE_KEYS": key,
        "META_GRAPH_URL": "http://127.0.0.1:1",
        "TWILIO_API_URL": "http://127.0.0.1:1",
        "REGISTRATIONS_PER_HOUR": "0",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
    }
    async with run_web(home, variables) as url:
        yield Running(url, home / "web.log")


async def make_headers(api: Api, who: str, here: Everything) -> dict[str, str]:
    """How they say who they are."""
    home = {"X-Workspace-Id": str(here.owner.workspace_id)}
    if who == "stranger":
        return {**home, "Authorization": "Bearer made-up"}
    if who == "one scope":
        narrow = {"name": "Narrow", "scopes": [Permission.CHANNELS_READ], "requests_per_minute": 6_000}
        key = (await here.owner.post("/api/tokens", narrow)).json()["token"]
        # As a bearer: without one the generator takes itself for a stranger, and registers.
        return {"Authorization": f"Bearer {key}"}
    if who == "operator":
        async with transaction(api.services.pool, role=tenancy.APP) as conn:
            assert await set_operator(conn, here.caller.session["user"]["email"], is_one=True)
    return {**home, "Authorization": here.caller.headers["Authorization"]}


def find_allowed(who: str) -> set[str]:
    """The permissions that they have."""
    match who:
        case "stranger":
            return set()
        case "one scope":
            return {Permission.CHANNELS_READ}
        case "operator":
            return set(PERMISSIONS[Role.VIEWER])
        case "admin" | "agent" | "viewer":
            return set(PERMISSIONS[Role(who)])
        case _:
            return set(PERMISSIONS[Role.OWNER])


def write_config(folder: Path, ids: Mapping[str, str], *, is_strict: bool) -> None:
    """Tell the generator of the things there are. Unless it is strict, it makes one id in ten up all the same.

    A workspace that is made up in a header is one that nobody belongs to: everything would end there.
    """
    known = {f"header.{name}": ids["workspace_id"] for name in ("X-Workspace-Id", "X-Restaurant-Id")}
    known["query.cursor"] = encode_cursor(new_id())
    known |= {f"{operation}/query.cursor": cursor for operation, cursor in CURSORS.items()}
    for name, value in ids.items():
        operation, _, parameter = name.rpartition(".")
        known[f"{operation}/path.{parameter}" if operation else f"path.{parameter}"] = value
    general, special = ["[parameters]"], []
    dictionaries = []
    for number, (name, value) in enumerate(known.items()):
        operation, _, parameter = name.rpartition("/")
        dictionaries += [f"[dictionaries.d{number}]", f"values = [{json.dumps(value)}]"]
        chance = 1.0 if is_strict or operation or parameter.startswith("header") else 0.9
        binding = f"'{parameter}' = {{ dictionary = 'd{number}', probability = {chance} }}"
        if operation:
            special += ["[[operations]]", f"include-operation-id = '{operation}'", "[operations.parameters]", binding]
        else:
            general.append(binding)
    # Which methods an address does not answer to is tests/http/test_edge.py's business.
    coverage = ["[phases.coverage]", "unexpected-methods = []"]
    (folder / "schemathesis.toml").write_text("\n".join([*dictionaries, *coverage, *general, *special]))


@dataclass(frozen=True, slots=True)
class Report:
    """What the generator said, and how the server answered."""

    returncode: int | None
    told: str
    answers: Mapping[tuple[str, str], set[int]]


async def ask(who: str, api: Api, running: Running, folder: Path) -> Report:
    """Let the generator ask as somebody."""
    role = Role(who) if who in set(Role) else Role.VIEWER if who == "operator" else Role.OWNER
    here = await add_expendables(api, await fill_workspace(api, role))
    request_id = f"any-input-{new_id()}"
    headers = {**await make_headers(api, who, here), "X-Request-Id": request_id}
    write_config(folder, here.ids, is_strict="positive" in WHO[who])
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        # One worker: CPython 3.11 breaks when two threads parse Python at once ("AST constructor recursion depth").
        *("run", f"{running.url}/openapi.json", "--checks", CHECKS, "--workers", "1"),
        *(*WHO[who], "--exclude-path-regex", LEFT_OUT, "--include-path-regex", PARTS.get(who, "."), "--no-color"),
        *(word for name, value in headers.items() for word in ("--header", f"{name}: {value}")),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Report(process.returncode, output.decode(errors="replace"), running.read_answers(request_id))


@pytest.fixture(scope="module")
async def reports(
    api: Api, running: Running, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Mapping[str, asyncio.Task[Report]]]:
    """Everybody whose test runs asks, some at the same time; each test waits for its own."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask_in_turn(who: str) -> Report:
        async with turn:
            return await ask(who, api, running, tmp_path_factory.mktemp("asks"))

    selected = {item.callspec.params.get("who") for item in request.session.items if hasattr(item, "callspec")}
    chosen = [who for who in WHO if who in selected]
    tasks = {who: asyncio.create_task(ask_in_turn(who)) for who in chosen}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("who", WHO, ids=str)
async def test_no_request_brings_an_answer_that_the_schema_does_not_tell_of(
    who: str, reports: Mapping[str, asyncio.Task[Report]]
) -> None:
    report = await reports[who]
    assert report.returncode == 0, report.told
    assert " generated, " in report.told, report.told
    if who == LINKS:
        assert "Stateful" in report.told, report.told
        return
    missed = {}
    for method, route in ROUTES:
        if not re.search(PARTS.get(who, "."), route.path):
            continue
        statuses = report.answers.get((method, route.path), set())
        assert statuses, f"{route.name} was never tried"
        if is_expected_of(who, method, route) and not any(200 <= status < 300 for status in statuses):
            missed[route.name] = sorted(statuses)
    assert set(missed) <= set(OUT_OF_REACH), f"never answered well: {missed}"


def is_expected_of(who: str, method: str, route: APIRoute) -> bool:
    """Whether an operation must be reached: an owner reaches all, the others what they may read."""
    asked = find_permissions(route)
    if route.name == "list_all_workspaces":
        return who == "operator"
    if not asked:
        return who in PARTS
    return asked <= find_allowed(who) and (who in PARTS or method == "GET")
