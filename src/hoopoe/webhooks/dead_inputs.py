"""Dead letters of turns: one for each input that could not be handled, by its key in the inbox.

What is worth another try, and when, is decided by a slice above (monitoring). A retry puts the input back in
its lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.inbox import InboxRow, UnknownRow

# An input that fails again is the same letter: its tries are counted on it.
BURY = """
insert into dead_letters
    (workspace_id, id, kind, conversation_id, channel_id, input_key, payload, error_code, error_text)
select workspace_id, id, 'turn', conversation_id, channel_id, input_key, payload, error_code, error_text
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[], $7::text[], $8::text[])
    as buried (workspace_id, id, conversation_id, channel_id, input_key, payload, error_code, error_text)
on conflict (workspace_id, channel_id, input_key) where kind = 'turn' do update set
    state = 'failed', payload = excluded.payload, error_code = excluded.error_code, error_text = excluded.error_text,
    conversation_id = coalesce(excluded.conversation_id, dead_letters.conversation_id),
    failed_at = domain_now(), state_at = now(), next_retry_at = null, is_triaged = false, resolved_at = null
"""

PUT_BACK = """
insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item)
values ($1, $2, $3, $4, $5, $6)
on conflict (workspace_id, channel_id, provider_key) do update set
    state = 'waiting', kind = excluded.kind, item = excluded.item, attempts = 0, not_before = '-infinity'
where inbox.state in ('done', 'dead')
"""


@dataclass(frozen=True, slots=True)
class DeadInput:
    """An input that could not be handled. `payload` is what a retry needs: see `describe_input`."""

    workspace_id: UUID
    conversation_id: UUID | None
    channel_id: UUID
    input_key: str
    payload: JsonObject
    error_code: str
    error_text: str


def describe_input(row: InboxRow | UnknownRow) -> JsonObject:
    """{"kind", "key", "channel_id", "lane", "item"}: an input as it can be put back."""
    return {
        "kind": str(row.kind),
        "key": row.key,
        "channel_id": str(row.channel_id),
        "lane": row.lane,
        "item": row.item,
    }


def make_dead_input(row: InboxRow | UnknownRow, code: str, text: str) -> DeadInput:
    """An input that could not be handled, and why; no conversation is known."""
    return DeadInput(row.workspace_id, None, row.channel_id, row.key, describe_input(row), code, text)


async def bury_inputs(conn: Connection, dead: Sequence[DeadInput]) -> None:
    """Write dead letters of turns, each key of a channel named once."""
    if not dead:
        return
    ordered = sorted(dead, key=lambda each: (each.workspace_id, each.channel_id, each.input_key))
    await conn.execute(
        BURY,
        [each.workspace_id for each in ordered],
        [new_id() for _ in ordered],
        [each.conversation_id for each in ordered],
        [each.channel_id for each in ordered],
        [each.input_key for each in ordered],
        [each.payload for each in ordered],
        [each.error_code for each in ordered],
        [each.error_text for each in ordered],
    )


async def put_back(
    conn: Connection, *, workspace_id: UUID, channel_id: UUID, key: str, lane: int, kind: str, item: JsonObject
) -> bool:
    """Put an input back into its lane, where it stood; False when it waits there already."""
    tag = await conn.execute(PUT_BACK, workspace_id, channel_id, key, lane, kind, item)
    return tag.endswith(" 1")
