"""Operators run this Hoopoe: they see the pages about all workspaces, and no workspace opens to them by that.

An operator is a person (`users.is_operator`, in a browser session) or a program with an operator's key (`hak_…`).
The first person to register is one; `hoopoe operator` makes and unmakes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import Field

from hoopoe.identity.authentication import LAST_USED_STEP_SECONDS, begin_as
from hoopoe.identity.errors import OperatorsOnly
from hoopoe.identity.http import read_api_key, read_bearer, signer_of
from hoopoe.identity.tokens import OPERATOR_PREFIX
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotAuthenticated
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, Page, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router, work_of
from hoopoe.kernel.http.shapes import Wire, refusals
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import hash_token, new_token

router = make_router("/api/operator", tag="operator")


async def _begin_as_operator(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(read_bearer)],
    api_key: Annotated[str | None, Security(read_api_key)],
) -> Connection:
    """The request's transaction over everything, for reading. Raises `NotAuthenticated` or `OperatorsOnly`."""
    tokens = {text for text in (bearer.credentials if bearer is not None else None, api_key) if text}
    if len(tokens) != 1:
        raise NotAuthenticated
    token, work = tokens.pop(), work_of(request)
    if token.startswith(OPERATOR_PREFIX):
        await _use_key(work, token)
    else:
        scope = await begin_as(work, signer_of(request), bearer=token, wanted=None)
        # A key of a workspace stays a key of that workspace, whosever it is.
        if scope.session_id is None or not await is_operator(work.conn, scope.user_id):
            raise OperatorsOnly
    await work.commit()
    return await work.begin(role=tenancy.OPERATOR)


Operator = Annotated[Connection, Depends(_begin_as_operator)]


async def is_operator(conn: Connection, user_id: UUID) -> bool:
    """Whether the person runs this Hoopoe."""
    found: bool | None = await conn.fetchval("select is_operator from users where id = $1", user_id)
    return found is True


async def _use_key(work: Work, token: str) -> None:
    conn = await work.begin(role=tenancy.APP)
    key_id = await conn.fetchval(
        "select id from operator_keys where token_hash = $1 and revoked_at is null", hash_token(token)
    )
    if key_id is None:
        raise NotAuthenticated
    await conn.execute(
        """
        update operator_keys set last_used_at = now()
        where id = $1 and (last_used_at is null or last_used_at < now() - make_interval(secs => $2))
        """,
        key_id,
        LAST_USED_STEP_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class OperatorKey:
    """A key as it is listed."""

    name: str
    created_at: datetime
    last_used_at: datetime | None


async def create_operator_key(conn: Connection, name: str) -> str:
    """A new key. Its text is known here and never again."""
    text = new_token(OPERATOR_PREFIX)
    await keep_operator_key(conn, name, text)
    return text


async def keep_operator_key(conn: Connection, name: str, text: str) -> None:
    """Let a key of the operator's work, unless it does already."""
    await conn.execute(
        "insert into operator_keys (id, name, token_hash) values ($1, $2, $3) on conflict do nothing",
        new_id(),
        name,
        hash_token(text),
    )


async def list_operator_keys(conn: Connection) -> list[OperatorKey]:
    """The keys that work, oldest first."""
    rows = await conn.fetch(
        "select name, created_at, last_used_at from operator_keys where revoked_at is null order by id"
    )
    return [OperatorKey(**row) for row in rows]


async def revoke_operator_keys(conn: Connection, name: str) -> int:
    """End the keys of a name; returns how many."""
    tag = await conn.execute("update operator_keys set revoked_at = now() where name = $1 and revoked_at is null", name)
    return int(tag.rsplit(" ", 1)[-1])


async def set_operator(conn: Connection, email: str, *, is_one: bool) -> bool:
    """Make or unmake an operator; False where nobody has this e-mail."""
    tag = await conn.execute("update users set is_operator = $2 where lower(email) = lower($1)", email.strip(), is_one)
    return tag.endswith(" 1")


async def list_operators(conn: Connection) -> list[str]:
    """Their e-mails."""
    return [row["email"] for row in await conn.fetch("select email from users where is_operator order by email")]


class OperatedWorkspace(Wire):
    """A workspace as whoever runs this Hoopoe sees it: no message, no contact."""

    id: UUID
    name: str
    owners: list[str] = Field(description="Their e-mails.")
    member_count: int
    active_channel_count: int
    created_at: datetime
    last_conversation_at: datetime | None
    deleted_at: datetime | None


class OperatedWorkspacePage(Page[OperatedWorkspace]):
    """All workspaces."""


_WORKSPACES: Final = """
select workspaces.id, workspaces.name, workspaces.created_at, workspaces.deleted_at,
       array(
           select users.email from members join users on users.id = members.user_id
           where members.workspace_id = workspaces.id and members.role = 'owner' order by members.created_at
       ) as owners,
       (select count(*) from members where members.workspace_id = workspaces.id) as member_count,
       (
           select count(*) from channels where channels.workspace_id = workspaces.id and status = 'active'
       ) as active_channel_count,
       (
           select last_at from conversations where conversations.workspace_id = workspaces.id
           order by last_at desc limit 1
       ) as last_conversation_at
from workspaces
where workspaces.purged_at is null and ($1::uuid is null or workspaces.id < $1)
order by workspaces.id desc limit $2
"""


@router.get("/workspaces", responses=refusals(OperatorsOnly))
async def list_all_workspaces(
    conn: Operator, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> OperatedWorkspacePage:
    """Every workspace of this Hoopoe, the newest first. For operators."""
    rows = await conn.fetch(_WORKSPACES, decode_id(cursor), limit + 1)
    page, next_cursor = cut_page([OperatedWorkspace(**row) for row in rows], limit, lambda each: encode_cursor(each.id))
    return OperatedWorkspacePage(data=list(page), next_cursor=next_cursor)
