"""Members: another role, removal, leaving.

Whoever changes a member holds the rows of all owners: two owners who demote each other at the same time
come one after the other, and the second one is refused.

Hooks are told twice: before, because whoever holds what they change may be about to look at a member's row; and again
under the rows, for what came between.
"""

from __future__ import annotations

from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.errors import LastOwner, OwnersOnly
from hoopoe.identity.events import MemberHooks
from hoopoe.identity.roles import PERMISSIONS, PERSONAL, Permission, Role
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound, NotPermitted


async def change_role(
    conn: Connection, scope: WorkspaceScope, user_id: UUID, *, role: Role, hooks: MemberHooks
) -> None:
    """Give a member another role. Raises `NotFound`, `OwnersOnly`, `NotPermitted` or `LastOwner`."""
    is_silenced = Permission.CONVERSATIONS_WRITE not in PERMISSIONS[role]
    if is_silenced:
        await hooks.tell_silenced(conn, scope, user_id)
    old, owners = await _hold_member(conn, scope, user_id)
    check_may_touch(scope, old)
    check_may_place(scope, role)
    if old is role:
        return
    if old is Role.OWNER and owners == 1:
        raise LastOwner
    await conn.execute(
        "update members set role = $3 where workspace_id = $1 and user_id = $2", scope.workspace_id, user_id, role
    )
    if is_silenced:
        await hooks.tell_silenced(conn, scope, user_id)
    await _revoke_invitations(conn, scope, user_id)
    await record(
        conn,
        scope,
        "member.role_changed",
        target_kind="member",
        target_id=user_id,
        before={"role": old.value},
        after={"role": role.value},
    )


async def remove_member(conn: Connection, scope: WorkspaceScope, user_id: UUID, *, hooks: MemberHooks) -> None:
    """Remove a member, with the member's tokens and open invitations. Raises as `change_role` does."""
    await hooks.tell_silenced(conn, scope, user_id)
    old, owners = await _hold_member(conn, scope, user_id)
    check_may_touch(scope, old)
    await _delete(conn, scope, user_id, old, owners, action="member.removed", hooks=hooks)


async def leave_workspace(conn: Connection, scope: WorkspaceScope, *, hooks: MemberHooks) -> None:
    """Leave. Raises `LastOwner`."""
    await hooks.tell_silenced(conn, scope, scope.user_id)
    old, owners = await _hold_member(conn, scope, scope.user_id, permission=Permission.MEMBERSHIP_WRITE)
    await _delete(conn, scope, scope.user_id, old, owners, action="member.left", hooks=hooks)


def check_may_touch(scope: WorkspaceScope, role: Role) -> None:
    """Raises `OwnersOnly` when the role is the owner's and the caller is none."""
    if role is Role.OWNER and scope.role is not Role.OWNER:
        raise OwnersOnly


def check_may_place(scope: WorkspaceScope, role: Role) -> None:
    """Raises `OwnersOnly`, or `NotPermitted` when the role may do in the workspace what the caller may not.

    A key is narrower than its member: whom it invites could otherwise do more than the key itself.
    """
    check_may_touch(scope, role)
    missing = sorted((PERMISSIONS[role] - PERSONAL) - scope.permissions)
    if missing:
        raise NotPermitted("Nobody gives a role that may do more than oneself.", details={"permission": missing[0]})


async def _hold_member(
    conn: Connection, scope: WorkspaceScope, user_id: UUID, *, permission: Permission = Permission.MEMBERS_WRITE
) -> tuple[Role, int]:
    """The member's role and how many owners there are, held until the transaction ends.

    The caller's own row is held too: who was demoted while waiting may no longer do this.
    """
    rows = await conn.fetch(
        """
        select user_id, role from members
        where workspace_id = $1 and (role = 'owner' or user_id in ($2, $3))
        order by user_id for update
        """,
        scope.workspace_id,
        user_id,
        scope.user_id,
    )
    roles = {row["user_id"]: Role(row["role"]) for row in rows}
    own = roles.get(scope.user_id)
    if own is not scope.role and (own is None or permission not in PERMISSIONS[own] or scope.role is Role.OWNER):
        raise NotPermitted(details={"permission": permission.value})
    if user_id not in roles:
        raise NotFound
    return roles[user_id], sum(role is Role.OWNER for role in roles.values())


async def _delete(
    conn: Connection,
    scope: WorkspaceScope,
    user_id: UUID,
    old: Role,
    owners: int,
    *,
    action: str,
    hooks: MemberHooks,
) -> None:
    if old is Role.OWNER and owners == 1:
        raise LastOwner
    await hooks.tell_silenced(conn, scope, user_id)
    await _revoke_invitations(conn, scope, user_id)
    await conn.execute("delete from members where workspace_id = $1 and user_id = $2", scope.workspace_id, user_id)
    await record(conn, scope, action, target_kind="member", target_id=user_id, before={"role": old.value})


async def _revoke_invitations(conn: Connection, scope: WorkspaceScope, user_id: UUID) -> None:
    """What somebody promised under a role that is gone is no longer good."""
    await conn.execute(
        """
        update invitations set revoked_at = now()
        where workspace_id = $1 and invited_by = $2 and accepted_at is null and revoked_at is null
        """,
        scope.workspace_id,
        user_id,
    )
