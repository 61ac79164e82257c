"""New passwords: by a link for who forgot theirs, by the old one for everybody else."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from hoopoe.identity.errors import ResetGone
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.secrets import hash_token, new_token

RESET_MINUTES: Final = 60
RESET_PREFIX: Final = "hpr_"


async def create_reset(conn: Connection, user_id: UUID) -> str:
    """A link's token, good once and for an hour. Older ones of the person end, and everybody's that ran out go."""
    await conn.execute("delete from password_resets where user_id = $1 or expires_at < now()", user_id)
    text = new_token(RESET_PREFIX)
    await conn.execute(
        "insert into password_resets (token_hash, user_id, expires_at) "
        "values ($1, $2, now() + make_interval(mins => $3))",
        hash_token(text),
        user_id,
        RESET_MINUTES,
    )
    return text


async def check_reset(conn: Connection, token: str) -> None:
    """Raises `ResetGone`. Before the slow hash: who has no link costs no more than a look."""
    is_good = await conn.fetchval(
        "select exists (select from password_resets where token_hash = $1 and expires_at > now())", hash_token(token)
    )
    if not is_good:
        raise ResetGone


async def use_reset(conn: Connection, token: str) -> UUID:
    """Whose link it is; it is used up. Of two at the same time one waits and finds it gone. Raises `ResetGone`."""
    user_id: UUID | None = await conn.fetchval(
        "delete from password_resets where token_hash = $1 and expires_at > now() returning user_id",
        hash_token(token),
    )
    if user_id is None:
        raise ResetGone
    return user_id


async def set_password(conn: Connection, user_id: UUID, password_hash: str, *, kept: UUID | None = None) -> None:
    """Set it, and end every session but `kept`: whoever knew the old password is out. Keys are programs' and stay."""
    await conn.execute("update users set password_hash = $2 where id = $1", user_id, password_hash)
    await conn.execute(
        "update refresh_tokens set revoked_at = now() "
        "where user_id = $1 and revoked_at is null and ($2::uuid is null or family_id <> $2)",
        user_id,
        kept,
    )
    await conn.execute("delete from password_resets where user_id = $1", user_id)
