"""Identity's reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from hoopoe.identity import schemas
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.workspace_schemas import WorkspaceDetails
from hoopoe.kernel.db.housekeeping import DELETED_DAYS
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class UserWithHash:
    """A user and what the password is checked against."""

    user: schemas.User
    password_hash: str


_USER: Final = "id, name, email, locale, totp_confirmed_at is not null as has_second_factor, is_operator"


async def has_users(conn: Connection) -> bool:
    """Whether anybody has registered yet."""
    found: bool = await conn.fetchval("select exists (select from users)")
    return found


async def find_user_by_email(conn: Connection, email: str) -> UserWithHash | None:
    """The user with this e-mail, in whatever case it is written."""
    row = await conn.fetchrow(
        f"select {_USER}, password_hash from users where lower(email) = lower($1)",  # noqa: S608  # a constant
        email.strip(),
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
    row = await conn.fetchrow(f"select {_USER} from users where id = $1", user_id)  # noqa: S608  # a constant
    if row is None:
        raise NotFound
    return _read_user(row)


def _read_user(row: Record) -> schemas.User:
    return schemas.User(**{name: row[name] for name in schemas.User.model_fields})


_WORKSPACE: Final = """
    workspaces.id, workspaces.name, members.role, workspaces.timezone, workspaces.currency, workspaces.languages,
    workspaces.logo_version, workspaces.deleted_at,
    workspaces.deleted_at + make_interval(days => $2) as purged_from
"""
# A deleted workspace is there for its owners alone, and only while it can be restored.
_VISIBLE: Final = "workspaces.purged_at is null and (workspaces.deleted_at is null or members.role = 'owner')"


async def list_memberships(conn: Connection, user_id: UUID) -> list[schemas.Workspace]:
    """The workspaces of a person, oldest membership first, those that its owner deleted last.

    The transaction must have begun for this very user: that is what lets it see them.
    """
    rows = await conn.fetch(
        f"""
        select {_WORKSPACE}
        from members join workspaces on workspaces.id = members.workspace_id
        where members.user_id = $1 and {_VISIBLE}
        order by workspaces.deleted_at is not null, members.created_at, workspaces.id
        """,  # noqa: S608  # constants
        user_id,
        DELETED_DAYS,
    )
    return [schemas.Workspace(**_workspace_fields(row)) for row in rows]


def _workspace_fields(row: Record) -> dict[str, Any]:
    """What the shapes of workspaces are made of."""
    fields = dict(row)
    version = fields.pop("logo_version")
    fields["logo_url"] = f"/api/workspaces/{row['id']}/logo?version={version}" if version is not None else None
    return fields


def summarize(memberships: Sequence[schemas.Workspace]) -> list[schemas.WorkspaceSummary]:
    """The short form for the workspace switcher."""
    return [
        schemas.WorkspaceSummary(
            id=each.id, name=each.name, role=each.role, logo_url=each.logo_url, deleted_at=each.deleted_at
        )
        for each in memberships
    ]


_DETAILS: Final = f"""
    {_WORKSPACE}, workspaces.messages_per_minute, workspaces.customer_messages_per_minute, workspaces.created_at
"""


async def access_workspace(conn: Connection, scope: WorkspaceScope) -> WorkspaceDetails:
    """The workspace of the scope. Raises `NotFound`."""
    row = await conn.fetchrow(
        f"""
        select {_DETAILS}
        from workspaces join members on members.workspace_id = workspaces.id
        where workspaces.id = $1 and members.user_id = $3
        """,  # noqa: S608  # constants
        scope.workspace_id,
        DELETED_DAYS,
        scope.user_id,
    )
    if row is None:
        raise NotFound
    return WorkspaceDetails(**_workspace_fields(row))


async def list_workspaces(
    conn: Connection, scope: WorkspaceScope, *, only: UUID | None, after: UUID | None, limit: int
) -> list[WorkspaceDetails]:
    """The person's workspaces, the oldest first. `only`: this one and no other.

    The transaction must have begun for this very user.
    """
    rows = await conn.fetch(
        f"""
        select {_DETAILS}
        from members join workspaces on workspaces.id = members.workspace_id
        where members.user_id = $1 and {_VISIBLE} and ($3::uuid is null or workspaces.id = $3)
          and ($4::uuid is null or workspaces.id > $4)
        order by workspaces.id limit $5
        """,  # noqa: S608  # constants
        scope.user_id,
        DELETED_DAYS,
        only,
        after,
        limit,
    )
    return [WorkspaceDetails(**_workspace_fields(row)) for row in rows]


async def list_tokens(
    conn: Connection, scope: WorkspaceScope, *, after: UUID | None, limit: int
) -> list[schemas.Token]:
    """One's own tokens that are not revoked, newest first."""
    rows = await conn.fetch(
        """
        select id, name, scopes, requests_per_minute, created_at, expires_at, last_used_at from personal_access_tokens
        where workspace_id = $1 and user_id = $2 and revoked_at is null and ($3::uuid is null or id < $3)
        order by id desc limit $4
        """,
        scope.workspace_id,
        scope.user_id,
        after,
        limit,
    )
    return [schemas.Token(**row) for row in rows]
