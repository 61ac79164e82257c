"""Passes: made for a draft as it stands, listed, revoked. Who is let in by one: `flows.runner.trials`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import UUID

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.preview.loading import compile_preview
from hoopoe.flows.runner.reviving import WHOLE_SESSION
from hoopoe.flows.runner.trials import LETTERS, hash_word
from hoopoe.flows.trials import schemas
from hoopoe.flows.trials.errors import NotTriableOnChannel, TooManyPasses
from hoopoe.flows.versions.queries import hold_bot, require_bot
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import HOUR, Budget, refuse_over, spend
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.webhooks.inbox import put_item

PASSES_OF_WORKSPACE: Final = Budget("pass for a draft", 60, HOUR)
SHOWN: Final = 20
_HALF: Final = 4

# The draft as it was, where nobody else finds it: its number is none that a version has. It may be there already.
SNAPSHOT: Final = """
with newest as (
    select id, blueprint from bot_versions
    where workspace_id = $1 and bot_id = $3 and number < 0 order by number limit 1
), made as (
    insert into bot_versions (workspace_id, id, bot_id, number, blueprint, published_by)
    select $1, $2, $3, least(coalesce(min(number), 0), 0) - 1, $4, $5 from bot_versions
    where workspace_id = $1 and bot_id = $3
    having not exists (select from newest where blueprint = $4)
    returning id
)
select id from made union all select id from newest where blueprint = $4
"""
CREATE: Final = """
insert into draft_passes (workspace_id, id, bot_id, version_id, channel_id, word_hash, minutes, created_by, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(mins => $7))
"""
LIST: Final = """
select pass.id, pass.channel_id, pass.created_at, pass.expires_at, pass.contact_id, maker.name as created_by,
       contact.name as contact_name, phone.value as contact_phone,
       pass.revoked_at is not null as is_revoked, pass.expires_at <= now() as is_expired,
       exists (
           select from flow_sessions as session
           join conversations on conversations.workspace_id = session.workspace_id
               and conversations.id = session.conversation_id
           where session.workspace_id = pass.workspace_id and session.version_id = pass.version_id
               and session.status = 'waiting' and conversations.contact_id = pass.contact_id
               and conversations.channel_id = pass.channel_id
       ) as is_under_way
from draft_passes as pass
left join users as maker on maker.id = pass.created_by
left join contacts as contact on contact.workspace_id = pass.workspace_id and contact.id = pass.contact_id
left join lateral (
    select value from identities where workspace_id = pass.workspace_id and contact_id = pass.contact_id
        and kind = 'phone' order by since desc limit 1
) as phone on true
where pass.workspace_id = $1 and pass.bot_id = $2 and ($3::uuid is null or pass.id = $3)
order by pass.id desc limit $4
"""
REVOKE: Final = """
update draft_passes set revoked_at = coalesce(revoked_at, now())
where workspace_id = $1 and bot_id = $2 and id = $3
returning version_id, channel_id, contact_id
"""
UNDER_WAY: Final = """
select session.id, conversation.id as conversation_id, conversation.channel_id, conversation.lane
from flow_sessions as session
join conversations as conversation on conversation.workspace_id = session.workspace_id
    and conversation.id = session.conversation_id
where session.workspace_id = $1 and session.version_id = $2 and session.status = 'waiting'
    and conversation.channel_id = $3 and conversation.contact_id = $4
"""


@dataclass(frozen=True, slots=True)
class CreatedPass:
    """A new pass. `word` is known here and never again."""

    shown: schemas.DraftPass
    word: str
    number: str

    @property
    def link(self) -> str:
        digits = "".join(letter for letter in self.number if letter.isdigit())
        return f"https://wa.me/{digits}?text={quote(self.word)}"


async def create_pass(conn: Connection, scope: WorkspaceScope, bot_id: UUID, given: schemas.PassCreate) -> CreatedPass:
    """A pass for the draft as it stands. Raises `NotFound`, `FlowInvalid`, `NotTriableOnChannel`, `TooManyPasses`."""
    await hold_bot(conn, scope, bot_id)
    channel = await conn.fetchrow(
        "select number, status from channels where workspace_id = $1 and id = $2", scope.workspace_id, given.channel_id
    )
    if channel is None:
        raise NotFound("There is no such number here.")
    if channel["status"] != "active":
        raise NotTriableOnChannel
    draft: JsonObject = await conn.fetchval(
        "select draft from bots where workspace_id = $1 and id = $2", scope.workspace_id, bot_id
    )
    compile_preview(draft)
    refuse_over(await spend(conn, PASSES_OF_WORKSPACE.of(scope.workspace_id)), TooManyPasses)
    version_id = await conn.fetchval(SNAPSHOT, scope.workspace_id, new_id(), bot_id, draft, scope.user_id)
    word = "".join(secrets.choice(LETTERS) for _ in range(2 * _HALF))
    pass_id = new_id()
    await conn.execute(
        CREATE,
        scope.workspace_id,
        pass_id,
        bot_id,
        version_id,
        given.channel_id,
        hash_word(word),
        given.minutes,
        scope.user_id,
    )
    after: JsonObject = {"channel_id": str(given.channel_id), "minutes": given.minutes}
    await record(conn, scope, "draft_pass.created", target_kind="bot", target_id=bot_id, after=after)
    shown = await read_pass(conn, scope, bot_id, pass_id)
    return CreatedPass(shown, f"try {word[:_HALF]}-{word[_HALF:]}", channel["number"])


async def list_passes(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> list[schemas.DraftPass]:
    """The newest of a bot, without their words. Raises `NotFound`."""
    await require_bot(conn, scope, bot_id)
    return [_read(row) for row in await conn.fetch(LIST, scope.workspace_id, bot_id, None, SHOWN)]


async def read_pass(conn: Connection, scope: WorkspaceScope, bot_id: UUID, pass_id: UUID) -> schemas.DraftPass:
    """One of them. Raises `NotFound`."""
    row = await conn.fetchrow(LIST, scope.workspace_id, bot_id, pass_id, 1)
    if row is None:
        raise NotFound
    return _read(row)


async def revoke_pass(conn: Connection, scope: WorkspaceScope, bot_id: UUID, pass_id: UUID) -> None:
    """End a pass, and what is under way by it: in that conversation's own order. Raises `NotFound`."""
    row = await conn.fetchrow(REVOKE, scope.workspace_id, bot_id, pass_id)
    if row is None:
        raise NotFound
    for session in await conn.fetch(
        UNDER_WAY, scope.workspace_id, row["version_id"], row["channel_id"], row["contact_id"]
    ):
        await put_item(
            conn,
            workspace_id=scope.workspace_id,
            channel_id=session["channel_id"],
            lane=session["lane"],
            kind=ItemKind.TIMER,
            key=f"p:{pass_id}:{session['id']}",
            item={
                "conversation_id": str(session["conversation_id"]),
                "session_id": str(session["id"]),
                "sprint": WHOLE_SESSION,
                "kind": "timeout",
            },
        )
    await record(conn, scope, "draft_pass.revoked", target_kind="bot", target_id=bot_id)


def _read(row: Record) -> schemas.DraftPass:
    state = schemas.PassState.OPEN if row["contact_id"] is None else schemas.PassState.BOUND
    if row["is_expired"]:
        state = schemas.PassState.EXPIRED
    if row["is_revoked"]:
        state = schemas.PassState.REVOKED
    return schemas.DraftPass(
        id=row["id"],
        channel_id=row["channel_id"],
        state=state,
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        contact_name=row["contact_name"],
        contact_phone=row["contact_phone"],
        is_under_way=row["is_under_way"],
    )
