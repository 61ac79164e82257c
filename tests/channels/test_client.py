"""The client against a provider that answers, refuses, breaks off, or is not there."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from hoopoe.channels.check_results import CheckResult, ReasonCode
from hoopoe.channels.contract import (
    Accepted,
    Address,
    Doubtful,
    OutboundContent,
    ReadReceipt,
    Refused,
    SendResult,
    TextContent,
)
from hoopoe.channels.errors import NOT_REACHED
from hoopoe.channels.meta.check import check_credentials
from hoopoe.channels.meta.client import Credentials, send
from hoopoe.channels.wire import Wire
from hoopoe.kernel.json import Json, JsonObject

TOKEN = "our-own-access-token"
NUMBER, ACCOUNT = "55500011122", "77700011122"
CREDENTIALS = Credentials(NUMBER, TOKEN)
TAKEN: JsonObject = {"messages": [{"id": "wamid.ours"}]}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Meta:
    """A provider of one answer. `asked` keeps what came."""

    answer: Answer
    url: str = ""
    asked: list[tuple[str, str, str | None, Json]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        body: Json = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.path_qs, request.headers.get("Authorization"), body))
        return await self.answer(request)


@contextlib.asynccontextmanager
async def run_meta(answer: Answer) -> AsyncIterator[Meta]:
    meta = Meta(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", meta.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    meta.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield meta
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def run_raw(talk: Conversation) -> AsyncIterator[str]:
    """A provider that speaks whatever `talk` writes, once the request was read."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def answer_json(body: Json, *, status: int = 200, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return answer


async def deliver(
    base_url: str,
    content: OutboundContent | ReadReceipt | None = None,
    *,
    seconds: float = 5.0,
) -> SendResult:
    with contextlib.closing(Wire(seconds=seconds)) as wire:
        return await send(
            wire,
            base_url=base_url,
            version="v26.0",
            credentials=CREDENTIALS,
            content=content or TextContent("Your order is on its way"),
            recipient=Address(phone="966505556677"),
            opaque="m.1",
            reply_to=None,
        )


async def test_a_message_goes_to_the_number_with_the_token() -> None:
    async with run_meta(answer_json(TAKEN)) as meta:
        assert await deliver(meta.url) == Accepted("wamid.ours")
    [(method, path, authorization, body)] = meta.asked
    assert (method, path, authorization) == ("POST", f"/v26.0/{NUMBER}/messages", f"Bearer {TOKEN}")
    assert isinstance(body, dict)
    assert (body["to"], body["biz_opaque_callback_data"]) == ("+966505556677", "m.1")


async def test_a_read_receipt_is_taken_without_an_id() -> None:
    async with run_meta(answer_json({"success": True})) as meta:
        assert await deliver(meta.url, ReadReceipt("wamid.theirs")) == Accepted("")


async def test_content_over_a_limit_never_leaves() -> None:
    async with run_meta(answer_json(TAKEN)) as meta:
        result = await deliver(meta.url, TextContent("x" * 5000))
    assert isinstance(result, Refused)
    assert (result.error.code, result.retry_after, result.is_passing) == (100, None, False)
    assert "body" in (result.error.details or "")
    assert meta.asked == []


async def test_a_refusal_waits_as_long_as_the_answer_asks() -> None:
    busy: JsonObject = {"error": {"code": 130429, "message": "too fast"}}
    async with run_meta(answer_json(busy, status=400, **{"Retry-After": "7"})) as meta:
        result = await deliver(meta.url)
    assert isinstance(result, Refused)
    assert (result.error.code, result.retry_after, result.is_passing) == (130429, 7.0, True)


@pytest.mark.parametrize(
    ("header", "seconds"), [("9" * 400, 600.0), ("-5", 1.0), ("tomorrow", 1.0), ("٣", 1.0), ("", 1.0)]
)
async def test_a_strange_retry_after_does_no_harm(header: str, seconds: float) -> None:
    async with run_meta(answer_json({}, status=503, **{"Retry-After": header})) as meta:
        result = await deliver(meta.url)
    assert isinstance(result, Refused)
    assert (result.retry_after, result.is_passing) == (seconds, True)


async def test_a_port_where_nobody_listens_is_a_certain_refusal() -> None:
    async with run_raw(lambda _, __: asyncio.sleep(0)) as url:
        pass
    result = await deliver(url)
    assert isinstance(result, Refused)
    assert (result.error.code, result.retry_after, result.is_passing) == (NOT_REACHED, 1.0, True)


async def test_a_name_that_is_not_found_is_a_certain_refusal() -> None:
    result = await deliver("http://provider.invalid")
    assert isinstance(result, Refused)
    assert result.is_passing


async def test_a_connection_that_never_opens_is_a_certain_refusal() -> None:
    """It is taken, and TLS is never spoken: nothing of the request was seen."""
    async with run_raw(lambda _, __: asyncio.sleep(0)) as url:
        result = await deliver(url.replace("http:", "https:"), seconds=0.2)
    assert isinstance(result, Refused)
    assert (result.error.code, result.is_passing) == (NOT_REACHED, True)


async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def say_garbage(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"NOT HTTP AT ALL\r\n\r\n")


async def promise_more(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"messages":')


async def close_at_once(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    return


@pytest.mark.parametrize("talk", [cut, say_garbage, promise_more, close_at_once])
async def test_an_answer_that_breaks_off_is_in_doubt_and_names_no_secret(talk: Conversation) -> None:
    async with run_raw(talk) as url:
        result = await deliver(url)
    assert isinstance(result, Doubtful)
    assert TOKEN not in result.reason


async def test_no_answer_in_time_is_in_doubt() -> None:
    async def sleep(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        # Reads on until the client gives up.
        await reader.read()

    async with run_raw(sleep) as url:
        result = await deliver(url, seconds=0.2)
    assert isinstance(result, Doubtful)


async def test_a_redirect_is_not_followed() -> None:
    async with run_meta(answer_json(TAKEN)) as other:

        async def send_away(_: web.Request) -> web.StreamResponse:
            raise web.HTTPTemporaryRedirect(f"{other.url}/elsewhere")

        async with run_meta(send_away) as meta:
            result = await deliver(meta.url)
    assert isinstance(result, Doubtful)
    assert other.asked == []


# --- Credentials ----------------------------------------------------------------------------------


def graph(number: tuple[int, Json], *pages: tuple[int, Json]) -> Answer:
    """Answers the number, then the account's pages in turn."""
    left = list(pages)

    async def answer(request: web.Request) -> web.StreamResponse:
        status, body = number if request.path.endswith(f"/{NUMBER}") else left.pop(0)
        return web.json_response(body, status=status)

    return answer


def error(code: int) -> JsonObject:
    return {"error": {"code": code, "message": "no"}}


def page(*ids: str, after: str | None = None) -> JsonObject:
    data: list[Json] = [{"id": id_} for id_ in ids]
    paging: JsonObject = {"cursors": {"after": after}, "next": "http://provider.invalid/more"} if after else {}
    return {"data": data, "paging": paging}


GOOD: tuple[int, Json] = (
    200,
    {"id": NUMBER, "display_phone_number": "+966 50 111 2233", "verified_name": "Kunafa House"},
)


async def check(base_url: str) -> CheckResult:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        return await check_credentials(
            session,
            base_url=base_url,
            version="v26.0",
            phone_number_id=NUMBER,
            waba_id=ACCOUNT,
            access_token=TOKEN,
            app_secret="its-secret",
        )


async def test_a_wrong_app_secret_is_said_to_be_so() -> None:
    invalid = {"error": {"message": "Invalid appsecret_proof provided in the API argument", "code": 100}}
    async with run_meta(graph((400, invalid))) as meta:
        assert (await check(meta.url)).reason_code is ReasonCode.WRONG_APP_SECRET
    proof = hmac.new(b"its-secret", TOKEN.encode(), "sha256").hexdigest()
    assert f"appsecret_proof={proof}" in meta.asked[0][1]


async def test_good_credentials_read_the_number_in_its_account() -> None:
    async with run_meta(graph(GOOD, (200, page("1", NUMBER)))) as meta:
        assert await check(meta.url) == CheckResult(display_number="+966 50 111 2233", verified_name="Kunafa House")
    assert [(method, path.partition("?")[0]) for method, path, _, _ in meta.asked] == [
        ("GET", f"/v26.0/{NUMBER}"),
        ("GET", f"/v26.0/{ACCOUNT}/phone_numbers"),
    ]
    assert {authorization for _, _, authorization, _ in meta.asked} == {f"Bearer {TOKEN}"}


async def test_a_number_on_the_second_page_is_found_at_the_same_host() -> None:
    async with run_meta(graph(GOOD, (200, page("1", after="next-1")), (200, page(NUMBER)))) as meta:
        assert (await check(meta.url)).is_ok
    assert "after=next-1" in meta.asked[-1][1]


async def test_an_account_without_end_is_left() -> None:
    async with run_meta(graph(GOOD, *[(200, page("1", after="again"))] * 100)) as meta:
        assert (await check(meta.url)).reason_code == "not_in_account"


@pytest.mark.parametrize(
    ("number", "account", "reason_code"),
    [
        ((401, error(190)), GOOD, "wrong_token"),
        ((401, error(0)), GOOD, "wrong_token"),
        ((401, "no"), GOOD, "wrong_token"),
        ((403, error(200)), GOOD, "missing_permission"),
        ((403, error(10)), GOOD, "missing_permission"),
        ((404, error(803)), GOOD, "number_not_found"),
        ((400, error(100)), GOOD, "number_not_found"),
        ((429, error(17)), GOOD, "unreachable"),
        ((400, error(80007)), GOOD, "unreachable"),
        ((500, error(2)), GOOD, "unreachable"),
        ((503, None), GOOD, "unreachable"),
        (GOOD, (400, error(100)), "account_not_found"),
        (GOOD, (401, error(190)), "wrong_token"),
        (GOOD, (500, {}), "unreachable"),
        (GOOD, (200, page("1", "2")), "not_in_account"),
        (GOOD, (200, {"data": "none"}), "not_in_account"),
    ],
)
async def test_what_is_wrong_with_credentials(
    number: tuple[int, Json], account: tuple[int, Json], reason_code: str
) -> None:
    async with run_meta(graph(number, account)) as meta:
        result = await check(meta.url)
    assert (result.reason_code, result.is_ok) == (reason_code, False)
    assert result.reason
    assert TOKEN not in repr(result)


async def test_a_provider_that_is_away_is_not_a_wrong_token() -> None:
    async with run_raw(lambda _, __: asyncio.sleep(0)) as url:
        pass
    assert (await check(url)).reason_code == "unreachable"
