"""What happens to a member that slices above need to know, inside the same transaction.

`main` wires the hooks: identity knows nothing of conversations.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection


@dataclass(frozen=True, slots=True)
class MemberSilenced:
    """A member may no longer write to people: removed, gone, or with a role that only reads."""

    user_id: UUID


MemberSilencedHook: TypeAlias = Callable[[Connection, WorkspaceScope, MemberSilenced], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class MemberHooks:
    """Who is told, in this order. An error of a hook undoes the whole action. Each may be told twice."""

    silenced: tuple[MemberSilencedHook, ...] = ()

    async def tell_silenced(self, conn: Connection, scope: WorkspaceScope, user_id: UUID) -> None:
        """Tell everybody who asked to know."""
        for hook in self.silenced:
            await hook(conn, scope, MemberSilenced(user_id))
