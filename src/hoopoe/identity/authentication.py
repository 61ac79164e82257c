"""From a bearer token to a scope, inside a transaction over exactly that scope's workspace.

The membership is read at every request: who is removed, or given another role, feels it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hoopoe.identity.rates import count_request
from hoopoe.identity.roles import IN_A_DELETED_WORKSPACE, Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.identity.tokens import PERSONAL_PREFIX, AccessSigner
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import NotAuthenticated, NotFound, TooManyRequests
from hoopoe.kernel.http.work import Hints, Work
from hoopoe.kernel.secrets import hash_token

LAST_USED_STEP_SECONDS = 60


async def begin_as(work: Work, signer: AccessSigner, *, bearer: str, wanted: UUID | None) -> WorkspaceScope:
    """Begin the work of whoever holds the token, in the `wanted` workspace or the token's own.

    Raises `NotAuthenticated`, or `NotFound` for a workspace that the holder does not belong to.
    """
    if bearer.startswith(PERSONAL_PREFIX):
        return await _begin_with_personal_token(work, bearer, wanted)
    claims = signer.read(bearer)
    if claims is None:
        raise NotAuthenticated
    workspace_id = wanted or claims.workspace_id
    conn = await work.begin(role=tenancy.APP, workspaces=[workspace_id], user_id=claims.user_id)
    row = await conn.fetchrow(
        """
        select members.role, workspaces.deleted_at is not null as is_deleted,
               exists (
                   select from refresh_tokens where family_id = $3 and user_id = $2 and revoked_at is null
               ) as is_open
        from (select $2::uuid as user_id) as asked
        left join members on members.user_id = asked.user_id and members.workspace_id = $1
        left join workspaces on workspaces.id = members.workspace_id
        """,
        workspace_id,
        claims.user_id,
        claims.session_id,
    )
    if row is None or not row["is_open"]:
        raise NotAuthenticated
    if row["role"] is None or (row["is_deleted"] and Role(row["role"]) is not Role.OWNER):
        raise NotFound("You are not a member of such a workspace.")
    return make_scope(
        workspace_id,
        claims.user_id,
        Role(row["role"]),
        PrincipalKind.SESSION,
        only=IN_A_DELETED_WORKSPACE if row["is_deleted"] else None,
        session_id=claims.session_id,
    )


async def _begin_with_personal_token(work: Work, bearer: str, wanted: UUID | None) -> WorkspaceScope:
    """The request is counted in a transaction of its own: others of the same key do not wait for this one's end."""
    token_hash = hash_token(bearer)
    conn = await work.begin(role=tenancy.APP, token_hash=token_hash)
    row = await conn.fetchrow(
        """
        select workspace_id, id, user_id, scopes, requests_per_minute,
               last_used_at is null or last_used_at < now() - make_interval(secs => $2) as is_unnoted
        from personal_access_tokens
        where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())
        """,
        token_hash,
        LAST_USED_STEP_SECONDS,
    )
    if row is None:
        raise NotAuthenticated
    workspace_id, user_id, limit = row["workspace_id"], row["user_id"], row["requests_per_minute"]
    rate = await count_request(conn, row["id"], limit) if limit is not None else None
    if row["is_unnoted"]:
        await conn.execute(
            "update personal_access_tokens set last_used_at = now() where workspace_id = $1 and id = $2",
            workspace_id,
            row["id"],
        )
    await work.commit()
    if rate is not None and rate.is_over:
        raise TooManyRequests(headers=rate.headers())
    if wanted is not None and wanted != workspace_id:
        raise NotFound("This token belongs to another workspace.")
    conn = await work.begin(role=tenancy.APP, workspaces=[workspace_id])
    role = await find_role(conn, workspace_id, user_id)
    if role is None:
        raise NotAuthenticated
    return make_scope(workspace_id, user_id, role, PrincipalKind.TOKEN, only=row["scopes"], key_id=row["id"], rate=rate)


async def authenticate_bearer(
    pool: Pool, hints: Hints, signer: AccessSigner, *, bearer: str, wanted: UUID | None = None
) -> WorkspaceScope | None:
    """The scope of a token outside a request (the WebSocket); None when there is none."""
    work = Work(pool, hints)
    try:
        scope = await begin_as(work, signer, bearer=bearer, wanted=wanted)
        await work.commit()
    except (NotAuthenticated, NotFound, TooManyRequests):
        return None
    finally:
        await work.rollback()
    return scope


async def redeem_ticket(pool: Pool, ticket: str) -> WorkspaceScope | None:
    """Use up a ticket; None when it is unknown, used, too old, or its member is gone."""
    token_hash = hash_token(ticket)
    async with transaction(pool, role=tenancy.APP, token_hash=token_hash) as conn:
        row = await conn.fetchrow(
            "delete from ws_tickets where token_hash = $1 "
            "returning workspace_id, user_id, session_id, key_id, expires_at > now() as is_good",
            token_hash,
        )
    if row is None or not row["is_good"]:
        return None
    async with transaction(pool, role=tenancy.APP, workspaces=[row["workspace_id"]]) as conn:
        role = await find_role(conn, row["workspace_id"], row["user_id"])
    if role is None:
        return None
    return make_scope(
        row["workspace_id"],
        row["user_id"],
        role,
        PrincipalKind.SESSION,
        session_id=row["session_id"],
        key_id=row["key_id"],
    )


_ENDED = """
select held.position - 1 as position
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[])
    with ordinality as held (workspace_id, user_id, session_id, key_id, position)
where not exists (
    select from members join workspaces on workspaces.id = members.workspace_id
    where members.workspace_id = held.workspace_id and members.user_id = held.user_id
      and workspaces.deleted_at is null
) or (held.session_id is not null and not exists (
    select from refresh_tokens where family_id = held.session_id and revoked_at is null and expires_at > now()
)) or (held.key_id is not null and not exists (
    select from personal_access_tokens
    where workspace_id = held.workspace_id and id = held.key_id and revoked_at is null
      and (expires_at is null or expires_at > now())
))
"""


async def find_ended(pool: Pool, scopes: Sequence[WorkspaceScope]) -> set[int]:
    """The places of those whose session or key has ended since, or who are no members any more."""
    if not scopes:
        return set()
    async with transaction(pool, role=tenancy.APP, workspaces={scope.workspace_id for scope in scopes}) as conn:
        rows = await conn.fetch(
            _ENDED,
            [scope.workspace_id for scope in scopes],
            [scope.user_id for scope in scopes],
            [scope.session_id for scope in scopes],
            [scope.key_id for scope in scopes],
        )
    return {row["position"] for row in rows}


async def find_role(conn: Connection, workspace_id: UUID, user_id: UUID) -> Role | None:
    """The member's role; None where there is no such member, and for everybody in a deleted workspace."""
    role: str | None = await conn.fetchval(
        """
        select members.role from members join workspaces on workspaces.id = members.workspace_id
        where members.workspace_id = $1 and members.user_id = $2 and workspaces.deleted_at is null
        """,
        workspace_id,
        user_id,
    )
    return Role(role) if role is not None else None
