"""One's own account: the password, and where one is logged in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from hoopoe.identity import schemas
from hoopoe.identity.actions.audit import LINK, record, record_of_person
from hoopoe.identity.actions.passwords import RESET_MINUTES, check_reset, create_reset, set_password, use_reset
from hoopoe.identity.actions.sessions import end_own_session
from hoopoe.identity.actions.sessions import list_sessions as read_sessions
from hoopoe.identity.cookies import check_same_origin, read_address
from hoopoe.identity.devices import remember_device
from hoopoe.identity.errors import ResetGone, SessionOnly, TooManyAtOnce, TooManyLogins
from hoopoe.identity.http import CurrentKeyring, CurrentWork, requires
from hoopoe.identity.mails import write_password_reset
from hoopoe.identity.passwords import hash_password
from hoopoe.identity.proof import prove_own_password, require_session
from hoopoe.identity.queries import find_user_by_email
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import RESETS_FROM_PLACE, RESETS_OF_ACCOUNT, count_tries, group_address
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.errors import CrossOrigin
from hoopoe.kernel.http.route import make_router, settings_of, work_of
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.mail.queue import put_mail
from hoopoe.kernel.settings import Settings

router = make_router("/api/auth", tag="account")

MayRead = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_READ)]
MayChange = Annotated[WorkspaceScope, requires(Permission.ACCOUNT_WRITE)]
CurrentSettings = Annotated[Settings, Depends(settings_of)]


@router.post("/password-reset", status_code=202, responses=refusals(TooManyLogins, CrossOrigin, is_public=True))
async def forget_password(
    request: Request, settings: CurrentSettings, keyring: CurrentKeyring, given: schemas.PasswordForgotten
) -> None:
    """Mail a link for a new password, if there is such a person. The answer is the same if there is not."""
    check_same_origin(request, settings)
    work, account = work_of(request), given.email.strip().lower()
    place = group_address(read_address(request))
    await count_tries(work, RESETS_FROM_PLACE.of(account, place), RESETS_OF_ACCOUNT.of(account))
    conn = await work.begin(role=tenancy.APP)
    found = await find_user_by_email(conn, given.email)
    if found is None:
        return
    token = await create_reset(conn, found.user.id)
    # Behind the #: no server and no log of a proxy sees the token when the page is opened.
    link = f"{settings.own_url()}/new-password#{token}"
    mail = write_password_reset(found.user.email, locale=found.user.locale, link=link, minutes=RESET_MINUTES)
    await put_mail(conn, keyring, mail)
    work.hint(Topic.MAILS)


@router.post(
    "/password-reset/{token}",
    status_code=204,
    responses=refusals(ResetGone, TooManyAtOnce, CrossOrigin, is_public=True),
)
async def reset_password(
    request: Request,
    response: Response,
    settings: CurrentSettings,
    keyring: CurrentKeyring,
    *,
    token: str,
    given: schemas.PasswordReset,
) -> None:
    """Set a new password by a mailed link. Every session of the person ends; keys go on."""
    check_same_origin(request, settings)
    work = work_of(request)
    await check_reset(await work.begin(role=tenancy.APP), token)
    await work.commit()
    password_hash = await hash_password(given.password.get_secret_value())
    conn = await work.begin(role=tenancy.APP)
    user_id = await use_reset(conn, token)
    await set_password(conn, user_id, password_hash)
    await work.know_user(user_id)
    await record_of_person(conn, user_id, "password.reset", actor_kind=LINK, address=read_address(request))
    remember_device(request, response, settings, keyring, user_id)


@router.post("/password", status_code=204, responses=refusals(TooManyLogins, TooManyAtOnce, SessionOnly))
async def change_password(work: CurrentWork, scope: MayChange, given: schemas.PasswordChange) -> None:
    """Change one's own password. Every other session ends; keys go on."""
    await prove_own_password(work, scope, given.current_password.get_secret_value(), field="current_password")
    async with work.released():
        new_hash = await hash_password(given.new_password.get_secret_value())
    await set_password(work.conn, scope.user_id, new_hash, kept=scope.session_id)
    await record(work.conn, scope, "password.changed", target_kind="user", target_id=scope.user_id)


@router.get("/sessions", responses=refusals(SessionOnly))
async def list_sessions(work: CurrentWork, scope: MayRead) -> schemas.BrowserSessions:
    """Where one is logged in, the last used first."""
    current = require_session(scope)
    return schemas.BrowserSessions(data=await read_sessions(work.conn, scope.user_id, current=current))


@router.delete("/sessions/{session_id}", status_code=204, responses=refusals(SessionOnly))
async def end_session(work: CurrentWork, scope: MayChange, session_id: UUID) -> None:
    """End one of one's own sessions, also this one."""
    require_session(scope)
    await end_own_session(work.conn, scope.user_id, session_id)
