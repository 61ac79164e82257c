"""Identities that leave a contact: the number has a new owner, or the person has a new number.

They are kept as former ones, so that a message from before finds who wrote it, and nobody who comes after is taken
for the one who left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.contacts.identities import UserIds, phone_candidates
from hoopoe.kernel.db.pool import Connection

USER_IDS_OF: Final = """
select asked.workspace_id, asked.id, known.scope, known.value
from unnest($1::uuid[], $2::uuid[]) as asked (workspace_id, id)
cross join lateral (
    select scope, value from identities
    where workspace_id = asked.workspace_id and contact_id = asked.id and kind = 'user_id'
) as known
"""

# A number leaves in all its spellings, at all channels. A search goes on finding the contact by what it was, and says
# so (`queries.find_former`).
RETIRE: Final = """
with gone as (
    delete from identities where workspace_id = $1 and contact_id = $2 and (
        (kind = 'user_id' and scope = $3 and (value = $4 or $9) and value <> all ($10::text[]))
        or (kind = 'parent_user_id' and (value = $5 or $9) and value <> all ($10::text[]))
        or (kind = 'phone' and value = any ($6::text[]))
        or (kind = 'wa_id' and '+' || value = any ($6::text[]))
    )
    returning *
)
insert into former_identities (workspace_id, kind, scope, value, contact_id, since, until, reason)
select workspace_id, kind, scope, value, contact_id, since, coalesce($7::timestamptz, now()), $8 from gone
on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A number of one contact that is another's now. `value`: as the identity of that kind keeps it."""

    workspace_id: UUID
    holder_id: UUID
    kind: str
    value: str
    at: datetime | None

    @property
    def spellings(self) -> tuple[str, ...]:
        """All that leave with it, with plus."""
        return phone_candidates(f"+{self.value.removeprefix('+')}")


@dataclass(frozen=True, slots=True)
class Retired:
    """Identities that leave a contact, at the provider's time `at` (None: now).

    `every_id`: whatever ids the portfolio had for the person, but for the `kept` ones.
    """

    workspace_id: UUID
    contact_id: UUID
    reason: str
    at: datetime | None
    portfolio: str = ""
    user_id: str | None = None
    parent_user_id: str | None = None
    phones: tuple[str, ...] = ()
    every_id: bool = False
    kept: tuple[str, ...] = ()


async def load_user_ids(
    conn: Connection, asked: Sequence[tuple[UUID, Sequence[UUID]]]
) -> dict[tuple[UUID, UUID], UserIds]:
    """What contacts, given by their workspace, are called at each portfolio. Nothing asked, no statement."""
    wanted = sorted({(workspace_id, id_) for workspace_id, ids in asked for id_ in ids})
    if not wanted:
        return {}
    found: defaultdict[tuple[UUID, UUID], dict[str, frozenset[str]]] = defaultdict(dict)
    rows = await conn.fetch(USER_IDS_OF, [workspace_id for workspace_id, _ in wanted], [id_ for _, id_ in wanted])
    for row in rows:
        own = found[row["workspace_id"], row["id"]]
        own[row["scope"]] = own.get(row["scope"], frozenset()) | {row["value"]}
    return dict(found)


async def retire(conn: Connection, retired: Retired) -> None:
    """Let identities leave a contact."""
    await conn.execute(
        RETIRE,
        retired.workspace_id,
        retired.contact_id,
        retired.portfolio,
        retired.user_id,
        retired.parent_user_id,
        list(retired.phones),
        retired.at,
        retired.reason,
        retired.every_id,
        list(retired.kept),
    )


async def pass_on(conn: Connection, passed: Sequence[PassedOn]) -> None:
    """Take numbers from those who had them, in one order: rare, and a statement each."""
    for each in sorted(passed, key=lambda each: (each.workspace_id, each.holder_id, each.kind, each.value)):
        await retire(conn, Retired(each.workspace_id, each.holder_id, "passed_on", each.at, phones=each.spellings))
