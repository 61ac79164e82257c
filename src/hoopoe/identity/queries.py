"""Identity's reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hoopoe.identity import schemas
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class UserWithHash:
    """A user and what the password is checked against."""

    user: schemas.User
    password_hash: str


async def has_users(conn: Connection) -> bool:
    """Whether anybody has registered yet."""
    found: bool = await conn.fetchval("select exists (select from users)")
    return found


async def find_user_by_email(conn: Connection, email: str) -> UserWithHash | None:
    """The user with this e-mail, in whatever case it is written."""
    row = await conn.fetchrow(
        "select id, name, email, locale, password_hash from users where lower(email) = lower($1)", email.strip()
    )
    return UserWithHash(_read_user(row), row["password_hash"]) if row is not None else None


async def load_password_hash(conn: Connection, user_id: UUID) -> str:
    """What a person's password is checked against. Raises `NotFound`."""
    found: str | None = await conn.fetchval("select password_hash from users where id = $1", user_id)
    if found is None:
        raise NotFound
    return found


async def load_user(conn: Connection, user_id: UUID) -> schemas.User:
    """A user by id. Raises `NotFound`."""
    row = await conn.fetchrow("select id, name, email, locale from users where id = $1", user_id)
    if row is None:
        raise NotFound
    return _read_user(row)


def _read_user(row: Record) -> schemas.User:
    return schemas.User(id=row["id"], name=row["name"], email=row["email"], locale=schemas.Locale(row["locale"]))


async def list_memberships(conn: Connection, user_id: UUID) -> list[schemas.Workspace]:
    """The workspaces of a person, oldest membership first.

    The transaction must have begun for this very user: that is what lets it see them.
    """
    rows = await conn.fetch(
        """
        select workspaces.id, workspaces.name, members.role, workspaces.timezone, workspaces.currency,
               workspaces.languages
        from members join workspaces on workspaces.id = members.workspace_id
        where members.user_id = $1
        order by members.created_at, workspaces.id
        """,
        user_id,
    )
    return [
        schemas.Workspace(
            id=row["id"],
            name=row["name"],
            role=Role(row["role"]),
            timezone=row["timezone"],
            currency=row["currency"],
            languages=row["languages"],
        )
        for row in rows
    ]


def summarize(memberships: Sequence[schemas.Workspace]) -> list[schemas.WorkspaceSummary]:
    """The short form for the workspace switcher."""
    return [schemas.WorkspaceSummary(id=each.id, name=each.name, role=each.role) for each in memberships]


async def list_tokens(
    conn: Connection, scope: WorkspaceScope, *, after: UUID | None, limit: int
) -> list[schemas.Token]:
    """One's own tokens that are not revoked, newest first."""
    rows = await conn.fetch(
        """
        select id, name, scopes, created_at, expires_at, last_used_at from personal_access_tokens
        where workspace_id = $1 and user_id = $2 and revoked_at is null and ($3::uuid is null or id < $3)
        order by id desc limit $4
        """,
        scope.workspace_id,
        scope.user_id,
        after,
        limit,
    )
    return [schemas.Token(**row) for row in rows]
