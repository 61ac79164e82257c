"""One's own second factor: on, off, recovery codes."""

from __future__ import annotations

from typing import Annotated

from hoopoe.identity import schemas
from hoopoe.identity.actions.audit import record
from hoopoe.identity.actions.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    count_recovery_codes,
    end_second_factor,
    renew_recovery_codes,
)
from hoopoe.identity.errors import SecondFactorOff, SecondFactorOn, SessionOnly, TooManyAtOnce, TooManyLogins
from hoopoe.identity.http import CurrentKeyring, CurrentWork, requires
from hoopoe.identity.proof import prove_own_password, require_session
from hoopoe.identity.queries import load_user
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import CODES, give_back, refuse_over, spend
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api/auth/second-factor", tag="account")

MayRead = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_READ)]
MayChange = Annotated[WorkspaceScope, requires(Permission.ACCOUNT_WRITE)]


@router.get("", responses=refusals(SessionOnly))
async def read_second_factor(work: CurrentWork, scope: MayRead) -> schemas.SecondFactor:
    """Whether logging in asks for a code, and how many recovery codes are left."""
    require_session(scope)
    user = await load_user(work.conn, scope.user_id)
    left = await count_recovery_codes(work.conn, scope.user_id)
    return schemas.SecondFactor(is_on=user.has_second_factor, recovery_codes_left=left)


@router.post("", status_code=201, responses=refusals(SecondFactorOn, SessionOnly, TooManyLogins, TooManyAtOnce))
async def begin_second_factor(
    work: CurrentWork, scope: MayChange, keyring: CurrentKeyring, given: schemas.PasswordProof
) -> schemas.SecondFactorEnrolment:
    """A secret for an authenticator app. Nothing changes before `…/confirm` has seen a code of it."""
    await prove_own_password(work, scope, given.password.get_secret_value(), field="password")
    user = await load_user(work.conn, scope.user_id)
    if user.has_second_factor:
        raise SecondFactorOn
    made = await begin_enrolment(work.conn, keyring, user_id=user.id, email=user.email)
    return schemas.SecondFactorEnrolment(secret=made.secret, uri=made.uri)


@router.post("/confirm", responses=refusals(SecondFactorOn, SessionOnly, TooManyLogins))
async def confirm_second_factor(
    work: CurrentWork, scope: MayChange, keyring: CurrentKeyring, given: schemas.SecondFactorCode
) -> schemas.RecoveryCodes:
    """Switch it on by a code of the app. The answer is the recovery codes, this once."""
    require_session(scope)
    if (await load_user(work.conn, scope.user_id)).has_second_factor:
        raise SecondFactorOn
    one = CODES.of(scope.user_id)
    spent = await spend(work.conn, one)
    async with work.released():
        refuse_over(spent)
    codes = await confirm_enrolment(work.conn, keyring, user_id=scope.user_id, code=given.code)
    if codes is None:
        raise ValidationFailed(FieldFault("code", "This is not what the app shows now.", "wrong_code"))
    await give_back(work.conn, one)
    await _record(work, scope, "second_factor.switched_on")
    return schemas.RecoveryCodes(codes=codes)


@router.post("/recovery-codes", responses=refusals(SecondFactorOff, SessionOnly, TooManyLogins, TooManyAtOnce))
async def renew_codes(work: CurrentWork, scope: MayChange, given: schemas.PasswordProof) -> schemas.RecoveryCodes:
    """New recovery codes; the old ones end."""
    await prove_own_password(work, scope, given.password.get_secret_value(), field="password")
    if not (await load_user(work.conn, scope.user_id)).has_second_factor:
        raise SecondFactorOff
    codes = await renew_recovery_codes(work.conn, scope.user_id)
    await _record(work, scope, "second_factor.codes_renewed")
    return schemas.RecoveryCodes(codes=codes)


@router.post("/off", status_code=204, responses=refusals(SessionOnly, TooManyLogins, TooManyAtOnce))
async def switch_second_factor_off(work: CurrentWork, scope: MayChange, given: schemas.PasswordProof) -> None:
    """Ask for a password alone again."""
    await prove_own_password(work, scope, given.password.get_secret_value(), field="password")
    if (await load_user(work.conn, scope.user_id)).has_second_factor:
        await end_second_factor(work.conn, scope.user_id)
        await _record(work, scope, "second_factor.switched_off")


async def _record(work: CurrentWork, scope: WorkspaceScope, action: str) -> None:
    await record(work.conn, scope, action, target_kind="user", target_id=scope.user_id)
