"""Conversations and messages as screens see them, loaded by id: for the API and for live events alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Final, TypeAlias
from uuid import UUID

from hoopoe.channels.contract import Provider
from hoopoe.channels.inbound import name_of_contacts
from hoopoe.conversations import schemas
from hoopoe.conversations.attachments import show_files
from hoopoe.conversations.messages import AuthorKind, Direction
from hoopoe.conversations.status import MessageStatus, OutboxState
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.waiting import find_reason
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.media.addresses import Addresses

# Look-ups by `unnest … lateral (… limit 1)`: on a database without statistics joins on keys that begin
# with workspace_id are planned as scans.
MESSAGES = """
select message.*, outbox.state as sending_state, reaction.reactions, waiting.channel_status, waiting.trouble,
       waiting.is_slowed, waiting.is_held,
       case message.author_kind when 'user' then person.name when 'bot' then bot.name else contact.name end
           as author_name
from unnest($2::uuid[]) as asked (id)
cross join lateral (
    select * from messages where workspace_id = $1 and id = asked.id limit 1
) as message
left join lateral (
    select state, id from outbox where workspace_id = $1 and message_id = message.id limit 1
) as outbox on message.direction = 'out'
left join lateral (
    select channels.status as channel_status, channels.status_reason_code as trouble,
           pace.held_until > now() as is_slowed, exists (
        select from outbox as holding
        where holding.workspace_id = $1 and holding.conversation_id = message.conversation_id
          and holding.holds_until is not null and holding.holds_until > now() and holding.id < outbox.id
    ) as is_held
    from channels left join channel_pace as pace
        on pace.workspace_id = channels.workspace_id and pace.channel_id = channels.id
    where channels.workspace_id = $1 and channels.id = message.channel_id limit 1
) as waiting on outbox.state in ('queued', 'retrying')
left join lateral (
    select jsonb_agg(jsonb_build_object('emoji', emoji, 'author', author, 'at', at) order by at) as reactions
    from message_reactions where workspace_id = $1 and message_id = message.id and emoji is not null
) as reaction on true
left join lateral (
    select name from users where id = message.author_id limit 1
) as person on message.author_kind = 'user'
left join lateral (
    select name from bots where workspace_id = $1 and id = message.author_id limit 1
) as bot on message.author_kind = 'bot'
left join lateral (
    select name from contacts where workspace_id = $1 and id = message.author_id limit 1
) as contact on message.author_kind = 'contact'
"""

# Bots and flow sessions belong to a slice above: only their names are read here, and nothing depends on
# what they mean. A hook would cost a round trip more for every page of the inbox.
CONVERSATIONS = """
select conversation.*, channel.name as channel_name, channel.provider as channel_provider,
       channel.number as channel_number, contact.name as contact_name, contact.username as contact_username,
       contact.language as contact_language, phone.value as contact_phone, business.value as contact_user_id,
       person.name as assignee_name, session.bot_id as bot_id, session.name as bot_name, session.number as bot_version
from unnest($2::uuid[]) as asked (id)
cross join lateral (
    select id, channel_id, contact_id, mode, assignee_id, unread, last_at, last_message_id, window_expires_at,
           other_app, created_at
    from conversations where workspace_id = $1 and id = asked.id limit 1
) as conversation
left join lateral (
    select name, provider, number, coalesce(waba_id, account_sid) as portfolio
    from channels where workspace_id = $1 and id = conversation.channel_id limit 1
) as channel on true
left join lateral (
    select name, username, language from contacts where workspace_id = $1 and id = conversation.contact_id limit 1
) as contact on true
left join lateral (
    select value from identities
    where workspace_id = $1 and contact_id = conversation.contact_id and kind = 'phone' order by since desc limit 1
) as phone on true
left join lateral (
    select value from identities
    where workspace_id = $1 and contact_id = conversation.contact_id and kind = 'user_id'
    order by scope = channel.portfolio desc, since desc limit 1
) as business on true
left join lateral (
    select name from users where id = conversation.assignee_id limit 1
) as person on true
left join lateral (
    select flow_sessions.bot_id, bots.name, case when bot_versions.number > 0 then bot_versions.number end as number
    from flow_sessions
    join bots on bots.workspace_id = $1 and bots.id = flow_sessions.bot_id
    join bot_versions on bot_versions.workspace_id = $1 and bot_versions.id = flow_sessions.version_id
    where flow_sessions.workspace_id = $1 and flow_sessions.conversation_id = conversation.id
        and flow_sessions.status = 'waiting' limit 1
) as session on true
"""

PREVIEW_CHARS = 160


async def load_messages(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID], *, addresses: Addresses | None
) -> dict[UUID, schemas.Message]:
    """Messages by id; those that do not exist are left out.

    With their files as they are now, at addresses that `addresses` signs; None: for who does not look at files.
    """
    rows = await conn.fetch(MESSAGES, workspace_id, list(ids)) if ids else []
    texts = [[row["content"], *(version["content"] for version in row["versions"] or ())] for row in rows]
    if addresses is not None:
        shown = iter(await show_files(conn, workspace_id, list(chain.from_iterable(texts)), addresses=addresses))
        texts = [list(islice(shown, len(each))) for each in texts]
    return {row["id"]: _read_message(row, content, before) for row, (content, *before) in zip(rows, texts, strict=True)}


async def load_conversations(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, schemas.Conversation]:
    """Conversations by id, each with its last message; those that do not exist are left out."""
    rows = await conn.fetch(CONVERSATIONS, workspace_id, list(ids)) if ids else []
    messages = await load_messages(
        conn,
        workspace_id,
        [row["last_message_id"] for row in rows if row["last_message_id"] is not None],
        addresses=None,
    )
    return {row["id"]: _read_conversation(row, messages.get(row["last_message_id"])) for row in rows}


_Type: TypeAlias = schemas.MessageType

# Where the words of a type are, the first that there are. What has none is named by its type.
WORDS: Final[Mapping[schemas.MessageType, tuple[str, ...]]] = {
    _Type.TEXT: ("body",),
    _Type.BUTTONS: ("body",),
    _Type.LIST: ("body",),
    _Type.BUTTON_REPLY: ("title",),
    _Type.LIST_REPLY: ("title",),
    _Type.ADDRESS: ("body",),
    _Type.IMAGE: ("caption",),
    _Type.VIDEO: ("caption",),
    _Type.DOCUMENT: ("caption", "filename"),
    _Type.LOCATION: ("name", "address"),
    _Type.ORDER: ("note",),
}


def make_preview(type_: schemas.MessageType, content: JsonObject) -> str:
    """A message in one line; empty for what has no text of its own."""
    found = (content.get(name) for name in WORDS.get(type_, ()))
    text = next((text for text in found if isinstance(text, str) and text.strip()), "")
    if type_ is _Type.CONTACTS:
        text = name_of_contacts(content)
    line = " ".join(text.split())
    return line if len(line) <= PREVIEW_CHARS else line[: PREVIEW_CHARS - 1] + "…"


def _read_waiting(row: Record) -> schemas.Waiting | None:
    state = OutboxState(row["sending_state"]) if row["sending_state"] is not None else None
    reason = find_reason(
        state, row["channel_status"], row["trouble"], is_slowed=bool(row["is_slowed"]), is_held=bool(row["is_held"])
    )
    if reason is None:
        return None
    words = schemas.Bilingual(en=reason.text.en, ar=reason.text.ar)
    return schemas.Waiting(code=reason.code, text=words, action=reason.action)


def _read_message(row: Record, content: JsonObject, before: Sequence[JsonObject]) -> schemas.Message:
    type_, fitting = schemas.MessageType(row["type"]), row["fitting"] or {}
    versions = [{**version, "content": said} for version, said in zip(row["versions"] or (), before, strict=True)]
    return schemas.Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        direction=Direction(row["direction"]),
        type=type_,
        content=content,
        status=MessageStatus(row["status"]),
        sending_state=OutboxState(row["sending_state"]) if row["sending_state"] is not None else None,
        author=schemas.Author(kind=AuthorKind(row["author_kind"]), id=row["author_id"], name=row["author_name"]),
        provider_id=row["provider_id"],
        reply_to=row["reply_to"],
        failure=schemas.Failure.model_validate(row["failure"]) if row["failure"] is not None else None,
        waiting=_read_waiting(row),
        degradations=[schemas.Degradation.model_validate(each) for each in fitting.get("degradations", ())],
        parts=fitting.get("parts", []),
        attempt=row["attempt"],
        at=row["at"],
        accepted_at=row["accepted_at"],
        sent_at=row["sent_at"],
        delivered_at=row["delivered_at"],
        read_at=row["read_at"],
        played_at=row["played_at"],
        pricing=_read_pricing(row["pricing"]),
        failed_at=row["failed_at"],
        is_stale=row["is_stale"],
        is_imported=row["is_imported"],
        reactions=[schemas.MessageReaction.model_validate(each) for each in row["reactions"] or ()],
        versions=[schemas.MessageVersion.model_validate(each) for each in versions],
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
    )


def _read_pricing(told: Json) -> schemas.Pricing | None:
    """A provider's price tag; what of it is not as it should be is left out."""
    if not isinstance(told, dict):
        return None
    model, type_, category = (
        value if isinstance(value := told.get(name), str) else None for name in ("pricing_model", "type", "category")
    )
    is_billable = told.get("billable")
    return schemas.Pricing(
        is_billable=is_billable if isinstance(is_billable, bool) else None, model=model, type=type_, category=category
    )


def _read_conversation(row: Record, last: schemas.Message | None) -> schemas.Conversation:
    assignee_id, bot_id = row["assignee_id"], row["bot_id"]
    return schemas.Conversation(
        id=row["id"],
        channel=schemas.ConversationChannel(
            id=row["channel_id"],
            name=row["channel_name"],
            provider=Provider(row["channel_provider"]),
            number=row["channel_number"],
        ),
        contact=schemas.ConversationContact(
            id=row["contact_id"],
            name=row["contact_name"],
            phone=row["contact_phone"],
            user_id=row["contact_user_id"],
            username=row["contact_username"],
            language=row["contact_language"],
        ),
        mode=Mode(row["mode"]),
        unread=row["unread"],
        assignee=schemas.Person(id=assignee_id, name=row["assignee_name"] or "") if assignee_id is not None else None,
        last_message=_summarize(last) if last is not None else None,
        last_at=row["last_at"],
        window_expires_at=row["window_expires_at"],
        bot=schemas.ConversationBot(id=bot_id, name=row["bot_name"], version=row["bot_version"])
        if bot_id is not None
        else None,
        other_app=row["other_app"],
        created_at=row["created_at"],
    )


def _summarize(message: schemas.Message) -> schemas.LastMessage:
    return schemas.LastMessage(
        id=message.id,
        direction=message.direction,
        type=message.type,
        preview=make_preview(message.type, message.content) if message.deleted_at is None else "",
        is_voice=message.content.get("voice") is True,
        is_deleted=message.deleted_at is not None,
        status=message.status,
        sending_state=message.sending_state,
        failure=message.failure,
        author=message.author,
        at=message.at,
    )
