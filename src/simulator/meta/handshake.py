"""Meta asks a callback before it sends anything there."""

from __future__ import annotations

import secrets
import time

import aiohttp
from yarl import URL

from simulator.simulator import Simulator

_ANSWER_BYTES = 4096


async def verify_callback(simulator: Simulator, url: str, verify_token: str) -> str | None:
    """Meta's handshake with a callback: None when it is right, else what is wrong, in words."""
    world = simulator.world
    challenge = str(secrets.randbelow(10**10))
    started = time.perf_counter()
    status, answer, problem = None, b"", None
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        async with simulator.deliverer.open_session().get(url, params=query, allow_redirects=False) as response:
            status, answer = response.status, await response.content.read(_ANSWER_BYTES)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        problem = f"No answer: {type(error).__name__}: {error}"
    else:
        if status != 200:
            problem = f"It answered {status}, not 200: the verify token may be another."
        elif answer.strip() != challenge.encode():
            problem = "It did not answer with the challenge."
    world.log.add(
        at=world.now(),
        direction="to_app",
        kind="handshake",
        method="GET",
        path=URL(url).path if problem is None else url,
        summary="handshake with the callback",
        status=status,
        ms=(time.perf_counter() - started) * 1000,
        answer=answer,
        error=problem,
    )
    return problem
