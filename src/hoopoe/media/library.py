"""Our files as providers' clients need them: facts, bytes, an address, and which of them a provider has already."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.storage import Store, StoreError
from hoopoe.media.addresses import FOR_PROVIDERS, Addresses, Variant
from hoopoe.media.files import FileRow, FileState, file_key, find_files

# Meta keeps what was uploaded for thirty days; the last of them is left to its clock.
UPLOAD_KEPT_DAYS: Final = 29

FIND_UPLOAD: Final = """
select provider_id from media_uploads
where workspace_id = $1 and file_id = $2 and channel_id = $3 and provider_id is not null
  and uploaded_at > domain_now() - make_interval(days => $4)
"""
BEGIN_UPLOAD: Final = """
insert into media_uploads as upload (workspace_id, file_id, channel_id, lease_until)
values ($1, $2, $3, now() + make_interval(secs => $4))
on conflict (workspace_id, file_id, channel_id) do update set lease_until = excluded.lease_until
where upload.lease_until is null or upload.lease_until < now()
returning file_id
"""
KEEP_UPLOAD: Final = """
insert into media_uploads as upload (workspace_id, file_id, channel_id, provider_id, uploaded_at)
values ($1, $2, $3, $4, domain_now())
on conflict (workspace_id, file_id, channel_id)
do update set provider_id = excluded.provider_id, uploaded_at = excluded.uploaded_at, lease_until = null
"""
DROP_UPLOAD: Final = """
update media_uploads set lease_until = null, provider_id = case when provider_id = $4 then null else provider_id end
where workspace_id = $1 and file_id = $2 and channel_id = $3
"""


class FileNotReadError(OSError):
    """The store does not give a file. An error of input and output, as who sends it expects."""


@dataclass(frozen=True, slots=True)
class Library:
    """One per process. `own_url` is where providers reach this Hoopoe."""

    pool: Pool
    store: Store
    addresses: Addresses
    own_url: str

    async def find(self, workspace_id: UUID, file_id: UUID) -> FileRow | None:
        """A file that is stored."""
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            file = (await find_files(conn, workspace_id, [file_id])).get(file_id)
        return file if file is not None and file.state is FileState.STORED else None

    @contextlib.asynccontextmanager
    async def read(self, workspace_id: UUID, file_id: UUID, size: int) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a file. Raises `FileNotReadError`, also in the middle."""
        try:
            chunks = await self.store.open(file_key(workspace_id, file_id), start=0, end=size)
        except StoreError as error:
            raise FileNotReadError(str(error)) from error

        async def give() -> AsyncIterator[bytes]:
            try:
                async for chunk in chunks:
                    yield chunk
            except StoreError as error:
                raise FileNotReadError(str(error)) from error

        yield give()

    def public_url(self, workspace_id: UUID, file_id: UUID, name: str) -> str:
        """An address for whoever has it, for a day."""
        expires_at = datetime.now(UTC) + FOR_PROVIDERS
        return self.own_url + self.addresses.make(workspace_id, file_id, name, Variant.VIEW, expires_at=expires_at)

    async def find_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID) -> str | None:
        """A provider's id of a file that it keeps yet."""
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            found: str | None = await conn.fetchval(FIND_UPLOAD, workspace_id, file_id, channel_id, UPLOAD_KEPT_DAYS)
            return found

    async def begin_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, seconds: float) -> bool:
        """Claim an upload; False while somebody else has it."""
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            return await conn.fetchval(BEGIN_UPLOAD, workspace_id, file_id, channel_id, seconds) is not None

    async def keep_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, provider_id: str) -> None:
        """A provider has a file now, by this id."""
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            await conn.execute(KEEP_UPLOAD, workspace_id, file_id, channel_id, provider_id)

    async def drop_upload(self, workspace_id: UUID, file_id: UUID, channel_id: UUID, provider_id: str | None) -> None:
        """Forget an id (unless it is another one by now), and give a claim back."""
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            await conn.execute(DROP_UPLOAD, workspace_id, file_id, channel_id, provider_id)
