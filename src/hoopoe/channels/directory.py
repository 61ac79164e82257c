"""Every connected channel of every workspace, in memory: the routing table of webhooks and sends.

One that has trouble with its credentials (`error`) still receives: what signs its webhooks is another secret, or the
old one, and Meta would send a message that we do not take to nobody else. It sends nothing until it is active again.

A channel's secrets are opened once, when its row changes. Any process that changes a channel bumps
`channel_directory.version` by a trigger and hints `Topic.CHANNELS`; every process follows within
`POLL_SECONDS` even when the hint is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.contract import Provider
from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.secrets import Keyring, SealedError, secret_context
from hoopoe.kernel.wake import wait_for_work

log = structlog.get_logger()

POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RoutedChannel:
    """What routing and sending need of a channel.

    `sender_id` and `account_id` as in `Change`. At Twilio one token signs webhooks and sends, and there is no
    verify token.
    """

    workspace_id: UUID
    id: UUID
    provider: Provider
    number: str
    sender_id: str
    account_id: str
    signing_secret: bytes
    access_token: str
    verify_token_hash: bytes | None
    updated_at: datetime
    is_active: bool = True
    """Whether it sends. Where not, it only receives."""


@dataclass(slots=True)
class ChannelDirectory:
    """The routing table. Read it without awaiting; it is replaced as a whole when it changes."""

    version: int = -1
    by_sender: dict[tuple[Provider, str], tuple[RoutedChannel, ...]] = field(default_factory=dict)
    by_account: dict[tuple[Provider, str], tuple[RoutedChannel, ...]] = field(default_factory=dict)
    by_id: dict[UUID, RoutedChannel] = field(default_factory=dict)
    verify_token_hashes: frozenset[bytes] = frozenset()
    unreadable: frozenset[tuple[Provider, str]] = frozenset()
    """Senders whose secrets none of our keys opens: they are ours, and nobody can tell who signs for them."""

    def find_sending(self, channel_id: UUID) -> RoutedChannel | None:
        """A channel that may send; None where it is off, in trouble or gone."""
        channel = self.by_id.get(channel_id)
        return channel if channel is not None and channel.is_active else None

    def route(self, provider: Provider, *, sender_id: str | None, account_id: str | None) -> tuple[RoutedChannel, ...]:
        """The channels that a part of a webhook belongs to: one number, or all numbers of an account.

        Where a number may be several accounts' (`Capabilities.shares_numbers`: Twilio's sandbox), the account
        decides. A part that names none is offered to all of them: whose it is, its signature tells.
        """
        if sender_id is not None:
            channels = self.by_sender.get((provider, sender_id), ())
            if account_id is None or not capabilities_of(provider).shares_numbers:
                return channels
            return tuple(channel for channel in channels if channel.account_id == account_id)
        return self.by_account.get((provider, account_id), ()) if account_id is not None else ()

    def knows_verify_token(self, token: str) -> bool:
        """Whether some channel expects this token. Compared by hash: timing tells nothing of a token."""
        return hash_verify_token(token) in self.verify_token_hashes

    def find_by_verify_token(self, token: str) -> list[RoutedChannel]:
        """The channels that expect this token. For Meta's rare checks of the address: it looks at all of them."""
        wanted = hash_verify_token(token)
        return [channel for channel in self.by_id.values() if channel.verify_token_hash == wanted]

    def replace(
        self,
        version: int,
        channels: list[RoutedChannel],
        unreadable: frozenset[tuple[Provider, str]] = frozenset(),
    ) -> None:
        """Take a new table."""
        self.unreadable = unreadable
        self.version = version
        self.by_sender = _group(channels, lambda channel: channel.sender_id)
        self.by_account = _group(channels, lambda channel: channel.account_id)
        self.by_id = {channel.id: channel for channel in channels}
        self.verify_token_hashes = frozenset(
            channel.verify_token_hash for channel in channels if channel.verify_token_hash is not None
        )


def _group(
    channels: Iterable[RoutedChannel], key_of: Callable[[RoutedChannel], str]
) -> dict[tuple[Provider, str], tuple[RoutedChannel, ...]]:
    groups: dict[tuple[Provider, str], tuple[RoutedChannel, ...]] = {}
    for channel in channels:
        key = (channel.provider, key_of(channel))
        groups[key] = (*groups.get(key, ()), channel)
    return groups


def hash_verify_token(token: str) -> bytes:
    """The form in which verify tokens are compared."""
    return hashlib.sha256(token.encode()).digest()


async def refresh_directory(pool: Pool, keyring: Keyring, directory: ChannelDirectory) -> bool:
    """Load the table again if any channel changed. Returns whether it did."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        version: int = await conn.fetchval("select version from channel_directory")
        if version == directory.version:
            return False
        rows = await conn.fetch(
            "select workspace_id, id, provider, number, phone_number_id, waba_id, app_secret, access_token, "
            "verify_token, account_sid, auth_token, updated_at, status = 'active' as is_active "
            "from channels where status in ('active', 'error') order by status = 'active' desc, id"
        )
    channels: list[RoutedChannel] = []
    unreadable: set[tuple[Provider, str]] = set()
    taken: set[tuple[Provider, str, str]] = set()
    for row in rows:
        # One that is in trouble does not hear for one that somebody else has active by now.
        place = (Provider(row["provider"]), *_read_ids(row))
        if place in taken and not row["is_active"]:
            continue
        taken.add(place)
        known = directory.by_id.get(row["id"])
        if known is not None and known.updated_at == row["updated_at"]:
            channels.append(known)
            continue
        try:
            channels.append(_open_channel(row, keyring))
        except SealedError as error:
            log.error("channel_secrets_unreadable", channel_id=str(row["id"]), error=str(error))
            unreadable.add(place[:2])
    directory.replace(version, channels, frozenset(unreadable))
    return True


def _read_ids(row: Record) -> tuple[str, str]:
    """The sender's and the account's id."""
    match Provider(row["provider"]):
        case Provider.META:
            return row["phone_number_id"], row["waba_id"]
        case Provider.TWILIO:
            return row["number"], row["account_sid"]


def _open_channel(row: Record, keyring: Keyring) -> RoutedChannel:
    def open_field(name: str) -> str:
        context = secret_context(row["workspace_id"], row["id"], name)
        return keyring.open(row[name], context=context)

    sender_id, account_id = _read_ids(row)
    verify_token_hash: bytes | None = None
    match Provider(row["provider"]):
        case Provider.META:
            signing_secret, access_token = open_field("app_secret"), open_field("access_token")
            verify_token_hash = hash_verify_token(open_field("verify_token"))
        case Provider.TWILIO:
            signing_secret = access_token = open_field("auth_token")
    return RoutedChannel(
        workspace_id=row["workspace_id"],
        id=row["id"],
        provider=Provider(row["provider"]),
        number=row["number"],
        sender_id=sender_id,
        account_id=account_id,
        signing_secret=signing_secret.encode(),
        access_token=access_token,
        verify_token_hash=verify_token_hash,
        updated_at=row["updated_at"],
        is_active=row["is_active"],
    )


@dataclass(slots=True)
class DirectoryFollower:
    """Keeps a process's directory true. Made by `open_directory`."""

    pool: Pool
    keyring: Keyring
    directory: ChannelDirectory = field(default_factory=ChannelDirectory)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _begun_at: float = -1.0

    async def catch_up(self) -> None:
        """Return when the directory is no older than this call. Callers at the same time share one look.

        Whoever is about to turn something away asks first: its channel may be a moment younger than the table.
        Raises what the database raises.
        """
        asked_at = time.monotonic()
        async with self._lock:
            if self._begun_at > asked_at:
                return
            begun_at = time.monotonic()
            await refresh_directory(self.pool, self.keyring, self.directory)
            self._begun_at = begun_at

    async def follow(self, changed: asyncio.Event) -> None:
        """Catch up at every hint, and every `POLL_SECONDS` without one."""
        while True:
            await wait_for_work(changed, POLL_SECONDS)
            try:
                await self.catch_up()
            except TROUBLE as error:
                log.warning("directory_not_refreshed", error=str(error))


@contextlib.asynccontextmanager
async def open_directory(pool: Pool, keyring: Keyring, bus: Bus) -> AsyncIterator[DirectoryFollower]:
    """Load the directory and keep it true for the length of the block."""
    follower = DirectoryFollower(pool, keyring)
    await follower.catch_up()
    changed = asyncio.Event()
    bus.listen(Topic.CHANNELS, changed.set)
    task = asyncio.create_task(follower.follow(changed))
    try:
        yield follower
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
