"""Replay: what the journal kept is put in line once more.

Idempotent: the inbox's unique key tells what was handled, whoever presses how often. What was never put in
line, or was set aside as dead, is really handled.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from hoopoe.channels.contract import ItemKind, Provider
from hoopoe.channels.parts import Change, Item, KeptPart
from hoopoe.channels.registry import adapter_for
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.webhooks.journal_queries import load_input_states, load_parts
from hoopoe.webhooks.routing import lane_of

MESSAGE_KEY: Final = "m:"
# Of these it can be told whether they are filed, long after the inbox has forgotten them.
FILED_KINDS: Final = (ItemKind.MESSAGE, ItemKind.ECHO)

# A dead input goes back to the head of its lane, with the payload as it is read today.
REVIVE: Final = """
update inbox set state = 'waiting', attempts = 0, not_before = '-infinity', item = given.item
from unnest($2::uuid[], $3::text[], $4::json[]) as given (channel_id, key, item)
where inbox.workspace_id = $1 and inbox.channel_id = given.channel_id and inbox.provider_key = given.key
  and inbox.state = 'dead'
returning inbox.channel_id, inbox.provider_key
"""

INSERT: Final = """
insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item)
select $1, channel_id, key, lane, kind, item
from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::json[]) with ordinality
    as given (channel_id, key, lane, kind, item, place)
order by place
on conflict (workspace_id, channel_id, provider_key) do nothing
returning channel_id, provider_key
"""

# Its dead letter is told: it is resolved when the turn has handled the input, and fails again when not.
TELL_LETTERS: Final = """
update dead_letters set state = 'retrying', state_at = now(), next_retry_at = null, retry_count = retry_count + 1
from unnest($2::uuid[], $3::text[]) as given (channel_id, key)
where dead_letters.workspace_id = $1 and dead_letters.kind = 'turn' and dead_letters.channel_id = given.channel_id
  and dead_letters.input_key = given.key and dead_letters.state in ('failed', 'archived')
"""

Key: TypeAlias = tuple[UUID, str]
"""A channel and the key of an input on it."""

FindFiled: TypeAlias = Callable[[Connection, UUID, Sequence[Key]], Awaitable[set[Key]]]
"""Of messages by (channel, provider's id), those that are filed. Slices above know; `main` wires it.

The inbox forgets what was handled long ago, the journal may remember longer.
"""


@dataclass(frozen=True, slots=True)
class KeptInput:
    """One input of a kept part, as it is read today."""

    channel_id: UUID
    item: Item

    @property
    def key(self) -> Key:
        """What the inbox knows it by."""
        return self.channel_id, self.item.key

    @property
    def provider_id(self) -> str:
        """The provider's id of the message that it is, or is about."""
        return self.item.key.split(":", 2)[1]


@dataclass(slots=True)
class Replayed:
    """What was put in line, and what was not because of what it is."""

    queued: list[Key] = field(default_factory=list)
    handled_already: int = 0
    waiting: int = 0
    unreadable: int = 0
    refused: int = 0
    ignored: int = 0


def read_part(row: Record) -> Change | None:
    """A kept part taken apart once more; None for one that is never handled."""
    if row["outcome"] in ("refused", "answered") or row["provider"] is None:
        return None
    return adapter_for(Provider(row["provider"])).read_part(
        KeptPart(
            field=row["field"],
            raw=row["raw"],
            account_id=row["account_id"],
            query=urlsplit(row["path"] or "").query,
            received_at=row["received_at"],
        )
    )


def list_inputs(row: Record, change: Change | None) -> list[KeptInput]:
    """The inputs of a part."""
    return [KeptInput(row["channel_id"], item) for item in change.items] if change is not None else []


async def replay_requests(
    conn: Connection, scope: WorkspaceScope, ids: Sequence[UUID], *, find_filed: FindFiled
) -> Replayed:
    """Put what is not handled of these requests in line. Raises `NotFound` when one of them is not there."""
    wanted = list(dict.fromkeys(ids))
    found = await load_parts(conn, scope, wanted)
    if len(found) < len(wanted):
        raise NotFound
    done = Replayed()
    inputs: dict[Key, KeptInput] = {}
    for row in (row for id_ in sorted(wanted) for row in found[id_]):
        change = read_part(row)
        if row["outcome"] == "refused":
            done.refused += 1
        elif change is None or not (change.items or change.unreadable):
            done.ignored += 1
        else:
            done.unreadable += len(change.unreadable)
            inputs.update((each.key, each) for each in list_inputs(row, change))
    await _queue(conn, scope, list(inputs.values()), done, find_filed=find_filed)
    await record(
        conn,
        scope,
        "webhooks.replayed",
        target_kind="webhook_request",
        target_id=wanted[0] if len(wanted) == 1 else None,
        after={
            "requests": len(wanted),
            "put_in_line": len(done.queued),
            "handled_already": done.handled_already,
        },
    )
    return done


async def _queue(
    conn: Connection, scope: WorkspaceScope, inputs: Sequence[KeptInput], done: Replayed, *, find_filed: FindFiled
) -> None:
    states = await load_input_states(conn, scope, [each.key for each in inputs])
    dead = [each for each in inputs if states.get(each.key) == "dead"]
    unknown = [each for each in inputs if each.key not in states]
    filed = await find_filed(
        conn,
        scope.workspace_id,
        [(each.channel_id, each.provider_id) for each in unknown if each.item.kind in FILED_KINDS],
    )
    new = [
        each
        for each in unknown
        if each.item.kind not in FILED_KINDS or (each.channel_id, each.provider_id) not in filed
    ]
    if dead:
        rows = await conn.fetch(
            REVIVE,
            scope.workspace_id,
            [each.channel_id for each in dead],
            [each.item.key for each in dead],
            [each.item.payload for each in dead],
        )
        revived = [(row["channel_id"], row["provider_key"]) for row in rows]
        await conn.execute(TELL_LETTERS, scope.workspace_id, [key[0] for key in revived], [key[1] for key in revived])
        done.queued += revived
    if new:
        rows = await conn.fetch(
            INSERT,
            scope.workspace_id,
            [each.channel_id for each in new],
            [each.item.key for each in new],
            [lane_of(each.channel_id, each.item.address) for each in new],
            [each.item.kind for each in new],
            [each.item.payload for each in new],
        )
        done.queued += [(row["channel_id"], row["provider_key"]) for row in rows]
    waiting = sum(state == "waiting" for state in states.values())
    # Somebody else may have put it in line a moment ago: then it waits there.
    raced = len(dead) + len(new) - len(done.queued)
    done.waiting = waiting + raced
    done.handled_already = len(inputs) - len(done.queued) - done.waiting
