"""What happens to a conversation that slices above need to know, inside the same transaction.

`main` wires the hooks: conversations know nothing of flows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from hoopoe.kernel.db.pool import Connection


@dataclass(frozen=True, slots=True)
class BotStopped:
    """A person took a conversation over, or closed it. Its row is locked. `at` is domain time."""

    workspace_id: UUID
    conversation_id: UUID
    at: datetime
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class BotResumed:
    """A person gave a conversation back to the bot. Its row is locked. `at` is domain time."""

    workspace_id: UUID
    conversation_id: UUID
    at: datetime


BotStoppedHook: TypeAlias = Callable[[Connection, BotStopped], Awaitable[None]]
BotResumedHook: TypeAlias = Callable[[Connection, BotResumed], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ConversationHooks:
    """Who is told, in this order. An error of a hook undoes the whole action."""

    bot_stopped: tuple[BotStoppedHook, ...] = ()
    bot_resumed: tuple[BotResumedHook, ...] = ()

    async def tell_bot_stopped(self, conn: Connection, event: BotStopped) -> None:
        """Tell everybody who asked to know."""
        for hook in self.bot_stopped:
            await hook(conn, event)

    async def tell_bot_resumed(self, conn: Connection, event: BotResumed) -> None:
        """Tell everybody who asked to know."""
        for hook in self.bot_resumed:
            await hook(conn, event)
