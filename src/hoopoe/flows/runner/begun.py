"""What became of the calls of secret addresses: known in the turn that hears them, and noted there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection


class CallOutcome(StrEnum):
    """`waiting`: no turn has come to it. `repeated`: its key was there before. All after `started` started nothing.

    `busy`: the person was in the middle of a flow that this one does not interrupt. `with_a_person`: a colleague had
    the conversation. `not_answering`: the bot was switched off, or published without the trigger. `failed`: the flow
    could not be run, which is among the failed inputs. `gone`: so is the conversation.
    """

    WAITING = "waiting"
    REPEATED = "repeated"
    STARTED = "started"
    BUSY = "busy"
    WITH_A_PERSON = "with_a_person"
    NOT_ANSWERING = "not_answering"
    FAILED = "failed"
    GONE = "gone"


NOTE: Final = """
update flow_hook_calls set outcome = noted.outcome
from unnest($1::uuid[], $2::uuid[], $3::text[]) as noted (workspace_id, id, outcome)
where flow_hook_calls.workspace_id = noted.workspace_id and flow_hook_calls.id = noted.id
"""


async def note_calls(conn: Connection, calls: Mapping[tuple[UUID, UUID], CallOutcome]) -> None:
    """Note what became of calls, by workspace and id. Of one that is not kept any more nothing is."""
    if calls:
        rows = sorted(calls.items())
        await conn.execute(
            NOTE, [key[0] for key, _ in rows], [key[1] for key, _ in rows], [outcome.value for _, outcome in rows]
        )
