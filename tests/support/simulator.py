"""A simulator for tests: a real process on a free port, and the things one does with it.

    from tests.support.simulator import start_simulator

    async with start_simulator(tmp_path) as simulator:
        channel = await simulator.add_channel(callback_url="http://127.0.0.1:8000/api/whatsapp/webhook")
        sent = await simulator.say("+966500000101", channel, "hello")
        answer = await simulator.wait_for_reply("+966500000101", after=sent)

Every wait is for a condition, with a limit; on its end the error says what was there instead.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from tests.support.forks import Forked, fork_simulator

JsonObject = dict[str, Any]
T = TypeVar("T")

# Only what fails takes this long: a busy machine is slow, and not wrong.
START_SECONDS = 60.0
WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SimulatedChannel:
    """A business number of the simulator, with everything an app needs to connect it."""

    name: str
    number: str
    phone_number_id: str
    waba_id: str
    access_token: str
    app_secret: str
    verify_token: str
    callback_url: str


@dataclass(frozen=True, slots=True)
class SimulatedTwilioChannel:
    """A WhatsApp sender of a simulated Twilio account. `phone_number_id` is the sender's sid."""

    name: str
    number: str
    account_sid: str
    auth_token: str
    callback_url: str
    phone_number_id: str


AnyChannel = SimulatedChannel | SimulatedTwilioChannel


class SimulatorRefusedError(AssertionError):
    """The control API answered with an error."""


async def wait_until(look: Callable[[], Awaitable[T | None]], what: str, *, within: float = WAIT_SECONDS) -> T:
    """What `look` returns, once it is neither None nor False. AssertionError when that takes too long."""
    until = time.monotonic() + within
    while True:
        found = await look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"within {within:g} s there was no {what}")
        await asyncio.sleep(0.01)


def make_channel(
    callback_url: str, *, name: str = "Qamar", access_token: str | None = None, app_secret: str | None = None
) -> SimulatedChannel:
    """A channel with random ids and secrets, so that tests do not meet each other."""
    tail = secrets.randbelow(10**7)
    return SimulatedChannel(
        name=name,
        number=f"+96611{tail:07d}",
        phone_number_id=f"1065{secrets.randbelow(10**11):011d}",
        waba_id=f"1022{secrets.randbelow(10**11):011d}",
        access_token=access_token or f"EAA{secrets.token_hex(16)}",
        app_secret=app_secret or secrets.token_hex(16),
        verify_token=secrets.token_hex(8),
        callback_url=callback_url,
    )


class SimulatorClient:
    """The control API of a running simulator."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def call(self, method: str, path: str, body: object = None, *, status: int | None = None) -> JsonObject:
        """One request; the JSON of its answer. Without `status`, an answer of 400 and more raises."""
        async with self.session.request(method, self.url + path, json=body) as response:
            text = await response.text()
            is_right = response.status < 400 if status is None else response.status == status
            if not is_right:
                raise SimulatorRefusedError(f"{method} {path} answered {response.status}: {text}")
            answer: JsonObject = json.loads(text) if text else {}
            return answer

    async def add_channel(
        self,
        callback_url: str = "",
        *,
        name: str = "Qamar",
        access_token: str | None = None,
        app_secret: str | None = None,
        channel: SimulatedChannel | None = None,
    ) -> SimulatedChannel:
        """Add a channel (a new one unless it is given) whose webhooks go to `callback_url`."""
        made = channel or make_channel(callback_url, name=name, access_token=access_token, app_secret=app_secret)
        await self.call("POST", "/world/channels", {field: getattr(made, field) for field in made.__slots__})
        return made

    async def add_twilio_channel(
        self,
        callback_url: str = "",
        *,
        name: str = "Qamar",
        account_sid: str | None = None,
        auth_token: str | None = None,
        **fields: object,
    ) -> SimulatedTwilioChannel:
        """Add a Twilio number; `fields` are fallback_url, status_callback_url, messaging_service_sid and the like."""
        given = {
            "name": name,
            "number": f"+96612{secrets.randbelow(10**7):07d}",
            "account_sid": account_sid or f"AC{secrets.token_hex(16)}",
            "auth_token": auth_token or secrets.token_hex(16),
            "callback_url": callback_url,
        }
        made = await self.call("POST", "/world/channels", {"provider": "twilio", **given, **fields})
        return SimulatedTwilioChannel(**given, phone_number_id=made["phone_number_id"])

    async def add_person(self, name: str, number: str = "", **fields: object) -> JsonObject:
        """Add a person: number, or username, user_id; language, blocked, auto_read, reachable."""
        return await self.call("POST", "/phones", {"name": name, "number": number, **fields})

    async def change_person(self, number: str, **fields: object) -> JsonObject:
        """Change blocked, auto_read, reachable, name or language."""
        return await self.call("PATCH", f"/phones/{number}", fields)

    async def say(self, number: str, channel: AnyChannel | str, text: str) -> str:
        """A person writes; the id of the message. A number that nobody has becomes a person."""
        return await self.send(number, channel, "text", {"body": text})

    async def tap(self, number: str, channel: AnyChannel | str, option_id: str, *, kind: str = "button") -> str:
        """A person taps a button (or, `kind="list"`, a row) that is on the phone."""
        return await self.send(number, channel, f"{kind}_reply", {"id": option_id})

    async def send(self, number: str, channel: AnyChannel | str, kind: str, content: object) -> str:
        """A person sends a message of any type that the control API knows; its id."""
        to = channel if isinstance(channel, str) else channel.phone_number_id
        made = await self.call("POST", f"/phones/{number}/messages", {"to": to, "type": kind, kind: content})
        return str(made["id"])

    async def messages(
        self, number: str, *, after: str = "", channel: AnyChannel | None = None, direction: str = ""
    ) -> list[JsonObject]:
        """What is on a phone, behind the message `after`; `in` was received by the phone."""
        query = f"after={after}&channel={channel.phone_number_id if channel else ''}&limit=1000000"
        found = (await self.call("GET", f"/phones/{number}/messages?{query}"))["messages"]
        return [message for message in found if direction in {"", message["direction"]}]

    async def wait_for_reply(
        self,
        number: str,
        *,
        after: str = "",
        count: int = 1,
        channel: AnyChannel | None = None,
        within: float = WAIT_SECONDS,
    ) -> JsonObject:
        """The `count`-th message that the phone received behind `after`."""

        async def look() -> JsonObject | None:
            found = await self.messages(number, after=after, channel=channel, direction="in")
            return found[count - 1] if len(found) >= count else None

        return await wait_until(look, f"reply {count} on the phone {number}", within=within)

    async def wait_for_status(self, number: str, message_id: str, status: str) -> JsonObject:
        """A message on a phone, once it has this status."""

        async def look() -> JsonObject | None:
            for message in await self.messages(number):
                if message["id"] == message_id and message["status"] == status:
                    return message
            return None

        return await wait_until(look, f"status {status} of {message_id}")

    async def read(self, number: str) -> int:
        """A person looks at everything; how many messages became read."""
        return int((await self.call("POST", f"/phones/{number}/read", {}))["read"])

    async def set_faults(self, *faults: Mapping[str, object]) -> None:
        """Switch on exactly these faults; none switches all off."""
        await self.call("POST", "/world/faults", {"faults": list(faults)})

    async def accepted(self, channel: AnyChannel | None = None) -> list[JsonObject]:
        """Every accepted message (of a channel), in the order of acceptance."""
        query = f"?phone_number_id={channel.phone_number_id}" if channel else ""
        return list((await self.call("GET", f"/world/accepted{query}"))["accepted"])

    async def wait_for_accepted(
        self, count: int, *, channel: AnyChannel | None = None, within: float = WAIT_SECONDS
    ) -> list[JsonObject]:
        """The accepted messages, once there are `count`."""

        async def look() -> list[JsonObject] | None:
            found = await self.accepted(channel)
            return found if len(found) >= count else None

        return await wait_until(look, f"{count} accepted messages", within=within)

    async def log(self, *, after: int = 0, kind: str = "") -> list[JsonObject]:
        """The wire log, oldest first."""
        return list((await self.call("GET", f"/world/log?after={after}&kind={kind}&limit=20000"))["log"])

    async def world(self) -> JsonObject:
        return await self.call("GET", "/world")

    async def wait_until_settled(self, *, within: float = WAIT_SECONDS) -> JsonObject:
        """The world's own check, once no webhook is owed any more."""

        async def look() -> JsonObject | None:
            check: JsonObject = (await self.world())["check"]
            return check if check["owed"] == 0 else None

        return await wait_until(look, "moment without owed webhooks", within=within)

    async def advance(self, seconds: float) -> JsonObject:
        """Move the clock; returns when every clock listener has answered."""
        return await self.call("POST", "/world/clock/advance", {"seconds": seconds})


class SimulatorProcess(SimulatorClient):
    """A simulator that was started here: it can be killed and started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str], session: aiohttp.ClientSession) -> None:
        super().__init__("", session)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._environment = dict(environment)
        self._process: Forked | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the simulator does not run"
        return self._process.pid

    async def start(self) -> None:
        """Start, and return once requests are answered. After the first time the port stays the same."""
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        log_path = self._folder / "simulator.log"
        environment = {
            **os.environ,
            "SIMULATOR_PORT": self.url.rpartition(":")[2] or "0",
            "SIMULATOR_READY_FILE": str(ready),
            **self._environment,
        }
        process = self._process = fork_simulator(environment, log_path)

        async def look() -> JsonObject | None:
            if process.poll() is not None:
                raise AssertionError(f"the simulator ended with {process.returncode}: {log_path.read_text()}")
            return json.loads(ready.read_text()) if ready.is_file() else None

        self.url = (await wait_until(look, "ready simulator", within=START_SECONDS))["url"]

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop by a signal and wait for the end."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            await asyncio.to_thread(process.wait, START_SECONDS)

    async def kill(self) -> None:
        """End it without a chance to clean up."""
        await self.stop(signal.SIGKILL)


@asynccontextmanager
async def start_simulator(
    folder: Path, *, is_kept: bool = False, environment: Mapping[str, str] | None = None
) -> AsyncIterator[SimulatorProcess]:
    """A running simulator; its log and, with `is_kept`, its data lie in `folder`.

    Limits are off unless `environment` switches them on.
    """
    settings = {"SIMULATOR_LIMITS": "off", **(environment or {})}
    if is_kept:
        settings["SIMULATOR_DATA"] = str(folder / "data")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        simulator = SimulatorProcess(folder, settings, session)
        await simulator.start()
        try:
            yield simulator
        finally:
            await simulator.stop()
