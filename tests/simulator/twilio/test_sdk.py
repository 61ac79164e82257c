"""Twilio's own SDK finds what it expects: everything an app would do, through `twilio` from PyPI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatedTwilioChannel, SimulatorProcess

T = TypeVar("T")


class SimulatedHttp(TwilioHttpClient):
    """The SDK's own client, with the simulator in place of all of Twilio's hosts."""

    def __init__(self, url: str) -> None:
        super().__init__(pool_connections=True)
        self._host = urlsplit(url)

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        address = urlunsplit(urlsplit(url)._replace(scheme=self._host.scheme, netloc=self._host.netloc))
        return super().request(method, address, *args, **options)


@pytest.fixture
def sdk(simulator: SimulatorProcess, sender: SimulatedTwilioChannel) -> Iterator[Client]:
    http = SimulatedHttp(simulator.url)
    yield Client(sender.account_sid, sender.auth_token, http_client=http)
    http.session.close()


async def run(work: Callable[..., T], *args: Any, **options: Any) -> T:
    """The SDK waits for its answers: beside the loop, in which our receiver lives."""
    return await asyncio.to_thread(work, *args, **options)


async def test_send_read_list_and_delete(
    sdk: Client, sender: SimulatedTwilioChannel, person: str, forms: FormReceiver
) -> None:
    own, to = f"whatsapp:{sender.number}", f"whatsapp:{person}"
    made = await run(
        sdk.messages.create, to=to, from_=own, body="hello", status_callback=f"{forms.status_url}?message=1.1"
    )
    assert (made.status, made.direction, made.error_code, made.body) == ("queued", "outbound-api", None, "hello")
    assert (made.from_, made.to) == (own, to)
    assert isinstance(made.date_created, datetime)
    *_, delivered = await forms.wait_for_statuses(made.sid, "sent", "delivered")
    assert delivered.is_signed(sender.auth_token)
    assert (await run(sdk.messages(made.sid).fetch)).status == "delivered"
    yesterday = datetime.now(UTC) - timedelta(days=1)
    listed = await run(sdk.messages.list, to=own, date_sent_after=yesterday, page_size=1)
    assert [(one.direction, one.status, one.body) for one in listed] == [("inbound", "received", "hi")]
    everything = await run(sdk.messages.list, page_size=1)
    assert everything[0].sid == made.sid
    assert len(everything) == 2
    assert (await run(sdk.messages(made.sid).update, body="")).body == ""
    assert await run(sdk.messages(made.sid).delete)
    with pytest.raises(TwilioRestException) as gone:
        await run(sdk.messages(made.sid).fetch)
    assert (gone.value.status, gone.value.code) == (404, 20404)


async def test_a_refusal_says_its_code(sdk: Client, sender: SimulatedTwilioChannel, person: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await run(sdk.messages.create, to=f"whatsapp:{person}", from_=f"whatsapp:{sender.number}", body="x" * 1601)
    assert (refused.value.status, refused.value.code) == (400, 21617)
    stranger_sdk = Client(sender.account_sid, "wrong", http_client=sdk.http_client)
    with pytest.raises(TwilioRestException) as stranger:
        await run(stranger_sdk.api.v2010.accounts(sender.account_sid).fetch)
    assert (stranger.value.status, stranger.value.code) == (401, 20003)


async def test_a_content_from_its_birth_to_the_phone(
    simulator: SimulatorProcess, sdk: Client, sender: SimulatedTwilioChannel, person: str
) -> None:
    action = ContentList.QuickReplyAction({"type": "QUICK_REPLY", "title": "{{1}}", "id": "d"})
    reply = ContentList.TwilioQuickReply({"body": "How?", "actions": [action]})
    request = ContentList.ContentCreateRequest({
        "friendly_name": "menu",
        "language": "en",
        "variables": {"1": "Delivery"},
        "types": ContentList.Types({"twilio/quick-reply": reply}),
    })  # fmt: skip
    content = await run(sdk.content.v1.contents.create, request)
    assert content.friendly_name == "menu"
    assert content.types["twilio/quick-reply"]["actions"] == [{"type": "QUICK_REPLY", "title": "{{1}}", "id": "d"}]
    assert [one.sid for one in await run(sdk.content.v1.contents.list)] == [content.sid]
    approval = ApprovalCreateList.ContentApprovalRequest({"name": "menu", "category": "UTILITY"})
    asked = await run(sdk.content.v1.contents(content.sid).approval_create.create, approval)
    assert (asked.status, asked.category) == ("received", "UTILITY")
    told = await run(sdk.content.v1.contents(content.sid).approval_fetch().fetch)
    assert told.whatsapp["status"] in {"received", "approved"}
    await run(
        sdk.messages.create,
        to=f"whatsapp:{person}",
        from_=f"whatsapp:{sender.number}",
        content_sid=content.sid,
        content_variables=json.dumps({"1": "Pickup"}),
    )
    shown = await simulator.wait_for_reply(person)
    assert shown["interactive"]["action"]["buttons"][0]["reply"] == {"id": "d", "title": "Pickup"}
    assert await run(sdk.content.v1.contents(content.sid).delete)
    assert await run(sdk.content.v1.contents.list) == []


async def test_account_numbers_and_senders(sdk: Client, sender: SimulatedTwilioChannel) -> None:
    account = await run(sdk.api.v2010.accounts(sender.account_sid).fetch)
    assert (account.status, account.friendly_name) == ("active", sender.name)
    (number,) = await run(sdk.incoming_phone_numbers.list, phone_number=sender.number)
    assert number.phone_number == sender.number
    (found,) = await run(sdk.messaging.v2.channels_senders.list, channel="whatsapp")
    assert (found.sender_id, found.status) == (f"whatsapp:{sender.number}", "ONLINE")


async def test_media_of_a_message(simulator: SimulatorProcess, sdk: Client, twilio: Twilio, person: str) -> None:
    sid = await simulator.send(person, twilio.channel, "document", {
        "data": "JVBERi0x", "mime_type": "application/pdf", "filename": "menu.pdf",
    })  # fmt: skip
    (media,) = await run(sdk.messages(sid).media.list)
    assert media.content_type == "application/pdf"
    assert (await run(sdk.messages(sid).media(media.sid).fetch)).parent_sid == sid
    assert await run(sdk.messages(sid).media(media.sid).delete)


async def test_typing(simulator: SimulatorProcess, sdk: Client, person: str) -> None:
    (message,) = await simulator.messages(person)
    told = await run(sdk.messaging.v2.typing_indicator.create, channel="whatsapp", message_id=message["id"])
    assert told.success is True
    await simulator.wait_for_status(person, message["id"], "read")
