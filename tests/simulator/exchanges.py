"""Everything that crosses the wire to the simulator in a scripted run: requests as they left, answers as they came."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from yarl import URL

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver
from tests.simulator.twilio.app import FormReceiver, Twilio
from tests.support.simulator import SimulatedChannel, SimulatedTwilioChannel, SimulatorClient, SimulatorProcess

JsonObject = dict[str, Any]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer. `form` and `json` are what the body says, `answer` the answer's JSON."""

    method: str
    path: str
    status: int
    form: dict[str, str] | None
    json: Any
    answer: Any
    # A request that is meant to be wrong: only its answer is looked at.
    is_meant_wrong: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path} {self.status}"


@dataclass(slots=True)
class Recorder:
    """A door before the simulator that writes down what passes."""

    target: str
    session: aiohttp.ClientSession
    url: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    is_meant_wrong: bool = False

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in ("host", "content-length")
        }
        url = f"{self.target}{request.rel_url}"
        async with self.session.request(
            request.method, URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
        ) as answer:
            said = await answer.read()
        is_form = request.content_type == "application/x-www-form-urlencoded"
        self.exchanges.append(
            Exchange(
                request.method,
                request.path,
                answer.status,
                dict(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else None,
                json.loads(body) if request.content_type == "application/json" and body else None,
                json.loads(said) if said and "json" in answer.headers.get("Content-Type", "") else None,
                self.is_meant_wrong,
            )
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() in ("content-type", "location")}
        return web.Response(body=said, status=answer.status, headers=kept)


@asynccontextmanager
async def record(simulator: SimulatorProcess) -> AsyncIterator[Recorder]:
    """A recorder in front of the simulator."""
    recorder = Recorder(simulator.url, simulator.session)
    app = web.Application(client_max_size=10 * 2**20)
    app.router.add_route("*", "/{path:.*}", recorder.pass_on)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    recorder.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield recorder
    finally:
        await runner.cleanup()


async def run_meta(recorder: Recorder, channel: SimulatedChannel, customer: str, received_id: str) -> None:
    """Every edge of the Graph that the simulator has, with requests that are taken and some that are refused."""
    graph = Graph(SimulatorClient(recorder.url, recorder.session), channel)
    phone, waba = channel.phone_number_id, channel.waba_id
    link = {"link": "https://example.com/a"}
    messages: list[JsonObject] = [
        {"type": "text", "text": {"body": "سلام", "preview_url": False}},
        {"type": "text", "text": {"body": "quoted"}, "context": {"message_id": received_id}},
        {"type": "image", "image": {**link, "caption": "A"}},
        {"type": "video", "video": link},
        {"type": "audio", "audio": link},
        {"type": "sticker", "sticker": link},
        {"type": "document", "document": {**link, "filename": "a.pdf"}},
        {"type": "location", "location": {"latitude": "24.7", "longitude": "46.6", "name": "Olaya", "address": "here"}},
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Noura", "first_name": "Noura"}}]},
        {"type": "reaction", "reaction": {"message_id": received_id, "emoji": "👍"}},
        {"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}},
        *({"type": "interactive", "interactive": each} for each in INTERACTIVE),
    ]
    for message in messages:
        status, answer = await graph.send(to=customer, biz_opaque_callback_data="m.1", **message)
        assert status == 200, (message, answer)
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": received_id}
    await graph.call("POST", f"{phone}/messages", receipt)
    await graph.call("POST", f"{phone}/messages", receipt | {"typing_indicator": {"type": "text"}})
    form = aiohttp.FormData({"messaging_product": "whatsapp", "type": "image/png"})
    form.add_field("file", PNG, filename="a.png", content_type="image/png")
    _, media = await graph.call("POST", f"{phone}/media", data=form)
    await graph.send(to=customer, type="image", image={"id": media["id"]})
    await graph.call("GET", f"{media['id']}")
    await graph.call("DELETE", f"{media['id']}")
    for path in (
        f"{phone}?fields=id,display_phone_number,verified_name",
        f"{phone}/whatsapp_business_profile?fields=about",
        f"{waba}?fields=id,name",
        f"{waba}/phone_numbers",
        f"{waba}/message_templates",
        f"{waba}/subscribed_apps",
    ):
        status, answer = await graph.call("GET", path)
        assert status == 200, (path, answer)
    await graph.call("POST", f"{waba}/subscribed_apps", {})
    template = {
        "name": "order_ready",
        "language": "en_US",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Your order is ready."}],
    }
    await graph.call("POST", f"{waba}/message_templates", template)
    await graph.call("DELETE", f"{waba}/message_templates?name=order_ready")
    recorder.is_meant_wrong = True
    await graph.send(to=customer, type="text", text={"body": ""})
    await graph.send(to=customer, type="text", text={"body": "x" * 4097})
    await graph.send(to=customer, type="template", template={"name": "no_such", "language": {"code": "en_US"}})
    await graph.send(to="+966500000999", type="text", text={"body": "the window is shut"})
    await graph.call("GET", phone, token="wrong")
    await graph.call("GET", "1234567890")
    recorder.is_meant_wrong = False


INTERACTIVE: tuple[JsonObject, ...] = (
    {
        "type": "button",
        "header": {"type": "text", "text": "Qamar"},
        "body": {"text": "How?"},
        "footer": {"text": "open"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "d", "title": "Delivery"}}]},
    },
    {
        "type": "list",
        "body": {"text": "Choose"},
        "action": {"button": "Menu", "sections": [{"title": "Hot", "rows": [{"id": "latte", "title": "Latte"}]}]},
    },
    {
        "type": "cta_url",
        "body": {"text": "Pay"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Pay", "url": "https://example.com"}},
    },
    {"type": "location_request_message", "body": {"text": "Where?"}, "action": {"name": "send_location"}},
)


async def run_twilio(recorder: Recorder, channel: SimulatedTwilioChannel, person: str, received_sid: str) -> None:
    """Every edge of Twilio's that the simulator has, with requests that are taken and some that are refused."""
    twilio = Twilio(SimulatorClient(recorder.url, recorder.session), channel)
    sid = await twilio.accept(person, "سلام", StatusCallback="https://example.com/status")
    await twilio.accept(person, "a picture", MediaUrl="https://example.com/a.png")
    await twilio.accept(person, "Olaya", PersistentAction="geo:24.7,46.6|Olaya")
    types: tuple[JsonObject, ...] = (
        {"twilio/text": {"body": "Hello {{1}}"}},
        {"twilio/quick-reply": {"body": "How?", "actions": [{"type": "QUICK_REPLY", "title": "Delivery", "id": "d"}]}},
        {"twilio/list-picker": {"body": "Choose", "button": "Menu", "items": [{"id": "l", "item": "Latte"}]}},
        {
            "twilio/call-to-action": {
                "body": "Pay",
                "actions": [{"type": "URL", "title": "Pay", "url": "https://a.example"}],
            }
        },
    )
    for each in types:
        content = await twilio.make_content(each, {"1": "you"})
        await twilio.accept(person, "", ContentSid=content, ContentVariables='{"1": "Noura"}')
    wanted: list[tuple[str, str, JsonObject]] = [
        ("GET", f"Messages.json?To=whatsapp:{channel.number}&PageSize=1", {}),
        ("GET", f"Messages/{sid}.json", {}),
        ("GET", f"Messages/{received_sid}.json", {}),
        ("GET", f"Messages/{received_sid}/Media.json", {}),
        ("POST", f"Messages/{sid}.json", {"form": {"Body": ""}}),
        ("GET", ".json", {}),
        ("GET", "/2010-04-01/Accounts.json", {}),
        ("GET", "IncomingPhoneNumbers.json", {}),
        ("GET", "/v2/Channels/Senders?Channel=whatsapp", {}),
        ("POST", "/v2/Indicators/Typing.json", {"form": {"channel": "whatsapp", "messageId": received_sid}}),
        ("POST", "/v3/Indicators/Typing.json", {"json": {"channel": "WHATSAPP", "messageId": received_sid}}),
        ("GET", "/v1/Content?PageSize=2", {}),
        ("GET", f"/v1/Content/{content}", {}),
        ("POST", f"/v1/Content/{content}/ApprovalRequests/whatsapp", {"json": {"name": "pay", "category": "UTILITY"}}),
        ("GET", f"/v1/Content/{content}/ApprovalRequests", {}),
        ("GET", "/v1/ContentAndApprovals", {}),
        ("DELETE", f"/v1/Content/{content}", {}),
    ]
    for method, path, options in wanted:
        status, answer = await twilio.call(method, path, **options)
        assert status < 300, (method, path, status, answer)
    recorder.is_meant_wrong = True
    await twilio.send(person, "")
    await twilio.send("+1", "x")
    await twilio.send(person, "", ContentSid="HX" + "0" * 32)
    await twilio.call("GET", "Messages/SM00000000000000000000000000000000.json")
    await twilio.call("GET", ".json", login=(channel.account_sid, "wrong"))
    recorder.is_meant_wrong = False


async def record_meta(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, customer: str
) -> list[Exchange]:
    """A run at Meta, and the webhooks that came of it as requests to `/webhook`."""
    (first,) = await simulator.messages(customer)
    async with record(simulator) as recorder:
        await run_meta(recorder, channel, customer, first["id"])
    await receiver.wait(lambda: any(b'"delivered"' in post.body for post in receiver.received), "delivered message")
    posts = [Exchange("POST", "/webhook", 200, None, json.loads(post.body), None) for post in receiver.received]
    return [*recorder.exchanges, *posts]


async def record_twilio(
    simulator: SimulatorProcess, channel: SimulatedTwilioChannel, forms: FormReceiver, person: str
) -> list[Exchange]:
    """A run at Twilio, and the webhooks that came of it as requests to `/webhook`."""
    (first,) = await simulator.messages(person)
    async with record(simulator) as recorder:
        await run_twilio(recorder, channel, person, first["id"])
    posts = [Exchange("POST", "/webhook", 200, came.form, None, None) for came in forms.received]
    return [*recorder.exchanges, *posts]
