"""Register, log in, refresh, log out, who am I; personal access tokens; WebSocket tickets."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Header, Request, Response

from hoopoe.identity import schemas
from hoopoe.identity.actions.audit import record
from hoopoe.identity.actions.register import NewOwner, create_user_with_workspace
from hoopoe.identity.actions.sessions import (
    RefreshToken,
    end_session,
    find_session,
    move_session,
    rotate_session,
    start_session,
)
from hoopoe.identity.actions.tokens import create_ticket, create_token, revoke_token
from hoopoe.identity.actions.workspaces import create_workspace
from hoopoe.identity.cookies import (
    COOKIE,
    check_same_origin,
    clear_refresh_cookie,
    read_address,
    read_origin,
    set_refresh_cookie,
)
from hoopoe.identity.devices import remember_device
from hoopoe.identity.errors import (
    EmailTaken,
    NoWorkspace,
    SecondFactorRequired,
    SessionExpired,
    SessionOnly,
    TooManyAtOnce,
    TooManyLogins,
    TooManyRegistrations,
    WrongCode,
    WrongCredentials,
)
from hoopoe.identity.http import Conn, CurrentKeyring, requires, signer_of
from hoopoe.identity.passwords import hash_password, needs_rehash
from hoopoe.identity.proof import count_guess, forget_guesses, prove_password, prove_second_factor, require_session
from hoopoe.identity.queries import has_users, list_memberships, list_tokens, load_user, summarize
from hoopoe.identity.roles import Permission, Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.identity.throttle import HOUR, Budget, count_tries, group_address
from hoopoe.identity.tokens import ACCESS_SECONDS, TICKET_SECONDS, AccessClaims
from hoopoe.identity.workspace_schemas import WorkspaceCreate
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import CrossOrigin
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router, settings_of, work_of
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings

router = make_router("/api", tag="identity")

MayRead = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_READ)]
MayManageTokens = Annotated[WorkspaceScope, requires(Permission.TOKENS_WRITE)]
CurrentSettings = Annotated[Settings, Depends(settings_of)]
WantedWorkspace = Annotated[UUID | None, Header(alias="X-Workspace-Id", description="The workspace to go on in.")]


@router.get("/auth/setup", responses=refusals(is_public=True))
async def read_setup(request: Request, settings: CurrentSettings) -> schemas.Setup:
    """What the first page needs to know before anybody has logged in."""
    conn = await work_of(request).begin(role=tenancy.APP)
    simulator_url = _simulator_url(settings)
    return schemas.Setup(
        needs_setup=not await has_users(conn),
        has_simulator=simulator_url is not None,
        simulator_url=simulator_url,
    )


@router.post(
    "/auth/register",
    status_code=201,
    responses=refusals(EmailTaken, TooManyRegistrations, TooManyAtOnce, CrossOrigin, is_public=True),
)
async def register(
    request: Request, response: Response, settings: CurrentSettings, keyring: CurrentKeyring, given: schemas.Register
) -> schemas.Session:
    """Create a user with a workspace of the user's own, and log in."""
    check_same_origin(request, settings)
    work = work_of(request)
    if settings.registrations_per_hour:
        budget = Budget("registration from an address", settings.registrations_per_hour, HOUR)
        one = budget.of(group_address(read_address(request)))
        await count_tries(work, one, refusal=TooManyRegistrations)
    owner = NewOwner(
        user_id=new_id(),
        workspace_id=new_id(),
        name=given.name,
        email=given.email,
        password_hash=await hash_password(given.password.get_secret_value()),
        workspace_name=given.workspace_name,
        locale=given.locale,
    )
    conn = await work.begin(role=tenancy.APP, workspaces=[owner.workspace_id], user_id=owner.user_id)
    await create_user_with_workspace(conn, owner)
    token = await start_session(
        conn, user_id=owner.user_id, workspace_id=owner.workspace_id, origin=read_origin(request)
    )
    remember_device(request, response, settings, keyring, owner.user_id)
    return await answer_session(request, response, conn, token)


@router.post(
    "/auth/login",
    responses=refusals(
        WrongCredentials,
        SecondFactorRequired,
        WrongCode,
        NoWorkspace,
        TooManyLogins,
        TooManyAtOnce,
        CrossOrigin,
        is_public=True,
    ),
)
async def login(
    request: Request, response: Response, settings: CurrentSettings, keyring: CurrentKeyring, given: schemas.Login
) -> schemas.Session:
    """Log in. A wrong e-mail takes as long as a wrong password, and is answered alike.

    Where the account has a second factor, `second_factor_required` asks for the same again with a `code`; where it
    belongs to no workspace any more, `no_workspace` asks for it with a `workspace_name`.
    """
    check_same_origin(request, settings)
    password = given.password.get_secret_value()
    work = work_of(request)
    guess = await count_guess(request, work, keyring, given.email)
    found = await prove_password(work, guess, password)
    await prove_second_factor(work, keyring, guess, found.user, given.code)
    new_hash = await hash_password(password) if needs_rehash(found.password_hash) else None
    conn = await work.begin(role=tenancy.APP, user_id=found.user.id)
    await forget_guesses(conn, guess)
    if new_hash is not None:
        await conn.execute("update users set password_hash = $2 where id = $1", found.user.id, new_hash)
    memberships = await list_memberships(conn, found.user.id)
    if not memberships and given.workspace_name is None:
        raise NoWorkspace
    if not memberships:
        await work.commit()
        conn = await _open_workspace(work, found.user.id, str(given.workspace_name), address=guess.address)
        memberships = await list_memberships(conn, found.user.id)
    workspace = memberships[0]
    token = await start_session(conn, user_id=found.user.id, workspace_id=workspace.id, origin=read_origin(request))
    session = await answer_session(request, response, conn, token)
    remember_device(request, response, settings, keyring, found.user.id)
    await work.narrow(workspace.id)
    scope = make_scope(workspace.id, found.user.id, workspace.role, PrincipalKind.SESSION, address=guess.address)
    await record(conn, scope, "session.started", target_kind="session", target_id=token.family_id)
    return session


@router.post("/auth/refresh", responses=refusals(SessionExpired, NoWorkspace, CrossOrigin, is_public=True))
async def refresh(
    request: Request, response: Response, settings: CurrentSettings, workspace_id: WantedWorkspace = None
) -> schemas.Session:
    """Exchange the refresh cookie for a new session answer and a new cookie.

    With `X-Workspace-Id` the session goes on in that workspace, and new tabs begin there. Where one is no
    member (any more), it goes on where it was; where one is a member of none, it ends.
    """
    check_same_origin(request, settings)
    text = request.cookies.get(COOKIE)
    if text is None:
        raise SessionExpired
    work = work_of(request)
    token = await rotate_session(await work.begin(role=tenancy.APP), text, origin=read_origin(request))
    await work.commit()
    if token is None:
        raise SessionExpired
    conn = await work.begin(role=tenancy.APP, user_id=token.user_id)
    if workspace_id is not None and workspace_id != token.workspace_id:
        token = await move_session(conn, token, workspace_id)
    try:
        return await answer_session(request, response, conn, token, wanted=workspace_id)
    except NoWorkspace:
        await end_session(conn, token.family_id)
        await work.commit()
        raise


@router.post("/auth/logout", status_code=204, responses=refusals(CrossOrigin, is_public=True))
async def logout(request: Request, response: Response, settings: CurrentSettings) -> None:
    """End the session of the cookie, with all its tokens. Without a cookie there is nothing to do."""
    check_same_origin(request, settings)
    text = request.cookies.get(COOKIE)
    clear_refresh_cookie(response, settings)
    if text is None:
        return
    conn = await work_of(request).begin(role=tenancy.APP)
    family_id = await find_session(conn, text)
    if family_id is not None:
        await end_session(conn, family_id)


@router.get("/auth/me", responses=refusals())
async def read_me(conn: Conn, scope: MayRead) -> schemas.Me:
    """Who asks, in which workspace, with which permissions."""
    memberships = await _list_own_memberships(conn, scope)
    return schemas.Me(
        user=await load_user(conn, scope.user_id),
        workspace=next(each for each in memberships if each.id == scope.workspace_id),
        permissions=sorted(scope.permissions),
        workspaces=summarize(memberships),
    )


async def _list_own_memberships(conn: Connection, scope: WorkspaceScope) -> list[schemas.Workspace]:
    """All workspaces of a session's person; of a token's only its own, for it opens no other."""
    memberships = await list_memberships(conn, scope.user_id)
    own = [each for each in memberships if each.id == scope.workspace_id]
    return memberships if scope.principal is not PrincipalKind.TOKEN else own


@router.post("/ws-ticket", responses=refusals())
async def create_ws_ticket(
    conn: Conn, scope: Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_READ)]
) -> schemas.Ticket:
    """A ticket for `/ws?ticket=…`: good once, for a moment."""
    return schemas.Ticket(ticket=await create_ticket(conn, scope), expires_in=TICKET_SECONDS)


@router.get("/tokens", response_model=schemas.TokenPage, responses=refusals())
async def list_personal_tokens(
    conn: Conn, scope: MayRead, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.TokenPage:
    """One's own personal access tokens, newest first."""
    tokens = await list_tokens(conn, scope, after=decode_id(cursor), limit=limit + 1)
    page, next_cursor = cut_page(tokens, limit, lambda token: encode_cursor(token.id))
    return schemas.TokenPage(data=list(page), next_cursor=next_cursor)


@router.post("/tokens", status_code=201, responses=refusals(SessionOnly))
async def create_personal_token(
    conn: Conn, scope: MayManageTokens, settings: CurrentSettings, given: schemas.TokenCreate
) -> schemas.TokenCreated:
    """Make a personal access token. Its text is in this answer and nowhere else. A key makes none."""
    require_session(scope)
    created = await create_token(
        conn,
        scope,
        name=given.name,
        expires_at=given.expires_at,
        scopes=given.scopes,
        requests_per_minute=given.requests_per_minute or settings.api_key_per_minute,
    )
    return schemas.TokenCreated(**created.token.model_dump(), token=created.text)


@router.delete("/tokens/{token_id}", status_code=204, responses=refusals(SessionOnly))
async def revoke_personal_token(conn: Conn, scope: MayManageTokens, token_id: UUID) -> None:
    """Revoke one of one's own tokens."""
    require_session(scope)
    await revoke_token(conn, scope, token_id)


async def answer_session(
    request: Request, response: Response, conn: Connection, token: RefreshToken, *, wanted: UUID | None = None
) -> schemas.Session:
    """The answer to whoever just showed who it is, with the cookie. The transaction began for that person.

    A workspace that its owner deleted is shown where it is `wanted`, or where there is no other: there it can
    be restored.
    """
    settings = settings_of(request)
    memberships = await list_memberships(conn, token.user_id)
    if not memberships:
        raise NoWorkspace
    shown = [each for each in memberships if each.deleted_at is None or each.id == wanted] or memberships
    workspace = next((each for each in shown if each.id == token.workspace_id), shown[0])
    claims = AccessClaims(token.user_id, workspace.id, workspace.role, token.family_id)
    set_refresh_cookie(response, settings, token.text)
    return schemas.Session(
        access_token=signer_of(request).sign(claims),
        expires_in=ACCESS_SECONDS,
        user=await load_user(conn, token.user_id),
        workspace=workspace,
        workspaces=summarize(memberships),
    )


async def _open_workspace(work: Work, user_id: UUID, name: str, *, address: str | None) -> Connection:
    """Make a workspace for a person who belongs to none; the transaction goes on over it."""
    there = make_scope(new_id(), user_id, Role.OWNER, PrincipalKind.SESSION, address=address)
    conn = await work.begin(role=tenancy.APP, workspaces=[there.workspace_id], user_id=user_id)
    await create_workspace(conn, there, WorkspaceCreate(name=name))
    return conn


def _simulator_url(settings: Settings) -> str | None:
    """Where a browser finds the simulated phone, when the provider's address is this machine's simulator."""
    address, own = urlsplit(settings.meta_graph_url), urlsplit(settings.own_url())
    hosts = {"127.0.0.1", "localhost", "::1", settings.host, settings.reachable_host(), own.hostname}
    if address.hostname not in hosts or address.port != settings.simulator_port:
        return None
    return f"{address.scheme}://{own.hostname}:{address.port}"
