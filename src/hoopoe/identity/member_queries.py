"""Reads of a workspace's people and of what they did."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hoopoe.identity.invitation_schemas import Invitation
from hoopoe.identity.member_schemas import AuditEntry, Member, MemberToken
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound


async def list_members(
    conn: Connection, scope: WorkspaceScope, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Member]:
    """The members, who joined first comes first."""
    at, user_id = after or (None, None)
    rows = await conn.fetch(
        """
        select members.user_id, users.name, users.email, members.role, members.created_at as joined_at
        from members join users on users.id = members.user_id
        where members.workspace_id = $1
          and ($2::timestamptz is null or (members.created_at, members.user_id) > ($2, $3::uuid))
        order by members.created_at, members.user_id limit $4
        """,
        scope.workspace_id,
        at,
        user_id,
        limit,
    )
    return [Member(**row) for row in rows]


async def access_member(conn: Connection, scope: WorkspaceScope, user_id: UUID) -> Member:
    """A member by the person's id. Raises `NotFound`."""
    row = await conn.fetchrow(
        """
        select members.user_id, users.name, users.email, members.role, members.created_at as joined_at
        from members join users on users.id = members.user_id
        where members.workspace_id = $1 and members.user_id = $2
        """,
        scope.workspace_id,
        user_id,
    )
    if row is None:
        raise NotFound
    return Member(**row)


async def list_member_tokens(
    conn: Connection, scope: WorkspaceScope, *, after: UUID | None, limit: int
) -> list[MemberToken]:
    """Everybody's tokens that are not revoked, those that ran out included, newest first."""
    rows = await conn.fetch(
        """
        select tokens.id, tokens.name, tokens.scopes, tokens.requests_per_minute, tokens.created_at, tokens.expires_at,
               tokens.last_used_at, members.user_id, users.name as user_name, users.email as user_email,
               members.role as user_role
        from personal_access_tokens as tokens
        join members on members.workspace_id = tokens.workspace_id and members.user_id = tokens.user_id
        join users on users.id = members.user_id
        where tokens.workspace_id = $1 and tokens.revoked_at is null and ($2::uuid is null or tokens.id < $2)
        order by tokens.id desc limit $3
        """,
        scope.workspace_id,
        after,
        limit,
    )
    return [MemberToken(**row) for row in rows]


async def list_audit_entries(
    conn: Connection,
    scope: WorkspaceScope,
    *,
    actor_id: UUID | None,
    action: str | None,
    after: UUID | None,
    limit: int,
) -> list[AuditEntry]:
    """What was done in the workspace, newest first."""
    rows = await conn.fetch(
        """
        select entries.id, entries.at, entries.actor_id, users.name as actor_name, entries.actor_kind, entries.address,
               entries.action, entries.target_kind, entries.target_id, entries.before, entries.after
        from audit_entries as entries left join users on users.id = entries.actor_id
        where entries.workspace_id = $1 and ($2::uuid is null or entries.actor_id = $2)
          and ($3::text is null or entries.action = $3) and ($4::uuid is null or entries.id < $4)
        order by entries.id desc limit $5
        """,
        scope.workspace_id,
        actor_id,
        action,
        after,
        limit,
    )
    return [AuditEntry(**row) for row in rows]


async def list_invitations(
    conn: Connection, scope: WorkspaceScope, *, after: UUID | None, limit: int
) -> list[Invitation]:
    """Invitations that are neither used nor revoked, those that ran out included, newest first."""
    rows = await conn.fetch(
        """
        select id, email, role, invited_by, created_at, expires_at from invitations
        where workspace_id = $1 and accepted_at is null and revoked_at is null and ($2::uuid is null or id < $2)
        order by id desc limit $3
        """,
        scope.workspace_id,
        after,
        limit,
    )
    return [Invitation(**row) for row in rows]
