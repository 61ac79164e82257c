"""What every answer carries, the one error shape, the dashboard's files, the documentation page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from hoopoe.kernel.http.edge import Edge
from hoopoe.main.api import create_app
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from hoopoe.webhooks.asgi import PATHS as WEBHOOK_PATHS
from tests.support.api import Api


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/api/nothing", "/api/auth/me", "/assets/none.js"])
async def test_every_answer_carries_an_id_and_the_security_headers(api: Api, path: str) -> None:
    headers = (await api.new_client().get(path)).headers
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-request-id"])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy


async def test_a_callers_request_id_is_kept_if_it_is_harmless(api: Api) -> None:
    client = api.new_client()
    kept = await client.get("/api/nothing", headers={"X-Request-Id": "trace-0123456789"})
    assert kept.headers["x-request-id"] == kept.json()["error"]["request_id"] == "trace-0123456789"
    other = await client.get("/api/nothing", headers={"X-Request-Id": "<script>alert(1)</script>"})
    assert "script" not in other.text + other.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("POST", "/api/nothing", 404, "not_found"),
        ("POST", "/", 404, "not_found"),
        ("DELETE", "/api/auth/login", 405, "method_not_allowed"),
        ("GET", "/api/auth/me", 401, "not_authenticated"),
        ("GET", "/ws", 404, "not_found"),
        ("GET", "/assets/none.js", 404, "not_found"),
    ],
)
async def test_every_refusal_has_the_one_shape(api: Api, method: str, path: str, status: int, code: str) -> None:
    answer = await api.new_client().request(method, path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "details", "request_id"}
    assert error["code"] == code


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b'"text"', b"\xff\xfe"])
async def test_what_is_not_the_body_is_refused_with_words(api: Api, body: bytes) -> None:
    answer = await api.new_client().post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == ["body"]


async def test_a_body_over_the_limit_is_not_read(api: Api) -> None:
    client = api.new_client()
    answer = await client.post("/api/auth/login", content=b"x" * 1_100_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")

    async def pour() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    answer = await client.post("/api/auth/login", content=pour())
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")


def serve_dashboard(api: Api, folder: Path) -> Api:
    app = make_http_app(api.services.settings.model_copy(update={"web_dist": folder}))
    attach_services(app, api.services)
    return Api(app, api.services, Edge(app, is_https=True))


async def test_the_dashboard_is_one_page_and_its_files(api: Api, tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Hoopoe</title>")
    (folder / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "secret.txt").write_text("outside")
    client = serve_dashboard(api, folder).new_client()
    for path in ("/", "/inbox/0199", "/login"):
        page = await client.get(path)
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
        assert "Hoopoe" in page.text
    script = await client.get("/assets/app-1a2b.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "max-age" in script.headers["strict-transport-security"]
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/..%2fsecret.txt"):
        assert "outside" not in (await client.get(path)).text


async def test_scripts_travel_compressed_to_whoever_takes_it(api: Api, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    text = "const answer = 42;\n" * 400
    script, font = tmp_path / "assets" / "app-1a2b.js", tmp_path / "assets" / "sans.woff2"
    script.write_text(text)
    font.write_bytes(bytes(4096))
    (tmp_path / "index.html").write_text("<title>Hoopoe</title>")
    client = serve_dashboard(api, tmp_path).new_client()

    async def read(path: str, accepted: str) -> tuple[str | None, int, str]:
        answer = await client.get(path, headers={"Accept-Encoding": accepted})
        assert (answer.status_code, answer.headers["vary"]) == (200, "Accept-Encoding")
        encoding = answer.headers.get("content-encoding")
        return encoding, int(answer.headers["content-length"]), answer.text

    for accepted in ("gzip, br", "br;q=1.0, gzip;q=0.5", "*", "GZIP"):
        encoding, length, read_text = await read("/assets/app-1a2b.js", accepted)
        assert (encoding, read_text) == ("gzip", text)
        assert length < len(text) / 4
    for accepted in ("identity", "br", "gzip;q=0", "*, gzip; q=0"):
        assert await read("/assets/app-1a2b.js", accepted) == (None, len(text), text)
    assert (await read("/assets/sans.woff2", "gzip"))[0] is None
    assert (await read("/", "gzip"))[0] is None
    script.write_text("changed " * 400)
    assert (await read("/assets/app-1a2b.js", "gzip"))[2] == "changed " * 400


async def test_without_a_built_dashboard_a_page_says_what_to_do(api: Api, tmp_path: Path) -> None:
    page = await serve_dashboard(api, tmp_path / "none").new_client().get("/")
    assert page.status_code == 200
    assert "make run" in page.text


async def test_the_documentation_needs_nobody_elses_server(api: Api) -> None:
    page = (await api.new_client().get("/docs")).text
    assert "list_conversations" in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert "<script" not in page


async def test_probes_say_what_they_see(api: Api) -> None:
    client = api.new_client()
    health = (await client.get("/health")).json()
    assert (health["status"], health["database"]) == ("ok", "ok")
    assert (await client.get("/api/monitoring/live")).json() == {"status": "ok"}
    assert (await client.get("/api/monitoring/ready")).json() == {"status": "ok"}


async def test_other_origins_are_let_in_only_when_they_are_named(api: Api) -> None:
    preflight = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}
    closed = await api.new_client().options("/api/auth/me", headers=preflight)
    assert "access-control-allow-origin" not in closed.headers
    app = make_http_app(api.services.settings.model_copy(update={"cors_origins": ("https://app.example.com",)}))
    attach_services(app, api.services)
    client = Api(app, api.services, Edge(app, is_https=False)).new_client()
    opened = await client.options("/api/auth/me", headers=preflight)
    assert opened.headers["access-control-allow-origin"] == "https://app.example.com"
    assert "access-control-allow-credentials" not in opened.headers
    stranger = await client.options("/api/auth/me", headers={**preflight, "Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in stranger.headers


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"Origin": "https://evil.example"}, "origin"),
        ({"Access-Control-Request-Method": "BREW"}, "method"),
        ({"Access-Control-Request-Headers": "X-Other"}, "headers"),
    ],
)
async def test_a_refused_preflight_has_the_one_shape_too(api: Api, changes: dict[str, str], word: str) -> None:
    app = make_http_app(api.services.settings.model_copy(update={"cors_origins": ("https://app.example.com",)}))
    attach_services(app, api.services)
    client = Api(app, api.services, Edge(app, is_https=False)).new_client()
    preflight = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET", **changes}
    answer = await client.options("/api/auth/me", headers=preflight)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/json")
    error = answer.json()["error"]
    assert (error["code"], error["request_id"]) == ("cross_origin", answer.headers["x-request-id"])
    assert word in error["message"]
    plain = await client.options("/api/auth/me")
    assert (plain.status_code, plain.json()["error"]["code"]) == (405, "method_not_allowed")


async def test_the_webhooks_door_answers_plainly_and_with_an_id(api: Api) -> None:
    app = create_app(api.services.settings)
    async with app.http.router.lifespan_context(app.http):
        client = Api(app.http, api.services, cast(Edge, app)).new_client()
        for path in WEBHOOK_PATHS:
            refused = await client.get(path, params={"hub.mode": "subscribe", "hub.verify_token": "none"})
            assert (refused.status_code, refused.headers["content-type"]) == (403, "text/plain; charset=utf-8")
            wrong = await client.put(path)
            unsigned = await client.post(path, json={"object": "whatsapp_business_account", "entry": []})
            assert (wrong.status_code, unsigned.status_code) == (405, 403)
            for answer in (refused, wrong, unsigned):
                [request_id] = answer.headers.get_list("x-request-id")
                assert re.fullmatch(r"[0-9a-f-]{36}", request_id)


async def test_a_websocket_to_nowhere_is_closed(api: Api) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/nowhere", "headers": [], "query_string": b"", "app": api.app}
    await api.edge(scope, receive, send)
    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 4404)]
