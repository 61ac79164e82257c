"""Workspaces: further ones, their settings, their logo, deletion and its undoing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.errors import TooManyWorkspaces
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.workspace_schemas import WorkspaceCreate, WorkspaceUpdate
from hoopoe.kernel.db.housekeeping import DELETED_DAYS
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

# How many a person may own; more are an operator's business.
MAX_OWNED: Final = 20
MAX_LOGO_BYTES: Final = 256 * 1024

_SETTINGS: Final = ("name", "timezone", "currency", "languages")
_SIGNATURES: Final = {
    "image/png": (b"\x89PNG\r\n\x1a\n", b""),
    "image/jpeg": (b"\xff\xd8\xff", b""),
    "image/webp": (b"RIFF", b"WEBP"),
}


async def check_may_own_another(conn: Connection, user_id: UUID) -> None:
    """Raises `TooManyWorkspaces`. The person's row is held, so that of two at the same time one waits.

    The transaction must have begun for this very user, and must be the one that adds the workspace.
    """
    await conn.execute("select from users where id = $1 for no key update", user_id)
    owned = await conn.fetchval("select count(*) from members where user_id = $1 and role = 'owner'", user_id)
    if owned >= MAX_OWNED:
        raise TooManyWorkspaces


async def create_workspace(conn: Connection, scope: WorkspaceScope, given: WorkspaceCreate) -> None:
    """Create the workspace of the scope, with the scope's person as its owner. Raises `TooManyWorkspaces`."""
    await check_may_own_another(conn, scope.user_id)
    await conn.execute(
        "insert into workspaces (id, name, timezone, currency, languages) values ($1, $2, $3, $4, $5)",
        scope.workspace_id,
        given.name,
        given.timezone,
        given.currency,
        given.languages,
    )
    await conn.execute(
        "insert into members (workspace_id, user_id, role) values ($1, $2, $3)",
        scope.workspace_id,
        scope.user_id,
        Role.OWNER,
    )
    await _record(conn, scope, "workspace.created", after={"name": given.name})


async def update_workspace(conn: Connection, scope: WorkspaceScope, given: WorkspaceUpdate) -> None:
    """Change what is given, and note what it was."""
    row = await conn.fetchrow(
        "select name, timezone, currency, languages from workspaces where id = $1 for no key update",
        scope.workspace_id,
    )
    if row is None:
        raise NotFound
    wanted = {name: getattr(given, name) for name in _SETTINGS}
    changes = {name: value for name, value in wanted.items() if value is not None and value != row[name]}
    if not changes:
        return
    await conn.execute(
        """
        update workspaces set name = coalesce($2, name), timezone = coalesce($3, timezone),
               currency = coalesce($4, currency), languages = coalesce($5, languages)
        where id = $1
        """,
        scope.workspace_id,
        *wanted.values(),
    )
    await _record(conn, scope, "workspace.updated", before={name: row[name] for name in changes}, after=changes)


@dataclass(frozen=True, slots=True)
class Logo:
    """An image and its media type."""

    media_type: str
    image: bytes


async def set_logo(conn: Connection, scope: WorkspaceScope, image: bytes) -> None:
    """Set the logo. What it is is read from its first bytes. Raises `ValidationFailed`."""
    media_type = next((name for name, signature in _SIGNATURES.items() if _has_signature(image, *signature)), None)
    if media_type is None or len(image) > MAX_LOGO_BYTES:
        words = f"Use a PNG, JPEG or WebP image of at most {MAX_LOGO_BYTES // 1024} kB."
        raise ValidationFailed(FieldFault("body", words, "bad_image"))
    await conn.execute(
        """
        insert into workspace_logos (workspace_id, media_type, image) values ($1, $2, $3)
        on conflict (workspace_id) do update set media_type = excluded.media_type, image = excluded.image
        """,
        scope.workspace_id,
        media_type,
        image,
    )
    await conn.execute("update workspaces set logo_version = $2 where id = $1", scope.workspace_id, new_id())
    await _record(conn, scope, "workspace.logo_changed", after={"media_type": media_type, "bytes": len(image)})


def _has_signature(image: bytes, begin: bytes, at_eight: bytes) -> bool:
    return image.startswith(begin) and image[8 : 8 + len(at_eight)] == at_eight


async def remove_logo(conn: Connection, scope: WorkspaceScope) -> None:
    """Take the logo away. Raises `NotFound` where there is none."""
    tag = await conn.execute("delete from workspace_logos where workspace_id = $1", scope.workspace_id)
    if not tag.endswith(" 1"):
        raise NotFound
    await conn.execute("update workspaces set logo_version = null where id = $1", scope.workspace_id)
    await _record(conn, scope, "workspace.logo_removed")


async def access_logo(conn: Connection, scope: WorkspaceScope) -> Logo:
    """The logo. Raises `NotFound`."""
    row = await conn.fetchrow(
        "select media_type, image from workspace_logos where workspace_id = $1", scope.workspace_id
    )
    if row is None:
        raise NotFound
    return Logo(row["media_type"], row["image"])


async def delete_workspace(conn: Connection, scope: WorkspaceScope) -> None:
    """Hide it from everybody but its owners; its numbers stop. Deleted already: nothing happens."""
    tag = await conn.execute(
        "update workspaces set deleted_at = now() where id = $1 and deleted_at is null", scope.workspace_id
    )
    if tag.endswith(" 1"):
        await _record(conn, scope, "workspace.deleted")


async def restore_workspace(conn: Connection, scope: WorkspaceScope) -> None:
    """Undo the deletion while everything is there; its numbers work again. Not deleted: nothing happens.

    Raises `NotFound` for a workspace that was purged, or is being purged.
    """
    row = await conn.fetchrow(
        """
        select deleted_at is not null as is_deleted,
               purged_at is not null or deleted_at < now() - make_interval(days => $2) as is_gone
        from workspaces where id = $1 for no key update
        """,
        scope.workspace_id,
        DELETED_DAYS,
    )
    if row is None or row["is_gone"]:
        raise NotFound
    if row["is_deleted"]:
        await conn.execute("update workspaces set deleted_at = null where id = $1", scope.workspace_id)
        await _record(conn, scope, "workspace.restored")


async def _record(
    conn: Connection,
    scope: WorkspaceScope,
    action: str,
    *,
    before: JsonObject | None = None,
    after: JsonObject | None = None,
) -> None:
    await record(conn, scope, action, target_kind="workspace", target_id=scope.workspace_id, before=before, after=after)
