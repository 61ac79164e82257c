"""Channels, people and what they wrote, made by the functions that a turn uses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hoopoe.channels.actions import NewMetaChannel, create_channel
from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.checking import Finding
from hoopoe.channels.contract import Address
from hoopoe.contacts.resolve import Person, person_key, resolve_contacts
from hoopoe.conversations.messages import AuthorKind, Direction, MessageRow, insert_messages
from hoopoe.conversations.status import MessageStatus
from hoopoe.conversations.turns import Opening, open_conversations
from hoopoe.conversations.window import expires_at
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.routing import lane_of
from tests.support.api import Api


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with its person."""

    id: UUID
    channel_id: UUID
    contact_id: UUID
    lane: int


async def add_channel(
    api: Api, scope: WorkspaceScope, *, is_active: bool = True, phone_number_id: str | None = None
) -> UUID:
    """A channel of the workspace with secrets of its own."""
    new = NewMetaChannel(
        name="Line",
        number=f"+9665{secrets.randbelow(10**8):08d}",
        phone_number_id=phone_number_id or f"10{secrets.randbelow(10**13):013d}",
        waba_id=f"20{secrets.randbelow(10**13):013d}",
        access_token=f"EAA{secrets.token_hex(16)}",
        app_secret=secrets.token_hex(16),
    )
    finding = Finding() if is_active else Finding(ReasonCode.UNREACHABLE, "not checked")
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[scope.workspace_id]) as conn:
        created = await create_channel(conn, scope, new, keyring=api.services.keyring, finding=finding)
    return created.id


async def add_thread(
    api: Api,
    scope: WorkspaceScope,
    channel_id: UUID,
    *,
    name: str | None = "Noura Ahmad",
    phone: str | None = None,
    written_at: datetime | None = None,
    texts: tuple[str, ...] = ("hello",),
    unread: int | None = None,
) -> Thread:
    """A person who wrote `texts`, the last of them at `written_at` (a minute ago)."""
    phone = phone or f"9665{secrets.randbelow(10**8):08d}"
    at = written_at or datetime.now(UTC) - timedelta(minutes=1)
    address = Address(phone=phone, name=name)
    key = person_key(scope.workspace_id, channel_id, address)
    lane = lane_of(channel_id, address.key)
    async with transaction(api.services.pool, role=tenancy.PIPE, workspaces=[scope.workspace_id]) as conn:
        contact_id = (await resolve_contacts(conn, [Person(key, address, "hello")])).contacts[key]
        recipient: JsonObject = {"phone": phone, "user_id": None}
        opening = Opening(scope.workspace_id, channel_id, contact_id, lane, recipient, at)
        [conversation_id] = await open_conversations(conn, [opening])
        rows = [
            MessageRow(
                workspace_id=scope.workspace_id,
                id=new_id(),
                channel_id=channel_id,
                conversation_id=conversation_id,
                direction=Direction.IN,
                type="text",
                content={"body": text},
                status=MessageStatus.RECEIVED,
                author_kind=AuthorKind.CONTACT,
                author_id=contact_id,
                provider_id=f"wamid.{secrets.token_hex(8)}",
                reply_to=None,
                is_stale=False,
                at=at,
            )
            for text in texts
        ]
        await insert_messages(conn, rows)
        await conn.execute(
            """
            update conversations set unread = $3, last_at = $4, last_message_id = $5, last_inbound_id = $6,
                window_expires_at = $7
            where workspace_id = $1 and id = $2
            """,
            scope.workspace_id,
            conversation_id,
            len(texts) if unread is None else unread,
            at,
            rows[-1].id,
            rows[-1].provider_id,
            expires_at(at),
        )
    return Thread(conversation_id, channel_id, contact_id, lane)


async def add_group(
    api: Api,
    scope: WorkspaceScope,
    channel_id: UUID,
    *,
    at: datetime | None = None,
    texts: tuple[str, ...] = ("hello",),
) -> UUID:
    """A group in which somebody wrote `texts`, all at one time (now)."""
    group_id, at = new_id(), at or datetime.now(UTC)
    sender: JsonObject = {"phone": "966501112233", "user_id": None, "name": "ندى"}
    async with transaction(api.services.pool, role=tenancy.PIPE, workspaces=[scope.workspace_id]) as conn:
        await conn.execute(
            "insert into groups (workspace_id, id, channel_id, provider_id, last_at) values ($1, $2, $3, $4, $5)",
            scope.workspace_id,
            group_id,
            channel_id,
            f"group-{group_id}",
            at,
        )
        for text in texts:
            await conn.execute(
                """
                insert into group_messages
                    (workspace_id, id, group_id, channel_id, provider_id, sender, type, content, at)
                values ($1, $2, $3, $4, $5, $6, 'text', $7, $8)
                """,
                scope.workspace_id,
                new_id(),
                group_id,
                channel_id,
                f"wamid.{secrets.token_hex(8)}",
                sender,
                {"body": text},
                at,
            )
    return group_id
