"""Invitations: made by those who manage members, accepted by whoever holds the link."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from hoopoe.identity import invitation_schemas as schemas
from hoopoe.identity.actions.invitations import (
    INVITATION_DAYS,
    CreatedInvitation,
    begin_with_invitation,
    create_invitation,
    join_workspace,
    renew_invitation,
    revoke_invitation,
    use_invitation,
)
from hoopoe.identity.actions.register import create_user
from hoopoe.identity.actions.sessions import start_session
from hoopoe.identity.cookies import check_same_origin, read_origin
from hoopoe.identity.devices import remember_device
from hoopoe.identity.errors import (
    AlreadyInvited,
    AlreadyMember,
    EmailTaken,
    InvitationGone,
    OwnersOnly,
    SecondFactorRequired,
    TooManyAtOnce,
    TooManyInvitations,
    TooManyLogins,
    WrongCode,
    WrongCredentials,
)
from hoopoe.identity.http import Conn, CurrentKeyring, CurrentWork, requires
from hoopoe.identity.mails import write_invitation
from hoopoe.identity.member_queries import list_invitations as read_invitations
from hoopoe.identity.passwords import MIN_CHARS, hash_password
from hoopoe.identity.proof import count_guess, forget_guesses, prove_password, prove_second_factor
from hoopoe.identity.queries import find_user_by_email, load_user
from hoopoe.identity.roles import Permission
from hoopoe.identity.routes import answer_session
from hoopoe.identity.schemas import Session
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.errors import CrossOrigin, FieldFault, ValidationFailed
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router, settings_of, work_of
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.mail.queue import put_mail
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.settings import Settings

router = make_router("/api", tag="members")

MayReadMembers = Annotated[WorkspaceScope, requires(Permission.MEMBERS_READ)]
MayManageMembers = Annotated[WorkspaceScope, requires(Permission.MEMBERS_WRITE)]
CurrentSettings = Annotated[Settings, Depends(settings_of)]


@router.get("/invitations", response_model=schemas.InvitationPage, responses=refusals())
async def list_invitations(
    conn: Conn, scope: MayReadMembers, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.InvitationPage:
    """Invitations that nobody used, newest first."""
    rows = await read_invitations(conn, scope, after=decode_id(cursor), limit=limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda invitation: encode_cursor(invitation.id))
    return schemas.InvitationPage(data=list(page), next_cursor=next_cursor)


@router.post(
    "/invitations", status_code=201, responses=refusals(OwnersOnly, AlreadyMember, AlreadyInvited, TooManyInvitations)
)
async def invite(
    work: CurrentWork,
    scope: MayManageMembers,
    settings: CurrentSettings,
    keyring: CurrentKeyring,
    given: schemas.InvitationCreate,
) -> schemas.InvitationCreated:
    """Invite somebody. The link is in this answer, in the mail to the address given, and nowhere else."""
    created = await create_invitation(work.conn, scope, role=given.role, email=given.email)
    return await _hand_out(work, scope, settings, keyring, created)


@router.post("/invitations/{invitation_id}/renew", responses=refusals(OwnersOnly, TooManyInvitations))
async def renew(
    work: CurrentWork, scope: MayManageMembers, settings: CurrentSettings, keyring: CurrentKeyring, invitation_id: UUID
) -> schemas.InvitationCreated:
    """Another link, good for a week, mailed again where there is an address. The old one ends."""
    created = await renew_invitation(work.conn, scope, invitation_id)
    return await _hand_out(work, scope, settings, keyring, created)


@router.delete("/invitations/{invitation_id}", status_code=204, responses=refusals())
async def revoke(conn: Conn, scope: MayManageMembers, invitation_id: UUID) -> None:
    """End an invitation that nobody used."""
    await revoke_invitation(conn, scope, invitation_id)


@router.get("/auth/invitations/{token}", responses=refusals(InvitationGone, is_public=True))
async def read_invitation(request: Request, token: str) -> schemas.InvitationShown:
    """What a stranger who holds the link is told: the workspace's name, the role, and for whom it is."""
    found = await begin_with_invitation(work_of(request), token)
    return schemas.InvitationShown(
        workspace_name=found.workspace_name, role=found.role, email=found.email, expires_at=found.expires_at
    )


@router.post(
    "/auth/invitations/{token}/accept",
    responses=refusals(
        InvitationGone,
        AlreadyMember,
        EmailTaken,
        WrongCredentials,
        SecondFactorRequired,
        WrongCode,
        TooManyLogins,
        TooManyAtOnce,
        CrossOrigin,
        is_public=True,
    ),
)
async def accept_invitation(
    request: Request,
    response: Response,
    settings: CurrentSettings,
    keyring: CurrentKeyring,
    *,
    token: str,
    given: schemas.InvitationAccept,
) -> Session:
    """Become a member and be logged in there, with an account that one has or with a new one."""
    check_same_origin(request, settings)
    password, work = given.password.get_secret_value(), work_of(request)
    # Without an open invitation of one's own nobody learns here whether a password is right.
    await begin_with_invitation(work, token, email=given.email)
    await work.commit()
    guess = await count_guess(request, work, keyring, given.email)
    found, password_hash = guess.found, ""
    if found is None:
        _check_new(given.name, password)
        password_hash = await hash_password(password)
    else:
        await prove_password(work, guess, password)
        await prove_second_factor(work, keyring, guess, found.user, given.code)
    user_id = found.user.id if found is not None else new_id()
    invitation = await begin_with_invitation(work, token, email=given.email, user_id=user_id)
    conn = work.conn
    await use_invitation(conn, invitation, token)
    if found is None:
        await create_user(
            conn,
            user_id=user_id,
            email=given.email,
            name=given.name or "",
            password_hash=password_hash,
            locale=given.locale,
        )
    await forget_guesses(conn, guess)
    await join_workspace(conn, invitation, user_id=user_id, address=guess.address)
    origin = read_origin(request)
    session = await start_session(conn, user_id=user_id, workspace_id=invitation.workspace_id, origin=origin)
    remember_device(request, response, settings, keyring, user_id)
    return await answer_session(request, response, conn, session)


def _check_new(name: str | None, password: str) -> None:
    """Raises `ValidationFailed` for what a new account lacks."""
    faults = []
    if name is None:
        faults.append(FieldFault("name", "Say what you are called.", "missing"))
    if len(password) < MIN_CHARS:
        faults.append(FieldFault("password", f"Use at least {MIN_CHARS} characters.", "too_short"))
    if faults:
        raise ValidationFailed(*faults)


async def _hand_out(
    work: Work, scope: WorkspaceScope, settings: Settings, keyring: Keyring, created: CreatedInvitation
) -> schemas.InvitationCreated:
    """The link, and the mail with it."""
    # Behind the #: no server and no log of a proxy sees the token when the page is opened.
    link = f"{settings.own_url()}/invitation#{created.text}"
    invitation = created.invitation
    if invitation.email is not None:
        inviter = await load_user(work.conn, scope.user_id)
        known = await find_user_by_email(work.conn, invitation.email)
        workspace = await work.conn.fetchval("select name from workspaces where id = $1", scope.workspace_id)
        mail = write_invitation(
            invitation.email,
            locale=(known.user if known is not None else inviter).locale,
            inviter=inviter.name,
            workspace=workspace,
            role=invitation.role,
            link=link,
            days=INVITATION_DAYS,
        )
        await put_mail(work.conn, keyring, mail)
        work.hint(Topic.MAILS)
    is_mailed = invitation.email is not None and settings.smtp_url is not None
    return schemas.InvitationCreated(
        **created.invitation.model_dump(), token=created.text, link=link, is_mailed=is_mailed
    )
