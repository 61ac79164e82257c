"""Invitations: a link that makes whoever holds it a member, once, within a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.actions.members import check_may_place
from hoopoe.identity.errors import AlreadyMember, InvitationGone
from hoopoe.identity.invitation_schemas import Invitation
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import hash_token, new_token

INVITATION_DAYS: Final = 7
INVITATION_PREFIX: Final = "hit_"


@dataclass(frozen=True, slots=True)
class CreatedInvitation:
    """A new invitation. `text` is known here and never again."""

    invitation: Invitation
    text: str


async def create_invitation(
    conn: Connection, scope: WorkspaceScope, *, role: Role, email: str | None
) -> CreatedInvitation:
    """Invite somebody. Raises as `check_may_place`, or `AlreadyMember` for an e-mail that belongs to a member."""
    check_may_place(scope, role)
    if email is not None and await _is_member(conn, scope, email):
        raise AlreadyMember
    text = new_token(INVITATION_PREFIX)
    row = await conn.fetchrow(
        """
        insert into invitations (workspace_id, id, email, role, token_hash, invited_by, expires_at)
        values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7))
        returning id, email, role, invited_by, created_at, expires_at
        """,
        scope.workspace_id,
        new_id(),
        email,
        role,
        hash_token(text),
        scope.user_id,
        INVITATION_DAYS,
    )
    if row is None:
        raise RuntimeError("an invitation was not inserted")
    await record(
        conn,
        scope,
        "invitation.created",
        target_kind="invitation",
        target_id=row["id"],
        after={"role": role.value, "email": email},
    )
    return CreatedInvitation(Invitation(**row), text)


async def renew_invitation(conn: Connection, scope: WorkspaceScope, invitation_id: UUID) -> CreatedInvitation:
    """Another link for an invitation that nobody used, good for a week: the old link ends. Raises `NotFound`."""
    role = await conn.fetchval(
        """
        select role from invitations
        where workspace_id = $1 and id = $2 and accepted_at is null and revoked_at is null for update
        """,
        scope.workspace_id,
        invitation_id,
    )
    if role is None:
        raise NotFound
    check_may_place(scope, Role(role))
    text = new_token(INVITATION_PREFIX)
    row = await conn.fetchrow(
        """
        update invitations set token_hash = $3, invited_by = $4, expires_at = now() + make_interval(days => $5)
        where workspace_id = $1 and id = $2
        returning id, email, role, invited_by, created_at, expires_at
        """,
        scope.workspace_id,
        invitation_id,
        hash_token(text),
        scope.user_id,
        INVITATION_DAYS,
    )
    if row is None:
        raise NotFound
    await record(conn, scope, "invitation.renewed", target_kind="invitation", target_id=invitation_id)
    return CreatedInvitation(Invitation(**row), text)


async def revoke_invitation(conn: Connection, scope: WorkspaceScope, invitation_id: UUID) -> None:
    """End an invitation that nobody used. Raises `NotFound`."""
    tag = await conn.execute(
        """
        update invitations set revoked_at = now()
        where workspace_id = $1 and id = $2 and accepted_at is null and revoked_at is null
        """,
        scope.workspace_id,
        invitation_id,
    )
    if not tag.endswith(" 1"):
        raise NotFound
    await record(conn, scope, "invitation.revoked", target_kind="invitation", target_id=invitation_id)


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What its link leads to."""

    workspace_id: UUID
    role: Role
    email: str | None
    expires_at: datetime


async def access_invitation(conn: Connection, token: str) -> OpenInvitation:
    """The invitation of a link. The transaction must have begun with the token's hash. Raises `InvitationGone`."""
    row = await conn.fetchrow(
        """
        select workspace_id, role, email, expires_at from invitations
        where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > now()
        """,
        hash_token(token),
    )
    if row is None:
        raise InvitationGone
    return OpenInvitation(row["workspace_id"], Role(row["role"]), row["email"], row["expires_at"])


@dataclass(frozen=True, slots=True)
class Used:
    """An invitation that was just used up."""

    id: UUID
    workspace_id: UUID
    role: Role


async def use_invitation(conn: Connection, token: str, *, email: str) -> Used:
    """Use an invitation up: of two at the same time one waits and finds it gone.

    The transaction must have begun with the token's hash. Raises `InvitationGone`.
    """
    row = await conn.fetchrow(
        """
        update invitations set accepted_at = now()
        where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > now()
          and (email is null or lower(email) = lower($2))
        returning id, workspace_id, role
        """,
        hash_token(token),
        email,
    )
    if row is None:
        raise InvitationGone
    return Used(row["id"], row["workspace_id"], Role(row["role"]))


async def join_workspace(conn: Connection, used: Used, *, user_id: UUID, address: str | None) -> None:
    """Make the person a member. The transaction is over the workspace. Raises `AlreadyMember`."""
    tag = await conn.execute(
        "insert into members (workspace_id, user_id, role) values ($1, $2, $3) on conflict do nothing",
        used.workspace_id,
        user_id,
        used.role,
    )
    if not tag.endswith(" 1"):
        raise AlreadyMember
    scope = make_scope(used.workspace_id, user_id, used.role, PrincipalKind.SESSION, address=address)
    await record(
        conn,
        scope,
        "invitation.accepted",
        target_kind="invitation",
        target_id=used.id,
        after={"role": used.role.value},
    )


async def _is_member(conn: Connection, scope: WorkspaceScope, email: str) -> bool:
    found: bool = await conn.fetchval(
        """
        select exists (
            select from members join users on users.id = members.user_id
            where members.workspace_id = $1 and lower(users.email) = lower($2)
        )
        """,
        scope.workspace_id,
        email,
    )
    return found
