"""Merging two contacts moves every table that names one of them: a new one fails here until it is told how."""

from __future__ import annotations

import re

import pytest

from hoopoe.contacts import absorbing as contacts
from hoopoe.conversations import joining as conversations
from hoopoe.flows.runner import merging as sessions
from hoopoe.kernel.db.pool import Pool

# Where a conversation or a contact is named and nothing is to be moved, each for a reason.
NOT_MOVED: dict[str, str] = {
    "draft_passes": "a way into a draft ends with the contact that it was bound to, and passes to nobody else",
}

# What is the kept conversation's own, whatever the other one had.
OWN_COLUMNS = {"workspace_id", "id", "channel_id", "contact_id"}

MOVED = {
    "contact_id": {
        **dict.fromkeys(contacts.MOVED_TABLES, contacts.ABSORB),
        "conversations": (conversations.MOVE_ALONE, *conversations.JOIN),
    },
    "conversation_id": {
        **dict.fromkeys(conversations.MOVED_TABLES, conversations.JOIN),
        **dict.fromkeys(sessions.MOVED_TABLES, sessions.JOIN),
    },
}


@pytest.mark.parametrize("column", sorted(MOVED))
async def test_every_table_with_the_column_is_moved(pool: Pool, column: str) -> None:
    rows = await pool.fetch(
        "select table_name from information_schema.columns "
        "where table_schema = 'public' and column_name = $1 and table_name not in "
        "(select inhrelid::regclass::text from pg_inherits)",
        column,
    )
    found = {row["table_name"] for row in rows} - NOT_MOVED.keys()
    assert found == MOVED[column].keys(), f"how is {column} of these moved when two contacts are merged?"
    for table, statements in MOVED[column].items():
        moves = re.compile(rf"(update|insert into|delete from) {table}\b")
        assert any(moves.search(statement) for statement in statements), f"{table} is named and not moved"


async def test_every_column_of_a_conversation_is_joined(pool: Pool) -> None:
    rows = await pool.fetch(
        "select column_name from information_schema.columns "
        "where table_schema = 'public' and table_name = 'conversations'"
    )
    [join] = [statement for statement in conversations.JOIN if "update conversations set" in statement]
    joined = set(re.findall(r"^ +(\w+) = (?:case|coalesce|greatest|least|conversations)", join, re.M))
    assert {row["column_name"] for row in rows} == joined | OWN_COLUMNS, "what becomes of it when two are one?"


async def test_every_author_that_is_a_contact_is_moved(pool: Pool) -> None:
    """`author_id` is a contact's where `author_kind` says so."""
    rows = await pool.fetch(
        "select table_name from information_schema.columns "
        "where table_schema = 'public' and column_name = 'author_kind'"
    )
    assert {row["table_name"] for row in rows} == {"messages"}
    assert conversations.AUTHOR.split()[:2] == ["update", "messages"]
