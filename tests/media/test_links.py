"""Files by their address: fetched from the public network alone, and taken in like any upload."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx2
import pytest
from aiohttp import web

from hoopoe.kernel.outbound_http import open_outbound
from hoopoe.main.api import make_edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.media import samples
from tests.media.desk import code_of
from tests.media.test_uploads import stored_files
from tests.support.api import Api, Caller

PHOTO = samples.picture("JPEG", (640, 480))


@dataclass
class Site:
    """Somebody's web server, on this machine, which the settings let through."""

    port: int = 0
    answers: dict[str, web.Response | web.StreamResponse] = field(default_factory=dict)
    size: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/photo.jpg":
                return web.Response(body=PHOTO, content_type="image/jpeg")
            case "/page":
                return web.Response(body=samples.HTML, content_type="image/jpeg")
            case "/empty":
                return web.Response(body=b"", content_type="image/jpeg")
            case "/moved":
                return web.Response(status=302, headers={"Location": self.url("/photo.jpg")})
            case "/inside":
                return web.Response(status=302, headers={"Location": f"http://localhost:{self.port}/photo.jpg"})
            case "/endless":
                response = web.StreamResponse(headers={"Content-Type": "video/mp4"})
                await response.prepare(request)
                await response.write(samples.MP4)
                for _ in range(200):
                    await response.write(b"\0" * (1024 * 1024))
                return response
            case _:
                return web.Response(status=404, text="nothing here")


@asynccontextmanager
async def run_site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.port = runner.addresses[0][1]
        yield site
    finally:
        await runner.cleanup()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with run_site() as running:
        yield running


@pytest.fixture
async def near(api: Api, site: Site) -> AsyncIterator[Api]:
    """The app, which may call that one server."""
    async with open_outbound([f"127.0.0.1:{site.port}"]) as outbound:
        app = make_http_app(api.services.settings)
        services = replace(api.services, shelf=replace(api.services.shelf, outbound=outbound))
        attach_services(app, services)
        yield Api(app, services, make_edge(app, is_https=False))


async def fetch(caller: Caller, url: str, **fields: str) -> httpx2.Response:
    return await caller.post("/api/media/upload-from-url", {"url": url, **fields})


@pytest.mark.parametrize("path", ["/photo.jpg", "/moved"])
async def test_a_file_by_its_address(near: Api, site: Site, path: str) -> None:
    owner = await near.register()
    answer = await fetch(owner, site.url(path))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["mime_type"], made["width"], made["size"]) == ("image/jpeg", 640, len(PHOTO))
    assert (await owner.client.get(made["url"])).content == PHOTO
    named = (await fetch(owner, site.url("/photo.jpg"), filename="قائمة")).json()
    assert named["name"] == "قائمة.jpg"


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/page", (415, "file_type_mismatch")),
        ("/empty", (422, "file_empty")),
        ("/none", (422, "link_not_fetched")),
        ("/inside", (422, "link_not_fetched")),
        ("/endless", (413, "file_too_large")),
    ],
)
async def test_what_is_no_file_is_not_kept(near: Api, site: Site, path: str, refusal: tuple[int, str]) -> None:
    owner = await near.register()
    before = stored_files(near)
    assert code_of(await fetch(owner, site.url(path))) == refusal
    assert stored_files(near) == before
    assert (await owner.get("/api/media/usage")).json()["files"] == 0


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://localhost/x.jpg", "blocked_address"),
        ("http://127.0.0.1:1/x.jpg", "blocked_address"),
        ("http://[::1]/x.jpg", "blocked_address"),
        ("http://169.254.169.254/latest/meta-data", "blocked_address"),
        ("http://10.0.0.1/x.jpg", "blocked_address"),
        ("http://2130706433/x.jpg", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("ftp://example.com/x.jpg", "bad_url"),
        ("http://user:secret@example.com/x.jpg", "bad_url"),
        ("not an address", "bad_url"),
    ],
)
async def test_an_address_inside_is_not_called(near: Api, url: str, problem: str) -> None:
    owner = await near.register()
    answer = await fetch(owner, url)
    assert code_of(answer) == (422, "link_not_fetched")
    details = answer.json()["error"]["details"]
    assert details["problem"] == problem
    assert details["reason"]


async def test_fetching_is_for_those_who_write(near: Api, site: Site) -> None:
    owner = await near.register()
    viewer = await near.add_member(owner, "viewer")
    assert code_of(await fetch(viewer, site.url("/photo.jpg"))) == (403, "not_permitted")
    assert code_of(await owner.post("/api/media/upload-from-url", {})) == (422, "validation_failed")
