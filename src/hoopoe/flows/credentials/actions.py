"""Storing, listing and deleting credentials. Nothing here gives a secret back."""

from __future__ import annotations

from uuid import UUID

from hoopoe.flows.credentials import schemas
from hoopoe.flows.credentials.errors import CredentialExists
from hoopoe.flows.credentials.using import SEALED
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import Keyring, secret_context

COLUMNS = "id, name, kind, hosts, parameter, created_at, used_at"


async def list_credentials(conn: Connection, scope: WorkspaceScope) -> list[schemas.Credential]:
    """All of a workspace, by name."""
    rows = await conn.fetch(
        f"select {COLUMNS} from credentials where workspace_id = $1 order by name",  # noqa: S608  # a constant
        scope.workspace_id,
    )
    return [schemas.Credential(**row) for row in rows]


async def create_credential(
    conn: Connection, scope: WorkspaceScope, *, given: schemas.CredentialCreate, keyring: Keyring
) -> schemas.Credential:
    """Seal a secret and keep it under a name. Raises `CredentialExists`."""
    credential_id = new_id()
    row = await conn.fetchrow(
        f"""
        insert into credentials (workspace_id, id, name, kind, hosts, parameter, sealed, created_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (workspace_id, name) do nothing
        returning {COLUMNS}
        """,  # noqa: S608  # a constant
        scope.workspace_id,
        credential_id,
        given.name,
        given.kind.value,
        list(dict.fromkeys(given.hosts)),
        given.parameter,
        keyring.seal(given.plain(), context=secret_context(scope.workspace_id, credential_id, SEALED)),
        scope.user_id,
    )
    if row is None:
        raise CredentialExists
    created = schemas.Credential(**row)
    await record(
        conn,
        scope,
        "credential.created",
        target_kind="credential",
        target_id=credential_id,
        after={"name": created.name, "kind": created.kind.value, "hosts": [*created.hosts]},
    )
    return created


async def delete_credential(conn: Connection, scope: WorkspaceScope, credential_id: UUID) -> None:
    """Forget a secret. Flows that need it take their error exit from now on. Raises `NotFound`."""
    name = await conn.fetchval(
        "delete from credentials where workspace_id = $1 and id = $2 returning name", scope.workspace_id, credential_id
    )
    if name is None:
        raise NotFound
    await record(
        conn,
        scope,
        "credential.deleted",
        target_kind="credential",
        target_id=credential_id,
        before={"name": name},
    )
