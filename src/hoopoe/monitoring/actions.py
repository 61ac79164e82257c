"""What people do with dead letters: retry, edit and retry, archive, choose the steps. Each is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hoopoe.channels.contract import OutboundContent
from hoopoe.conversations.actions.locking import hold_conversation
from hoopoe.conversations.content import content_type
from hoopoe.conversations.errors import ChannelNotActive, WindowClosed
from hoopoe.conversations.window import is_open
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound, Refusal
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.monitoring import schemas
from hoopoe.monitoring.errors import LetterSettled
from hoopoe.monitoring.queries import read_plan
from hoopoe.monitoring.retrying import find_letter, retry_letter
from hoopoe.monitoring.words import LetterKind


@dataclass(frozen=True, slots=True)
class Retried:
    """What one press came to."""

    letter_id: UUID
    outcome: schemas.RetryOutcome
    refusal: Refusal | None = None


async def retry_one(
    conn: Connection, scope: WorkspaceScope, letter_id: UUID, *, content: OutboundContent | None = None
) -> schemas.RetryOutcome:
    """Try one letter again, with another content if one is given. Under way already: nothing happens.

    Raises `NotFound`, `LetterSettled`, and what speaks against sending at this very moment: `WindowClosed`,
    `ChannelNotActive`, `NothingToRetry`; `NothingToEdit` and `InputGone` where it cannot be done at all.
    """
    outcome = await _retry(conn, scope, letter_id, content)
    if outcome is schemas.RetryOutcome.RETRYING:
        after: JsonObject = {"edited": content_type(content)} if content is not None else {}
        await record(
            conn, scope, "dead_letter.retried", target_kind="dead_letter", target_id=letter_id, after=after or None
        )
    return outcome


async def retry_selection(conn: Connection, scope: WorkspaceScope, ids: Sequence[UUID]) -> list[Retried]:
    """Try several again, each by itself: one that is refused stops no other. Raises `NotFound` for a strange id."""
    wanted = list(dict.fromkeys(ids))
    rows = await conn.fetch(
        "select id, conversation_id from dead_letters where workspace_id = $1 and id = any ($2::uuid[])",
        scope.workspace_id,
        wanted,
    )
    if len(rows) < len(wanted):
        raise NotFound
    done: dict[UUID, Retried] = {}
    # Conversations are locked in the one order in which everybody locks several.
    for row in sorted(rows, key=lambda row: (row["conversation_id"] or UUID(int=0), row["id"])):
        try:
            done[row["id"]] = Retried(row["id"], await _retry(conn, scope, row["id"], None))
        except Refusal as refusal:
            done[row["id"]] = Retried(row["id"], schemas.RetryOutcome.REFUSED, refusal)
    retried: list[Json] = [str(id_) for id_ in wanted if done[id_].outcome is schemas.RetryOutcome.RETRYING]
    if retried:
        await record(conn, scope, "dead_letter.retried", target_kind="dead_letter", after={"ids": retried})
    return [done[id_] for id_ in wanted]


async def _retry(
    conn: Connection, scope: WorkspaceScope, letter_id: UUID, content: OutboundContent | None
) -> schemas.RetryOutcome:
    letter = await find_letter(conn, scope.workspace_id, letter_id)
    if letter is None:
        raise NotFound
    if letter.conversation_id is not None:
        held = await hold_conversation(conn, scope, letter.conversation_id)
        letter = await find_letter(conn, scope.workspace_id, letter_id)
        if letter is None:
            raise NotFound
        if letter.kind is LetterKind.SEND and letter.state != "retrying":
            if not is_open(held.window_expires_at, held.now):
                at = held.window_expires_at
                raise WindowClosed(details={"window_expires_at": at.isoformat() if at is not None else None})
            status = await conn.fetchval(
                "select status from channels where workspace_id = $1 and id = $2", scope.workspace_id, held.channel_id
            )
            if status != "active":
                raise ChannelNotActive(details={"status": status})
    if letter.state == "resolved":
        raise LetterSettled
    is_begun = await retry_letter(conn, letter, content=content)
    return schemas.RetryOutcome.RETRYING if is_begun else schemas.RetryOutcome.ALREADY


async def archive_selection(conn: Connection, scope: WorkspaceScope, ids: Sequence[UUID]) -> schemas.ArchivedLetters:
    """Put letters away that nobody will try again. What is under way, or settled, stays. Raises `NotFound`."""
    wanted = list(dict.fromkeys(ids))
    known = await conn.fetchval(
        "select count(*) from dead_letters where workspace_id = $1 and id = any ($2::uuid[])",
        scope.workspace_id,
        wanted,
    )
    if known < len(wanted):
        raise NotFound
    rows = await conn.fetch(
        """
        update dead_letters set state = 'archived', state_at = now(), next_retry_at = null
        where workspace_id = $1 and state = 'failed' and id in (
            select id from dead_letters where workspace_id = $1 and id = any ($2::uuid[]) order by id for update
        )
        returning id
        """,
        scope.workspace_id,
        wanted,
    )
    if rows:
        archived: list[Json] = [str(row["id"]) for row in rows]
        await record(conn, scope, "dead_letter.archived", target_kind="dead_letter", after={"ids": archived})
    return schemas.ArchivedLetters(archived=len(rows), skipped=len(wanted) - len(rows))


async def save_settings(conn: Connection, scope: WorkspaceScope, given: schemas.LetterSettings) -> None:
    """Choose the steps. What waits for its next try waits by the new ones from now on."""
    before = await read_plan(conn, scope.workspace_id)
    if (list(before.steps), before.max_tries) == (given.steps_seconds, given.max_tries):
        return
    await conn.execute(
        """
        insert into dead_letter_settings (workspace_id, steps, max_tries) values ($1, $2, $3)
        on conflict (workspace_id) do update set steps = excluded.steps, max_tries = excluded.max_tries
        """,
        scope.workspace_id,
        given.steps_seconds,
        given.max_tries,
    )
    await conn.execute(
        "update dead_letters set is_triaged = false, next_retry_at = null where workspace_id = $1 and state = 'failed'",
        scope.workspace_id,
    )
    await record(
        conn,
        scope,
        "dead_letter.steps_changed",
        target_kind="workspace",
        target_id=scope.workspace_id,
        before={"steps_seconds": [*before.steps], "max_tries": before.max_tries},
        after={"steps_seconds": [*given.steps_seconds], "max_tries": given.max_tries},
    )
