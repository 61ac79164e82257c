"""The rest of the Graph: tokens, versions, nodes, subscriptions, templates, media."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import aiohttp
import pytest

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver, run_receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def code_of(answer: tuple[int, dict[str, Any]]) -> tuple[int, int]:
    return answer[0], answer[1]["error"]["code"]


async def test_tokens(simulator: SimulatorProcess, graph: Graph, receiver: Receiver) -> None:
    other = await simulator.add_channel(receiver.url, name="Another")
    path = f"{graph.channel.phone_number_id}/messages"
    body = {"messaging_product": "whatsapp", "to": "+966500000102", "text": {"body": "x"}}
    assert code_of(await graph.call("POST", path, body, token="wrong")) == (401, 190)
    status, answer = await graph.call("POST", path, body, token=other.access_token)
    assert code_of((status, answer)) == (400, 100)
    assert (answer["error"]["error_subcode"], answer["error"]["type"]) == (33, "GraphMethodException")
    assert code_of(await graph.call("GET", graph.channel.phone_number_id, token=other.access_token)) == (400, 100)
    assert code_of(await graph.call("GET", graph.channel.waba_id, token=other.access_token)) == (400, 100)
    async with simulator.session.post(f"{simulator.url}/v25.0/{path}", json=body) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (401, 104)
    assert await simulator.accepted(graph.channel) == []


@pytest.mark.parametrize(
    ("version", "status"),
    [("v20.0", 200), ("v26.0", 200), ("v19.0", 400), ("v27.0", 400), ("v25", 400), ("v25.1", 400)],
)
async def test_versions(version: str, status: int, simulator: SimulatorProcess, graph: Graph) -> None:
    answer = await graph.call("GET", f"{simulator.url}/{version}/{graph.channel.phone_number_id}")
    assert answer[0] == status
    assert (status == 200) is ("error" not in answer[1])


async def test_a_call_without_version_is_served(simulator: SimulatorProcess, graph: Graph) -> None:
    assert (await graph.call("GET", f"{simulator.url}/{graph.channel.phone_number_id}"))[0] == 200


async def test_what_a_connection_check_reads(graph: Graph) -> None:
    own = graph.channel
    status, phone = await graph.call("GET", f"{own.phone_number_id}?fields=verified_name,display_phone_number,status")
    assert status == 200
    assert phone["id"] == own.phone_number_id
    assert phone["verified_name"] == own.name
    assert "+" + "".join(filter(str.isdigit, phone["display_phone_number"])) == own.number
    assert set(phone) == {"id", "verified_name", "display_phone_number", "status"}
    assert code_of(await graph.call("GET", f"{own.phone_number_id}?fields=shoe_size")) == (400, 100)
    _, waba = await graph.call("GET", own.waba_id)
    assert (waba["id"], waba["name"]) == (own.waba_id, own.name)
    _, numbers = await graph.call("GET", f"{own.waba_id}/phone_numbers")
    assert [node["id"] for node in numbers["data"]] == [own.phone_number_id]
    _, token = await graph.call("GET", f"debug_token?input_token={own.access_token}")
    assert token["data"]["is_valid"] is True
    assert "whatsapp_business_messaging" in token["data"]["scopes"]
    assert token["data"]["granular_scopes"][0]["target_ids"] == [own.waba_id]
    _, wrong = await graph.call("GET", "debug_token?input_token=nobodys")
    assert wrong["data"]["is_valid"] is False
    assert code_of(await graph.call("GET", "99999999")) == (400, 100)
    assert code_of(await graph.call("DELETE", own.phone_number_id)) == (400, 100)
    assert code_of(await graph.call("POST", f"{own.phone_number_id}/dance", {})) == (400, 100)


async def test_profile(graph: Graph) -> None:
    path = f"{graph.channel.phone_number_id}/whatsapp_business_profile"
    body = {"messaging_product": "whatsapp", "about": "Coffee", "websites": ["https://example.com"]}
    assert await graph.call("POST", path, body) == (200, {"success": True})
    _, answer = await graph.call("GET", f"{path}?fields=about,websites")
    assert answer == {"data": [{"about": "Coffee", "websites": ["https://example.com"]}]}
    assert code_of(await graph.call("POST", path, {**body, "about": "x" * 140})) == (400, 100)
    assert code_of(await graph.call("POST", path, {"about": "x"})) == (400, 100)
    assert (await graph.call("GET", path))[1]["data"][0]["about"] == "Coffee"


async def test_nothing_is_sent_to_an_app_that_is_not_subscribed(
    simulator: SimulatorProcess, graph: Graph, receiver: Receiver, number: str
) -> None:
    path = f"{graph.channel.waba_id}/subscribed_apps"
    assert len((await graph.call("GET", path))[1]["data"]) == 1
    assert await graph.call("DELETE", path) == (200, {"success": True})
    assert (await graph.call("GET", path))[1] == {"data": []}
    unheard = (await simulator.world())["check"]["unheard"]
    first = await simulator.say(number, graph.channel, "nobody hears me")
    await simulator.wait_for_status(number, first, "sent")
    assert (await simulator.world())["check"]["unheard"] == unheard + 1
    assert await graph.call("POST", path, {}) == (200, {"success": True})
    await simulator.say(number, graph.channel, "now they do")
    await receiver.wait(receiver.messages, "message")
    assert [message["text"]["body"] for message in receiver.messages()] == ["now they do"]


async def test_overrides_number_over_account_over_app(
    simulator: SimulatorProcess, graph: Graph, receiver: Receiver, number: str
) -> None:
    async with run_receiver() as account, run_receiver() as own:
        account.verify_token, own.verify_token = "account", "own"
        path = f"{graph.channel.waba_id}/subscribed_apps"
        wrong = {"override_callback_uri": account.url, "verify_token": "wrong"}
        assert code_of(await graph.call("POST", path, wrong)) == (400, 2200)
        nobody = {"override_callback_uri": "http://127.0.0.1:1/", "verify_token": "x"}
        assert code_of(await graph.call("POST", path, nobody)) == (400, 2200)
        right = {"override_callback_uri": account.url, "verify_token": "account"}
        status, answer = await graph.call("POST", path, right)
        assert (status, answer["data"][0]["override_callback_uri"]) == (200, account.url)
        await simulator.say(number, graph.channel, "to the account")
        await account.wait(account.messages, "message at the account's callback")
        configuration = {"override_callback_uri": own.url, "verify_token": "own"}
        body = {"webhook_configuration": configuration}
        assert await graph.call("POST", graph.channel.phone_number_id, body) == (200, {"success": True})
        await simulator.say(number, graph.channel, "to the number")
        await own.wait(own.messages, "message at the number's callback")
        # Template fields ignore overrides.
        await graph.call("POST", f"{graph.channel.waba_id}/message_templates", template("other_news"))
        await receiver.wait(lambda: receiver.received, "template event at the app's callback")
        body = {"webhook_configuration": {"override_callback_uri": ""}}
        assert (await graph.call("POST", graph.channel.phone_number_id, body))[0] == 200
        await simulator.say(number, graph.channel, "to the account again")
        await account.wait(lambda: len(account.messages()) == 2, "second message at the account's callback")
    assert receiver.messages() == []


def template(name: str) -> dict[str, Any]:
    components = [
        {"type": "HEADER", "format": "TEXT", "text": "Hi {{1}}"},
        {"type": "BODY", "text": "Your order {{1}} is {{2}}."},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}]},
    ]
    return {"name": name, "language": "en", "category": "UTILITY", "components": components}


async def test_template_life(simulator: SimulatorProcess, graph: Graph, receiver: Receiver, customer: str) -> None:
    path = f"{graph.channel.waba_id}/message_templates"
    status, made = await graph.call("POST", path, template("order_news"))
    assert (status, made["status"], made["category"]) == (200, "PENDING", "UTILITY")

    def events() -> list[str]:
        changes = [change for item in receiver.received for change in item.changes]
        return [item["value"]["event"] for item in changes if item["field"] == "message_template_status_update"]

    await receiver.wait(events, "review")
    change = receiver.received[-1].changes[0]["value"]
    assert change["message_template_name"] == "order_news"
    assert change["message_template_id"] == int(made["id"])
    send = {
        "name": "order_news",
        "language": {"code": "en"},
        "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "Noura"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "A1"}, {"type": "text", "text": "ready"}]},
        ],
    }
    assert (await graph.send(to=customer, type="template", template=send))[0] == 200
    (reply,) = await simulator.messages(customer, direction="in")
    assert reply["rendered"]["header"] == "Hi Noura"
    assert reply["rendered"]["body"] == "Your order A1 is ready."
    short = {**send, "components": send["components"][:1]}
    assert code_of(await graph.send(to=customer, type="template", template=short)) == (400, 132000)
    unclean = {**send, "components": [{"type": "header", "parameters": [{"type": "text", "text": "a\nb"}]}]}
    assert code_of(await graph.send(to=customer, type="template", template=unclean)) == (400, 132018)
    await simulator.call("PATCH", f"/world/templates/{made['id']}", {"status": "PAUSED"})
    assert code_of(await graph.send(to=customer, type="template", template=send)) == (400, 132015)
    await receiver.wait(lambda: events() == ["APPROVED", "PAUSED"], "pause")
    _, found = await graph.call("GET", f"{path}?name=order&fields=name,status")
    assert found["data"] == [{"name": "order_news", "status": "PAUSED", "id": made["id"]}]
    assert (await graph.call("POST", made["id"], {"category": "MARKETING"}))[0] == 200
    await receiver.wait(lambda: events()[-1] == "APPROVED", "second review")
    assert (await graph.call("GET", made["id"]))[1]["category"] == "MARKETING"
    assert await graph.call("DELETE", f"{path}?name=order_news") == (200, {"success": True})
    assert code_of(await graph.call("GET", made["id"])) == (400, 100)
    assert code_of(await graph.call("DELETE", f"{path}?name=order_news")) == (400, 100)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Big Letters"},
        {"name": ""},
        {"language": None},
        {"category": "NEWS"},
        {"components": []},
        {"components": [{"type": "HEADER", "format": "TEXT", "text": "only a header"}]},
        {"components": [{"type": "BODY", "text": "x" * 1025}]},
        {"components": [{"type": "BODY", "text": "x"}, {"type": "BUTTONS", "buttons": [{"text": "x"}] * 11}]},
        {"name": "hello_world", "language": "en_US"},
    ],
)
async def test_refused_templates(changes: dict[str, Any], graph: Graph) -> None:
    path = f"{graph.channel.waba_id}/message_templates"
    status, answer = await graph.call("POST", path, {**template("fine"), **changes})
    assert status == 400, answer
    assert len((await graph.call("GET", path))[1]["data"]) == 1


async def test_templates_come_in_pages(graph: Graph) -> None:
    path = f"{graph.channel.waba_id}/message_templates"
    for number in range(4):
        await graph.call("POST", path, template(f"page_{number}"))
    names: list[str] = []
    url: str | None = f"{path}?limit=2"
    while url is not None:
        _, answer = await graph.call("GET", url)
        names += [item["name"] for item in answer["data"]]
        url = answer["paging"].get("next")
    assert names == ["hello_world", "page_0", "page_1", "page_2", "page_3"]


def upload(data: bytes, mime_type: str, **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in {"messaging_product": "whatsapp", **fields}.items():
        form.add_field(name, value)
    form.add_field("file", io.BytesIO(data), filename="a", content_type=mime_type)
    return form


async def test_media_life(simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver) -> None:
    own = graph.channel
    status, made = await graph.call("POST", f"{own.phone_number_id}/media", data=upload(PNG, "image/png"))
    assert (status, set(made)) == (200, {"id"})
    _, media = await graph.call("GET", made["id"])
    assert media == {
        "url": media["url"],
        "mime_type": "image/png",
        "sha256": hashlib.sha256(PNG).hexdigest(),
        "file_size": len(PNG),
        "id": made["id"],
        "messaging_product": "whatsapp",
    }
    headers = {"Authorization": f"Bearer {own.access_token}"}
    async with simulator.session.get(media["url"], headers=headers) as response:
        assert (response.status, response.content_type, await response.read()) == (200, "image/png", PNG)
    async with simulator.session.get(media["url"]) as response:
        assert response.status == 401
    async with simulator.session.get(media["url"][:-1] + "x", headers=headers) as response:
        assert response.status == 404
    other = await simulator.add_channel(receiver.url)
    async with simulator.session.get(
        media["url"], headers={"Authorization": f"Bearer {other.access_token}"}
    ) as response:
        assert response.status == 400
    assert code_of(await graph.call("GET", made["id"], token=other.access_token)) == (400, 100)
    status, _ = await graph.send(to=customer, type="image", image={"id": made["id"]})
    assert status == 200
    assert await graph.call("DELETE", made["id"]) == (200, {"success": True})
    assert code_of(await graph.call("GET", made["id"])) == (400, 100)
    assert code_of(await graph.send(to=customer, type="image", image={"id": made["id"]})) == (400, 100)


@pytest.mark.parametrize(
    ("data", "mime_type", "code"),
    [
        (PNG, "image/jpeg", 131053),
        (PNG, "application/x-msdownload", 100),
        (b"\x89PNG\r\n\x1a\n" + bytes(5 * 1024 * 1024), "image/png", 131053),
    ],
    ids=["bytes of another type", "type that WhatsApp does not take", "too large"],
)
async def test_refused_files(data: bytes, mime_type: str, code: int, graph: Graph) -> None:
    answer = await graph.call("POST", f"{graph.channel.phone_number_id}/media", data=upload(data, mime_type))
    assert code_of(answer) == (400, code)


async def test_upload_without_file_or_product(graph: Graph) -> None:
    path = f"{graph.channel.phone_number_id}/media"
    assert code_of(await graph.call("POST", path, {"messaging_product": "whatsapp"})) == (400, 100)
    wrong = upload(PNG, "image/png", messaging_product="sms")
    assert code_of(await graph.call("POST", path, data=wrong)) == (400, 100)
    headers = {
        "Authorization": f"Bearer {graph.channel.access_token}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    async with graph.simulator.session.post(
        f"{graph.simulator.url}/v25.0/{path}", data=b"--x\r\nContent-Disp", headers=headers
    ) as response:
        assert response.status == 400


async def test_a_token_for_several_numbers(simulator: SimulatorProcess, receiver: Receiver) -> None:
    first = await simulator.add_channel(receiver.url)
    second = await simulator.add_channel(receiver.url, access_token=first.access_token)
    for channel in (first, second):
        answer = await Graph(simulator, first).call("GET", channel.phone_number_id)
        assert (answer[0], answer[1]["id"]) == (200, channel.phone_number_id)


async def test_a_number_can_be_registered(graph: Graph, channel: SimulatedChannel) -> None:
    path = f"{channel.phone_number_id}/register"
    body = {"messaging_product": "whatsapp", "pin": "123456"}
    assert await graph.call("POST", path, body) == (200, {"success": True})
    assert code_of(await graph.call("POST", path, {**body, "pin": "12"})) == (400, 100)
