"""Invitations: a link that makes whoever holds it a member, once, within a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.actions.members import check_may_place
from hoopoe.identity.errors import AlreadyInvited, AlreadyMember, InvitationGone, TooManyInvitations
from hoopoe.identity.invitation_schemas import Invitation
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.identity.throttle import INVITATIONS_OF_WORKSPACE, INVITATIONS_TO_ADDRESS, spend, wait_for
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.work import Work
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
    """Invite somebody. Raises as `check_may_place`, or `TooManyInvitations`; for an e-mail that belongs to a member
    `AlreadyMember`, for one that is invited already `AlreadyInvited`.
    """
    check_may_place(scope, role)
    # Of two invitations of a workspace at the same time one waits, and finds the other.
    await conn.execute("select from workspaces where id = $1 for no key update", scope.workspace_id)
    if email is not None:
        await _check_not_there(conn, scope, email)
    await _count_invitation(conn, scope, email)
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
    """Another link for an invitation that nobody used, good for a week: the old link ends.

    Raises `NotFound`, `TooManyInvitations`, or as `check_may_place`.
    """
    found = await conn.fetchrow(
        """
        select role, email from invitations
        where workspace_id = $1 and id = $2 and accepted_at is null and revoked_at is null for update
        """,
        scope.workspace_id,
        invitation_id,
    )
    if found is None:
        raise NotFound
    check_may_place(scope, Role(found["role"]))
    await _count_invitation(conn, scope, found["email"])
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

    id: UUID
    workspace_id: UUID
    workspace_name: str
    role: Role
    email: str | None
    expires_at: datetime


async def begin_with_invitation(
    work: Work, token: str, *, email: str | None = None, user_id: UUID | None = None
) -> OpenInvitation:
    """Begin a transaction over the workspace that a link leads to; the workspace stays as it is until it ends.

    `email`: who wants to accept. Raises `InvitationGone`, also for an invitation that is for somebody else, and for
    a workspace that was deleted.
    """
    conn = await work.begin(role=tenancy.APP, token_hash=hash_token(token), user_id=user_id)
    row = await conn.fetchrow(
        """
        select workspace_id, id, role, email, expires_at from invitations
        where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > now()
          and ($2::text is null or email is null or lower(email) = lower($2))
        """,
        hash_token(token),
        email,
    )
    if row is None:
        raise InvitationGone
    await work.narrow(row["workspace_id"])
    name = await conn.fetchval(
        "select name from workspaces where id = $1 and deleted_at is null for share", row["workspace_id"]
    )
    if name is None:
        raise InvitationGone
    return OpenInvitation(
        row["id"], row["workspace_id"], name, Role(row["role"]), row["email"], expires_at=row["expires_at"]
    )


async def use_invitation(conn: Connection, invitation: OpenInvitation, token: str) -> None:
    """Use an invitation up: of two at the same time one waits and finds it gone. Raises `InvitationGone`.

    The transaction is the one that it began.
    """
    tag = await conn.execute(
        """
        update invitations set accepted_at = now()
        where workspace_id = $1 and id = $2 and token_hash = $3
          and accepted_at is null and revoked_at is null and expires_at > now()
        """,
        invitation.workspace_id,
        invitation.id,
        hash_token(token),
    )
    if not tag.endswith(" 1"):
        raise InvitationGone


async def join_workspace(conn: Connection, used: OpenInvitation, *, user_id: UUID, address: str | None) -> None:
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


async def _check_not_there(conn: Connection, scope: WorkspaceScope, email: str) -> None:
    is_member: bool = await conn.fetchval(
        """
        select exists (
            select from members join users on users.id = members.user_id
            where members.workspace_id = $1 and lower(users.email) = lower($2)
        )
        """,
        scope.workspace_id,
        email,
    )
    if is_member:
        raise AlreadyMember
    invitation_id = await conn.fetchval(
        """
        select id from invitations
        where workspace_id = $1 and lower(email) = lower($2) and accepted_at is null and revoked_at is null limit 1
        """,
        scope.workspace_id,
        email,
    )
    if invitation_id is not None:
        raise AlreadyInvited(details={"invitation_id": str(invitation_id)})


async def _count_invitation(conn: Connection, scope: WorkspaceScope, email: str | None) -> None:
    """Raises `TooManyInvitations`. A refusal rolls the counts back: only what was made counts."""
    tries = [INVITATIONS_OF_WORKSPACE.of(scope.workspace_id)]
    if email is not None:
        tries.append(INVITATIONS_TO_ADDRESS.of(email.lower()))
    workspace, *address = await spend(conn, *tries)
    if any(each.is_over for each in address):
        words = "This address was sent as many invitations as it may be in a day. Invite by a link without an e-mail."
        raise TooManyInvitations(words, details={"of": "address"}, headers=wait_for(address[0].seconds))
    if workspace.is_over:
        raise TooManyInvitations(details={"of": "workspace"}, headers=wait_for(workspace.seconds))
