"""Showing who one is: password, second factor, and the password once more before what is grave.

Every try is counted and committed before it is looked at; a right one is given back.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import Request

from hoopoe.identity.actions.audit import STRANGER, record_of_person
from hoopoe.identity.actions.second_factor import take_second_factor
from hoopoe.identity.cookies import read_address
from hoopoe.identity.devices import read_device
from hoopoe.identity.errors import SecondFactorRequired, SessionOnly, WrongCode, WrongCredentials
from hoopoe.identity.passwords import is_password_right
from hoopoe.identity.queries import UserWithHash, find_user_by_email, load_password_hash
from hoopoe.identity.schemas import User
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import (
    CODES,
    LOGINS_FROM_DEVICE,
    LOGINS_FROM_PLACE,
    LOGINS_OF_ACCOUNT,
    OWN_PASSWORD,
    Spent,
    Try,
    count_tries,
    forget,
    give_back,
    group_address,
    refuse_over,
    spend,
)
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring

# How many logins are counted at once: a flood of them waits here, and leaves connections to everybody else.
_COUNTING: Final = asyncio.Semaphore(5)


@dataclass(frozen=True, slots=True)
class Guess:
    """A password for an e-mail, counted and not looked at yet. `found` None: nobody has this e-mail."""

    found: UserWithHash | None
    address: str | None
    tries: tuple[Try, ...]
    widest: Spent

    @property
    def nearest(self) -> Try:
        """The budget of who guesses, not of whom it is about."""
        return self.tries[0]


async def count_guess(request: Request, work: Work, keyring: Keyring, email: str) -> Guess:
    """Count a guess. Raises `TooManyLogins`. Without a transaction.

    A browser that the person has used before has a budget of its own: whatever strangers do, there one gets in.
    """
    address = read_address(request)
    account = email.strip().lower()
    async with _COUNTING:
        conn = await work.begin(role=tenancy.APP)
        found = await find_user_by_email(conn, email)
        device = read_device(request, keyring, found.user.id) if found is not None else None
        if device is not None:
            tries: tuple[Try, ...] = (LOGINS_FROM_DEVICE.of(account, device),)
        else:
            tries = (LOGINS_FROM_PLACE.of(account, group_address(address)), LOGINS_OF_ACCOUNT.of(account))
        spent = await spend(conn, *tries)
        await work.commit()
    refuse_over(spent)
    return Guess(found, address, tries, spent[-1])


async def prove_password(work: Work, guess: Guess, password: str) -> UserWithHash:
    """Raises `WrongCredentials`. Without a transaction; an unknown person takes as long as a wrong password."""
    found = guess.found
    is_right = await is_password_right(password, found.password_hash if found is not None else None)
    if not is_right or found is None:
        user_id = found.user.id if found is not None else new_id()
        await _note_refusal(work, user_id, guess.address, guess.widest, "password")
        raise WrongCredentials
    await give_back(await work.begin(role=tenancy.APP), *guess.tries)
    await work.commit()
    return found


async def prove_second_factor(work: Work, keyring: Keyring, guess: Guess, user: User, code: str | None) -> None:
    """Raises `SecondFactorRequired`, `WrongCode` or `TooManyLogins` where the account asks for a code.

    Without a transaction. A code that was right is used up, whatever becomes of the request. Codes are counted by
    the person alone: who guesses them knows the password.
    """
    if not user.has_second_factor:
        return
    if code is None:
        raise SecondFactorRequired
    one = CODES.of(user.id)
    [spent] = await count_tries(work, one)
    conn = await work.begin(role=tenancy.APP)
    is_right = await take_second_factor(conn, keyring, user_id=user.id, code=code)
    if is_right:
        await give_back(conn, one)
    await work.commit()
    if not is_right:
        await _note_refusal(work, user.id, guess.address, spent, "code")
        raise WrongCode


async def forget_guesses(conn: Connection, guess: Guess) -> None:
    """A login went well: who made it begins anew. What strangers spent of the account's own budget stays spent."""
    await forget(conn, guess.nearest)


async def _note_refusal(work: Work, user_id: UUID, address: str | None, spent: Spent, what: str) -> None:
    if not spent.is_notable:
        return
    conn = await work.begin(role=tenancy.APP, user_id=user_id)
    after: JsonObject = {"wrong": what, "tries": spent.count}
    await record_of_person(conn, user_id, "session.refused", actor_kind=STRANGER, address=address, after=after)
    await work.commit()


def require_session(scope: WorkspaceScope) -> UUID:
    """The session that asks. Raises `SessionOnly` for a key: what is a person's own is no program's."""
    if scope.session_id is None:
        raise SessionOnly
    return scope.session_id


async def prove_own_password(work: Work, scope: WorkspaceScope, password: str, *, field: str) -> None:
    """Raises `SessionOnly` for a key, `TooManyLogins`, or `ValidationFailed` naming the field.

    The request's connection is let go meanwhile: `work.conn` is another one afterwards.
    """
    one = OWN_PASSWORD.of(require_session(scope))
    password_hash = await load_password_hash(work.conn, scope.user_id)
    spent = await spend(work.conn, one)
    async with work.released():
        refuse_over(spent)
        is_right = await is_password_right(password, password_hash)
    if not is_right:
        raise ValidationFailed(FieldFault(field, "This is not your password.", "wrong_password"))
    await give_back(work.conn, one)
