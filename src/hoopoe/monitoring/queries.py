"""Dead letters as screens see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import ItemKind, Provider
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.schemas import Bilingual, MessageType
from hoopoe.conversations.status import OutboxState
from hoopoe.conversations.views import make_preview
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.json import JsonObject
from hoopoe.monitoring import schemas
from hoopoe.monitoring.steps import RetryPlan
from hoopoe.monitoring.words import LetterKind, diagnose

EDITABLE: Final = frozenset({MessageType.TEXT, MessageType.BUTTONS, MessageType.LIST})

LETTERS: Final = """
select letter.*, channel.id as known_channel_id, channel.name as channel_name, channel.provider,
       contact.name as contact_name, contact.username as contact_username, phone.value as contact_phone,
       message.type as message_type, message.content,
       outbox.state as sending_state
from unnest($2::uuid[]) with ordinality as asked (id, place)
cross join lateral (
    select * from dead_letters where workspace_id = $1 and id = asked.id limit 1
) as letter
left join lateral (
    select contact_id, channel_id from conversations
    where workspace_id = $1 and id = letter.conversation_id limit 1
) as conversation on true
left join lateral (
    select id, name, provider from channels
    where workspace_id = $1 and id = coalesce(letter.channel_id, conversation.channel_id) limit 1
) as channel on true
left join lateral (
    select name, username from contacts where workspace_id = $1 and id = conversation.contact_id limit 1
) as contact on true
left join lateral (
    select value from identities
    where workspace_id = $1 and contact_id = conversation.contact_id and kind = 'phone'
    order by since desc limit 1
) as phone on true
left join lateral (
    select type, content from messages where workspace_id = $1 and id = letter.message_id limit 1
) as message on true
left join lateral (
    select state from outbox where workspace_id = $1 and message_id = letter.message_id limit 1
) as outbox on letter.message_id is not null
order by asked.place
"""


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """What a list shows. `until` is exclusive."""

    state: schemas.LetterState | None = None
    kind: LetterKind | None = None
    channel_id: UUID | None = None
    conversation_id: UUID | None = None
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def count_letters(conn: Connection, scope: WorkspaceScope) -> schemas.LetterStats:
    """How many there are of each state."""
    rows = await conn.fetch(
        "select state, count(*) as count from dead_letters where workspace_id = $1 group by state", scope.workspace_id
    )
    counts = dict.fromkeys((state.value for state in schemas.LetterState), 0)
    counts.update({row["state"]: row["count"] for row in rows})
    return schemas.LetterStats(total=sum(counts.values()), **counts)


async def list_letters(
    conn: Connection, scope: WorkspaceScope, wanted: LetterFilter, *, before: UUID | None, limit: int
) -> list[schemas.DeadLetter]:
    """Letters that fit, the newest first."""
    rows = await conn.fetch(
        """
        select id from dead_letters
        where workspace_id = $1 and ($2::text is null or state = $2) and ($3::text is null or kind = $3)
          and ($4::uuid is null or channel_id = $4) and ($5::uuid is null or conversation_id = $5)
          and ($6::text is null or error_code = $6) and ($7::timestamptz is null or created_at >= $7)
          and ($8::timestamptz is null or created_at < $8) and ($9::uuid is null or id < $9)
        order by id desc limit $10
        """,
        scope.workspace_id,
        wanted.state,
        wanted.kind,
        wanted.channel_id,
        wanted.conversation_id,
        wanted.code,
        wanted.since,
        wanted.until,
        before,
        limit,
    )
    found = await _load(conn, scope, [row["id"] for row in rows])
    return [_show(row) for row in found]


async def read_letter(conn: Connection, scope: WorkspaceScope, letter_id: UUID) -> schemas.DeadLetterDetails:
    """One letter with its payload and its tries. Raises `NotFound`."""
    rows = await _load(conn, scope, [letter_id])
    if not rows:
        raise NotFound
    [row] = rows
    short = _show(row)
    attempts = await conn.fetch(
        """
        select attempt, outcome, provider_id, error, at from message_attempts
        where workspace_id = $1 and message_id = $2
        union all
        -- A first attempt that was plainly accepted has no row: the message tells of it.
        select attempt, 'accepted', provider_id, null, accepted_at from messages
        where workspace_id = $1 and id = $2 and accepted_at is not null and not exists (
            select from message_attempts as kept where kept.workspace_id = $1 and kept.message_id = $2
                and kept.attempt = messages.attempt
        )
        order by attempt
        """,
        scope.workspace_id,
        row["message_id"],
    )
    return schemas.DeadLetterDetails(
        **short.model_dump(),
        payload=row["payload"],
        can_edit=short.kind is LetterKind.SEND and short.message_type in EDITABLE,
        attempts=[_show_attempt(attempt) for attempt in attempts],
    )


async def read_plan(conn: Connection, workspace_id: UUID) -> RetryPlan:
    """A workspace's steps: its own, or those that everybody begins with."""
    row = await conn.fetchrow("select steps, max_tries from dead_letter_settings where workspace_id = $1", workspace_id)
    return RetryPlan(row["steps"], row["max_tries"]) if row is not None else RetryPlan()


async def _load(conn: Connection, scope: WorkspaceScope, ids: Sequence[UUID]) -> list[Record]:
    return await conn.fetch(LETTERS, scope.workspace_id, list(ids)) if ids else []


def _show(row: Record) -> schemas.DeadLetter:
    kind, state = LetterKind(row["kind"]), schemas.LetterState(row["state"])
    provider = Provider(row["provider"]) if row["provider"] is not None else None
    found = diagnose(kind, provider, row["error_code"])
    type_ = MessageType(row["message_type"]) if row["message_type"] is not None else None
    channel: schemas.LetterChannel | None = None
    if provider is not None:
        channel = schemas.LetterChannel(id=row["known_channel_id"], name=row["channel_name"], provider=provider)
    return schemas.DeadLetter(
        id=row["id"],
        kind=kind,
        state=state,
        channel=channel,
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        contact=_read_contact(row),
        message_type=type_,
        preview=make_preview(type_, row["content"]) if type_ is not None else _preview_input(provider, row["payload"]),
        error=schemas.LetterError(
            code=row["error_code"],
            title=Bilingual(en=found.title.en, ar=found.title.ar),
            text=Bilingual(en=found.text.en, ar=found.text.ar),
            action=found.remedy,
            provider=row["error_text"] or None,
        ),
        is_automatic=found.is_passing,
        retry_count=row["retry_count"],
        next_retry_at=row["next_retry_at"] if state is schemas.LetterState.FAILED else None,
        sending_state=OutboxState(row["sending_state"]) if row["sending_state"] is not None else None,
        created_at=row["created_at"],
        failed_at=row["failed_at"],
        state_at=row["state_at"],
        resolved_at=row["resolved_at"],
    )


def _read_contact(row: Record) -> schemas.LetterContact | None:
    name, phone, username = row["contact_name"], row["contact_phone"], row["contact_username"]
    if name is None and phone is None and username is None:
        return None
    return schemas.LetterContact(name=name, phone=phone, username=username)


def _preview_input(provider: Provider | None, payload: JsonObject) -> str:
    """The text of a message that could not be handled, where it can be read."""
    item = payload.get("item")
    if not isinstance(item, dict):
        return ""
    heard = item.get("heard")
    text = heard.get("text") if isinstance(heard, dict) else None
    if payload.get("kind") == ItemKind.MESSAGE and provider is not None:
        try:
            text = adapter_for(provider).parse_message(item).text
        except Exception:  # noqa: BLE001  # it may be the very thing that cannot be handled
            text = None
    return make_preview(MessageType.TEXT, {"body": text}) if isinstance(text, str) else ""


def _show_attempt(row: Record) -> schemas.LetterAttempt:
    error: JsonObject = row["error"] or {}
    code, title = error.get("code"), error.get("title")
    return schemas.LetterAttempt(
        attempt=row["attempt"],
        outcome=row["outcome"],
        provider_id=row["provider_id"],
        code=str(code) if code is not None else None,
        title=str(title) if title is not None else None,
        at=row["at"],
    )
