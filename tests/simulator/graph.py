"""The app's side of the Graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.simulator import SimulatedChannel, SimulatorClient


@dataclass(frozen=True, slots=True)
class Graph:
    """The app's side: calls to the Graph with a channel's token."""

    simulator: SimulatorClient
    channel: SimulatedChannel

    async def call(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **options: Any
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.channel.access_token if token is None else token}"}
        url = path if path.startswith("http") else f"{self.simulator.url}/v25.0/{path}"
        if body is not None:
            options["json"] = body
        async with self.simulator.session.request(method, url, headers=headers, **options) as response:
            return response.status, await response.json(content_type=None)

    async def send(self, **message: object) -> tuple[int, dict[str, Any]]:
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", **message}
        return await self.call("POST", f"{self.channel.phone_number_id}/messages", body)

    async def send_text(self, to: str, text: str = "hello", **more: object) -> str:
        """The id of an accepted text."""
        status, answer = await self.send(to=to, type="text", text={"body": text}, **more)
        assert status == 200, answer
        return str(answer["messages"][0]["id"])
