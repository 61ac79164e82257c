"""Which menus were made at Twilio already: in the database, and in memory for those in use."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction

MOST_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class Contents:
    """Twilio's ids of Contents, by workspace, account and hash; the newest used stay in memory.

    Processes remember each for itself. One that remembers a Content which is gone makes it anew and keeps that.
    """

    pool: Pool
    _sids: OrderedDict[tuple[UUID, str, str], str] = field(default_factory=OrderedDict)

    def of(self, workspace_id: UUID) -> WorkspaceContents:
        """The Contents of one workspace: two that share an account at Twilio do not see each other's."""
        return WorkspaceContents(self, workspace_id)

    async def find(self, key: tuple[UUID, str, str]) -> str | None:
        """The id, or None where none was made. Raises what the database raises."""
        sid = self._sids.get(key)
        if sid is None:
            async with transaction(self.pool, role=tenancy.PIPE, workspaces=[key[0]]) as conn:
                sid = await conn.fetchval(
                    "select sid from twilio_contents where workspace_id = $1 and account_sid = $2 and hash = $3", *key
                )
            if sid is None:
                return None
        self._remember(key, sid)
        return sid

    async def keep(self, key: tuple[UUID, str, str], sid: str) -> None:
        """Remember an id; it replaces an older one. Raises what the database raises."""
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[key[0]]) as conn:
            await conn.execute(
                "insert into twilio_contents (workspace_id, account_sid, hash, sid) values ($1, $2, $3, $4) "
                "on conflict (workspace_id, account_sid, hash) do update set sid = excluded.sid, made_at = now()",
                *key,
                sid,
            )
        self._remember(key, sid)

    def _remember(self, key: tuple[UUID, str, str], sid: str) -> None:
        self._sids[key] = sid
        self._sids.move_to_end(key)
        if len(self._sids) > MOST_REMEMBERED:
            self._sids.popitem(last=False)


@dataclass(frozen=True, slots=True)
class WorkspaceContents:
    """A `ContentStore` of one workspace."""

    contents: Contents
    workspace_id: UUID

    async def find(self, account_sid: str, content_hash: str, /) -> str | None:
        """Twilio's id of a Content, or None."""
        return await self.contents.find((self.workspace_id, account_sid, content_hash))

    async def keep(self, account_sid: str, content_hash: str, sid: str, /) -> None:
        """Keep Twilio's id of a Content."""
        await self.contents.keep((self.workspace_id, account_sid, content_hash), sid)
