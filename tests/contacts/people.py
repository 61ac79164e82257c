"""People who write, as Meta tells of them: with a number, a user id, both; and what is known of them afterwards."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from hoopoe.kernel.db.pool import Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from tests.core.webhooks import meta_body
from tests.support.core import fetch_rows, file_body
from tests.support.tenants import Tenant


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as one message shows the person."""

    phone: str | None = None
    user_id: str | None = None
    parent_id: str | None = None
    username: str | None = None
    name: str | None = "Noura"


def new_phone(prefix: str = "9665") -> str:
    return f"{prefix}{secrets.randbelow(10**8):08d}"


def new_user_id(country: str = "SA") -> str:
    return f"{country}.{secrets.randbelow(10**18):018d}"


def text_of(person: Someone, text: str = "hi", *, at: int | None = None, **more: Any) -> dict[str, Any]:
    """A `messages` value of one text."""
    message: dict[str, Any] = {
        "from": person.phone,
        "from_user_id": person.user_id,
        "from_parent_user_id": person.parent_id,
        "id": f"wamid.{secrets.token_hex(8)}",
        "timestamp": str(at or int(time.time())),
        "type": "text",
        "text": {"body": text},
    } | more
    profile = {"name": person.name, "username": person.username}
    contact = {
        "profile": {name: value for name, value in profile.items() if value is not None},
        "wa_id": person.phone,
        "user_id": person.user_id,
        "parent_user_id": person.parent_id,
    }
    return {
        "contacts": [{name: value for name, value in contact.items() if value is not None}],
        "messages": [{name: value for name, value in message.items() if value is not None}],
    }


def notice_of(
    person: Someone, event: str, *, at: int | None = None, message_id: str | None = None, **system: Any
) -> dict[str, Any]:
    """A `messages` value of one notice, which names no contact."""
    message = {
        "from": person.phone,
        "from_user_id": person.user_id,
        "id": message_id or f"wamid.{secrets.token_hex(8)}",
        "timestamp": str(at or int(time.time())),
        "type": "system",
        "system": {"type": event, "body": "User Noura changed", **system},
    }
    return {"messages": [{name: value for name, value in message.items() if value is not None}]}


async def write(pool: Pool, tenant: Tenant, *values: dict[str, Any]) -> None:
    """Put `messages` values into the tenant's inbox."""
    for value in values:
        await file_body(pool, tenant, meta_body(tenant, value))


async def add_line(pool: Pool, tenant: Tenant, *, waba_id: str | None = None) -> Tenant:
    """The tenant's workspace at another number, of the same account unless another is named."""
    line = Tenant(
        **{
            **{name: getattr(tenant, name) for name in Tenant.__dataclass_fields__},
            "channel_id": new_id(),
            "phone_number_id": f"10{secrets.randbelow(10**13):013d}",
            "waba_id": waba_id or tenant.waba_id,
        }
    )
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute(
            "insert into channels (workspace_id, id, name, provider, number, phone_number_id, waba_id, status, "
            "app_secret, access_token, verify_token, bot_id) select workspace_id, $2, 'Line 2', provider, "
            "number || '1', $3, $4, status, app_secret, access_token, verify_token, bot_id "
            "from channels where workspace_id = $1 and id = $5",
            tenant.workspace_id,
            line.channel_id,
            line.phone_number_id,
            line.waba_id,
            tenant.channel_id,
        )
    return line


async def contacts_of(pool: Pool, tenant: Tenant) -> list[Record]:
    return list(await fetch_rows(pool, tenant, "select id, name, username from contacts order by id"))


async def identities_of(pool: Pool, tenant: Tenant, *, table: str = "identities") -> set[tuple[str, str]]:
    rows = await fetch_rows(pool, tenant, f"select kind, value from {table}")  # noqa: S608
    return {(row["kind"], row["value"]) for row in rows}


async def thread_of(pool: Pool, tenant: Tenant) -> list[tuple[str, str]]:
    """(direction, what was said) of the tenant's channel, in order."""
    rows = await fetch_rows(
        pool,
        tenant,
        "select direction, content->>'body' as body from messages where channel_id = $1 order by id",
        tenant.channel_id,
    )
    return [(row["direction"], row["body"]) for row in rows]


async def change(pool: Pool, tenant: Tenant, sql: str, *arguments: object) -> None:
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute(sql, *arguments)


async def make_due(pool: Pool, tenant: Tenant) -> None:
    """What was put off is due."""
    await change(pool, tenant, "update inbox set not_before = '-infinity' where state = 'waiting'")
