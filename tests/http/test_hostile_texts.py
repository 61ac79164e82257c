"""Texts that break databases and encoders: each is refused or stored, and none is a fault of ours."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from tests.support.api import Api, registration
from tests.support.inbox import add_channel, add_thread

NUL = "a\x00b"
SURROGATE = "a\ud800b"
HOSTILE = [NUL, SURROGATE, "\u202e\u0000", "🦩" * 100, "'; drop table users; --", "%s %n {0} ${x}", "\ufffe\uffff"]


def as_body(value: Any) -> bytes:
    """JSON as a hostile client writes it: escapes that no orderly encoder would make."""
    return json.dumps(value).encode()


async def post(api: Api, path: str, value: Any, headers: Any = None, method: str = "POST") -> tuple[int, str]:
    answer = await api.new_client().request(
        method, path, content=as_body(value), headers={"Content-Type": "application/json", **(headers or {})}
    )
    return answer.status_code, answer.text


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_text_is_a_fault_of_ours(api: Api, text: str) -> None:
    owner = await api.register()
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope))
    bot = (await owner.post("/api/bots", {"name": "Bot"})).json()
    nodes = [{"id": "a", "type": "end", "name": text, "config": {"x": text, text: 1}}]
    tries = [
        ("POST", "/api/auth/login", {"email": text, "password": text}),
        ("POST", "/api/auth/register", registration(name=text)),
        ("POST", "/api/auth/register", registration(email=f"{text}@example.com")),
        ("POST", "/api/auth/register", registration(password=text * 20)),
        ("POST", "/api/tokens", {"name": text}),
        ("POST", "/api/bots", {"name": text}),
        ("PUT", f"/api/bots/{bot['id']}/flow", {"blueprint": {"name": "x", "nodes": nodes, "variables": {"v": text}}}),
        ("POST", f"/api/conversations/{thread.id}/messages", {"type": "text", "text": {"body": text}}),
    ]
    for method, path, body in tries:
        headers = {} if path.startswith("/api/auth") else owner.headers
        status, answer = await post(api, path, body, headers, method)
        assert status < 500, f"{path}: {answer}"


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "q=%ed%a0%80", "q=%ff", "cursor=%00", "mode=%00", "limit=٣"])
async def test_no_query_is_a_fault_of_ours(api: Api, query: str) -> None:
    owner = await api.register()
    assert (await owner.get(f"/api/conversations?{query}")).status_code < 500


@pytest.mark.parametrize("path", ["/api/bots/%00", "/api/conversations/../../etc", "/%00", "/api/bots/\u0661"])
async def test_no_path_is_a_fault_of_ours(api: Api, path: str) -> None:
    owner = await api.register()
    assert (await owner.get(path)).status_code < 500


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, b"NaN", b'{"email": NaN, "password": Infinity}', b"1e999"]
)
async def test_no_nesting_is_a_fault_of_ours(api: Api, body: bytes) -> None:
    answer = await api.new_client().post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["code"] == "validation_failed"


@pytest.mark.parametrize("depth", [100, 200, 250, *range(252, 258), 300, 1_000])
@pytest.mark.parametrize("is_list", [True, False])
async def test_no_depth_is_a_fault_of_ours(api: Api, depth: int, *, is_list: bool) -> None:
    owner = await api.register()
    bot = (await owner.post("/api/bots", {"name": "Bot"})).json()
    deep = "[" * depth + "]" * depth if is_list else '{"a":' * depth + "1" + "}" * depth
    blueprint = f'{{"name": "x", "nodes": [], "variables": {{"v": {deep}}}}}'
    tries = [
        ("POST", "/api/bots", f'{{"name": "x", "blueprint": {{"a": {deep}}}}}'),
        ("POST", "/api/bots", f'{{"name": "x", "blueprint": {blueprint}}}'),
        ("PUT", f"/api/bots/{bot['id']}/flow", f'{{"blueprint": {blueprint}}}'),
    ]
    for method, path, body in tries:
        headers = {"Content-Type": "application/json", **owner.headers}
        begun = time.process_time()
        async with asyncio.timeout(20):
            answer = await api.new_client().request(method, path, content=body.encode(), headers=headers)
        assert answer.status_code < 500, f"{path}: {answer.text}"
        assert time.process_time() - begun < 5, "the machine may be busy, this process may not"


@pytest.mark.parametrize("expires_at", ["2026-01-01T00:00:00", "yesterday", 1e300, "9999-12-31T23:59:59.999999Z"])
async def test_no_time_is_a_fault_of_ours(api: Api, expires_at: object) -> None:
    owner = await api.register()
    assert (await owner.post("/api/tokens", {"name": "t", "expires_at": expires_at})).status_code < 500
