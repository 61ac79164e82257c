"""Attacks through a flow: whoever writes to the bot types the address, and nothing inside is ever called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from tests.e2e.house import House, Shop, new_phone
from tests.flows_live.blueprints import blueprint, request_blueprint, say
from tests.flows_live.other_system import OtherSystem, run_other_system

# What people type for this machine, the private networks and the clouds' own addresses.
INSIDE = (
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://１２７.0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[0:0:0:0:0:ffff:7f00:0001]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://me:secret@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/machine",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://172.16.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
)
REDIRECTED = (
    "http://127.0.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://localhost:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "//127.1:{port}/",
    "http://me:secret@127.0.0.1:{port}/",
    "file:///etc/passwd",
)


@pytest.fixture(scope="module")
async def inner() -> AsyncIterator[OtherSystem]:
    """What stands on this machine and may not be called: OUTBOUND_ALLOW names another port."""
    async with run_other_system() as running:
        yield running


async def open_shop(house: House) -> Shop:
    """A bot that calls whatever address somebody writes, by either node."""
    flow = blueprint(
        ("call", "http_request", {"url": "{{ message.text }}", "retries": 0}),
        ("tell", "webhook_callback", {"url": "{{ message.text }}", "retries": 0}),
        say("fine", "Reached"),
        say("failed", "Not reached"),
        edges=[
            ("start", "call", None),
            ("call", "fine", "ok"),
            ("call", "tell", "error"),
            ("tell", "fine", "ok"),
            ("tell", "failed", "error"),
        ],
    )
    return await house.open_shop(flow)


async def test_no_spelling_of_an_inner_address_is_called(house: House, inner: OtherSystem) -> None:
    shop, phone = await open_shop(house), new_phone()
    for each in INSIDE:
        url = each.format(port=inner.port)
        assert await shop.ask(phone, url) == "Not reached", url
    assert inner.requests == []


@pytest.mark.parametrize("status", [301, 303, 307])
async def test_no_redirect_leads_inside(house: House, other: OtherSystem, inner: OtherSystem, status: int) -> None:
    # A body is sent nowhere else than it was meant for: of POSTs only a 303 leads on, as a GET.
    method = "POST" if status == 303 else "GET"
    flow = request_blueprint("{{ message.text }}", method=method, retries=0)
    shop, phone = await house.open_shop(flow), new_phone()
    for each in REDIRECTED:
        url = other.url(f"/to/{status}?url={quote(each.format(port=inner.port), safe='')}")
        assert await shop.ask(phone, url) == "Not found", each
    assert len(await other.wait_for(f"/to/{status}")) >= len(REDIRECTED), "the redirects are real"
    assert inner.requests == []
