"""What people want of a category of messages, as last said; and everything that was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id

MARKETING: Final = "marketing"


class ConsentState(StrEnum):
    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"


class ConsentMethod(StrEnum):
    """How it was said. `provider`: the person told WhatsApp."""

    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Consent:
    """One thing that a person said. `at` is when it was said, not when we heard of it."""

    workspace_id: UUID
    contact_id: UUID
    category: str
    state: ConsentState
    method: ConsentMethod
    at: datetime
    detail: str | None = None


# What is older than what is known changes nothing, in whichever order it comes.
KEEP: Final = """
insert into consents (workspace_id, contact_id, category, state, method, detail, at)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    as told (workspace_id, contact_id, category, state, method, detail, at)
order by workspace_id, contact_id, category
on conflict (workspace_id, contact_id, category) do update
    set state = excluded.state, method = excluded.method, detail = excluded.detail, at = excluded.at
    where consents.at <= excluded.at
"""
REMEMBER: Final = """
insert into consent_changes (workspace_id, contact_id, category, state, method, detail, at, id)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                     $8::uuid[])
"""


async def record_consents(conn: Connection, said: Sequence[Consent]) -> None:
    """Keep what was said. Each is remembered; the newest of a person and a category counts."""
    if not said:
        return
    newest = {(each.workspace_id, each.contact_id, each.category): each for each in sorted(said, key=_time)}
    await conn.execute(KEEP, *_columns(list(newest.values())))
    await conn.execute(REMEMBER, *_columns(said), [new_id() for _ in said])


def _time(consent: Consent) -> datetime:
    return consent.at


def _columns(said: Sequence[Consent]) -> tuple[list[object], ...]:
    return (
        [each.workspace_id for each in said],
        [each.contact_id for each in said],
        [each.category for each in said],
        [each.state for each in said],
        [each.method for each in said],
        [each.detail for each in said],
        [each.at for each in said],
    )
