"""Idempotency keys: the same request sent twice is done once and answered alike.

The key is a row of the request's own transaction. A second request with the key waits for the first
to end: when that committed, its answer is read back; when it rolled back, the second one is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Header, Request, Response

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, IdempotencyKeyReused, ValidationFailed
from hoopoe.kernel.http.work import Work

KEPT_FOR = timedelta(hours=24)
MAX_KEY_CHARS = 255

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Up to 255 visible ASCII characters of your own, kept for 24 hours: the same request sent again "
        "with the same key is answered alike and done once.",
    ),
]


@dataclass(frozen=True, slots=True)
class _Claim:
    workspace_id: UUID
    key: str
    fingerprint: str


class Replay(Exception):  # noqa: N818  # not an error: the answer was given before
    """Ends a request whose answer is known already."""

    def __init__(self, response: Response) -> None:
        super().__init__("answered before")
        self.response = response


async def claim_key(request: Request, conn: Connection, *, workspace_id: UUID, user_id: UUID, key: str | None) -> None:
    """Claim the key for this request. Raises `Replay`, `IdempotencyKeyReused` or `ValidationFailed`.

    A key belongs to a workspace; another member's request under it is another request.
    """
    if key is None:
        return
    if not 0 < len(key) <= MAX_KEY_CHARS or not all("!" <= char <= "~" for char in key):
        raise ValidationFailed(
            FieldFault("Idempotency-Key", "Use 1 to 255 visible ASCII characters.", "bad_idempotency_key")
        )
    parts = (str(user_id).encode(), request.method.encode(), request.url.path.encode(), await request.body())
    await _claim(request, conn, _Claim(workspace_id, key, hashlib.sha256(b"\n".join(parts)).hexdigest()))


@asynccontextmanager
async def released(request: Request, work: Work) -> AsyncIterator[None]:
    """Like `Work.released`, for a request that may have claimed a key: that is free inside the block, and then claimed.

    A claim that is committed without an answer would refuse whoever tries again. Raises what `claim_key` raises, where
    the same request was done meanwhile.
    """
    claim: _Claim | None = getattr(request.state, "idempotency_claim", None)
    if claim is not None:
        await work.conn.execute(
            "delete from idempotency_keys where workspace_id = $1 and key = $2", claim.workspace_id, claim.key
        )
    async with work.released():
        yield
    if claim is not None:
        await _claim(request, work.conn, claim)


async def _claim(request: Request, conn: Connection, claim: _Claim) -> None:
    workspace_id, key, fingerprint = claim.workspace_id, claim.key, claim.fingerprint
    await conn.execute(
        "delete from idempotency_keys where workspace_id = $1 and key = $2 and created_at < now() - $3::interval",
        workspace_id,
        key,
        KEPT_FOR,
    )
    tag = await conn.execute(
        "insert into idempotency_keys (workspace_id, key, fingerprint) values ($1, $2, $3) "
        "on conflict (workspace_id, key) do nothing",
        workspace_id,
        key,
        fingerprint,
    )
    if tag.endswith(" 1"):
        request.state.idempotency_claim = claim
        return
    row = await conn.fetchrow(
        "select fingerprint, status, response from idempotency_keys where workspace_id = $1 and key = $2",
        workspace_id,
        key,
    )
    if row is None or row["fingerprint"] != fingerprint or row["status"] is None:
        raise IdempotencyKeyReused
    raise Replay(
        Response(
            content=orjson.dumps(row["response"]),
            status_code=row["status"],
            media_type="application/json",
            headers={"Idempotency-Replayed": "true"},
        )
    )


async def remember_answer(request: Request, work: Work, response: Response) -> None:
    """Keep the answer under the key that this request claimed, in the same transaction."""
    claim: _Claim | None = getattr(request.state, "idempotency_claim", None)
    if claim is None:
        return
    await work.conn.execute(
        "update idempotency_keys set status = $3, response = $4 where workspace_id = $1 and key = $2",
        claim.workspace_id,
        claim.key,
        response.status_code,
        orjson.loads(bytes(response.body) or b"null"),
    )
