"""Somebody else answers: what a bot has not sent yet is not sent any more.

A bot's message that may have left already (it is on its way, or nobody knows) stays as it is, and so does whatever
a member wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.channels.speakers import Speaker
from hoopoe.conversations.outbox.locking import lock_outbox
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject

# Also what waits to be heard: it came before, and somebody has answered it.
MOVE_MARK: Final = """
update conversations set bot_after_seq = greatest(bot_after_seq, silenced.seq)
from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as silenced (workspace_id, id, seq)
where conversations.workspace_id = silenced.workspace_id and conversations.id = silenced.id
"""

FIND: Final = """
select waiting.workspace_id, waiting.message_id from unnest($1::uuid[], $2::uuid[]) as asked (workspace_id, id)
cross join lateral (
    select workspace_id, message_id from outbox where workspace_id = asked.workspace_id and conversation_id = asked.id
        and state in ('queued', 'retrying')
) as waiting
cross join lateral (
    select from messages where workspace_id = waiting.workspace_id and id = waiting.message_id and author_kind = 'bot'
    limit 1
) as said
"""

# Looked at once more under the lock: a sender may have taken it meanwhile.
CANCEL: Final = """
update outbox set state = 'cancelled', lease_until = null
from unnest($1::uuid[], $2::uuid[]) as dropped (workspace_id, message_id)
where outbox.workspace_id = dropped.workspace_id and outbox.message_id = dropped.message_id
  and outbox.state in ('queued', 'retrying')
returning outbox.workspace_id, outbox.message_id, outbox.conversation_id
"""

SAY_WHY: Final = """
update messages set failure = dropped.failure
from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as dropped (workspace_id, id, failure)
where messages.workspace_id = dropped.workspace_id and messages.id = dropped.id
"""

# What failed earlier waits for a person now: by itself it would talk over whoever answers.
END_TRIES: Final = """
update dead_letters set next_retry_at = null, is_triaged = true
from unnest($1::uuid[], $2::uuid[]) as silenced (workspace_id, id)
where dead_letters.workspace_id = silenced.workspace_id and dead_letters.conversation_id = silenced.id
  and dead_letters.kind = 'send' and dead_letters.state = 'failed'
  and exists (
      select from messages where messages.workspace_id = dead_letters.workspace_id
          and messages.id = dead_letters.message_id and messages.author_kind = 'bot'
  )
"""

CODES: Final = {Speaker.PHONE: "answered_on_phone", Speaker.APP: "answered_by_app"}
TITLE: Final[JsonObject] = {"en": "Not sent", "ar": "لم تُرسل"}
WORDS: Final[dict[Speaker, JsonObject]] = {
    Speaker.PHONE: {
        "en": "Somebody answered on the phone before this answer of the bot had left, so it was dropped.",
        "ar": "ردّ أحدهم من الهاتف قبل أن ينطلق رد البوت هذا، فأُلغي.",
    },
    Speaker.APP: {
        "en": "Another app took the conversation before this answer of the bot had left, so it was dropped.",
        "ar": "تولّى تطبيق آخر المحادثة قبل أن ينطلق رد البوت هذا، فأُلغي.",
    },
}


@dataclass(frozen=True, slots=True)
class Silence:
    """A conversation in which somebody else speaks, since the input numbered `seq`."""

    workspace_id: UUID
    conversation_id: UUID
    seq: int
    speaker: Speaker


async def silence_bots(conn: Connection, silences: Sequence[Silence]) -> None:
    """Drop what bots were about to send in these conversations, with the reason on each message.

    The caller holds the conversations' rows, and has written what it queued itself.
    """
    if not silences:
        return
    ordered = sorted(silences, key=lambda silence: (silence.workspace_id, silence.conversation_id))
    keys = [silence.workspace_id for silence in ordered], [silence.conversation_id for silence in ordered]
    await conn.execute(MOVE_MARK, *keys, [silence.seq for silence in ordered])
    waiting = [(row["workspace_id"], row["message_id"]) for row in await conn.fetch(FIND, *keys)]
    if waiting:
        await _drop(conn, waiting, {silence.conversation_id: silence.speaker for silence in ordered})
    await conn.execute(END_TRIES, *keys)


async def _drop(conn: Connection, waiting: Sequence[tuple[UUID, UUID]], speakers: Mapping[UUID, Speaker]) -> None:
    await lock_outbox(conn, waiting)
    dropped = await conn.fetch(CANCEL, [workspace for workspace, _ in waiting], [id_ for _, id_ in waiting])
    rows = sorted((row["workspace_id"], row["message_id"], speakers[row["conversation_id"]]) for row in dropped)
    await conn.execute(
        SAY_WHY,
        [workspace for workspace, _, _ in rows],
        [id_ for _, id_, _ in rows],
        [_explain(speaker) for _, _, speaker in rows],
    )
    await record_events(conn, [EventRow(workspace, EventType.MESSAGE_STATUS, id_) for workspace, id_, _ in rows])


def _explain(speaker: Speaker) -> JsonObject:
    return {"code": CODES[speaker], "title": TITLE, "text": WORDS[speaker], "action": None, "provider": None}
