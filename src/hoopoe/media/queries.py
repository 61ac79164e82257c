"""Reads of files. `access_file` is the only way from an id to one."""

from __future__ import annotations

from uuid import UUID

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.media.files import MEGABYTE, QUOTA_MB, FileRow, FileState, find_files
from hoopoe.media.schemas import MediaUsage


async def access_file(conn: Connection, scope: WorkspaceScope, file_id: UUID) -> FileRow:
    """One file, whatever became of it, but for one that is on its way in. Raises `NotFound`."""
    file = (await find_files(conn, scope.workspace_id, [file_id])).get(file_id)
    if file is None or file.state is FileState.STORING:
        raise NotFound
    return file


async def read_usage(conn: Connection, scope: WorkspaceScope, *, quota_mb: int) -> MediaUsage:
    """What the workspace keeps, and how much it may."""
    row = await conn.fetchrow("select bytes, files from media_usage where workspace_id = $1", scope.workspace_id)
    most = await conn.fetchval(QUOTA_MB, scope.workspace_id, quota_mb) * MEGABYTE
    used = row if row is not None else {"bytes": 0, "files": 0}
    return MediaUsage(bytes=used["bytes"], files=used["files"], quota_bytes=most)
