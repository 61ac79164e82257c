"""Personal access tokens, and tickets for one WebSocket connection."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.actions.members import check_may_touch
from hoopoe.identity.roles import Permission, Role
from hoopoe.identity.schemas import Token
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.tokens import PERSONAL_PREFIX, TICKET_PREFIX, TICKET_SECONDS
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import hash_token, new_token


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """A new token. `text` is known here and never again."""

    token: Token
    text: str


async def create_token(
    conn: Connection,
    scope: WorkspaceScope,
    *,
    name: str,
    expires_at: datetime | None = None,
    scopes: Collection[Permission] | None = None,
    requests_per_minute: int | None,
) -> CreatedToken:
    """Make a personal access token of the member in the scope: it may what the member may, or less.

    Raises `ValidationFailed` for scopes that the maker does not have. The scope is a session's: a token that
    makes tokens would outlive its own end. `requests_per_minute` None: no limit.
    """
    faults = [
        FieldFault(f"scopes.{place}", "You may not do this yourself.", "not_permitted")
        for place, permission in enumerate(scopes or ())
        if not scope.allows(permission)
    ]
    if faults:
        raise ValidationFailed(*faults)
    text = new_token(PERSONAL_PREFIX)
    row = await conn.fetchrow(
        """
        insert into personal_access_tokens
            (workspace_id, id, user_id, name, token_hash, expires_at, scopes, requests_per_minute)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id, name, scopes, requests_per_minute, created_at, expires_at, last_used_at
        """,
        scope.workspace_id,
        new_id(),
        scope.user_id,
        name,
        hash_token(text),
        expires_at,
        sorted({permission.value for permission in scopes}) if scopes is not None else None,
        requests_per_minute,
    )
    if row is None:
        raise RuntimeError("a token was not inserted")
    await record(
        conn,
        scope,
        "token.created",
        target_kind="token",
        target_id=row["id"],
        after={"name": name, "scopes": row["scopes"]},
    )
    return CreatedToken(Token(**row), text)


async def revoke_token(conn: Connection, scope: WorkspaceScope, token_id: UUID) -> None:
    """Revoke one's own token. Raises `NotFound` for any other."""
    name = await conn.fetchval(
        """
        update personal_access_tokens set revoked_at = coalesce(revoked_at, now())
        where workspace_id = $1 and user_id = $2 and id = $3
        returning name
        """,
        scope.workspace_id,
        scope.user_id,
        token_id,
    )
    if name is None:
        raise NotFound
    await record(conn, scope, "token.revoked", target_kind="token", target_id=token_id, before={"name": name})


async def revoke_members_token(conn: Connection, scope: WorkspaceScope, token_id: UUID) -> None:
    """Revoke anybody's token in the workspace. Raises `NotFound`, or `OwnersOnly` for an owner's."""
    row = await conn.fetchrow(
        """
        select members.user_id, members.role, tokens.name
        from personal_access_tokens as tokens
        join members on members.workspace_id = tokens.workspace_id and members.user_id = tokens.user_id
        where tokens.workspace_id = $1 and tokens.id = $2 and tokens.revoked_at is null
        for no key update of tokens for share of members
        """,
        scope.workspace_id,
        token_id,
    )
    if row is None:
        raise NotFound
    check_may_touch(scope, Role(row["role"]))
    await conn.execute(
        "update personal_access_tokens set revoked_at = now() where workspace_id = $1 and id = $2",
        scope.workspace_id,
        token_id,
    )
    await record(
        conn,
        scope,
        "token.revoked",
        target_kind="token",
        target_id=token_id,
        before={"name": row["name"], "user_id": str(row["user_id"])},
    )


async def create_ticket(conn: Connection, scope: WorkspaceScope) -> str:
    """A ticket that opens one WebSocket, once, within `TICKET_SECONDS`."""
    text = new_token(TICKET_PREFIX)
    await conn.execute(
        "delete from ws_tickets where workspace_id = $1 and user_id = $2 and expires_at < now()",
        scope.workspace_id,
        scope.user_id,
    )
    await conn.execute(
        """
        insert into ws_tickets (workspace_id, id, user_id, token_hash, expires_at, session_id, key_id)
        values ($1, $2, $3, $4, now() + make_interval(secs => $5), $6, $7)
        """,
        scope.workspace_id,
        new_id(),
        scope.user_id,
        hash_token(text),
        TICKET_SECONDS,
        scope.session_id,
        scope.key_id,
    )
    return text
