"""How a route says who may call it: `Conn` and a `Scope…` with its permission, both in its signature.

    async def list_things(conn: Conn, scope: Annotated[WorkspaceScope, requires(Permission.THINGS_READ)]) -> …

Authentication begins the request's transaction over the one workspace that the caller asks for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Header, Request, Security
from fastapi.params import Depends as DependsMarker
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from hoopoe.identity.authentication import begin_as
from hoopoe.identity.roles import PERMISSIONS, Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.tokens import PERSONAL_PREFIX, AccessSigner
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotAuthenticated, NotFound, NotPermitted
from hoopoe.kernel.http.idempotency import IdempotencyKey, claim_key
from hoopoe.kernel.http.route import work_of
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring

read_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="Bearer",
    description="An access token of a session, or a personal access token (`hpt_…`).",
)

read_api_key = APIKeyHeader(
    name="X-API-Key",
    auto_error=False,
    scheme_name="ApiKey",
    description="A personal access token (`hpt_…`), for programs that send keys in a header of their own.",
)

_WORKSPACE_HEADER = "The workspace that the request is about, where the token is good for several."


def signer_of(request: Request) -> AccessSigner:
    """The app's signer of access tokens."""
    return cast(AccessSigner, request.app.state.signer)


async def authenticate(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(read_bearer)],
    api_key: Annotated[str | None, Security(read_api_key)],
    restaurant_header: Annotated[
        str | None, Header(alias="X-Restaurant-Id", description=_WORKSPACE_HEADER, max_length=64)
    ] = None,
    workspace_header: Annotated[
        str | None, Header(alias="X-Workspace-Id", description="The same as X-Restaurant-Id.", max_length=64)
    ] = None,
) -> WorkspaceScope:
    """Begin the request's transaction for whoever holds the token.

    A workspace in the path outweighs one in a header: pages name the one that they show in every request.
    """
    in_path = request.path_params.get("workspace_id")
    wanted = _read_wanted(in_path) if in_path is not None else _read_wanted(restaurant_header, workspace_header)
    token = _read_token(bearer, api_key)
    scope = await begin_as(work_of(request), signer_of(request), bearer=token, wanted=wanted)
    if scope.rate is not None:
        request.scope["answer_headers"] = scope.rate.headers()
    return replace(scope, address=request.client.host if request.client is not None else None)


def _read_token(bearer: HTTPAuthorizationCredentials | None, api_key: str | None) -> str:
    """The one token of a request. A session's token is no API key, and two that differ are none."""
    tokens = {text for text in (bearer.credentials if bearer is not None else None, api_key) if text}
    if len(tokens) != 1 or (api_key and not api_key.startswith(PERSONAL_PREFIX)):
        raise NotAuthenticated
    return tokens.pop()


def _read_wanted(*given: str | None) -> UUID | None:
    """The workspace that the headers name. Two that differ, or one that is no id, name none that exists."""
    try:
        ids = {UUID(text) for text in given if text is not None}
    except ValueError:
        raise NotFound("There is no such workspace.") from None
    if len(ids) > 1:
        raise NotFound("The two headers name different workspaces.")
    return next(iter(ids), None)


Authenticated = Annotated[WorkspaceScope, Depends(authenticate)]


async def _read_conn(request: Request, _: Authenticated) -> Connection:
    return work_of(request).conn


async def _read_work(request: Request, _: Authenticated) -> Work:
    return work_of(request)


Conn = Annotated[Connection, Depends(_read_conn)]
"""The connection of the request's transaction."""

CurrentWork = Annotated[Work, Depends(_read_work)]
"""The request's transaction itself, for hints and for letting go of the connection."""


def _read_keyring(request: Request) -> Keyring:
    return cast(Keyring, request.app.state.keyring)


CurrentKeyring = Annotated[Keyring, Depends(_read_keyring)]
"""The master keys of the app."""


async def _tell_of_path(workspace_id: UUID) -> None:
    """Nothing to do: `authenticate` has read it. This puts it into the API's description."""


InWorkspace = Depends(_tell_of_path)
"""Among the `dependencies` of a route whose path has `{workspace_id}`: it is about that workspace."""


class PermissionCheck:
    """A dependency that lets only members with one permission pass. Tests read `permission` off the routes."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, scope: Authenticated) -> WorkspaceScope:
        """The scope, or `NotPermitted`."""
        if not scope.allows(self.permission):
            details: JsonObject = {"permission": self.permission.value}
            if scope.key_id is not None and self.permission in PERMISSIONS[scope.role]:
                raise NotPermitted("This key does not allow this.", details=details)
            raise NotPermitted(details=details)
        return scope


def requires(permission: Permission) -> DependsMarker:
    """The scope of a caller who has the permission; others are refused with 403."""
    return cast(DependsMarker, Depends(PermissionCheck(permission)))


async def _claim_idempotency_key(
    request: Request, conn: Conn, scope: Authenticated, key: IdempotencyKey = None
) -> None:
    await claim_key(request, conn, workspace_id=scope.workspace_id, user_id=scope.user_id, key=key)


Idempotent = Depends(_claim_idempotency_key)
"""Among a route's `dependencies`: it honours `Idempotency-Key`."""
