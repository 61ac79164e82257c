"""Our own Twilio client against the simulator: what it sends is taken, what comes back is understood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from urllib.parse import parse_qsl, urlsplit

import pytest

from hoopoe.channels.contract import (
    Accepted,
    Address,
    Button,
    ButtonsContent,
    InboundType,
    ListContent,
    OutboundContent,
    ReadReceipt,
    Refused,
    Row,
    Section,
    SendResult,
    StatusName,
    TextContent,
)
from hoopoe.channels.twilio.check import NO_ACCOUNT, check_credentials, read_sub_account_token
from hoopoe.channels.twilio.client import Credentials, send
from hoopoe.channels.twilio.listing import list_missing
from hoopoe.channels.twilio.parse import parse_message, parse_status
from hoopoe.channels.twilio.split import RECEIVED_KEY, split_form
from hoopoe.channels.twilio.verify import is_signature_valid
from hoopoe.kernel.json import JsonObject
from tests.simulator.twilio.app import FormReceiver, ReceivedForm, Twilio
from tests.support.simulator import SimulatorProcess

MENU = ButtonsContent("What's next?\n\nChoose:", (Button("d", "Delivery"), Button("p", "Pickup")), header="Qamar")
LIST = ListContent(
    "Choose", "Menu", (Section((Row("latte", "Latte", "Warm"),), "Hot"), Section((Row("ice", "Ice"),), "Cold"))
)


class Contents:
    """Which Contents were made, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    async def find(self, account_sid: str, content_hash: str, /) -> str | None:
        return self.kept.get((account_sid, content_hash))

    async def keep(self, account_sid: str, content_hash: str, sid: str, /) -> None:
        self.kept[account_sid, content_hash] = sid


class OurClient:
    """`send` with everything that stays the same in a test."""

    def __init__(self, twilio: Twilio, callback: str) -> None:
        self.twilio = twilio
        self.contents = Contents()
        self.callback = callback
        self.credentials = Credentials(twilio.channel.account_sid, twilio.channel.auth_token, twilio.channel.number)

    async def send(self, content: OutboundContent | ReadReceipt, to: str) -> SendResult:
        return await send(
            self.twilio.simulator.session,
            base_url=self.twilio.simulator.url,
            credentials=self.credentials,
            contents=self.contents,
            status_callback_url=self.callback,
            content=content,
            recipient=Address(phone=to.removeprefix("+")),
            opaque="0192-m.1",
            reply_to=None,
        )

    async def accept(self, content: OutboundContent | ReadReceipt, to: str) -> str:
        result = await self.send(content, to)
        assert isinstance(result, Accepted), result
        return result.provider_id


@pytest.fixture
def client(twilio: Twilio, forms: FormReceiver) -> OurClient:
    return OurClient(twilio, f"{forms.status_url}?channel=1")


def read_item(came: ReceivedForm, auth_token: str) -> JsonObject:
    """The only item of a webhook, the way that the endpoint takes it."""
    pairs = list(came.form.items())
    assert is_signature_valid(came.url, pairs, came.headers["X-Twilio-Signature"].encode(), auth_token.encode())
    (change,) = split_form(pairs, parse_qsl(urlsplit(came.url).query))
    assert change.unreadable == ()
    (item,) = change.items
    return {**item.payload, RECEIVED_KEY: datetime.now(UTC).isoformat()}


async def test_a_text_and_its_statuses(client: OurClient, person: str, forms: FormReceiver) -> None:
    sid = await client.accept(TextContent("سلام + شاي"), person)
    found = [
        parse_status(read_item(came, client.twilio.channel.auth_token))
        for came in await forms.wait_for_statuses(sid, "sent", "delivered")
    ]
    assert [one.status for one in found] == [StatusName.SENT, StatusName.DELIVERED]
    assert {(one.provider_id, one.opaque) for one in found} == {(sid, "0192-m.1")}


async def test_menus_are_made_once_and_tapped(
    simulator: SimulatorProcess, client: OurClient, person: str, forms: FormReceiver
) -> None:
    for _ in range(2):
        await client.accept(MENU, person)
    assert len(client.contents.kept) == 1
    await client.accept(LIST, person)
    shown = await simulator.wait_for_reply(person)
    assert shown["interactive"]["body"]["text"] == "*Qamar*\n\nWhat's next?\n\nChoose:"
    for number, (option, kind) in enumerate((("p", "button"), ("latte", "list")), start=2):
        await simulator.tap(person, client.twilio.channel, option, kind=kind)
        came = await forms.wait(forms.messages, "tap", count=number)
        message = parse_message(read_item(came, client.twilio.channel.auth_token))
        assert message.type is (InboundType.BUTTON_REPLY if kind == "button" else InboundType.LIST_REPLY)
        assert message.payload_id == option
        assert message.sender.phone == person.removeprefix("+")


async def test_a_content_that_somebody_deleted_is_made_anew(client: OurClient, person: str) -> None:
    await client.accept(MENU, person)
    (sid,) = client.contents.kept.values()
    await client.twilio.call("DELETE", f"/v1/Content/{sid}")
    await client.accept(MENU, person)
    assert list(client.contents.kept.values()) != [sid]


async def test_a_text_a_picture_and_a_place_come_in(
    simulator: SimulatorProcess, client: OurClient, person: str, forms: FormReceiver
) -> None:
    own = client.twilio.channel
    await simulator.send(person, own, "image", {"data": "iVBORw0KGgo=", "mime_type": "image/png", "caption": "A"})
    await simulator.send(person, own, "location", {"latitude": 24.7, "longitude": 46.6, "name": "Olaya"})
    await forms.wait(forms.messages, "all three", count=3)
    found = [parse_message(read_item(came, own.auth_token)) for came in forms.messages()]
    assert [one.type for one in found] == [InboundType.TEXT, InboundType.IMAGE, InboundType.LOCATION]
    assert found[1].content["caption"] == "A"
    assert found[2].content["name"] == "Olaya"


async def test_a_receipt_and_a_refusal(simulator: SimulatorProcess, client: OurClient, person: str) -> None:
    (message,) = await simulator.messages(person)
    await client.accept(ReadReceipt(message["id"]), person)
    await simulator.wait_for_status(person, message["id"], "read")
    await simulator.set_faults({"kind": "refuse_429", "count": 1})
    result = await client.send(TextContent("x"), person)
    assert isinstance(result, Refused)
    assert (result.error.code, result.is_passing) == (20429, True)


async def test_what_was_missed_is_listed_as_its_webhook_would_have_been(
    client: OurClient, forms: FormReceiver, person: str
) -> None:
    asked: list[str] = []
    # Other tests move its clock.
    now = datetime.fromisoformat((await client.twilio.simulator.world())["clock"]["now"])

    async def choose_missing(keys: Sequence[str]) -> Sequence[str]:
        asked.extend(keys)
        return keys

    found = await list_missing(
        client.twilio.simulator.session,
        base_url=client.twilio.simulator.url,
        credentials=client.credentials,
        since=now - timedelta(minutes=5),
        until=now + timedelta(seconds=5),
        choose_missing=choose_missing,
    )
    assert found.problem is None
    assert [parse_message(item.payload).text for item in found.items] == ["hi"]
    came = read_item(forms.messages()[0], client.twilio.channel.auth_token)
    assert [item.key for item in found.items] == asked == [f"m:{came['MessageSid']}"]


async def test_credentials_are_checked(simulator: SimulatorProcess, client: OurClient) -> None:
    own = client.twilio.channel

    async def check(auth_token: str, number: str) -> str | None:
        result = await check_credentials(
            simulator.session,
            base_url=simulator.url,
            account_sid=own.account_sid,
            auth_token=auth_token,
            number=number,
        )
        return result.reason_code

    assert await check(own.auth_token, own.number) is None
    assert await check("wrong", own.number) == "wrong_token"
    assert await check(own.auth_token, "+966110000000") == "not_in_account"
    assert await check(own.auth_token, "+14155238886") is None


async def test_a_sub_accounts_token_is_read_with_its_masters(simulator: SimulatorProcess) -> None:
    master, token = f"AC{token_hex(16)}", token_hex(16)
    own = await simulator.add_twilio_channel(owner_account_sid=master, owner_auth_token=token)
    other = await simulator.add_twilio_channel()

    async def read(account_sid: str) -> object:
        return await read_sub_account_token(
            simulator.session, base_url=simulator.url, master_sid=master, auth_token=token, account_sid=account_sid
        )

    assert await read(own.account_sid) == own.auth_token
    assert await read(other.account_sid) == NO_ACCOUNT
