"""Storing, listing, replacing and deleting credentials. Nothing here gives a secret back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from asyncpg import UniqueViolationError

from hoopoe.flows.credentials import schemas
from hoopoe.flows.credentials.errors import CredentialExists
from hoopoe.flows.credentials.places import find_places
from hoopoe.flows.credentials.schemas import CredentialKind, CredentialPlace, join_secret
from hoopoe.flows.credentials.using import SEALED, is_covered
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring, secret_context

COLUMNS = "id, name, former_names, kind, hosts, parameter, created_at, changed_at, used_at"
# The last names only: nobody renames a thing more often than that while a flow still knows the first of them.
MOST_FORMER = 10


async def list_credentials(conn: Connection, scope: WorkspaceScope) -> list[schemas.Credential]:
    """All of a workspace, by name."""
    rows = await conn.fetch(
        f"select {COLUMNS} from credentials where workspace_id = $1 order by name",  # noqa: S608  # a constant
        scope.workspace_id,
    )
    places = await find_places(conn, scope)
    return [_show(row, places) for row in rows]


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
    await _take_name(conn, scope, row["name"])
    await record(
        conn,
        scope,
        "credential.created",
        target_kind="credential",
        target_id=credential_id,
        after={"name": row["name"], "kind": row["kind"], "hosts": [*row["hosts"]]},
    )
    return _show(row, await find_places(conn, scope))


async def update_credential(
    conn: Connection,
    scope: WorkspaceScope,
    credential_id: UUID,
    *,
    given: schemas.CredentialUpdate,
    keyring: Keyring,
) -> schemas.Credential:
    """Change what is given; a name that is given up still leads here, until another credential takes it.

    Raises `NotFound`, `CredentialExists`, or `ValidationFailed` for half of a name and its password, for a secret that
    cannot be sent, and for hosts that the stored secret was not meant for: who sends it to others has to know it.
    """
    before = await conn.fetchrow(
        "select name, former_names, kind, hosts from credentials where workspace_id = $1 and id = $2 for update",
        scope.workspace_id,
        credential_id,
    )
    if before is None:
        raise NotFound
    kind = CredentialKind(before["kind"])
    _check_username(kind, given)
    if given.secret is not None and not schemas.can_send(kind, given.secret):
        raise ValidationFailed(FieldFault("secret", schemas.NOT_IN_A_HEADER, "value_error"))
    _check_hosts(before["hosts"], given)
    name = given.name or before["name"]
    if name != before["name"]:
        await _check_free(conn, scope, name)
    former = [each for each in (*before["former_names"], before["name"]) if each != name]
    sealed = None
    if given.secret is not None:
        plain = join_secret(kind, given.username, given.secret)
        sealed = keyring.seal(plain, context=secret_context(scope.workspace_id, credential_id, SEALED))
    row = await _save(
        conn,
        f"""
        update credentials set name = $3, former_names = $4, hosts = $5, sealed = coalesce($6, sealed),
            changed_at = case when $6::bytea is null then changed_at else now() end
        where workspace_id = $1 and id = $2 returning {COLUMNS}
        """,  # noqa: S608  # a constant
        scope.workspace_id,
        credential_id,
        name,
        former[-MOST_FORMER:] if name != before["name"] else before["former_names"],
        before["hosts"] if given.hosts is None else list(dict.fromkeys(given.hosts)),
        sealed,
    )
    if row is None:
        raise RuntimeError("a credential that is held was not updated")
    if name != before["name"]:
        await _take_name(conn, scope, name)
    await _record_update(conn, scope, credential_id, before, row, is_replaced=sealed is not None)
    return _show(row, await find_places(conn, scope))


def _check_username(kind: CredentialKind, given: schemas.CredentialUpdate) -> None:
    """A password is stored together with its name: one without the other says nothing."""
    needed = kind is CredentialKind.BASIC and given.secret is not None
    if needed and given.username is None:
        raise ValidationFailed(FieldFault("username", "Say which name the password belongs to.", "missing"))
    if not needed and given.username is not None:
        raise ValidationFailed(FieldFault("username", "A name comes with its password, and only then.", "not_used"))


def _check_hosts(stored: Sequence[str], given: schemas.CredentialUpdate) -> None:
    """A stored secret goes to no host more than it went to: else whoever may edit flows has it sent to themselves."""
    if given.hosts is None or given.secret is not None:
        return
    others = [host for host in given.hosts if not any(is_covered(host, pattern) for pattern in stored)]
    if others:
        words = f"The stored secret was not meant for {', '.join(others)}: give the secret as well."
        raise ValidationFailed(FieldFault("secret", words, "missing"))


async def _save(conn: Connection, statement: str, *given: object) -> Record | None:
    """Of two that are given one name at the same moment the second is told. Raises `CredentialExists`."""
    try:
        return await conn.fetchrow(statement, *given)
    except UniqueViolationError:
        raise CredentialExists from None


async def _check_free(conn: Connection, scope: WorkspaceScope, name: str) -> None:
    if await conn.fetchval(
        "select exists (select from credentials where workspace_id = $1 and name = $2)", scope.workspace_id, name
    ):
        raise CredentialExists


async def _record_update(
    conn: Connection, scope: WorkspaceScope, credential_id: UUID, before: Record, row: Record, *, is_replaced: bool
) -> None:
    was: JsonObject = {"name": before["name"], "hosts": [*before["hosts"]]}
    is_: JsonObject = {"name": row["name"], "hosts": [*row["hosts"]]}
    changed = {field for field in was if was[field] != is_[field]}
    await record(
        conn,
        scope,
        "credential.updated",
        target_kind="credential",
        target_id=credential_id,
        before={field: was[field] for field in changed},
        after={**{field: is_[field] for field in changed}, "name": row["name"], "secret_replaced": is_replaced},
    )


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


async def _take_name(conn: Connection, scope: WorkspaceScope, name: str) -> None:
    """From now on the name leads to its new holder, and to nobody who had it before."""
    await conn.execute(
        "update credentials set former_names = array_remove(former_names, $2) "
        "where workspace_id = $1 and $2 = any (former_names)",
        scope.workspace_id,
        name,
    )


def _show(row: Record, places: Mapping[str, Sequence[CredentialPlace]]) -> schemas.Credential:
    names = (row["name"], *row["former_names"])
    return schemas.Credential(**row, places=[place for name in names for place in places.get(name, ())])
