"""A call of a secret address: whose it is, whether there is room for it, and whether its flow can start.

The address is found by the hash of its secret, so that how long the answer takes tells nothing of it. Every call that
found one is noted, with the code of its refusal; nothing of what was sent is. What becomes of one that is taken is
noted by the turn that hears it: until then everything may change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from hoopoe.channels.contract import ItemKind
from hoopoe.conversations.errors import WindowClosed
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.window import is_open
from hoopoe.flows.beginning import schemas
from hoopoe.flows.beginning.budgets import CallLimits, spend_call
from hoopoe.flows.beginning.errors import BotNotAnswering, NobodyToStart, NoWebhookTrigger, TooManyCalls, WithAPerson
from hoopoe.flows.beginning.hooks import HAS_TRIGGER
from hoopoe.flows.beginning.items import make_beginning
from hoopoe.flows.beginning.phones import spell_phone
from hoopoe.flows.definition import parse_blueprint, speaks_freely_first
from hoopoe.flows.nodes.trigger_matching import WEBHOOK
from hoopoe.flows.runner.begun import CallOutcome
from hoopoe.flows.versions.schemas import BotStatus
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.errors import (
    BodyTooLarge,
    FieldFault,
    IdempotencyKeyReused,
    NotFound,
    Refusal,
    ValidationFailed,
)
from hoopoe.kernel.http.answers import read_fault
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject, load_json
from hoopoe.kernel.secrets import hash_token
from hoopoe.webhooks.inbox import put_item
from hoopoe.webhooks.routing import hearing_lane_of

MAX_BYTES: Final = 64 * 1024
"""What a flow keeps of a call is part of its session: more than this is a file, and belongs behind an address."""
KEPT_CALLS: Final = 100

FIND_HOOK: Final = """
select workspace_id, id, bot_id, node_id from flow_hooks
where token_hash = $1 or (former_hash = $1 and former_until > now())
"""
LOOK: Final = f"""
select status, ({HAS_TRIGGER}) as has_trigger from bots where workspace_id = $1 and id = $2
"""  # noqa: S608  # a constant
PUBLISHED: Final = """
select version.blueprint from bots
join bot_versions as version on version.workspace_id = bots.workspace_id and version.id = bots.published_version_id
where bots.workspace_id = $1 and bots.id = $2
"""
FIND_PERSON: Final = """
select coalesce(
    $2::uuid,
    (select contact_id from identities
     where workspace_id = $1 and kind = 'phone' and scope = '' and value = any ($3::text[])
     order by array_position($3::text[], value) limit 1)
)
"""
# The person's newest conversation on a channel that the bot answers.
FIND_CONVERSATION: Final = """
select conversation.id, conversation.channel_id, conversation.lane, conversation.mode, conversation.window_expires_at
from conversations as conversation
join channels as channel on channel.workspace_id = $1 and channel.id = conversation.channel_id
where conversation.workspace_id = $1 and channel.status = 'active' and (channel.bot_id is null or channel.bot_id = $2)
  and conversation.contact_id = $3
order by conversation.last_at desc limit 1
"""
# What a key came for before, on whichever channel the person wrote last then; and the conversations that the person
# of this call has there. What is done has no content any more, and still its lane.
FIND_EARLIER: Final = """
select earlier.lane as taken_in, conversation.id, conversation.lane from channels as channel
cross join lateral (
    select lane from inbox where workspace_id = $1 and channel_id = channel.id and provider_key = $2 limit 1
) as earlier
left join conversations as conversation
    on conversation.workspace_id = $1 and conversation.contact_id = $3 and conversation.channel_id = channel.id
where channel.workspace_id = $1
"""
# The newest few are of use to whoever looks for what went wrong.
NOTE: Final = """
with old as (
    delete from flow_hook_calls where workspace_id = $1 and id in (
        select id from flow_hook_calls where workspace_id = $1 and hook_id = $2 order by at desc offset $6 limit 10
        for update skip locked
    )
)
insert into flow_hook_calls (workspace_id, id, hook_id, status, reason, outcome) values ($1, $3, $2, $4, $5, $7)
"""


async def read_body(stream: AsyncIterator[bytes]) -> bytes | None:
    """The body of a call; None for one that is too large, which is not read to its end."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > MAX_BYTES:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


async def take_call(
    work: Work, token: str, *, body: bytes | None, key: str | None, limits: CallLimits
) -> schemas.HookTaken:
    """Start a flow for one person. A call with a `key` that was there starts nothing again.

    Calls of one address come one after another: each holds the address's bucket until it is committed. So a key that
    is looked for is found, whichever channel it was taken on.

    Raises `NotFound` for an address that is none, `TooManyCalls`, `BodyTooLarge`, `ValidationFailed` for what is no
    call, `NobodyToStart`, `IdempotencyKeyReused` for a key that came with another person; and where nothing could
    start now: `BotNotAnswering`, `NoWebhookTrigger`, `WithAPerson`, `WindowClosed`. What is raised is noted.
    """
    conn = await work.begin(role=tenancy.APP, token_hash=hash_token(token))
    hook = await conn.fetchrow(FIND_HOOK, hash_token(token))
    if hook is None:
        raise NotFound
    await work.narrow(hook["workspace_id"])
    if not await conn.fetchval(
        "select exists (select from workspaces where id = $1 and deleted_at is null)", hook["workspace_id"]
    ):
        raise NotFound
    spent = await spend_call(conn, hook["workspace_id"], hook["id"], limits)
    refusal: Refusal | None = None
    call_id = new_id()
    if spent.wait_seconds is not None:
        refusal = TooManyCalls(headers={"Retry-After": str(int(spent.wait_seconds) + 1)})
    else:
        try:
            taken = await _start(conn, hook, _read_call(body), key, call_id)
        except Refusal as error:
            refusal = error
    if refusal is None:
        outcome = CallOutcome.REPEATED if taken.is_repeated else CallOutcome.WAITING
        await _note(conn, hook, call_id, 202, outcome=outcome)
        work.hint(Topic.INBOX)
        return taken
    if spent.wait_seconds is None or spent.is_notable:
        await _note(conn, hook, call_id, refusal.status, reason=refusal.code)
    await work.commit()
    raise refusal


def _read_call(body: bytes | None) -> schemas.HookCall:
    if body is None:
        raise BodyTooLarge(f"A call may have {MAX_BYTES // 1024} KB.")
    if b"\\u0000" in body:  # no database stores it
        raise ValidationFailed(FieldFault("body", "A text holds a character that cannot be stored.", "bad_text"))
    try:
        sent = load_json(body)
    except ValueError:
        raise ValidationFailed(FieldFault("body", "This is not JSON.", "json_invalid")) from None
    try:
        given = schemas.HookCall.model_validate(sent)
    except ValidationError as error:
        raise ValidationFailed(*(read_fault(fault, None) for fault in error.errors())) from None
    if given.phone is None and given.contact_id is None:
        raise ValidationFailed(FieldFault("phone", "Say for whom the flow starts.", "missing"))
    return given


async def _start(
    conn: Connection, hook: Record, given: schemas.HookCall, key: str | None, call_id: UUID
) -> schemas.HookTaken:
    workspace_id: UUID = hook["workspace_id"]
    spellings = await spell_phone(conn, workspace_id, hook["bot_id"], given.phone) if given.phone is not None else ()
    contact_id = await conn.fetchval(FIND_PERSON, workspace_id, given.contact_id, list(spellings))
    provider_key = f"h:{hook['id']}:{key or new_id()}"
    if key is not None and (earlier := await conn.fetch(FIND_EARLIER, workspace_id, provider_key, contact_id)):
        return schemas.HookTaken(conversation_id=_find_same(earlier), is_repeated=True)
    found = await conn.fetchrow(FIND_CONVERSATION, workspace_id, hook["bot_id"], contact_id)
    if found is None:
        raise NobodyToStart
    now = await read_domain_now(conn)
    await _check_startable(conn, hook, found, now)
    told: JsonObject = given.model_dump(mode="json", exclude_none=True)
    item = make_beginning(WEBHOOK, bot_id=hook["bot_id"], node_id=hook["node_id"], at=now, told=told, call_id=call_id)
    is_new = await put_item(
        conn,
        workspace_id=workspace_id,
        channel_id=found["channel_id"],
        lane=found["lane"],
        kind=ItemKind.RETRY,
        key=provider_key,
        item={**item, "conversation_id": str(found["id"])},
    )
    return schemas.HookTaken(conversation_id=found["id"], is_repeated=not is_new)


async def _check_startable(conn: Connection, hook: Record, found: Record, now: datetime) -> None:
    """Refuse what would start nothing as things stand. Who is in the middle of another flow may be out of it when the
    call's turn comes, so that is not looked at; a closed conversation is opened by it.
    """
    bot = await conn.fetchrow(LOOK, hook["workspace_id"], hook["bot_id"], hook["node_id"])
    if bot is None or bot["status"] != BotStatus.ACTIVE:
        raise BotNotAnswering
    if not bot["has_trigger"]:
        raise NoWebhookTrigger
    if found["mode"] == Mode.HUMAN:
        raise WithAPerson
    until = found["window_expires_at"]
    if not is_open(until, now):
        blueprint = parse_blueprint(await conn.fetchval(PUBLISHED, hook["workspace_id"], hook["bot_id"]))
        if speaks_freely_first(blueprint, hook["node_id"]):
            raise WindowClosed(details={"window_expires_at": until.isoformat() if until is not None else None})


def _find_same(earlier: Sequence[Record]) -> UUID:
    """The conversation that a key came for before. It may wait in the lane of what the bot is yet to hear."""
    for row in earlier:
        if row["id"] is not None and row["taken_in"] in (row["lane"], hearing_lane_of(row["id"])):
            same: UUID = row["id"]
            return same
    raise IdempotencyKeyReused


async def _note(
    conn: Connection,
    hook: Record,
    call_id: UUID,
    status: int,
    *,
    reason: str | None = None,
    outcome: CallOutcome | None = None,
) -> None:
    await conn.execute(NOTE, hook["workspace_id"], hook["id"], call_id, status, reason, KEPT_CALLS - 1, outcome)
    await conn.execute(
        "update flow_hooks set used_at = now() where workspace_id = $1 and id = $2", hook["workspace_id"], hook["id"]
    )
