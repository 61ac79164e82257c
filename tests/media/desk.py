"""What one does with files over HTTP."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.api import Caller

JsonObject = dict[str, Any]


async def upload(
    caller: Caller, data: bytes, *, name: str = "photo.jpg", told: str = "image/jpeg", **fields: str
) -> httpx2.Response:
    """Upload a file, whatever comes of it."""
    return await caller.send("POST", "/api/media/upload", files={"file": (name, data, told)}, data=fields)


async def uploaded(caller: Caller, data: bytes, **how: str) -> JsonObject:
    """Upload a file that is taken."""
    answer = await upload(caller, data, **how)
    assert answer.status_code == 201, answer.text
    made: JsonObject = answer.json()
    return made


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    """(status, code) of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]
