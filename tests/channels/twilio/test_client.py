"""Sending against a Twilio that answers, refuses, breaks off, or is not there."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace

import aiohttp
import pytest
from aiohttp import web

from hoopoe.channels.contract import (
    Accepted,
    Address,
    Button,
    ButtonsContent,
    Doubtful,
    OutboundContent,
    ProviderError,
    ReadReceipt,
    Refused,
    SendResult,
    TextContent,
)
from hoopoe.channels.errors import NOT_REACHED
from hoopoe.channels.twilio.build import build_content
from hoopoe.channels.twilio.client import Hosts, send
from tests.channels.twilio.server import (
    ACCOUNT,
    BASIC,
    CREDENTIALS,
    NUMBER,
    ROOT,
    TOKEN,
    Conversation,
    Reply,
    by_path,
    error,
    run_nobody,
    run_raw,
    run_twilio,
)

CALLBACK = "https://hoopoe.example.org/whatsapp/webhook"
BUTTONS = ButtonsContent("Which size?", (Button("s", "Small"), Button("l", "Large")))

TAKEN: Reply = (201, {"sid": "SM1", "status": "queued"})
MADE: Reply = (201, {"sid": "HX1"})


@dataclass(slots=True)
class Memory:
    """A `ContentStore` of one process."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)

    async def find(self, account_sid: str, content_hash: str, /) -> str | None:
        return self.kept.get((account_sid, content_hash))

    async def keep(self, account_sid: str, content_hash: str, sid: str, /) -> None:
        self.kept[account_sid, content_hash] = sid


async def deliver(
    base_url: str,
    content: OutboundContent | ReadReceipt | None = None,
    *,
    contents: Memory | None = None,
    seconds: float = 5.0,
) -> SendResult:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session:
        return await send(
            session,
            base_url=base_url,
            credentials=CREDENTIALS,
            contents=contents or Memory(),
            status_callback_url=CALLBACK,
            content=content or TextContent("طلبك في الطريق + شاي"),
            recipient=Address(phone="966505556677"),
            opaque="m.1",
            reply_to=None,
        )


async def test_a_message_goes_to_the_account_with_its_token() -> None:
    async with run_twilio(by_path(Messages=TAKEN)) as twilio:
        assert await deliver(twilio.url) == Accepted("SM1")
    form = {
        "To": "whatsapp:+966505556677",
        "From": f"whatsapp:{NUMBER}",
        "Body": "طلبك في الطريق + شاي",
        "StatusCallback": f"{CALLBACK}?message=m.1",
    }
    assert twilio.asked == [("POST", f"{ROOT}/Messages.json", {}, form)]
    assert twilio.authorizations == {BASIC}


async def test_a_receipt_is_a_typing_indicator() -> None:
    async with run_twilio(by_path(Typing=(200, {"success": True}))) as twilio:
        assert await deliver(twilio.url, ReadReceipt("SM9")) == Accepted("")
    form = {"channel": "whatsapp", "messageId": "SM9"}
    assert twilio.asked == [("POST", "/v2/Indicators/Typing.json", {}, form)]


async def test_content_over_a_limit_never_leaves() -> None:
    async with run_twilio(by_path()) as twilio:
        for content in (TextContent("x" * 5000), replace(BUTTONS, buttons=())):
            result = await deliver(twilio.url, content)
            assert isinstance(result, Refused)
            assert (result.error.code, result.retry_after, result.is_passing) == (63005, None, False)
        async with aiohttp.ClientSession() as session:
            nobody = await send(
                session,
                base_url=twilio.url,
                credentials=CREDENTIALS,
                contents=Memory(),
                status_callback_url=None,
                content=BUTTONS,
                recipient=Address(),
                opaque=None,
                reply_to=None,
            )
        assert isinstance(nobody, Refused)
    assert twilio.asked == []


# --- Contents -------------------------------------------------------------------------------------


async def test_a_menu_makes_its_content_once() -> None:
    contents, built = Memory(), build_content(BUTTONS)
    async with run_twilio(by_path(Messages=TAKEN, Content=MADE)) as twilio:
        assert await deliver(twilio.url, BUTTONS, contents=contents) == Accepted("SM1")
        other_words = replace(BUTTONS, body="أي حجم؟")
        assert await deliver(twilio.url, other_words, contents=contents) == Accepted("SM1")
    assert contents.kept == {(ACCOUNT, built.hash): "HX1"}
    assert twilio.paths == ["/v1/Content", f"{ROOT}/Messages.json", f"{ROOT}/Messages.json"]
    assert twilio.asked[0][3] == built.body
    sent = twilio.asked[2][3]
    assert isinstance(sent, dict)
    assert sent["ContentSid"] == "HX1"
    assert "أي حجم؟" in json.loads(str(sent["ContentVariables"])).values()
    assert twilio.authorizations == {BASIC}


@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        ((400, error(92002)), Refused(ProviderError(92002, "no"))),
        ((401, error(20003)), Refused(ProviderError(20003, "no"))),
        ((429, error(20429)), Refused(ProviderError(20429, "no"), 1.0, is_passing=True)),
    ],
)
async def test_a_content_that_twilio_refuses_is_a_certain_refusal(reply: Reply, refused: Refused) -> None:
    contents = Memory()
    async with run_twilio(by_path(Messages=TAKEN, Content=reply)) as twilio:
        assert await deliver(twilio.url, BUTTONS, contents=contents) == refused
    assert (twilio.paths, contents.kept) == (["/v1/Content"], {})


@pytest.mark.parametrize("reply", [(500, error(20500)), (503, None), (201, {}), (200, {"success": True}), (307, None)])
async def test_a_content_of_which_nothing_is_known_is_passing_and_never_doubt(reply: Reply) -> None:
    async with run_twilio(by_path(Messages=TAKEN, Content=reply)) as twilio:
        result = await deliver(twilio.url, BUTTONS)
    assert isinstance(result, Refused)
    assert (result.error.code, result.retry_after, result.is_passing) == (NOT_REACHED, 1.0, True)
    assert twilio.paths == ["/v1/Content"]


async def test_a_content_whose_answer_breaks_off_is_passing_too() -> None:
    async with run_raw(cut) as url:
        result = await deliver(url, BUTTONS)
    assert isinstance(result, Refused)
    assert result.is_passing


async def test_a_content_that_was_deleted_is_made_anew() -> None:
    contents = Memory({(ACCOUNT, build_content(BUTTONS).hash): "HXold"})
    async with run_twilio(by_path(Messages=[(400, error(21655)), TAKEN], Content=MADE)) as twilio:
        assert await deliver(twilio.url, BUTTONS, contents=contents) == Accepted("SM1")
    assert list(contents.kept.values()) == ["HX1"]
    assert twilio.paths == [f"{ROOT}/Messages.json", "/v1/Content", f"{ROOT}/Messages.json"]
    async with run_twilio(by_path(Messages=(400, error(21655)), Content=(500, None))) as twilio:
        assert isinstance(await deliver(twilio.url, BUTTONS, contents=contents), Refused)


async def test_a_new_content_that_twilio_does_not_know_is_not_made_again() -> None:
    async with run_twilio(by_path(Messages=(400, error(21655)), Content=MADE)) as twilio:
        assert await deliver(twilio.url, BUTTONS) == Refused(ProviderError(21655, "no"))
    assert twilio.paths == ["/v1/Content", f"{ROOT}/Messages.json"]


async def test_a_content_that_takes_long_leaves_no_time_for_its_message() -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.6)
        return web.json_response({"sid": "HX1"}, status=201)

    contents = Memory()
    async with run_twilio(slow) as twilio:
        result = await deliver(twilio.url, BUTTONS, contents=contents, seconds=1.0)
        assert isinstance(result, Refused)
        assert result.is_passing
        assert twilio.paths == ["/v1/Content"]
    async with run_twilio(by_path(Messages=TAKEN)) as twilio:
        assert await deliver(twilio.url, BUTTONS, contents=contents) == Accepted("SM1")


# --- What goes wrong ------------------------------------------------------------------------------


async def test_a_refusal_waits_as_long_as_the_answer_asks() -> None:
    async def busy(_: web.Request) -> web.StreamResponse:
        return web.json_response(error(20429), status=429, headers={"Retry-After": "7"})

    async with run_twilio(busy) as twilio:
        assert await deliver(twilio.url) == Refused(ProviderError(20429, "no"), 7.0, is_passing=True)


@pytest.mark.parametrize(
    ("header", "seconds"), [("9" * 400, 600.0), ("-5", 1.0), ("tomorrow", 1.0), ("٣", 1.0), ("", 1.0)]
)
async def test_a_strange_retry_after_does_no_harm(header: str, seconds: float) -> None:
    async def busy(_: web.Request) -> web.StreamResponse:
        return web.json_response({}, status=429, headers={"Retry-After": header})

    async with run_twilio(busy) as twilio:
        result = await deliver(twilio.url)
    assert isinstance(result, Refused)
    assert (result.retry_after, result.is_passing) == (seconds, True)


@pytest.mark.parametrize("content", [TextContent("hi"), BUTTONS, ReadReceipt("SM9")])
async def test_a_port_where_nobody_listens_is_a_certain_refusal(content: OutboundContent | ReadReceipt) -> None:
    async with run_nobody() as url:
        result = await deliver(url, content)
    assert isinstance(result, Refused)
    assert (result.error.code, result.retry_after, result.is_passing) == (NOT_REACHED, 1.0, True)


async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def say_garbage(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"NOT HTTP AT ALL\r\n\r\n")


async def promise_more(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"sid":')


async def close_at_once(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    return


@pytest.mark.parametrize("talk", [cut, say_garbage, promise_more, close_at_once])
async def test_an_answer_that_breaks_off_is_in_doubt_and_names_no_secret(talk: Conversation) -> None:
    async with run_raw(talk) as url:
        result = await deliver(url)
    assert isinstance(result, Doubtful)
    assert TOKEN not in result.reason
    assert BASIC not in result.reason


async def test_no_answer_in_time_is_in_doubt() -> None:
    async def sleep(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with run_raw(sleep) as url:
        assert isinstance(await deliver(url, seconds=0.2), Doubtful)


async def test_a_redirect_is_not_followed() -> None:
    async with run_twilio(by_path(Messages=TAKEN)) as other:

        async def send_away(_: web.Request) -> web.StreamResponse:
            raise web.HTTPTemporaryRedirect(f"{other.url}/elsewhere")

        async with run_twilio(send_away) as twilio:
            assert isinstance(await deliver(twilio.url), Doubtful)
    assert other.asked == []


def test_a_token_is_not_shown() -> None:
    assert TOKEN not in repr(CREDENTIALS)


@pytest.mark.parametrize("base_url", ["https://api.twilio.com", "https://api.twilio.com/"])
def test_twilio_itself_has_three_hosts(base_url: str) -> None:
    hosts = Hosts.of(base_url)
    assert hosts == Hosts("https://api.twilio.com", "https://content.twilio.com", "https://messaging.twilio.com")
    assert Hosts.of("http://127.0.0.1:9/sim/") == Hosts(*["http://127.0.0.1:9/sim"] * 3)
