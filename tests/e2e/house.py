"""A running Hoopoe with somebody at each end: an agent's desk, and people with phones."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from hoopoe.channels.contract import Provider
from tests.support.desk import Desk, open_desk
from tests.support.simulator import AnyChannel, SimulatorProcess, wait_until
from tests.support.stack import Stack
from tests.support.tenants import Tenant, add_twilio_line, make_tenant

JsonObject = dict[str, Any]


def new_phone() -> str:
    """A number that no other test has."""
    return f"+9665{secrets.randbelow(10**8):08d}"


@dataclass(frozen=True)
class Shop:
    """A workspace with one channel, seen from its owner's desk and from the phones of its customers."""

    tenant: Tenant
    channel: AnyChannel
    desk: Desk
    simulator: SimulatorProcess

    async def say(self, phone: str, text: str) -> str:
        return await self.simulator.say(phone, self.channel, text)

    async def ask(self, phone: str, text: str) -> str:
        """Write, and return the answer's text."""
        sent = await self.say(phone, text)
        return body_of(await self.simulator.wait_for_reply(phone, after=sent, within=30))

    async def heard(self, phone: str) -> list[str]:
        """The texts that the phone received, oldest first."""
        return [body_of(message) for message in await self.simulator.messages(phone, direction="in")]

    async def wait_for_texts(self, phone: str, *texts: str) -> None:
        """Wait until the phone has received as many texts, which must be these."""

        async def look() -> bool:
            return len(await self.heard(phone)) >= len(texts)

        await wait_until(look, f"texts {texts} on {phone}; there are {await self.heard(phone)}", within=30)
        assert await self.heard(phone) == list(texts)

    async def conversation(self, phone: str) -> JsonObject:
        """The one conversation with this phone."""

        async def look() -> JsonObject | None:
            found = await self.desk.conversations(f"&q={phone.removeprefix('+')}")
            return found[0] if found else None

        return await wait_until(look, f"conversation with {phone}")

    async def thread(self, phone: str) -> list[JsonObject]:
        return await self.desk.thread((await self.conversation(phone))["id"])

    async def wait_for_message(self, phone: str, **fields: object) -> JsonObject:
        """The newest message of the thread that has these fields, once there is one."""

        async def look() -> JsonObject | None:
            for message in reversed(await self.thread(phone)):
                if all(message[name] == value for name, value in fields.items()):
                    return message
            return None

        return await wait_until(look, f"message with {fields}", within=30)

    async def act(self, phone: str, action: str, body: object = None, *, status: int | None = None) -> JsonObject:
        """Press a button of the conversation: takeover, release, close, reopen, read, or messages."""
        conversation = await self.conversation(phone)
        return await self.desk.post(f"/api/conversations/{conversation['id']}/{action}", body, status=status)

    async def reply(self, phone: str, text: str, *, status: int | None = None) -> JsonObject:
        """The agent writes."""
        return await self.act(phone, "messages", {"type": "text", "text": {"body": text}}, status=status)


@dataclass(frozen=True)
class House:
    """The processes, and shops in them, each with a number at the provider."""

    stack: Stack
    provider: Provider = Provider.META

    async def open_shop(self, blueprint: JsonObject | None, *, has_limits: bool = False) -> Shop:
        simulator = self.stack.simulator
        if self.provider is Provider.TWILIO:
            return await self._open_twilio_shop(blueprint, has_limits=has_limits)
        channel = await simulator.add_channel(f"{self.stack.url}/api/whatsapp/webhook")
        tenant = await make_tenant(
            self.stack.database.dsn,
            self.stack.keyring,
            blueprint=blueprint,
            has_limits=has_limits,
            number=channel.number,
            phone_number_id=channel.phone_number_id,
            waba_id=channel.waba_id,
            app_secret=channel.app_secret,
            access_token=channel.access_token,
            verify_token=channel.verify_token,
        )
        desk = await open_desk(self.stack.database.dsn, tenant, self.stack.url, simulator.session)
        return Shop(tenant, channel, desk, simulator)

    async def _open_twilio_shop(self, blueprint: JsonObject | None, *, has_limits: bool) -> Shop:
        stack, simulator = self.stack, self.stack.simulator
        channel = await simulator.add_twilio_channel(f"{stack.url}/whatsapp/webhook")
        tenant = await make_tenant(stack.database.dsn, stack.keyring, blueprint=blueprint, has_limits=has_limits)
        await add_twilio_line(
            stack.database.dsn,
            stack.keyring,
            tenant,
            number=channel.number,
            account_sid=channel.account_sid,
            auth_token=channel.auth_token,
        )
        desk = await open_desk(stack.database.dsn, tenant, stack.url, simulator.session)
        return Shop(tenant, channel, desk, simulator)

    async def advance(self, shop: Shop, seconds: float) -> None:
        """Move both clocks: ours, and the provider's."""
        await shop.desk.post("/api/dev/clock", {"seconds": seconds})
        await shop.simulator.advance(seconds)


def body_of(message: JsonObject) -> str:
    """The text of a message on a phone, whatever its type."""
    content = message.get("text") or message.get("interactive", {}).get("body", {})
    return str(content.get("body") or content.get("text") or "")
