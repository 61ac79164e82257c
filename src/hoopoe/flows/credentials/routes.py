"""Credentials over HTTP: stored, listed, replaced, deleted, and never read."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hoopoe.flows.credentials import actions, schemas
from hoopoe.flows.credentials.errors import CredentialExists
from hoopoe.identity.http import Conn, CurrentKeyring, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="credentials")

MayRead = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]


@router.get("/credentials", responses=refusals())
async def list_credentials(conn: Conn, scope: MayRead) -> schemas.Credentials:
    """The secrets that flows may send, without the secrets, each with the steps that send it."""
    return schemas.Credentials(data=await actions.list_credentials(conn, scope))


@router.post(
    "/credentials",
    status_code=201,
    dependencies=[Idempotent],
    responses=refusals(CredentialExists, IdempotencyKeyReused),
)
async def create_credential(
    conn: Conn, scope: MayWrite, keyring: CurrentKeyring, given: schemas.CredentialCreate
) -> schemas.Credential:
    """Store a secret under a name. It is sent to the named hosts only, and is never shown again."""
    return await actions.create_credential(conn, scope, given=given, keyring=keyring)


@router.patch("/credentials/{credential_id}", responses=refusals(CredentialExists))
async def update_credential(
    conn: Conn, scope: MayWrite, keyring: CurrentKeyring, credential_id: UUID, given: schemas.CredentialUpdate
) -> schemas.Credential:
    """Rename it, replace its secret, or say to which hosts it goes. Flows that use it go on without a change."""
    return await actions.update_credential(conn, scope, credential_id, given=given, keyring=keyring)


@router.delete("/credentials/{credential_id}", status_code=204, responses=refusals())
async def delete_credential(conn: Conn, scope: MayWrite, credential_id: UUID) -> None:
    """Forget a secret. Flows that need it take their error exit."""
    await actions.delete_credential(conn, scope, credential_id)
