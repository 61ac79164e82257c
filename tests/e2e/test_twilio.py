"""A number at Twilio, from the phone to the bot, the agent and back."""

from __future__ import annotations

from hoopoe.flows.demo.echo import echo_blueprint
from tests.e2e.house import House, Shop, new_phone
from tests.support.simulator import SimulatedTwilioChannel


async def connect(house: House, shop: Shop) -> SimulatedTwilioChannel:
    """A second line of the shop, at Twilio, connected over the API."""
    line = await shop.simulator.add_twilio_channel(f"{house.stack.url}/whatsapp/webhook")
    body = {
        "name": "Branch line",
        "provider": "twilio",
        "number": line.number,
        "account_sid": line.account_sid,
        "auth_token": line.auth_token,
    }
    made = await shop.desk.post("/api/channels", body)
    assert (made["status"], made["provider"]) == ("active", "twilio"), made
    return line


async def test_bot_and_agent_answer_a_customer(house: House) -> None:
    shop, phone = await house.open_shop(echo_blueprint()), new_phone()
    line = await connect(house, shop)
    sent = await shop.simulator.say(phone, line, "one")
    answer = await shop.simulator.wait_for_reply(phone, after=sent, within=30)
    assert answer["text"]["body"].endswith("you said one")
    assert answer["from"] == line.number
    await shop.simulator.wait_for_status(phone, answer["id"], "delivered")
    await shop.reply(phone, "A person here.")
    reply = await shop.simulator.wait_for_reply(phone, after=answer["id"], within=30)
    assert reply["text"] == {"body": "A person here."}
    await shop.simulator.read(phone)
    await shop.wait_for_message(phone, direction="out", status="read", content={"body": "A person here."})
    check = await shop.simulator.wait_until_settled()
    assert (check["lost"], check["doubled"]) == (0, 0)
