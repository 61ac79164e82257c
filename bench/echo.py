"""The baseline of `bench.reply`: a bare echo that checks the signature, answers by the provider, and stores nothing.

    uvicorn bench.echo:app

What it does in a minute says how quick the machine is in that minute.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import aiohttp
import orjson

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SECRET = os.environ.get("ECHO_SECRET", "").encode()
PROVIDER = os.environ.get("ECHO_PROVIDER", "")
_state: dict[str, aiohttp.ClientSession] = {}
_under_way: set[asyncio.Task[None]] = set()


async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Answer 200, then reply to each text."""
    if scope["type"] != "http":
        return
    raw = (await receive()).get("body", b"")
    status = 200
    if scope["method"] == "POST":
        given = dict(scope["headers"]).get(b"x-hub-signature-256", b"").removeprefix(b"sha256=")
        if hmac.compare_digest(given, hmac.digest(SECRET, raw, hashlib.sha256).hex().encode()):
            task = asyncio.create_task(_reply(orjson.loads(raw)))
            _under_way.add(task)
            task.add_done_callback(_under_way.discard)
        else:
            status = 403
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _reply(body: dict[str, Any]) -> None:
    if "http" not in _state:
        _state["http"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=400))
    for entry in body["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            for message in value["messages"]:
                sent = {"to": message["from"], "type": "text", "text": {"body": f"you said {message['text']['body']}"}}
                address = f"{PROVIDER}/v25.0/{value['metadata']['phone_number_id']}/messages"
                async with _state["http"].post(address, data=orjson.dumps(sent)) as answer:
                    await answer.read()
