"""pywa, an SDK of the Cloud API that is not ours, finds what it expects: what it sends, and what it receives."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import pytest
from pywa import WhatsApp
from pywa.errors import TemplateNotExists, WhatsAppError
from pywa.types import (
    Button,
    CallbackButton,
    CallbackSelection,
    CallPermissionRequestButton,
    Contact,
    ContactInfoRequestButton,
    FlowActionType,
    FlowButton,
    ImageCarouselCard,
    Message,
    MessageStatus,
    MessageStatusType,
    MessageType,
    ProductsSection,
    Section,
    SectionList,
    SectionRow,
    URLButton,
    VideoCarouselCard,
    VoiceCallButton,
)
from pywa.types.templates import TemplateLanguage

from tests.simulator.receiver import Receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess

T = TypeVar("T")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Rerouted(httpx.HTTPTransport):
    """The simulator in place of graph.facebook.com."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._host = urlsplit(url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "graph.facebook.com":
            request.url = request.url.copy_with(
                scheme=self._host.scheme, host=self._host.hostname, port=self._host.port
            )
            request.headers["Host"] = self._host.netloc
        return super().handle_request(request)


@pytest.fixture
def sdk(simulator: SimulatorProcess, channel: SimulatedChannel) -> Iterator[WhatsApp]:
    with httpx.Client(transport=Rerouted(simulator.url)) as session:
        yield WhatsApp(
            phone_id=channel.phone_number_id,
            token=channel.access_token,
            waba_id=channel.waba_id,
            app_secret=channel.app_secret,
            verify_token=channel.verify_token,
            session=session,
            server=None,
        )


async def run(work: Callable[..., T], *args: Any, **options: Any) -> T:
    """The SDK waits for its answers: beside the loop, in which our receiver lives."""
    return await asyncio.to_thread(work, *args, **options)


MENU = SectionList("Open", [Section("Hot", [SectionRow("Latte", "latte", "Warm"), SectionRow("Mocha", "mocha")])])

LINK = URLButton("Shop", "https://example.com/shop")

SENT: dict[str, tuple[str, dict[str, Any], str]] = {
    "text": ("send_message", {"text": "سلام", "preview_url": True, "tracker": "m.1"}, "text"),
    "text by its own name": ("send_text", {"text": "سلام"}, "text"),
    "buttons": (
        "send_message",
        {
            "text": "How?",
            "header": "Qamar",
            "footer": "open",
            "buttons": [Button("Delivery", "d"), Button("Pickup", "p")],
        },
        "interactive",
    ),
    "list": ("send_message", {"text": "Choose", "buttons": MENU}, "interactive"),
    "link button": (
        "send_message",
        {"text": "Pay", "buttons": URLButton("Pay now", "https://example.com")},
        "interactive",
    ),
    "image by link": ("send_image", {"image": "https://example.com/a.png", "caption": "A"}, "image"),
    "image by bytes": ("send_image", {"image": PNG, "mime_type": "image/png"}, "image"),
    "video": ("send_video", {"video": "https://example.com/a.mp4"}, "video"),
    "document": ("send_document", {"document": "https://example.com/a.pdf", "filename": "a.pdf"}, "document"),
    "audio": ("send_audio", {"audio": "https://example.com/a.mp3"}, "audio"),
    "sticker": ("send_sticker", {"sticker": "https://example.com/a.webp"}, "sticker"),
    "location": (
        "send_location",
        {"latitude": 24.7, "longitude": 46.7, "name": "Olaya", "address": "here"},
        "location",
    ),
    "contact": (
        "send_contact",
        {"contact": Contact(Contact.Name("Noura", "Noura"), phones=[Contact.Phone("+966500000101")])},
        "contacts",
    ),
    "voice note": ("send_voice", {"voice": "https://example.com/a.ogg"}, "audio"),
    "catalog": (
        "send_catalog",
        {"body": "قائمتنا", "footer": "Qamar", "thumbnail_product_sku": "latte"},
        "interactive",
    ),
    "product": ("send_product", {"catalog_id": "1", "sku": "latte", "body": "Warm"}, "interactive"),
    "products": (
        "send_products",
        {
            "catalog_id": "1",
            "product_sections": [ProductsSection("Hot", ["latte", "mocha"]), ProductsSection("Cold", ["ice"])],
            "title": "Menu",
            "body": "Choose",
        },
        "interactive",
    ),
    "pictures to leaf through": (
        "send_carousel",
        {
            "body": "Offers",
            "cards": [
                ImageCarouselCard(image=f"https://example.com/{n}.png", body=f"#{n}", buttons=LINK) for n in range(2)
            ],
        },
        "interactive",
    ),
    "films to leaf through": (
        "send_carousel",
        {
            "body": "Offers",
            "cards": [VideoCarouselCard(video=f"https://example.com/{n}.mp4", buttons=LINK) for n in range(10)],
        },
        "interactive",
    ),
    "location request": ("request_location", {"text": "Where are you?"}, "interactive"),
    "number request": ("request_contact_info", {"text": "May we have your number?"}, "interactive"),
    "number button": ("send_message", {"text": "May we?", "buttons": ContactInfoRequestButton()}, "interactive"),
    "flow": (
        "send_message",
        {
            "text": "Book a table",
            "buttons": FlowButton(
                title="Book",
                flow_id="123",
                flow_token="t",
                flow_action_type=FlowActionType.NAVIGATE,
                flow_action_screen="TABLE",
            ),
        },
        "interactive",
    ),
    "call button": (
        "send_message",
        {"text": "Talk to us", "buttons": VoiceCallButton(title="Call us", ttl_minutes=60)},
        "interactive",
    ),
    "call permission": (
        "send_message",
        {"text": "May we call?", "buttons": CallPermissionRequestButton()},
        "interactive",
    ),
    "template": (
        "send_template",
        {"name": "hello_world", "language": TemplateLanguage.ENGLISH_US, "params": []},
        "template",
    ),
}


@pytest.mark.parametrize("name", SENT)
async def test_sent(name: str, simulator: SimulatorProcess, sdk: WhatsApp, customer: str) -> None:
    method, content, kind = SENT[name]
    sent = await run(getattr(sdk, method), customer, **content)
    reply = await simulator.wait_for_reply(customer)
    assert (reply["id"], reply["type"]) == (sent.id, kind)


def test_every_kind_that_the_sdk_sends_is_sent() -> None:
    """A kind that a new version brings is missing here until it is tried."""
    elsewhere = {"send_reaction", "remove_reaction", "request_verification_code"}
    known = {name for name in dir(WhatsApp) if name.startswith(("send_", "request_"))}
    assert known - elsewhere == {method for method, _, _ in SENT.values()}


async def test_a_media_that_was_uploaded_is_sent_by_its_id(
    simulator: SimulatorProcess, sdk: WhatsApp, customer: str
) -> None:
    media = await run(sdk.upload_media, PNG, mime_type="image/png", filename="a.png")
    sent = await run(sdk.send_image, customer, media.id)
    assert (await simulator.wait_for_reply(customer))["id"] == sent.id


@pytest.mark.parametrize(
    ("buttons", "code"),
    [(VoiceCallButton(title="x" * 21), 131009), (VoiceCallButton(title="Call", ttl_minutes=43_201), 131009)],
)
async def test_call_buttons_have_limits(sdk: WhatsApp, customer: str, buttons: VoiceCallButton, code: int) -> None:
    with pytest.raises(WhatsAppError) as refused:
        await run(sdk.send_message, customer, "call", buttons=buttons)
    assert refused.value.code == code


async def test_a_carousel_of_one_card_is_none(sdk: WhatsApp, customer: str) -> None:
    card = ImageCarouselCard(image="https://example.com/a.png", buttons=LINK)
    with pytest.raises(WhatsAppError) as refused:
        await run(sdk.send_carousel, customer, body="x", cards=[card])
    assert refused.value.code == 131009


async def test_reactions_and_receipts(simulator: SimulatorProcess, sdk: WhatsApp, customer: str) -> None:
    (message,) = await simulator.messages(customer)
    await run(sdk.send_reaction, customer, "👍", message["id"])
    await run(sdk.remove_reaction, customer, message["id"])
    await run(sdk.indicate_typing, message["id"])
    await run(sdk.mark_message_as_read, message["id"])
    await simulator.wait_for_status(customer, message["id"], "read")


async def test_a_refusal_has_a_class_of_its_own(sdk: WhatsApp, customer: str) -> None:
    with pytest.raises(TemplateNotExists):
        await run(sdk.send_template, customer, "no_such", TemplateLanguage.ENGLISH_US, [])
    with pytest.raises(WhatsAppError) as refused:
        await run(sdk.send_message, customer, "x" * 4097)
    assert refused.value.code == 100


async def test_media_profile_number_and_account(sdk: WhatsApp, channel: SimulatedChannel) -> None:
    media = await run(sdk.upload_media, PNG, mime_type="image/png", filename="a.png")
    url = await run(sdk.get_media_url, media.id)
    assert (url.mime_type, url.file_size) == ("image/png", len(PNG))
    assert await run(sdk.get_media_bytes, url.url) == PNG
    number = await run(sdk.get_business_phone_number)
    assert (number.id, number.verified_name) == (channel.phone_number_id, channel.name)
    assert (await run(sdk.get_business_account)).id == channel.waba_id
    assert [template.name for template in await run(sdk.get_templates)] == ["hello_world"]


async def test_received(simulator: SimulatorProcess, sdk: WhatsApp, customer: str, receiver: Receiver) -> None:
    offered = await run(sdk.send_message, customer, "How?", buttons=[Button("Delivery", "d")])
    listed = await run(sdk.send_message, customer, "Choose", buttons=MENU)
    await receiver.wait_for_statuses(listed.id, "sent", "delivered")
    channel = sdk.phone_id
    await simulator.tap(customer, str(channel), "d")
    await simulator.tap(customer, str(channel), "latte", kind="list")
    data = base64.b64encode(PNG).decode()
    await simulator.send(customer, str(channel), "image", {"data": data, "mime_type": "image/png", "caption": "A"})
    await simulator.send(customer, str(channel), "location", {"latitude": 24.7, "longitude": 46.7, "name": "Olaya"})
    await simulator.send(customer, str(channel), "reaction", {"message_id": offered.id, "emoji": "❤"})
    await receiver.wait(lambda: len(receiver.messages()) == 6, "all messages")

    heard: list[object] = []
    for listen in (sdk.on_message, sdk.on_callback_button, sdk.on_callback_selection, sdk.on_message_status):
        listen(lambda _, update: heard.append(update))
    for received in receiver.received:
        assert sdk.webhook_update_validator(received.body, received.signature) is None
        assert sdk.webhook_update_handler(received.body) == ("ok", 200)

    messages = [update for update in heard if isinstance(update, Message)]
    assert [message.type for message in messages] == [
        MessageType.TEXT,
        MessageType.IMAGE,
        MessageType.LOCATION,
        MessageType.REACTION,
    ]
    assert {message.from_user.wa_id for message in messages} == {customer.removeprefix("+")}
    assert (messages[0].text, messages[1].caption) == ("hi", "A")
    (button,) = [update for update in heard if isinstance(update, CallbackButton)]
    (selection,) = [update for update in heard if isinstance(update, CallbackSelection)]
    assert (button.data, selection.data, selection.title) == ("d", "latte", "Latte")
    statuses = [update for update in heard if isinstance(update, MessageStatus) and update.id == listed.id]
    assert [status.status for status in statuses] == [MessageStatusType.SENT, MessageStatusType.DELIVERED]
