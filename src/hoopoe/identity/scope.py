"""Who asks, in which workspace, and what this member may do there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hoopoe.identity.rates import Rate
from hoopoe.identity.roles import PERMISSIONS, Permission, Role


class PrincipalKind(StrEnum):
    """How the caller showed who it is."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105  # a kind, not a secret
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class WorkspaceScope:
    """The explicit second argument of every query and action. Only authentication makes one.

    The transaction that it comes with is open over exactly this workspace: the scope is what our own
    statements filter by, row-level security is what holds when one of them forgets.
    """

    workspace_id: UUID
    user_id: UUID
    role: Role
    permissions: frozenset[Permission]
    principal: PrincipalKind
    address: str | None = None
    """Where the request comes from, for the audit log."""
    session_id: UUID | None = None
    """The browser session that asks; None for a key."""
    key_id: UUID | None = None
    """The personal access token that asks; None for a session."""
    rate: Rate | None = None
    """Where the key stands in its minute; None for a session, and for a key without a limit."""

    def allows(self, permission: Permission) -> bool:
        """Whether this member may."""
        return permission in self.permissions


def make_scope(
    workspace_id: UUID,
    user_id: UUID,
    role: Role,
    principal: PrincipalKind,
    *,
    only: Collection[str] | None = None,
    address: str | None = None,
    session_id: UUID | None = None,
    key_id: UUID | None = None,
    rate: Rate | None = None,
) -> WorkspaceScope:
    """The scope of a member whose membership has just been read. `only` narrows what the role allows."""
    permissions = PERMISSIONS[role]
    if only is not None:
        permissions = frozenset(permission for permission in permissions if permission.value in only)
    return WorkspaceScope(workspace_id, user_id, role, permissions, principal, address, session_id, key_id, rate)
