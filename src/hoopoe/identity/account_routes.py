"""One's own account: the password, and where one is logged in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from hoopoe.identity import schemas
from hoopoe.identity.actions.audit import record
from hoopoe.identity.actions.passwords import RESET_MINUTES, create_reset, set_password, use_reset
from hoopoe.identity.actions.sessions import end_own_session
from hoopoe.identity.actions.sessions import list_sessions as read_sessions
from hoopoe.identity.cookies import check_same_origin
from hoopoe.identity.errors import ResetGone, SessionOnly, TooManyLogins
from hoopoe.identity.http import CurrentKeyring, CurrentWork, requires
from hoopoe.identity.mails import write_password_reset
from hoopoe.identity.passwords import hash_password
from hoopoe.identity.proof import prove_own_password, require_session
from hoopoe.identity.queries import find_user_by_email
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import check_throttle, count_failure, throttle_key
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
    key = throttle_key(f"reset|{given.email}", request.client.host if request.client is not None else "")
    work = work_of(request)
    conn = await work.begin(role=tenancy.APP)
    await check_throttle(conn, key)
    await count_failure(conn, key)
    found = await find_user_by_email(conn, given.email)
    if found is None:
        return
    token = await create_reset(conn, found.user.id)
    # Behind the #: no server and no log of a proxy sees the token when the page is opened.
    link = f"{settings.own_url()}/new-password#{token}"
    mail = write_password_reset(found.user.email, locale=found.user.locale, link=link, minutes=RESET_MINUTES)
    await put_mail(conn, keyring, mail)
    work.hint(Topic.MAILS)


@router.post("/password-reset/{token}", status_code=204, responses=refusals(ResetGone, CrossOrigin, is_public=True))
async def reset_password(request: Request, settings: CurrentSettings, token: str, given: schemas.PasswordReset) -> None:
    """Set a new password by a mailed link. Every session of the person ends."""
    check_same_origin(request, settings)
    password_hash = await hash_password(given.password.get_secret_value())
    conn = await work_of(request).begin(role=tenancy.APP)
    await set_password(conn, await use_reset(conn, token), password_hash)


@router.post("/password", status_code=204, responses=refusals(TooManyLogins, SessionOnly))
async def change_password(request: Request, work: CurrentWork, scope: MayChange, given: schemas.PasswordChange) -> None:
    """Change one's own password. Every other session ends."""
    await prove_own_password(request, work, scope, given.current_password.get_secret_value(), field="current_password")
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
