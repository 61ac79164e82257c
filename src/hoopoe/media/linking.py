"""Files that flows send by their address: fetched once, kept, and found again for a day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import Refusal
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.outbound_http import OutboundClient, OutboundError, OutboundRequest
from hoopoe.kernel.storage import Store, StoreError
from hoopoe.media.files import (
    FileRow,
    LostClaimError,
    QuotaReachedError,
    file_key,
    find_files,
    keep_file,
    thumbnail_key,
)
from hoopoe.media.spool import Facts, Spooled, TooManyBytesError, open_spool
from hoopoe.media.taking import BEGIN, FORGET, STORING_SECONDS, Given, check_taken, remove_bytes

# Less than an effect's lease, with time left to store it.
DOWNLOAD_SECONDS: Final = 30.0

FIND: Final = """
select link.file_id from media_links as link
join media_files as file on file.workspace_id = link.workspace_id and file.id = link.file_id
where link.workspace_id = $1 and link.url_hash = $2 and link.fetched_at > now() - interval '1 day'
  and file.state = 'stored'
"""
# Used from the beginning: no sweep takes it for forgotten.
KEEP: Final = """
with used as (update media_files set used_at = now() where workspace_id = $1 and id = $3)
insert into media_links (workspace_id, url_hash, file_id) values ($1, $2, $3)
on conflict (workspace_id, url_hash) do update set file_id = excluded.file_id, fetched_at = now()
"""


class LinkError(Exception):
    """There is no file to be had. The message is for the flow's author; `is_passing`: another try may do better."""

    def __init__(self, message: str, *, is_passing: bool = False) -> None:
        super().__init__(message)
        self.is_passing = is_passing


@dataclass(frozen=True, slots=True)
class LinkFetcher:
    """One per worker. Addresses inside our own network are not called."""

    pool: Pool
    store: Store
    outbound: OutboundClient
    quota_mb: int

    async def fetch(self, workspace_id: UUID, url: str) -> FileRow:
        """The file at an address, kept. Raises `LinkError`."""
        file_id = await self._find_or_fetch(workspace_id, url)
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            file = (await find_files(conn, workspace_id, [file_id])).get(file_id)
        if file is None:
            raise LinkError("The file was deleted.", is_passing=True)
        return file

    async def _find_or_fetch(self, workspace_id: UUID, url: str) -> UUID:
        url_hash = hashlib.sha256(url.encode()).digest()
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            known: UUID | None = await conn.fetchval(FIND, workspace_id, url_hash)
        if known is not None:
            return known
        try:
            async with open_spool(self.store) as spooled:
                facts, given = await self._download(url, spooled)
                return await self._keep(workspace_id, url_hash, spooled, facts, given)
        except StoreError as error:
            raise LinkError("The file could not be stored.", is_passing=True) from error

    async def _download(self, url: str, spooled: Spooled) -> tuple[Facts, Given]:
        try:
            request = OutboundRequest("GET", url, seconds=DOWNLOAD_SECONDS)
            answer = await self.outbound.download(request, spooled.write)
        except OutboundError as error:
            raise LinkError(str(error), is_passing=error.may_have_arrived) from None
        except TooManyBytesError:
            raise LinkError("The file is too large.") from None
        if answer.status != 200:
            raise LinkError(f"The address answered with {answer.status}.", is_passing=answer.status >= 500)
        if spooled.size == 0:
            raise LinkError("The file is empty.")
        told, name = answer.headers.get("content-type"), unquote(urlsplit(url).path.rpartition("/")[2]) or None
        facts, given = await spooled.look(told=told, name=name), Given("link", name, told)
        try:
            check_taken(facts, given)
        except Refusal as refusal:
            raise LinkError(str(refusal)) from None
        return facts, given

    async def _keep(self, workspace_id: UUID, url_hash: bytes, spooled: Spooled, facts: Facts, given: Given) -> UUID:
        file_id = new_id()
        row = (workspace_id, file_id, given.origin, STORING_SECONDS, given.name, facts.size, facts.mime_type, None)
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            await conn.execute(BEGIN, *row)
        try:
            if facts.thumbnail is not None:
                await self.store.put(thumbnail_key(workspace_id, file_id), facts.thumbnail)
            await self.store.put(file_key(workspace_id, file_id), spooled.path)
            async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
                await keep_file(conn, workspace_id, file_id, facts, attempt=1, name=given.name, quota_mb=self.quota_mb)
                await conn.execute(KEEP, workspace_id, url_hash, file_id)
        except (QuotaReachedError, LostClaimError, StoreError) as error:
            async with transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
                await conn.execute(FORGET, workspace_id, file_id)
            await remove_bytes(self.store, workspace_id, file_id)
            if isinstance(error, QuotaReachedError):
                raise LinkError("The workspace keeps as many files as it may.") from None
            raise LinkError("The file could not be stored.", is_passing=True) from error
        return file_id
