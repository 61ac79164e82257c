"""Attacks on the outbound client, on real sockets: a server stands on this machine, and must never be called."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from hoopoe.kernel.outbound_http import (
    OutboundError,
    OutboundProblem,
    OutboundRequest,
    explain_block,
    open_outbound,
    read_allowed,
    redact_url,
)

PUBLIC = "93.184.215.14"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Target:
    """A server on 127.0.0.1 that remembers who called."""

    port: int
    calls: list[web.Request] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


async def answer_ok(_: web.Request) -> web.StreamResponse:
    return web.Response(text="inside")


@asynccontextmanager
async def run_target(answer: Answer = answer_ok) -> AsyncIterator[Target]:
    target = Target(0)

    async def handle(request: web.Request) -> web.StreamResponse:
        await request.read()
        target.calls.append(request)
        return await answer(request)

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    target.port = runner.addresses[0][1]
    try:
        yield target
    finally:
        await runner.cleanup()


def get(url: str, **options: object) -> OutboundRequest:
    return OutboundRequest("GET", url, **options)


async def refuse(request: OutboundRequest, **options: object) -> OutboundError:
    async with open_outbound(**options) as client:
        with pytest.raises(OutboundError) as caught:
            await client.send(request)
        return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104  # nothing binds to it here
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "192.0.2.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_addresses_that_lead_inside_are_blocked(address: str) -> None:
    assert explain_block(ipaddress.ip_address(address)) is not None


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_let_through(address: str) -> None:
    assert explain_block(ipaddress.ip_address(address)) is None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1.",
        "0",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "[::1%25lo]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
async def test_no_spelling_of_this_machine_is_called(host: str) -> None:
    async with run_target() as target:
        error = await refuse(get(target.url(host=host)))
        assert error.problem in (OutboundProblem.BLOCKED_ADDRESS, OutboundProblem.BAD_URL)
        assert target.calls == []


async def test_a_name_with_one_inner_address_is_blocked() -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return [PUBLIC, "127.0.0.1"]

    async with run_target() as target:
        error = await refuse(get(target.url(host="both.example")), lookup=lookup)
        assert error.problem is OutboundProblem.BLOCKED_ADDRESS
        assert target.calls == []


async def test_a_name_that_changes_its_address_is_connected_to_as_it_was_checked() -> None:
    """DNS rebinding: the second answer, which nobody checked, must never be used."""
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) > 1 else ["127.0.0.1"]

    async with run_target() as target:
        error = await refuse(get(target.url(host="rebind.example")), lookup=lookup)
        assert error.problem is OutboundProblem.BLOCKED_ADDRESS
        assert asked == ["rebind.example"]
        assert target.calls == []


async def test_the_checked_address_is_the_one_connected_to() -> None:
    """One look-up per connection: what is let through is where the connection goes."""
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else [PUBLIC]

    async with run_target() as target, open_outbound([f"friend.example:{target.port}"], lookup=lookup) as client:
        answer = await client.send(get(target.url(host="friend.example")))
    assert (answer.status, answer.body, asked) == (200, b"inside", ["friend.example"])
    assert target.calls[0].headers["Host"] == f"friend.example:{target.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_the_inside_is_not_followed(status: int) -> None:
    async with run_target() as inner:

        async def lead_in(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": inner.url("/secret")})

        async with run_target(lead_in) as outer:
            error = await refuse(get(outer.url()), allow=[f"127.0.0.1:{outer.port}"])
            assert error.problem is OutboundProblem.BLOCKED_ADDRESS
            assert len(outer.calls) == 1
            assert inner.calls == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1/", "//127.0.0.1:1/", "http://[::1]/"])
async def test_a_redirect_to_another_kind_of_address_is_not_followed(location: str) -> None:
    async def lead_away(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": location})

    async with run_target(lead_away) as outer:
        error = await refuse(get(outer.url()), allow=[f"127.0.0.1:{outer.port}"])
        assert error.problem in (OutboundProblem.BLOCKED_ADDRESS, OutboundProblem.BAD_URL)


async def test_redirects_without_end_end() -> None:
    async def lead_on(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/again"})

    async with run_target(lead_on) as outer:
        error = await refuse(get(outer.url()), allow=[f"127.0.0.1:{outer.port}"])
        assert error.problem is OutboundProblem.TOO_MANY_REDIRECTS
        assert len(outer.calls) == 4


async def test_a_redirect_to_another_origin_takes_no_headers_along() -> None:
    async with run_target() as second:

        async def lead_on(_: web.Request) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": second.url()})

        async with run_target(lead_on) as first:
            allow = [f"127.0.0.1:{first.port}", f"127.0.0.1:{second.port}"]
            async with open_outbound(allow) as client:
                await client.send(get(first.url(), headers={"Authorization": "Bearer secret", "X-Key": "k"}))
        assert first.calls[0].headers["Authorization"] == "Bearer secret"
        assert "Authorization" not in second.calls[0].headers
        assert "X-Key" not in second.calls[0].headers


async def test_a_post_is_not_repeated_elsewhere() -> None:
    async with run_target() as second:

        async def lead_on(_: web.Request) -> web.StreamResponse:
            return web.Response(status=307, headers={"Location": second.url()})

        async with run_target(lead_on) as first:
            allow = [f"127.0.0.1:{first.port}", f"127.0.0.1:{second.port}"]
            async with open_outbound(allow) as client:
                answer = await client.send(OutboundRequest("POST", first.url(), body=b"{}"))
        assert answer.status == 307
        assert second.calls == []


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "http://", "//example.com", "nonsense", "http://u:p@example.com/", ""],
)
async def test_what_is_no_address_is_refused(url: str) -> None:
    assert (await refuse(get(url))).problem is OutboundProblem.BAD_URL


@pytest.mark.parametrize(
    "headers", [{"Host": "inner"}, {"X-A": "a\r\nX-B: b"}, {"X-A\r\nX-B": "b"}, {"Transfer-Encoding": "chunked"}]
)
async def test_headers_that_change_the_request_are_refused(headers: dict[str, str]) -> None:
    async with run_target() as target:
        error = await refuse(get(target.url(), headers=headers), allow=[f"127.0.0.1:{target.port}"])
        assert error.problem is OutboundProblem.BAD_HEADER
        assert target.calls == []


async def test_an_answer_without_end_is_cut_off() -> None:
    async def pour(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(200):
            await response.write(b"x" * 1024)
        return response

    async with run_target(pour) as target:
        error = await refuse(get(target.url()), allow=[f"127.0.0.1:{target.port}"], max_answer_bytes=64 * 1024)
        assert error.problem is OutboundProblem.TOO_LARGE
        assert error.may_have_arrived


async def test_a_compressed_answer_is_measured_unpacked() -> None:
    async def pour(_: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(b"0" * 2_000_000), headers={"Content-Encoding": "gzip"})

    async with run_target(pour) as target:
        error = await refuse(get(target.url()), allow=[f"127.0.0.1:{target.port}"])
        assert error.problem is OutboundProblem.TOO_LARGE


async def test_a_server_that_never_answers_costs_no_more_than_its_time() -> None:
    forever = asyncio.Event()

    async def wait(_: web.Request) -> web.StreamResponse:
        await forever.wait()
        return web.Response()

    async with run_target(wait) as target:
        error = await refuse(get(target.url(), seconds=0.2), allow=[f"127.0.0.1:{target.port}"])
        forever.set()
        assert error.problem is OutboundProblem.TIMED_OUT
        assert error.may_have_arrived


async def test_an_address_that_nobody_listens_on_certainly_did_not_get_it() -> None:
    async with run_target() as target:
        port = target.port
    error = await refuse(get(f"http://127.0.0.1:{port}/"), allow=[f"127.0.0.1:{port}"])
    assert error.problem is OutboundProblem.UNREACHABLE
    assert not error.may_have_arrived


async def test_an_allowed_pair_allows_no_other_port() -> None:
    async with run_target() as target:
        error = await refuse(get(target.url()), allow=[f"127.0.0.1:{target.port + 1}"])
        assert error.problem is OutboundProblem.BLOCKED_ADDRESS
        assert target.calls == []


async def test_query_and_body_arrive_as_given() -> None:
    async with run_target() as target, open_outbound([f"127.0.0.1:{target.port}"]) as client:
        request = OutboundRequest("PUT", target.url("/a?x=1"), query={"q": "قهوة & tea"}, body="شاي".encode())
        answer = await client.send(request)
        assert answer.status == 200
        call = target.calls[0]
        assert (call.method, dict(call.query), await call.read()) == (
            "PUT",
            {"x": "1", "q": "قهوة & tea"},
            "شاي".encode(),
        )


def test_logs_see_no_secrets_of_an_address() -> None:
    assert redact_url("https://u:p@api.example.com/a?token=s#f") == "https://api.example.com/a"


@pytest.mark.parametrize("pair", ["example.com", ":80", "a:b", "http://a:80/x"])
def test_an_allow_list_that_says_something_else_is_refused(pair: str) -> None:
    with pytest.raises(ValueError, match="OUTBOUND_ALLOW"):
        read_allowed([pair])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_name_that_changes_its_address_is_not_followed(status: int) -> None:
    """DNS rebinding behind a redirect: the name is public when it is asked for first, and inside a moment later."""
    answers = iter([["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["127.0.0.1"]])

    async def lookup(host: str, port: int) -> list[str]:
        return next(answers)

    async with run_target() as inner:

        async def lead_in(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": inner.url("/secret", host="rebind.example")})

        async with run_target(lead_in) as outer:
            allow = [f"friend.example:{outer.port}"]
            error = await refuse(get(outer.url(host="friend.example")), allow=allow, lookup=lookup)
            assert error.problem is OutboundProblem.BLOCKED_ADDRESS
            assert (len(outer.calls), inner.calls) == (1, [])
