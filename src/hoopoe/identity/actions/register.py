"""A new person, with a workspace of their own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from hoopoe.identity.errors import EmailTaken
from hoopoe.identity.roles import Role
from hoopoe.identity.schemas import Locale
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.http.work import savepoint


@dataclass(frozen=True, slots=True)
class NewOwner:
    """What registering needs. The ids are the caller's: the transaction begins over the new workspace."""

    user_id: UUID
    workspace_id: UUID
    name: str
    email: str
    password_hash: str
    workspace_name: str
    locale: Locale = Locale.EN


async def create_user_with_workspace(conn: Connection, owner: NewOwner) -> WorkspaceScope:
    """Create a user, a workspace and the ownership that binds them.

    The transaction is `hoopoe_app` over `owner.workspace_id`. Raises `EmailTaken`; the transaction can
    go on after that.
    """
    await create_user(
        conn,
        user_id=owner.user_id,
        email=owner.email,
        name=owner.name,
        password_hash=owner.password_hash,
        locale=owner.locale,
    )
    await conn.execute("insert into workspaces (id, name) values ($1, $2)", owner.workspace_id, owner.workspace_name)
    await conn.execute(
        "insert into members (workspace_id, user_id, role) values ($1, $2, $3)",
        owner.workspace_id,
        owner.user_id,
        Role.OWNER,
    )
    return make_scope(owner.workspace_id, owner.user_id, Role.OWNER, PrincipalKind.SESSION)


async def create_user(
    conn: Connection, *, user_id: UUID, email: str, name: str, password_hash: str, locale: Locale
) -> None:
    """Create a person; the very first runs this Hoopoe. Raises `EmailTaken`; the transaction can go on after that."""
    try:
        async with savepoint(conn):
            await conn.execute(
                "insert into users (id, email, name, password_hash, locale, is_operator) "
                "values ($1, $2, $3, $4, $5, not exists (select from users))",
                user_id,
                email,
                name,
                password_hash,
                locale,
            )
    except asyncpg.UniqueViolationError:
        raise EmailTaken from None
