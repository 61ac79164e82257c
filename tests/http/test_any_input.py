"""Made-up requests for every operation that the OpenAPI schema tells of, by a generator and not by us.

No answer may be a fault of the server, have a status or a body that the schema does not tell of, or another
content type. Who asks is logged in, in a workspace in which every kind of thing is there: the generator is told
their ids, so that operations are reached and not only looked for. All roles try it, an operator, a key with one
scope and a stranger too. That they do reach them is read off the server's own log.
"""

from __future__ import annotations

import asyncio
import json
import os
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
LINKS, ENDS = "owner, by links", "owner, at the end"
OWNER_OF_PEOPLE, OWNER_OF_TALK = "owner, people", "owner, the rest"
# The owner's many requests are two halves that run beside each other: what is about people, and the rest.
PARTS = {
    OWNER_OF_PEOPLE: "^/api/(auth|tokens|invitations|workspaces)",
    OWNER_OF_TALK: "^(?!/api/(auth|tokens|invitations|workspaces))",
}
# What ends a workspace, or a bot with all that is in it: the generator remembers the ids that it has seen, and takes
# the one that all else happens in.
ENDING = ("delete", "restore", "leave", "delete_bot")
RIGHT = ("--phases", "fuzzing,stateful", "--max-examples", "1", "--mode", "positive")
# Who asks → how. Bound by how many requests are made up, never by time. An owner reaches everything and tries the edges
# of every field; the others ask as they should, for what they may not is refused before its fields are looked at.
WHO: dict[str, tuple[str, ...]] = {
    OWNER_OF_PEOPLE: (
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "2"),
        *(word for name in ENDING for word in ("--exclude-operation-id", name)),
    ),
    OWNER_OF_TALK: (
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "2"),
        *(word for name in ENDING for word in ("--exclude-operation-id", name)),
    ),
    # What a request makes is used by the next ones, by links that the generator finds in the schema. It may end what
    # it lives on, the workspace itself too: what it reaches is chance.
    ENDS: (
        *("--phases", "fuzzing", "--max-examples", "5"),
        *(word for name in ENDING for word in ("--include-operation-id", name)),
    ),
    LINKS: ("--phases", "stateful", "--max-examples", "5"),
    Role.ADMIN: RIGHT,
    Role.AGENT: RIGHT,
    Role.VIEWER: RIGHT,
    "operator": RIGHT,
    "one scope": RIGHT,
    "stranger": ("--phases", "fuzzing,stateful", "--max-examples", "1"),
}
# How many of them ask at the same time: the generator is slower than the server.
AT_ONCE = 2
# What is made up is drawn alike on each run. ANY_INPUT_SEED=2 draws others.
SEED = os.environ.get("ANY_INPUT_SEED", "1")

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
    "record_bot_test": "a flow without faults",
    "keep_conversation_as_test": "two messages of one conversation",
    "run_bot_tests": "a flow without faults",
    "simulate_flow": "a flow without faults",
    "create_draft_pass": "an active number, and a flow without faults",
    "retry_message": "a message that failed",
    "part": "a contact that was made one with another",
    "move_flow_session": "a person who is in a flow, as it was seen",
    "resume_flow_session": "a person who is in a flow, as it was seen",
    "set_flow_session_variable": "a person who is in a flow, as it was seen",
    "end_flow_session": "a person who is in a flow, as it was seen",
    "add_column": "a table that no request before it has deleted",
    "remove_column": "a table that no request before it has deleted",
    "create_row": "values of the table's own columns",
    "delete_row": "a row that no request before it has deleted",
    "list_rows": "a filter by the table's own columns",
    "read_import": "a file that was sent before",
    "accept_rewrite": "a change of columns that waits for somebody",
    "cancel_rewrite": "a change of columns that is under way",
    "change_logo": "an image",
    "import_bot": "a file of a bot",
    "remove_channel": "a channel that was never active",
    "serve_media": "an address that was signed",
    "call_hook": "an address that is secret",
    "delete_hook": "a bot that no request before it has deleted",
    "upload_from_url": "an address that answers",
    "retry_media": "a file that did not come",
    "retry_letter": "a message that failed",
    "retry_letters": "a body with the ids of letters",
    "archive_letters": "a body with the ids of letters",
    "replay_webhook_requests": "a body with the ids of requests",
}

# Lists that are sorted by more than an id.
CURSORS = {
    "list_members": encode_cursor(datetime.now(UTC), new_id()),
    "list_conversations": encode_cursor(datetime.now(UTC), new_id()),
    "list_account_events": encode_cursor(datetime.now(UTC), new_id()),
    "list_groups": encode_cursor(datetime.now(UTC), new_id()),
    "list_flow_versions": encode_cursor(10),
}

ROUTES = [
    (method, route)
    for method, route in list_routes()
    if route.include_in_schema and not re.search(LEFT_OUT, route.path)
]


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


def write_config(folder: Path, here: Everything, *, is_strict: bool) -> None:
    """Tell the generator of the things there are. Unless it is strict, it makes one id in ten up all the same.

    A workspace that is made up in a header is one that nobody belongs to: everything would end there. What is said for
    all operations wins over what is said for one, so nothing is; those that are told the same are told it once, because
    the generator goes through all that it was told again and again.
    """
    alike: dict[tuple[tuple[str, str, float], ...], list[str]] = defaultdict(list)
    cursor = encode_cursor(new_id())
    for _, route in ROUTES:
        known = {f"header.{name}": here.ids["workspace_id"] for name in ("X-Workspace-Id", "X-Restaurant-Id")}
        known["query.cursor"] = CURSORS.get(route.name, cursor)
        for name in re.findall(r"{(\w+)}", route.path):
            if (value := here.id_of(route.name, name)) is not None:
                known[f"path.{name}"] = value
        is_special = is_strict or route.name in CURSORS or here.is_special(route.name)
        told = ((name, value, 1.0 if is_special or name.startswith("header") else 0.9) for name, value in known.items())
        alike[tuple(told)].append(route.name)
    values: list[str] = []
    operations: list[str] = []
    for told_alike, names in alike.items():
        operations += ["[[operations]]", f"include-operation-id = {json.dumps(names)}", "[operations.parameters]"]
        for name, value, chance in told_alike:
            operations.append(f"'{name}' = {{ dictionary = 'd{len(values)}', probability = {chance} }}")
            values.append(value)
    dictionaries = [
        line
        for number, value in enumerate(values)
        for line in (f"[dictionaries.d{number}]", f"values = [{json.dumps(value)}]")
    ]
    # Which methods an address does not answer to is tests/http/test_edge.py's business.
    coverage = ["[phases.coverage]", "unexpected-methods = []"]
    (folder / "schemathesis.toml").write_text("\n".join([*dictionaries, *coverage, *operations]))


def choose_paths(who: str) -> tuple[str, ...]:
    """Only their part. What the generator is to include by any rule, it includes."""
    return ("--include-path-regex", PARTS[who]) if who in PARTS else ()


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
    write_config(folder, here, is_strict="positive" in WHO[who])
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        # One worker: CPython 3.11 breaks when two threads parse Python at once ("AST constructor recursion depth").
        *("run", f"{running.url}/openapi.json", "--checks", CHECKS, "--workers", "1", "--seed", SEED),
        *(*WHO[who], "--exclude-path-regex", LEFT_OUT, *choose_paths(who), "--no-color"),
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
    if "stateful" in " ".join(WHO[who]):
        assert "Stateful" in report.told, report.told
    if who == LINKS:
        return
    missed = {}
    for method, route in ROUTES:
        if not is_asked_by(who, route):
            continue
        statuses = report.answers.get((method, route.path), set())
        assert statuses, f"{route.name} was never tried"
        if is_expected_of(who, method, route) and not any(200 <= status < 300 for status in statuses):
            missed[route.name] = sorted(statuses)
    assert set(missed) <= set(OUT_OF_REACH), f"never answered well: {missed}"


def is_asked_by(who: str, route: APIRoute) -> bool:
    """Whether an operation is among those that they try at all."""
    if who in (ENDS, *PARTS) and (route.name in ENDING) != (who == ENDS):
        return False
    return re.search(PARTS.get(who, "."), route.path) is not None


def is_expected_of(who: str, method: str, route: APIRoute) -> bool:
    """Whether an operation must be reached: an owner reaches all, the others what they may read."""
    asked, is_owner = find_permissions(route), who in (*PARTS, ENDS)
    if route.name == "list_all_workspaces":
        return who == "operator"
    if not asked:
        return is_owner
    return asked <= find_allowed(who) and (is_owner or method == "GET")
