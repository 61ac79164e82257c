"""Every list of the inbox is found by an index, under row-level security, however large the workspace is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from hoopoe.conversations.queries import InboxFilter, InboxKey, select_conversations
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.views import CONVERSATIONS, MESSAGES
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.core import compile_statement
from hoopoe.kernel.db.pool import Connection, Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from tests.support.database import Cluster

PEOPLE = 20_000

# One large workspace among others: rows are made by SQL, for there must be many.
FILL = """
insert into users (id, email, name, password_hash) values ('{user}', '{user}@test.example', 'Owner', '');
insert into workspaces (id, name) values ('{workspace}', 'Large');
insert into members (workspace_id, user_id, role) values ('{workspace}', '{user}', 'owner');
insert into channels (workspace_id, id, name, provider, number, phone_number_id, waba_id, app_secret, access_token,
                      verify_token)
    values ('{workspace}', '{channel}', 'Line', 'meta', '+966500000000', '{channel}', '1', '', '', '');
insert into contacts (workspace_id, id, name)
    select '{workspace}', md5('{workspace}' || n)::uuid, 'Person ' || n from generate_series(1, {people}) as n;
insert into identities (workspace_id, kind, scope, value, contact_id)
    select '{workspace}', 'phone', '', '+' || (966500000000 + n), md5('{workspace}' || n)::uuid
    from generate_series(1, {people}) as n;
insert into contact_terms (workspace_id, term, contact_id)
    select '{workspace}', term, md5('{workspace}' || n)::uuid
    from generate_series(1, {people}) as n,
         unnest(array['person', n::text, (966500000000 + n)::text, reverse((966500000000 + n)::text)]) as term
    on conflict do nothing;
insert into conversations (workspace_id, id, channel_id, contact_id, mode, assignee_id, unread, lane, recipient,
                           last_at)
    select '{workspace}', md5('c{workspace}' || n)::uuid, '{channel}', md5('{workspace}' || n)::uuid,
           case when n % 10 = 0 then 'human' when n % 3 = 0 then 'closed' else 'bot' end,
           case when n % 20 = 0 then '{user}'::uuid end, (n % 5 = 0)::int, n, '{{}}', now() - n * interval '1 minute'
    from generate_series(1, {people}) as n;
insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status, author_kind, at)
    select '{workspace}', gen_random_uuid(), '{channel}', md5('c{workspace}' || n)::uuid, 'in', 'text',
           '{{"body": "hello"}}', 'received', 'contact', now()
    from generate_series(1, {people}) as n;
"""


@pytest.fixture(scope="module")
async def large(cluster: Cluster) -> AsyncIterator[tuple[Pool, WorkspaceScope]]:
    """A database of its own with two workspaces, one of them large; analysed, as autovacuum would."""
    async with open_pool(await cluster.clone(), size=2) as pool:
        scopes = []
        for people in (PEOPLE, PEOPLE // 4):
            workspace_id, user_id = new_id(), new_id()
            async with transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn:
                await conn.execute(FILL.format(workspace=workspace_id, user=user_id, channel=new_id(), people=people))
            scopes.append(make_scope(workspace_id, user_id, Role.OWNER, PrincipalKind.SESSION))
        async with pool.acquire() as conn:
            await conn.execute("analyze")
        yield pool, scopes[0]


async def explain(conn: Connection, sql: str, *arguments: object) -> str:
    rows = await conn.fetch(f"explain (costs off) {sql}", *arguments)
    return "\n".join(row[0] for row in rows)


KEY = InboxKey(datetime.now(UTC) - timedelta(minutes=PEOPLE // 10), new_id())


@pytest.mark.parametrize("after", [None, KEY])
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (InboxFilter(), "conversations_recent"),
        (InboxFilter(is_unread=True), "conversations_unread"),
        (InboxFilter(mode=Mode.HUMAN), "conversations_mode"),
        (InboxFilter(mode=Mode.CLOSED), "conversations_"),
        (InboxFilter(assigned="none"), "conversations_mode"),
        (InboxFilter(assigned="me"), "conversations_assignee"),
        (InboxFilter(mode=Mode.HUMAN, assigned="me"), "conversations_assignee"),
        (InboxFilter(text="17123"), "contact_terms_pkey"),
        (InboxFilter(text="person 17123"), "contact_terms_pkey"),
        (InboxFilter(text="+966 50 001 7123"), "contact_terms_pkey"),
        (InboxFilter(mode=Mode.BOT, text="17123"), "contact_terms_pkey"),
    ],
)
async def test_lists_use_an_index(
    large: tuple[Pool, WorkspaceScope], wanted: InboxFilter, index: str, after: InboxKey | None
) -> None:
    pool, scope = large
    sql, arguments = compile_statement(select_conversations(scope, wanted, after=after, limit=31))
    async with transaction(pool, role=tenancy.APP, workspaces=[scope.workspace_id]) as conn:
        plan = await explain(conn, sql, *arguments)
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan


async def test_what_a_page_shows_is_found_by_keys(large: tuple[Pool, WorkspaceScope]) -> None:
    pool, scope = large
    async with transaction(pool, role=tenancy.APP, workspaces=[scope.workspace_id]) as conn:
        for table, sql in (("conversations", CONVERSATIONS), ("messages", MESSAGES)):
            rows = await conn.fetch(" ".join(["select id from", table, "limit 30"]))
            plan = await explain(conn, sql, scope.workspace_id, [row["id"] for row in rows])
            for scanned in ("conversations", "messages", "contacts", "identities"):
                assert f"Seq Scan on {scanned}" not in plan, plan


async def test_a_thread_is_read_by_its_index(large: tuple[Pool, WorkspaceScope]) -> None:
    pool, scope = large
    sql = "select id from messages where workspace_id = $1 and conversation_id = $2 order by id desc limit 31"
    async with transaction(pool, role=tenancy.APP, workspaces=[scope.workspace_id]) as conn:
        conversation_id = await conn.fetchval("select id from conversations limit 1")
        plan = await explain(conn, sql, scope.workspace_id, conversation_id)
    assert "messages_thread" in plan, plan
