"""Showing who one is: password, second factor, and the password once more before what is grave.

Every wrong try is counted under the throttle's key, and committed also when it is refused.
"""

from __future__ import annotations

from uuid import UUID

from fastapi import Request

from hoopoe.identity.actions.second_factor import take_second_factor
from hoopoe.identity.errors import SecondFactorRequired, SessionOnly, WrongCode, WrongCredentials
from hoopoe.identity.passwords import is_password_right
from hoopoe.identity.queries import UserWithHash, load_password_hash
from hoopoe.identity.schemas import User
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import check_throttle, count_failure, throttle_key
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.secrets import Keyring


async def prove_password(work: Work, key: bytes, found: UserWithHash | None, password: str) -> UserWithHash:
    """Raises `WrongCredentials`. Without a transaction; an unknown person takes as long as a wrong password."""
    is_right = await is_password_right(password, found.password_hash if found is not None else None)
    if not is_right or found is None:
        await count_failure(await work.begin(role=tenancy.APP), key)
        await work.commit()
        raise WrongCredentials
    return found


async def prove_second_factor(work: Work, keyring: Keyring, key: bytes, user: User, code: str | None) -> None:
    """Raises `SecondFactorRequired` or `WrongCode` where the account asks for a code. Inside a transaction."""
    if not user.has_second_factor:
        return
    if code is None:
        raise SecondFactorRequired
    if not await take_second_factor(work.conn, keyring, user_id=user.id, code=code):
        await count_failure(work.conn, key)
        await work.commit()
        raise WrongCode


def require_session(scope: WorkspaceScope) -> UUID:
    """The session that asks. Raises `SessionOnly` for a key: what is a person's own is no program's."""
    if scope.session_id is None:
        raise SessionOnly
    return scope.session_id


async def prove_own_password(request: Request, work: Work, scope: WorkspaceScope, password: str, *, field: str) -> None:
    """Raises `SessionOnly` for a key, `TooManyLogins`, or `ValidationFailed` naming the field.

    The request's connection is let go meanwhile: `work.conn` is another one afterwards.
    """
    require_session(scope)
    key = throttle_key(f"password|{scope.user_id}", request.client.host if request.client is not None else "")
    await check_throttle(work.conn, key)
    password_hash = await load_password_hash(work.conn, scope.user_id)
    async with work.released():
        is_right = await is_password_right(password, password_hash)
    if not is_right:
        await count_failure(work.conn, key)
        await work.commit()
        raise ValidationFailed(FieldFault(field, "This is not your password.", "wrong_password"))
