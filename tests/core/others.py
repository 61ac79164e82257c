"""What others than the person say on a tenant's number, put into the inbox; and what became of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Any

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.core.webhooks import CUSTOMER, meta_body
from tests.support.core import fetch_rows, file_body
from tests.support.tenants import Tenant, make_tenant

OWN = "966112223344"
NOW = int(time.time())
HELLO: dict[str, Any] = {"type": "text", "text": {"body": "hello"}}


async def open_tenant(settings: Settings, flow: dict[str, Any] | JsonObject, *, has_limits: bool = False) -> Tenant:
    return await make_tenant(
        settings.require_database_url(), make_keyring(settings), blueprint=flow, has_limits=has_limits
    )


def echo(body: str = "I am on it", **changes: Any) -> dict[str, Any]:
    """What the owner writes on the phone."""
    said = {"type": "text", "text": {"body": body}, "id": f"wamid.e.{secrets.token_hex(6)}", "timestamp": str(NOW)}
    return {"from": OWN, "to": CUSTOMER, **said, **changes}


async def file_echoes(
    pool: Pool, tenant: Tenant, *echoes: dict[str, Any], contacts: Sequence[Any] = (), field: str = "smb_message_echoes"
) -> int:
    value: dict[str, Any] = {"message_echoes": [*echoes], "contacts": [*contacts]}
    return await file_body(pool, tenant, meta_body(tenant, value, field=field))


async def read_conversation(pool: Pool, tenant: Tenant) -> dict[str, Any]:
    [row] = await fetch_rows(pool, tenant, "select * from conversations")
    return dict(row)


async def read_thread(pool: Pool, tenant: Tenant) -> list[tuple[str, str, str]]:
    rows = await fetch_rows(
        pool, tenant, "select author_kind, type, coalesce(content->>'body', '') as body from messages order by id"
    )
    return [(row["author_kind"], row["type"], row["body"]) for row in rows]


async def read_outbox(pool: Pool, tenant: Tenant) -> list[str]:
    return [row["state"] for row in await fetch_rows(pool, tenant, "select state from outbox order by id")]


async def read_events(pool: Pool, tenant: Tenant) -> list[tuple[str, str, str | None, str | None]]:
    rows = await fetch_rows(
        pool, tenant, "select type, actor_kind, actor_name, note from conversation_events order by id"
    )
    return [(row["type"], row["actor_kind"], row["actor_name"], row["note"]) for row in rows]
