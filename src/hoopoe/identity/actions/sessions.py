"""Browser sessions: a family of refresh tokens, each good for one use.

A token that is used a second time after the grace was stolen, by whoever came first or second: the
whole family ends. Within the grace it is two tabs of one browser, or an answer that was lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from hoopoe.identity.schemas import BrowserSession
from hoopoe.identity.tokens import REFRESH_DAYS, REFRESH_GRACE_SECONDS, REFRESH_PREFIX
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import hash_token, new_token


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token and the session it continues. `family_id` is the session's id."""

    text: str
    family_id: UUID
    user_id: UUID
    workspace_id: UUID | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a session is used from: by this people recognise their own."""

    address: str | None = None
    agent: str | None = None


async def start_session(conn: Connection, *, user_id: UUID, workspace_id: UUID, origin: Origin) -> RefreshToken:
    """Begin a session: the first token of a new family."""
    return await _issue(conn, user_id=user_id, workspace_id=workspace_id, family_id=new_id(), origin=origin)


async def rotate_session(conn: Connection, token: str, *, origin: Origin) -> RefreshToken | None:
    """Exchange a token for the next one; None when the session is over.

    A token that was replaced longer than the grace ago ends its family: commit that also when refusing.
    """
    row = await conn.fetchrow(
        """
        select id, user_id, workspace_id, family_id, replaced_at is not null as is_replaced,
               replaced_at < now() - make_interval(secs => $2) as is_reused
        from refresh_tokens
        where token_hash = $1 and revoked_at is null and expires_at > now()
        for update
        """,
        hash_token(token),
        REFRESH_GRACE_SECONDS,
    )
    if row is None:
        return None
    if row["is_reused"]:
        await end_session(conn, row["family_id"])
        return None
    if not row["is_replaced"]:
        await conn.execute("update refresh_tokens set replaced_at = now() where id = $1", row["id"])
    return await _issue(
        conn,
        user_id=row["user_id"],
        workspace_id=row["workspace_id"],
        family_id=row["family_id"],
        origin=origin,
    )


async def move_session(conn: Connection, token: RefreshToken, workspace_id: UUID) -> RefreshToken:
    """Let a token go on in another workspace of its person; unchanged where the person is no member.

    The transaction must have begun for this very user.
    """
    tag = await conn.execute(
        """
        update refresh_tokens set workspace_id = $2
        where token_hash = $1 and exists (select from members where user_id = $3 and workspace_id = $2)
        """,
        hash_token(token.text),
        workspace_id,
        token.user_id,
    )
    return replace(token, workspace_id=workspace_id) if tag.endswith(" 1") else token


async def find_session(conn: Connection, token: str) -> UUID | None:
    """The session of a refresh token, alive or not."""
    family_id: UUID | None = await conn.fetchval(
        "select family_id from refresh_tokens where token_hash = $1", hash_token(token)
    )
    return family_id


async def end_session(conn: Connection, family_id: UUID) -> None:
    """Revoke every token of a session. Its access tokens are refused from the commit on."""
    await conn.execute(
        "update refresh_tokens set revoked_at = now() where family_id = $1 and revoked_at is null", family_id
    )


async def end_own_session(conn: Connection, user_id: UUID, family_id: UUID) -> None:
    """End one of the person's own sessions. Raises `NotFound`."""
    tag = await conn.execute(
        "update refresh_tokens set revoked_at = now() where family_id = $1 and user_id = $2 and revoked_at is null",
        family_id,
        user_id,
    )
    if tag == "UPDATE 0":
        raise NotFound


async def list_sessions(conn: Connection, user_id: UUID, *, current: UUID) -> list[BrowserSession]:
    """The person's open sessions, the last used first."""
    rows = await conn.fetch(
        """
        select family_id as id, min(created_at) as created_at, max(created_at) as last_used_at,
               (array_agg(address order by created_at desc))[1] as address,
               (array_agg(agent order by created_at desc))[1] as agent
        from refresh_tokens
        where user_id = $1
        group by family_id
        having bool_or(revoked_at is null and expires_at > now())
        order by max(created_at) desc
        limit 100
        """,
        user_id,
    )
    return [BrowserSession(**row, is_current=row["id"] == current) for row in rows]


async def _issue(
    conn: Connection, *, user_id: UUID, workspace_id: UUID | None, family_id: UUID, origin: Origin
) -> RefreshToken:
    text = new_token(REFRESH_PREFIX)
    await conn.execute(
        """
        insert into refresh_tokens (id, user_id, workspace_id, family_id, token_hash, expires_at, address, agent)
        values ($1, $2, $3, $4, $5, now() + make_interval(days => $6), $7, $8)
        """,
        new_id(),
        user_id,
        workspace_id,
        family_id,
        hash_token(text),
        REFRESH_DAYS,
        origin.address,
        origin.agent,
    )
    return RefreshToken(text, family_id, user_id, workspace_id)
