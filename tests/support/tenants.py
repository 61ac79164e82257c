"""Workspaces made quickly, by SQL, for tests and benchmarks of the message core.

The API's own ways of making them are tested where they live; here a hundred tenants must be there at once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring, secret_context


@dataclass(frozen=True, slots=True)
class Tenant:
    """A workspace with an owner, one active channel and, if asked for, one published bot."""

    workspace_id: UUID
    user_id: UUID
    channel_id: UUID
    bot_id: UUID | None
    version_id: UUID | None
    number: str
    phone_number_id: str
    waba_id: str
    app_secret: str
    access_token: str
    verify_token: str


async def make_tenant(
    dsn: str,
    keyring: Keyring,
    *,
    blueprint: JsonObject | None = None,
    has_limits: bool = False,
    phone_number_id: str | None = None,
    waba_id: str | None = None,
    app_secret: str | None = None,
    access_token: str | None = None,
    verify_token: str | None = None,
    number: str | None = None,
) -> Tenant:
    """Make one tenant. What is not given is made up at random."""
    tail = secrets.randbelow(10**9)
    tenant = Tenant(
        workspace_id=new_id(),
        user_id=new_id(),
        channel_id=new_id(),
        bot_id=new_id() if blueprint is not None else None,
        version_id=new_id() if blueprint is not None else None,
        number=number or f"+9661{tail:09d}",
        phone_number_id=phone_number_id or f"10{secrets.randbelow(10**13):013d}",
        waba_id=waba_id or f"20{secrets.randbelow(10**13):013d}",
        app_secret=app_secret or secrets.token_hex(16),
        access_token=access_token or f"EAA{secrets.token_hex(16)}",
        verify_token=verify_token or secrets.token_hex(8),
    )
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            await conn.execute("set local role hoopoe_app")
            await conn.execute(f"set local app.workspaces = '{tenant.workspace_id}'")
            await _insert(conn, tenant, keyring, blueprint, has_limits=has_limits)
    finally:
        await conn.close()
    return tenant


async def _insert(
    conn: asyncpg.Connection[asyncpg.Record],
    tenant: Tenant,
    keyring: Keyring,
    blueprint: JsonObject | None,
    *,
    has_limits: bool,
) -> None:
    await conn.execute(
        "insert into users (id, email, name, password_hash) values ($1, $2, 'Test', 'none')",
        tenant.user_id,
        f"{tenant.user_id}@test.example",
    )
    await conn.execute(
        "insert into workspaces (id, name, messages_per_minute, customer_messages_per_minute) values ($1, $2, $3, $4)",
        tenant.workspace_id,
        f"Workspace {tenant.workspace_id}",
        60 if has_limits else None,
        20 if has_limits else None,
    )
    await conn.execute(
        "insert into members (workspace_id, user_id, role) values ($1, $2, 'owner')",
        tenant.workspace_id,
        tenant.user_id,
    )
    if blueprint is not None:
        await conn.execute(
            "insert into bots (workspace_id, id, name, status, draft) values ($1, $2, 'Bot', 'active', $3)",
            tenant.workspace_id,
            tenant.bot_id,
            json.dumps(blueprint),
        )
        await conn.execute(
            "insert into bot_versions (workspace_id, id, bot_id, number, blueprint) values ($1, $2, $3, 1, $4)",
            tenant.workspace_id,
            tenant.version_id,
            tenant.bot_id,
            json.dumps(blueprint),
        )
        await conn.execute(
            "update bots set published_version_id = $2 where workspace_id = $1", tenant.workspace_id, tenant.version_id
        )
    await _insert_channel(conn, tenant, keyring, has_limits=has_limits)


async def _insert_channel(
    conn: asyncpg.Connection[asyncpg.Record], tenant: Tenant, keyring: Keyring, *, has_limits: bool
) -> None:
    def seal(name: str, value: str) -> bytes:
        return keyring.seal(value, context=secret_context(tenant.workspace_id, tenant.channel_id, name))

    await conn.execute(
        """
        insert into channels (workspace_id, id, name, provider, number, phone_number_id, waba_id, status,
                              app_secret, access_token, verify_token, messages_per_second, pair_limit)
        values ($1, $2, 'Line', 'meta', $3, $4, $5, 'active', $6, $7, $8, $9, $10)
        """,
        tenant.workspace_id,
        tenant.channel_id,
        tenant.number,
        tenant.phone_number_id,
        tenant.waba_id,
        seal("app_secret", tenant.app_secret),
        seal("access_token", tenant.access_token),
        seal("verify_token", tenant.verify_token),
        80.0 if has_limits else None,
        has_limits,
    )


async def count_rows(dsn: str, table: str, workspaces: Sequence[UUID], *, where: str = "true") -> int:
    """How many rows of a table are these workspaces' (`journal`: all rows), as the operator sees them."""
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            await conn.execute("set local role hoopoe_operator")
            own = "true" if table == "journal" else "workspace_id = any ($1::uuid[])"
            arguments = [] if table == "journal" else [list(workspaces)]
            count: int = await conn.fetchval(
                " ".join(["select count(*) from", table, "where", own, "and", where]), *arguments
            )
            return count
    finally:
        await conn.close()


@dataclass(frozen=True, slots=True)
class TwilioLine:
    """A channel at Twilio. It reads like a tenant where only the workspace and the channel matter."""

    workspace_id: UUID
    channel_id: UUID
    number: str
    account_sid: str
    auth_token: str


async def add_twilio_line(
    dsn: str,
    keyring: Keyring,
    tenant: Tenant,
    *,
    number: str | None = None,
    account_sid: str | None = None,
    auth_token: str | None = None,
) -> TwilioLine:
    """An active Twilio channel beside the tenant's own, without limits."""
    line = TwilioLine(
        tenant.workspace_id,
        new_id(),
        number or f"+9662{secrets.randbelow(10**9):09d}",
        account_sid or f"AC{secrets.token_hex(16)}",
        auth_token or secrets.token_hex(16),
    )
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            await conn.execute("set local role hoopoe_app")
            await conn.execute(f"set local app.workspaces = '{tenant.workspace_id}'")
            await conn.execute(
                "insert into channels (workspace_id, id, name, provider, number, account_sid, status, auth_token, "
                "messages_per_second, pair_limit) values ($1, $2, 'Line', 'twilio', $3, $4, 'active', $5, null, false)",
                line.workspace_id,
                line.channel_id,
                line.number,
                line.account_sid,
                keyring.seal(line.auth_token, context=secret_context(line.workspace_id, line.channel_id, "auth_token")),
            )
    finally:
        await conn.close()
    return line


async def add_meta_line(dsn: str, keyring: Keyring, tenant: Tenant, **ids: str) -> Tenant:
    """Another active Meta channel of the tenant's workspace, without limits; `ids` as in `make_tenant`.

    It reads like the tenant, with this channel's numbers and secrets.
    """
    line = replace(tenant, channel_id=new_id(), **ids)  # texts only
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            await conn.execute("set local role hoopoe_app")
            await conn.execute(f"set local app.workspaces = '{tenant.workspace_id}'")
            await _insert_channel(conn, line, keyring, has_limits=False)
    finally:
        await conn.close()
    return line
