"""What a message touches is found by indexes, with nothing behind it and with ten thousand messages.

The same walk as `make bench ARGS=growth`, which goes on to a million and counts.
"""

from __future__ import annotations

import pytest
from bench.cost import Recorder
from bench.growth import LEAST_PEOPLE
from bench.history import MEAN_LENGTH, fill_history
from bench.walk import open_walk

from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.database import Cluster

# Statement → what the names of indexes by which it must reach its rows begin with. Nothing for those that only write,
# and where the table is small enough here to be read as a whole.
EXPECTED = {
    "webhooks.ingest.INSERT": set(),
    "webhooks.inbox.PICK_LANES": {"inbox_heads"},
    "webhooks.inbox.LOAD_ROWS": {"inbox_heads"},
    "contacts.resolve.FIND": {"identities_pkey"},
    "conversations.turns.FIND": {"conversations_"},
    "conversations.turns.LOCK": {"conversations_pkey", "contacts_pkey", "identities_contact"},
    "flows.runner.sessions.LOAD": {"flow_sessions_waiting"},
    "with write_1 as (insert into messages (workspace_id,": set(),
    "conversations.outbox.departing.RESERVE": {"outbox_due", "outbox_line", "messages_thread"},
    "conversations.outbox.claim.LOCK_CHANNELS": {"outbox_due"},
    "conversations.outbox.claim.CLAIM": {"outbox_due", "outbox_line"},
    "conversations.outbox.claim.LOOK": {"conversations_pkey", "messages_thread"},
    "conversations.outbox.accept.ACCEPT": {"outbox_", "messages_pkey"},
    "conversations.outbox.locking.LOCK": {"outbox_workspace_id_message_id_key"},
    "conversations.outbox.acknowledge.MOVE": {"outbox_"},
    "conversations.outbox.acknowledge.KEEP_ATTEMPTS": set(),
    "conversations.progress.LOCK": {"messages_pkey"},
    "conversations.progress.SAVE": {"messages_pkey"},
    "conversations.status_updates.SETTLE": {"outbox_"},
    "conversations.outbox.settle.EXPIRE": {"outbox_"},
    "conversations.outbox.settle.RESOLVE": {"outbox_doubt"},
    "flows.runner.timers.FIRE": {"timers_due"},
    "realtime.cursor.NEXT": {"events_"},
    "update inbox set state = 'done', item": {"inbox_pkey"},
}


@pytest.mark.parametrize("size", [0, 10_000])
async def test_no_statement_reads_what_grows_from_end_to_end(cluster: Cluster, settings: Settings, size: int) -> None:
    dsn, recorder = await cluster.clone(), Recorder()
    async with open_walk(dsn, make_keyring(settings), tenants=4) as walk:
        if size:
            await fill_history(dsn, messages=size)
        for number in range(2):
            await walk.round(
                number, conversations=max(LEAST_PEOPLE, size // MEAN_LENGTH), recorder=recorder if number else None
            )
    found = recorder.statements
    assert {name: statement.scans for name, statement in found.items() if statement.scans} == {}
    assert set(found) >= set(EXPECTED), set(EXPECTED) - set(found)
    if size:
        missed = {
            name: sorted(found[name].indexes)
            for name, indexes in EXPECTED.items()
            if not all(any(used.startswith(index) for used in _plain(found[name].indexes)) for index in indexes)
        }
        assert missed == {}


def _plain(indexes: set[str]) -> set[str]:
    """Index names; those of a partition under the name that its parent's has."""
    return {index if not index.startswith("events_") else "events_" for index in indexes}


async def test_a_statement_that_reads_everything_is_found(cluster: Cluster, settings: Settings) -> None:
    """What this test is there to find is found."""
    dsn, recorder = await cluster.clone(), Recorder()
    async with open_walk(dsn, make_keyring(settings), tenants=4) as walk:
        await fill_history(dsn, messages=10_000)
        await walk.look(recorder, "select count(*) from messages where content ->> 'body' = 'nothing'")
    [statement] = recorder.statements.values()
    assert statement.scans == {"messages"}
    assert statement.buffers > 64
