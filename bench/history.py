"""A database with years behind it: `fill_history` writes so many messages, and all that messages leave behind.

Rows are made by SQL from numbers: the same call makes the same rows, but for what sequences number. The statements
name columns of the first schema only, so that they fill every schema since (bench/drill.py begins with the first).

    python -m bench.history postgresql://… 1000000
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import join_ids

DAYS = 28
EVENT_DAYS = 7
# How many messages conversations have, in turn: most people write once or twice, a few write for weeks.
LENGTHS = (2, 4, 6, 10, 18, 80)
MEAN_LENGTH = sum(LENGTHS) // len(LENGTHS)
MINUTES_BETWEEN = 25
CHUNK = 2_500
WRITERS = 2


def _id_sql(at: str, of: str) -> str:
    """A UUIDv7 of a time and a text that is nobody else's."""
    return (
        f"(lpad(to_hex((extract(epoch from {at}) * 1000)::bigint), 12, '0') || '7' || substr(md5({of}), 1, 3) || '8' "
        f"|| substr(md5({of}), 4, 15))::uuid"
    )


WORKSPACE = """
with workspace as (
    insert into workspaces (id, name, messages_per_minute, customer_messages_per_minute)
    values ($1, 'History', null, null) returning id
), bot as (
    insert into bots (workspace_id, id, name, status, draft) select id, id, 'Bot', 'inactive', '{}' from workspace
    returning workspace_id, id
), version as (
    insert into bot_versions (workspace_id, id, bot_id, number, blueprint)
    select workspace_id, id, id, 1, '{}' from bot
)
insert into channels (workspace_id, id, name, provider, number, phone_number_id, waba_id, status, app_secret,
                      access_token, verify_token)
select id, id, 'Line', 'meta', '+9661' || $2, '9' || $2, '8' || $2, 'disabled', '', '', '' from workspace
"""

WORKSPACES = """
select workspace.id, channel.id as channel_id, version.bot_id, version.id as version_id
from workspaces as workspace
cross join lateral (
    select id from channels where workspace_id = workspace.id and provider = 'meta' order by id limit 1
) as channel
left join lateral (
    select id, bot_id from bot_versions where workspace_id = workspace.id order by id limit 1
) as version on true
order by workspace.id
"""

# One row a conversation. Neighbours are of different workspaces.
PEOPLE = """
create temp table people on commit drop as
select n, workspace_id, channel_id, bot_id, version_id, length, started_at, '9667' || lpad(n::text, 8, '0') as phone,
       {contact} as contact_id,
       {conversation} as conversation_id,
       started_at + (length - 1) * interval '{MINUTES_BETWEEN} minutes' as last_at
from (
    select n, given.*, ($7::int[])[1 + (n / $6) % array_length($7::int[], 1)] as length,
           $5::timestamptz - interval '2 days' - interval '{DAYS_BEFORE} days'
               * ((hashint4(n)::bigint + 2147483648) / 4294967296.0)::float8 as started_at
    from generate_series($8::int, $9::int - 1) as n
    join unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) with ordinality
        as given (workspace_id, channel_id, bot_id, version_id, place) on given.place = 1 + n % $6
) as numbered
"""
MAKE_PEOPLE = PEOPLE.format(
    contact=_id_sql("started_at", "'p' || n"),
    conversation=_id_sql("started_at", "'c' || n"),
    MINUTES_BETWEEN=MINUTES_BETWEEN,
    DAYS_BEFORE=DAYS - 2,
)

# What they wrote, and what was answered, in the order of time: neighbours in a table are strangers, as they are when
# messages arrive.
SAID = """
create temp table said on commit drop as
select *, {message} as id, 'wamid.H' || n || '.' || i as provider_id,
       {journal} as journal_id,
       case when is_in then 'Is the branch open on day ' || i || '?' else 'Yes, from nine to five, as always.' end
           as body
from (
    select people.*, i, i % 2 = 0 as is_in, started_at + i * interval '{MINUTES_BETWEEN} minutes' as at
    from people cross join lateral generate_series(0, length - 1) as i
) as spoken
order by at
"""
MAKE_SAID = SAID.format(
    message=_id_sql("at", "'m' || n || ',' || i"),
    journal=_id_sql("at", "'j' || n || ',' || i"),
    MINUTES_BETWEEN=MINUTES_BETWEEN,
)

FILLS = (
    """
    insert into contacts (workspace_id, id, name, language, created_at)
    select workspace_id, contact_id, 'Guest ' || right(phone, 4), case n % 2 when 0 then 'ar' else 'en' end, started_at
    from people
    """,
    """
    insert into identities (workspace_id, kind, scope, value, contact_id)
    select workspace_id, kind, scope, value, contact_id from people cross join lateral (
        values ('phone', '', '+' || phone), ('wa_id', channel_id::text, phone)
    ) as known (kind, scope, value)
    """,
    """
    insert into contact_terms (workspace_id, term, contact_id)
    select workspace_id, term, contact_id
    from people, unnest(array['guest', right(phone, 4), phone, reverse(phone)]) as term
    on conflict do nothing
    """,
    """
    insert into conversations (workspace_id, id, channel_id, contact_id, mode, unread, lane, recipient, last_at,
                               last_message_id, last_inbound_id, window_expires_at, created_at)
    select workspace_id, conversation_id, channel_id, contact_id,
           case when n % 10 = 0 then 'human' when n % 3 = 0 then 'closed' else 'bot' end, (n % 10 = 0)::int,
           hashtextextended(phone, 0), json_build_object('phone', phone, 'user_id', null), last_at,
           {last_id}, 'wamid.H' || n || '.' || (length - 2), last_at + interval '1 day', started_at
    from people
    """.replace("{last_id}", _id_sql("last_at", "'m' || n || ',' || (length - 1)")),
    """
    insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status,
                          author_kind, provider_id, attempt, at, accepted_at, sent_at, delivered_at, read_at)
    select workspace_id, id, channel_id, conversation_id, case when is_in then 'in' else 'out' end, 'text',
           json_build_object('body', body),
           case when is_in then 'received' when n % 3 = 0 then 'delivered' else 'read' end,
           case when is_in then 'contact' else 'bot' end, provider_id, (not is_in)::int, at,
           case when not is_in then at end, case when not is_in then at end, case when not is_in then at end,
           case when not is_in and n % 3 <> 0 then at end
    from said
    """,
    # A row for each message that came, and one for the status of each that left.
    """
    insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item, state, received_at)
    select workspace_id, channel_id, case when is_in then 'm:' else 's:' end || provider_id, hashtextextended(phone, 0),
           case when is_in then 'message' else 'status' end, '{}', 'done', at
    from said
    """,
    """
    insert into outbox (workspace_id, channel_id, conversation_id, message_id, content, recipient, state, attempt,
                        next_at, attempted_at, status_seen_at, created_at)
    select workspace_id, channel_id, conversation_id, id, json_build_object('type', 'text', 'body', body),
           json_build_object('phone', phone, 'user_id', null), 'done', 1, at, at, at, at
    from said where not is_in
    """,
    """
    insert into message_attempts (workspace_id, message_id, attempt, outcome, provider_id, at)
    select workspace_id, id, 1, 'accepted', provider_id, at from said where not is_in
    """,
    """
    insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, node_id, state,
                               created_at, updated_at)
    select workspace_id, journal_id, conversation_id, bot_id, version_id, 'completed', 1, 'done',
           json_build_object('variables', json_build_object('turns', i), 'node', 'done'), at, at
    from said where is_in and version_id is not null
    """,
    """
    insert into timers (workspace_id, id, channel_id, conversation_id, session_id, sprint, lane, kind, due_at, state)
    select workspace_id, journal_id, channel_id, conversation_id, journal_id, 1, hashtextextended(phone, 0), 'timeout',
           at + interval '1 hour', 'done'
    from said where is_in and version_id is not null and i % 8 = 0
    """,
    """
    insert into journal (id, received_at, method, path, headers, body, body_bytes, outcome, status)
    select journal_id, at, 'POST', '/api/whatsapp/webhook', '{"content-type": "application/json"}',
           convert_to(repeat(body, 8), 'UTF8'), length(body) * 8, 'stored', 200
    from said
    """,
    """
    insert into journal_items (workspace_id, id, journal_id, received_at, channel_id, field, outcome, item_count, raw)
    select workspace_id, journal_id, journal_id, at, channel_id, 'messages', 'stored', 1,
           json_build_object('body', repeat(body, 6))
    from said
    """,
    # Events of older days are dropped with their partitions.
    """
    insert into events (workspace_id, type, ref, at)
    select workspace_id, case when is_in then 'message.received' else 'message.status' end, id, at
    from said where at >= $1::timestamptz
    """,
    """
    insert into read_receipts (workspace_id, conversation_id, channel_id, provider_id, state)
    select workspace_id, conversation_id, channel_id, 'wamid.H' || n, 'done' from people
    """,
)
KEPT_DAYS = {"journal": DAYS + 1, "journal_items": DAYS + 1, "events": EVENT_DAYS}


@dataclass(frozen=True, slots=True)
class History:
    """What was written."""

    messages: int
    conversations: int
    workspaces: tuple[UUID, ...]
    seconds: float


def history_number(n: int) -> str:
    """The number of the person of conversation `n`, as webhooks write it."""
    return f"9667{n:08d}"


async def fill_history(dsn: str, *, messages: int, workspaces: int = 0, until: datetime | None = None) -> History:
    """Write about so many messages of the four weeks before `until` (today at midnight, UTC), then vacuum and analyse.

    They are spread evenly over the Meta channels of all workspaces that are there; `workspaces` more are made first,
    with a channel that is switched off and a bot that does not run. Nothing waits in any queue afterwards. Needs
    nothing but the login role of `dsn`; takes a minute and a half per million on two quiet cores.
    """
    begun = time.monotonic()
    until = until or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    conn = await asyncpg.connect(dsn)
    try:
        for n in range(workspaces):
            await _make_workspace(conn, UUID(int=(0x01 << 120) | (0x7 << 76) | (0b10 << 62) | n), f"{n:09d}")
        given = await _list_workspaces(conn)
        if not given:
            raise ValueError("there is no workspace: say how many shall be made")
        await _make_partitions(conn, until)
        conversations = max(1, messages // MEAN_LENGTH)
        firsts = list(range(0, conversations, CHUNK))[::-1]
        counts = await asyncio.gather(*[_write(dsn, given, firsts, conversations, until) for _ in range(WRITERS)])
        await conn.execute("vacuum (analyze)")
    finally:
        await conn.close()
    return History(sum(counts), conversations, tuple(row["id"] for row in given), time.monotonic() - begun)


async def _make_workspace(conn: asyncpg.Connection[asyncpg.Record], workspace_id: UUID, digits: str) -> None:
    async with conn.transaction():
        await conn.execute(f"set local role {tenancy.APP}")
        await conn.execute(f"set local app.workspaces = '{workspace_id}'")
        await conn.execute(WORKSPACE, workspace_id, digits)


async def _list_workspaces(conn: asyncpg.Connection[asyncpg.Record]) -> list[asyncpg.Record]:
    async with conn.transaction():
        await conn.execute(f"set local role {tenancy.OPERATOR}")
        return await conn.fetch(WORKSPACES)


async def _make_partitions(conn: asyncpg.Connection[asyncpg.Record], until: datetime) -> None:
    """The days of the past, as housekeeping would have made them; and today, so that it begins empty."""
    for table, days in KEPT_DAYS.items():
        for back in range(days + 1):
            day = until - timedelta(days=back)
            name = f"{table}_{day:%Y%m%d}"
            values = f"from ('{day:%Y-%m-%d} 00:00:00+00') to ('{day + timedelta(days=1):%Y-%m-%d} 00:00:00+00')"
            await conn.execute(f"create table if not exists {name} partition of {table} for values {values}")


async def _write(dsn: str, given: list[asyncpg.Record], firsts: list[int], conversations: int, until: datetime) -> int:
    """Write chunks of conversations, a transaction each, until none is left; returns how many messages."""
    conn = await asyncpg.connect(dsn, command_timeout=None)
    try:
        await conn.execute("set synchronous_commit = off; set work_mem = '64MB'; set jit = off")
        count = 0
        while firsts:
            first = firsts.pop()
            last = min(first + CHUNK, conversations)
            async with conn.transaction():
                await conn.execute(f"set local role {tenancy.PIPE}")
                await conn.execute(f"set local app.workspaces = '{join_ids([row['id'] for row in given])}'")
                await conn.execute(
                    MAKE_PEOPLE,
                    *([row[name] for row in given] for name in ("id", "channel_id", "bot_id", "version_id")),
                    until,
                    len(given),
                    list(LENGTHS),
                    first,
                    last,
                )
                tag = await conn.execute(MAKE_SAID)
                count += int(tag.rsplit(" ", 1)[-1])
                await conn.execute("analyze people; analyze said")
                for fill in FILLS:
                    await conn.execute(fill, *([until - timedelta(days=EVENT_DAYS)] if "$1" in fill else []))
        return count
    finally:
        await conn.close()


def main() -> None:
    made = asyncio.run(fill_history(sys.argv[1], messages=int(sys.argv[2]), workspaces=20))
    print(f"{made.messages:,} messages of {made.conversations:,} conversations in {made.seconds:.0f} s")


if __name__ == "__main__":
    main()
