"""What is written in groups: stored, shown, and never answered. Handles `group` items.

A group is no conversation and its writers are no contacts of ours (docs/decisions/0014): no table of bots, sessions
or sends refers to one, so that nothing can start a flow there or write to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoopoe.channels.contract import GroupMessage
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.registry import adapter_for
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.dead_inputs import bury_inputs, make_dead_input
from hoopoe.webhooks.inbox import InboxRow
from hoopoe.webhooks.turns import Handled

# Ordered, so that two turns that meet the same groups wait for each other in a row and not in a ring.
NOTE = """
insert into groups (workspace_id, id, channel_id, provider_id, last_at)
select workspace_id, id, channel_id, provider_id, at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[])
    as noted (workspace_id, id, channel_id, provider_id, at)
order by workspace_id, channel_id, provider_id
on conflict (workspace_id, channel_id, provider_id) do update set last_at = greatest(groups.last_at, excluded.last_at)
"""

FILE = """
insert into group_messages (workspace_id, id, group_id, channel_id, provider_id, sender, type, content, reply_to, at)
select filed.workspace_id, filed.id, known.id, filed.channel_id, filed.provider_id, filed.sender, filed.type,
       filed.content, filed.reply_to, filed.at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::jsonb[],
            $9::text[], $10::timestamptz[])
    as filed (workspace_id, id, channel_id, group_id, provider_id, sender, type, content, reply_to, at)
cross join lateral (
    select id from groups where workspace_id = filed.workspace_id and channel_id = filed.channel_id
        and provider_id = filed.group_id limit 1
) as known
on conflict (workspace_id, channel_id, provider_id) do nothing
"""


@dataclass(frozen=True, slots=True)
class _Filed:
    row: InboxRow
    message: GroupMessage


async def handle_group_messages(conn: Connection, rows: Sequence[InboxRow]) -> Handled:
    """An `ItemHandler` for `group` items: files each once, in the order of the rows."""
    filed = await _read(conn, rows)
    if not filed:
        return Handled()
    newest: dict[tuple[UUID, UUID, str], datetime] = {}
    for each in filed:
        key = (each.row.workspace_id, each.row.channel_id, each.message.group_id)
        newest[key] = max(newest.get(key, each.message.sent_at), each.message.sent_at)
    await conn.execute(
        NOTE,
        [workspace for workspace, _, _ in newest],
        [new_id() for _ in newest],
        [channel for _, channel, _ in newest],
        [group for _, _, group in newest],
        list(newest.values()),
    )
    await conn.execute(
        FILE,
        [each.row.workspace_id for each in filed],
        [new_id() for _ in filed],
        [each.row.channel_id for each in filed],
        [each.message.group_id for each in filed],
        [each.message.provider_id for each in filed],
        [_describe_sender(each.message) for each in filed],
        [each.message.type for each in filed],
        [each.message.content for each in filed],
        [each.message.reply_to for each in filed],
        [each.message.sent_at for each in filed],
    )
    return Handled()


async def _read(conn: Connection, rows: Sequence[InboxRow]) -> list[_Filed]:
    filed = []
    for row in rows:
        try:
            filed.append(_Filed(row, adapter_for(row.provider).parse_group_message(row.item)))
        except UnreadableItem as error:
            await bury_inputs(conn, [make_dead_input(row, "unreadable", str(error))])
    return filed


def _describe_sender(message: GroupMessage) -> JsonObject:
    sender = message.sender
    return {"phone": sender.phone, "user_id": sender.user_id, "name": sender.name or sender.username}
