"""Rules of the house that a tool can check: imports, sizes, codes, descriptions, generated files."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from hoopoe.identity.roles import PERMISSION_WORDS, PERMISSIONS, Permission, Role
from hoopoe.kernel.errors import list_refusals
from hoopoe.kernel.settings import PROJECT, Settings
from hoopoe.main.generate import GENERATED, find_stale
from hoopoe.main.http_app import ROUTERS, make_http_app
from hoopoe.main.openapi import resolve

PYTHON = [*(PROJECT / "src").rglob("*.py"), *(PROJECT / "tests").rglob("*.py"), *(PROJECT / "bench").rglob("*.py")]
SOURCES = sorted((PROJECT / "src" / "hoopoe").rglob("*.py"))

MAX_PYTHON_LINES = 400
MAX_TSX_LINES = 250
# Files that were longer when the limit came, with what they may have at most. They may only shrink, and leave.
LONGER: dict[str, int] = {}

# Who may open connections, each for a reason. Addresses that tenants type go through kernel.outbound_http alone.
HTTP_CLIENTS = {
    "kernel/outbound_http.py": "the guarded client itself",
    "channels/meta/check.py": "the provider's own address, from the settings",
    "channels/twilio/client.py": "the provider's own address, from the settings",
    "channels/twilio/check.py": "the provider's own address, from the settings",
    "channels/twilio/listing.py": "the provider's own address, from the settings",
    "channels/wire.py": "the provider's own address, from the settings",
    "channels/network.py": "names the errors of the providers' clients",
    "channels/media.py": "how long a download may take",
    "channels/meta/media.py": "the provider's own addresses, from the settings, and its file server",
    "channels/meta/uploads.py": "hands the session on to the provider's client",
    "channels/twilio/media.py": "the provider's own address, from the settings; where it leads on to is guarded",
    "channels/outside.py": "hands the session on to the providers' clients",
    "main/media.py": "hands the session on to the providers' clients",
    "main/services.py": "opens the session for providers' addresses",
    "main/worker.py": "opens the session for providers' addresses",
}
CLIENT_LIBRARIES = {"aiohttp", "httptools", "httpx", "httpx2", "requests", "urllib3"}


def relative(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


def test_files_stay_readable() -> None:
    limits = [(file, MAX_PYTHON_LINES) for file in PYTHON]
    limits += [(file, MAX_TSX_LINES) for file in (PROJECT / "web" / "src").rglob("*.tsx")]
    lengths = {relative(file): (len(file.read_text(encoding="utf-8").splitlines()), most) for file, most in limits}
    too_long = {name: length for name, (length, most) in lengths.items() if length > LONGER.get(name, most)}
    assert not too_long
    for name, allowed in LONGER.items():
        length, most = lengths[name]
        assert most < length <= allowed, f"{name} has {length} lines now: lower or drop its entry"


def test_imports_keep_their_direction() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command is not None, "import-linter is not installed"
    done = subprocess.run(
        [command, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr


def imported_modules(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_only_named_files_open_connections() -> None:
    users = {
        file.relative_to(PROJECT / "src" / "hoopoe").as_posix()
        for file in SOURCES
        if {module.partition(".")[0] for module in imported_modules(file)} & CLIENT_LIBRARIES
    }
    assert users == set(HTTP_CLIENTS)


def test_slices_do_not_reach_into_each_others_routes() -> None:
    for file in SOURCES:
        own = file.relative_to(PROJECT / "src").with_suffix("").parts
        if own[1] == "main":
            continue
        for module in imported_modules(file):
            parts = module.split(".")
            is_foreign = parts[0] == "hoopoe" and len(parts) > 1 and parts[1] != own[1]
            assert not (is_foreign and {"routes", "jobs"} & set(parts[2:])), f"{relative(file)} imports {module}"


def test_every_refusal_has_a_code_and_words_of_its_own() -> None:
    refusals = list_refusals()
    assert len(refusals) > 20
    codes = Counter(kind.code for kind in refusals)
    assert [code for code, count in codes.items() if count > 1] == []
    for kind in refusals:
        assert re.fullmatch(r"[a-z][a-z_]+", kind.code)
        assert 400 <= kind.status < 600
        assert kind.message.endswith(".")
        assert (kind.__doc__ or "").strip()


def test_every_refusal_is_documented() -> None:
    page = (PROJECT / "docs/reference/errors.md").read_text(encoding="utf-8")
    assert [kind.code for kind in list_refusals() if f"| `{kind.code}` |" not in page] == []


def test_every_permission_is_explained_and_an_owner_has_them_all() -> None:
    assert set(PERMISSION_WORDS) == set(Permission) == PERMISSIONS[Role.OWNER]
    ranks = [PERMISSIONS[role] for role in Role]
    assert all(more >= less for more, less in pairwise(ranks))


@pytest.fixture(scope="module")
def stale() -> Collection[str]:
    """Files that would be generated otherwise now. Each of them costs its time."""
    return find_stale()


@pytest.mark.parametrize("path", GENERATED)
def test_generated_files_are_fresh(path: str, stale: Collection[str]) -> None:
    assert path not in stale, "run python -m hoopoe.main.generate"


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    return make_http_app(Settings.model_construct(cors_origins=(), web_dist=PROJECT)).openapi()


def test_every_operation_is_described(openapi: dict[str, Any]) -> None:
    routes = {route.name for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
    operations = [operation for path in openapi["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert set(ids) == routes
    for operation in operations:
        assert operation["description"].endswith("."), operation["operationId"]
        assert operation["tags"]


def test_every_body_has_an_example_that_is_taken(openapi: dict[str, Any]) -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    bodies = {route.name: route.body_field for route in routes if route.body_field is not None}
    assert len(bodies) > 8
    operations = {
        operation["operationId"]: operation for path in openapi["paths"].values() for operation in path.values()
    }
    for name, body in bodies.items():
        content = operations[name]["requestBody"]["content"]["application/json"]
        shown = [each["value"] for each in content.get("examples", {}).values()]
        examples = shown or resolve(openapi, content["schema"]).get("examples", [])
        assert examples, f"{name} shows no example"
        for example in examples:
            _, faults = body.validate(example, {}, loc=())
            assert not faults, (name, faults)


def test_every_operation_says_what_it_refuses(openapi: dict[str, Any]) -> None:
    for path, methods in openapi["paths"].items():
        for operation in methods.values():
            name = operation["operationId"]
            statuses = set(operation["responses"])
            assert {"422", "500", "503"} <= statuses, name
            if "security" in operation:
                assert {"401", "403", "404"} <= statuses, name
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    resolved = resolve(openapi, answer)
                    schema = resolved["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorEnvelope"}, (path, status)
                    assert resolved["description"].startswith("`"), (path, status)


# What product.md promises to clients of the systems that Hoopoe replaces, as far as it exists.
FIXED = (
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/logout",
    "POST /api/auth/refresh",
    "GET /api/bots",
    "POST /api/bots",
    "GET /api/bots/{bot_id}",
    "PATCH /api/bots/{bot_id}",
    "DELETE /api/bots/{bot_id}",
    "GET /api/bots/{bot_id}/flow",
    "PUT /api/bots/{bot_id}/flow",
    "GET /api/bots/{bot_id}/flow/versions",
    "POST /api/bots/{bot_id}/publish",
    "GET /api/conversations",
    "GET /api/conversations/{conversation_id}",
    "GET /api/conversations/{conversation_id}/messages",
    "POST /api/conversations/{conversation_id}/messages",
    "POST /api/conversations/{conversation_id}/takeover",
    "POST /api/conversations/{conversation_id}/release",
    "POST /api/media/upload",
    "POST /api/media/upload-from-url",
    "GET /api/media/{workspace_id}/{file_id}",
    "DELETE /api/media/{workspace_id}/{file_id}",
    "GET /health",
    "GET /api/monitoring/ready",
    "GET /api/monitoring/live",
)


@pytest.mark.parametrize("route", FIXED)
def test_the_paths_that_are_contract_stay(openapi: dict[str, Any], route: str) -> None:
    method, path = route.split()
    assert method.lower() in openapi["paths"][path]
