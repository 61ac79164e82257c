"""Trying a dead letter again, whoever says so: a person, or its steps.

A send goes through the outbox as a new attempt of the same message, and is resolved when the provider has
accepted it. An input goes back into its lane, and is resolved when a turn has handled it. The conversation's
row is held, so that presses, steps and turns come one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import OutboundContent
from hoopoe.conversations.outbox.errors import NothingToRetry
from hoopoe.conversations.outbox.retry import retry_send
from hoopoe.flows.runner.sessions import revive_session
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.json import JsonObject
from hoopoe.monitoring.errors import InputGone, NothingToEdit
from hoopoe.monitoring.words import LetterKind
from hoopoe.webhooks.dead_inputs import put_back

OPEN_STATES: Final = ("failed", "archived")

TAKE: Final = """
update dead_letters set state = 'retrying', state_at = now(), next_retry_at = null, retry_count = retry_count + 1
where workspace_id = $1 and id = $2 and state in ('failed', 'archived')
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as a retry needs it."""

    workspace_id: UUID
    id: UUID
    kind: LetterKind
    state: str
    conversation_id: UUID | None
    message_id: UUID | None
    channel_id: UUID | None
    input_key: str | None
    payload: JsonObject


FIND: Final = """
select workspace_id, id, kind, state, conversation_id, message_id, channel_id, input_key, payload
from dead_letters where workspace_id = $1 and id = $2
"""


async def find_letter(conn: Connection, workspace_id: UUID, letter_id: UUID) -> Letter | None:
    """A letter as it is at this moment."""
    row = await conn.fetchrow(FIND, workspace_id, letter_id)
    return _read(row) if row is not None else None


def _read(row: Record) -> Letter:
    return Letter(**{**row, "kind": LetterKind(row["kind"])})


async def retry_letter(conn: Connection, letter: Letter, *, content: OutboundContent | None = None) -> bool:
    """Try a letter again that was read after its conversation was locked; False: it is under way already.

    Raises `NothingToRetry` (the message did not fail any more), `NothingToEdit` and `InputGone`.
    """
    if letter.state not in OPEN_STATES:
        return False
    if letter.kind is LetterKind.SEND:
        if letter.message_id is None:
            raise NothingToRetry
        await retry_send(conn, letter.workspace_id, letter.message_id, content=content)
        return True
    if content is not None:
        raise NothingToEdit
    return await _retry_turn(conn, letter)


async def _retry_turn(conn: Connection, letter: Letter) -> bool:
    payload, lane = letter.payload, letter.payload.get("lane")
    item = payload.get("item")
    if letter.channel_id is None or letter.input_key is None or not isinstance(lane, int) or not isinstance(item, dict):
        raise InputGone
    if not (await conn.execute(TAKE, letter.workspace_id, letter.id)).endswith(" 1"):
        return False
    session = payload.get("session")
    if isinstance(session, dict) and letter.conversation_id is not None:
        sprint = session.get("sprint")
        await revive_session(
            conn,
            letter.workspace_id,
            letter.conversation_id,
            session_id=UUID(str(session.get("id"))),
            sprint=sprint if isinstance(sprint, int) else -1,
        )
    await put_back(
        conn,
        workspace_id=letter.workspace_id,
        channel_id=letter.channel_id,
        key=letter.input_key,
        lane=lane,
        kind=str(payload.get("kind")),
        item=item,
    )
    return True
