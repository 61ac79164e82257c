"""What screens are told: the API's own objects, each event, in the order of commit, over breaks and races."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import UUID

import websockets

from hoopoe.channels.meta.errors import RULES
from hoopoe.channels.trouble import stop_channels
from hoopoe.identity.roles import Permission
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.realtime.cursor import NEXT, parse_cursor, read_end, read_events
from tests.realtime.screens import JsonObject, Screen, open_screen
from tests.support.core import fetch_rows
from tests.support.database import Cluster
from tests.support.desk import open_desk
from tests.support.tenants import Tenant
from tests.webhooks.bodies import body, change, entry, new_number, text_message
from tests.webhooks.conftest import Door

# More than the hub queues for one screen (1,000) and the sockets between hold: some megabytes, of which every second
# frame, the person's own text in Arabic, takes seven kilobytes.
TOO_MANY_FRAMES = 4_000


async def write_texts(door: Door, tenant: Tenant, count: int, *, text: str = "text") -> list[UUID]:
    """So many texts of as many people, filed and answered; the ids of all messages."""
    assert await door.post_messages(tenant, *(text_message(new_number(), text) for _ in range(count))) == 200
    await door.take_turns()
    return [row["id"] for row in await fetch_rows(door.pool, tenant, "select id from messages order by id")]


def message_ids(frames: Sequence[JsonObject]) -> list[str]:
    """The messages that frames speak of."""
    return [frame["data"]["message"]["id"] for frame in frames]


async def test_frames_hold_what_the_api_answers(door: Door) -> None:
    tenant = await door.add_tenant()
    desk, person = await door.desk(tenant), new_number()
    async with open_screen(desk) as screen:
        await screen.subscribe("messages", "conversations")
        await door.post_messages(tenant, text_message(person, "hello"))
        await door.take_turns()
        await screen.until(lambda frames: len(frames) >= 4)
        [conversation] = await desk.conversations()
        thread = await desk.thread(conversation["id"])
        received = screen.of("message.received")
        assert [frame["data"]["message"] for frame in received] == thread
        assert [frame["data"]["conversation"] for frame in received] == [conversation, conversation]
        [updated] = screen.of("conversation.updated")
        assert updated["data"] == {"conversation": await desk.get(f"/api/conversations/{conversation['id']}")}

        status = {"id": "wamid.o", "status": "sent", "timestamp": str(int(time.time())), "recipient_id": person}
        status["biz_opaque_callback_data"] = f"{thread[1]['id']}.1"
        await door.post(tenant, body(entry(tenant, change(tenant, statuses=[status]))))
        await door.take_turns()
        await screen.until(lambda frames: frames[-1]["type"] == "message.status")
        [told] = screen.of("message.status")
        assert told["data"] == {"message": (await desk.thread(conversation["id"]))[1]}
        assert told["data"]["message"]["status"] == "sent"


async def test_a_screen_is_told_only_what_it_subscribed_to(door: Door) -> None:
    tenant = await door.add_tenant()
    async with open_screen(await door.desk(tenant)) as screen:
        await screen.subscribe("conversations")
        await write_texts(door, tenant, 2)
        frames = await screen.until(lambda frames: len(frames) >= 3)
        assert [frame["type"] for frame in frames[1:]] == ["conversation.updated"] * 2


async def test_after_breaks_a_screen_goes_on_without_gap_or_double(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    told: list[str] = []
    is_writing = True

    async def write() -> None:
        nonlocal is_writing
        for n in range(40):
            await door.post_messages(tenant, *(text_message(new_number(), f"{n}.{m}") for m in range(5)))
            await door.take_turns()
        is_writing = False

    async with open_screen(desk) as first:
        cursor = (await first.subscribe("messages"))["data"]["cursor"]
    writing = asyncio.create_task(write())
    breaks = 0
    while is_writing or len(told) < 400:
        async with open_screen(desk) as screen:
            answer = await screen.subscribe("messages", cursor=cursor)
            assert answer["data"]["cursor"] == cursor
            wanted = min(37, 400 - len(told)) + 1
            frames = (await screen.until(lambda frames, wanted=wanted: len(frames) >= wanted))[1:]
            told += message_ids(frames)
            cursor = frames[-1]["cursor"]
        breaks += 1
    await writing
    rows = await fetch_rows(door.pool, tenant, "select id from messages")
    assert breaks >= 10
    assert sorted(told) == sorted(str(row["id"]) for row in rows)


async def test_an_event_that_commits_late_is_not_passed_over(door: Door) -> None:
    """The earlier number commits later: a reader that goes by the number alone never comes back to it."""
    tenant = await door.add_tenant()
    ids = await write_texts(door, tenant, 1)

    def event(message_id: UUID) -> list[EventRow]:
        return [EventRow(tenant.workspace_id, EventType.MESSAGE_STATUS, message_id)]

    async with open_screen(await door.desk(tenant)) as screen:
        await screen.subscribe("messages")
        async with transaction(door.pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id]) as slow:
            await record_events(slow, event(ids[0]))
            async with transaction(door.pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id]) as quick:
                await record_events(quick, event(ids[1]))
            await read_again(door, screen)
        await screen.until(lambda _: len(screen.of("message.status")) >= 2)
        assert message_ids(screen.of("message.status")) == [str(ids[0]), str(ids[1])]


async def read_again(door: Door, screen: Screen) -> None:
    """Return when several transactions later no status was told: the hub's are among them."""
    statement = "select xact_commit from pg_stat_database where datname = current_database()"

    async def count() -> int:
        async with door.pool.acquire() as conn:
            found: int = await conn.fetchval(statement)
            return found

    begun = await count()
    while await count() < begun + 20:
        with suppress(TimeoutError):
            await screen.next(within=0.1)
        assert screen.of("message.status") == [], "this came before what commits later under an earlier number"


async def test_an_event_that_cannot_be_shown_is_passed_over_alone(door: Door) -> None:
    """A newer version filed a type that this one does not know."""
    tenant, neighbour = await door.add_tenant(), await door.add_tenant()
    strange, known = await write_texts(door, tenant, 1)
    async with open_screen(await door.desk(tenant)) as screen, open_screen(await door.desk(neighbour)) as other:
        await screen.subscribe("messages")
        await other.subscribe("messages")
        async with transaction(door.pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id]) as conn:
            await conn.execute("update messages set type = 'hologram' where id = $1", strange)
            events = [EventRow(tenant.workspace_id, EventType.MESSAGE_STATUS, id_) for id_ in (strange, known)]
            await record_events(conn, events)
        await write_texts(door, neighbour, 1)
        await other.until(lambda _: len(other.of("message.received")) == 2)
        await screen.until(lambda _: len(screen.of("message.status")) == 1)
        assert message_ids(screen.of("message.status")) == [str(known)]


async def test_a_row_of_several_events_is_read_in_pieces(door: Door) -> None:
    """Whoever stops in the middle of it goes on there, also by the cursor's text."""
    tenant, neighbour = await door.add_tenant(), await door.add_tenant()
    ids = [UUID(int=n) for n in range(1, 8)]
    async with transaction(door.pool, role=tenancy.PIPE) as conn:
        reached = await read_end(conn)
    async with transaction(
        door.pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id, neighbour.workspace_id]
    ) as conn:
        rows = [EventRow(tenant.workspace_id, EventType.MESSAGE_STATUS, id_) for id_ in ids]
        await record_events(conn, [*rows, EventRow(neighbour.workspace_id, EventType.MESSAGE_STATUS, ids[0])])
    assert len(await fetch_rows(door.pool, tenant, "select from events")) == 1
    told: list[UUID] = []
    while True:
        async with transaction(door.pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id]) as conn:
            events = await read_events(conn, reached, workspaces=[tenant.workspace_id], limit=2)
        told += [event.row.ref for event in events]
        if len(events) < 2:
            break
        again = parse_cursor(str(events[-1].cursor))
        assert again is not None
        assert again > reached
        reached = again
    assert told == ids


async def test_the_next_events_are_read_from_the_index(cluster: Cluster) -> None:
    async with open_pool(await cluster.clone(), size=1) as pool:
        async with transaction(pool, role=tenancy.PIPE) as conn:
            await conn.execute(
                "insert into events (workspace_id, type, ref) "
                "select $1, 'message.received', gen_random_uuid() from generate_series(1, 50000)",
                UUID(int=1),
            )
        async with pool.acquire() as conn:
            await conn.execute("analyze events")
        for workspaces in (None, [UUID(int=1)]):
            async with transaction(pool, role=tenancy.PIPE) as conn:
                lines = await conn.fetch(f"explain {NEXT}", "1", 0, workspaces, 200)
            plan = "\n".join(line[0] for line in lines)
            assert "Sort" not in plan, plan


async def test_no_event_of_many_writers_at_once_is_passed_over(door: Door) -> None:
    tenant = await door.add_tenant()
    ids = await write_texts(door, tenant, 200)

    async def write(own: Sequence[UUID]) -> None:
        for start in range(0, len(own), 5):
            async with transaction(door.pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id]) as conn:
                for message_id in own[start : start + 5]:
                    await record_events(conn, [EventRow(tenant.workspace_id, EventType.MESSAGE_STATUS, message_id)])
                    await asyncio.sleep(random.uniform(0, 0.004))

    async with open_screen(await door.desk(tenant)) as screen:
        await screen.subscribe("messages")
        await asyncio.gather(*(write(ids[n::8]) for n in range(8)))
        await screen.until(lambda _: len(screen.of("message.status")) >= len(ids))
        told = screen.of("message.status")
        assert sorted(message_ids(told)) == sorted(map(str, ids))
        cursors = [tuple(map(int, frame["cursor"].split(".")[:2])) for frame in told]
        assert cursors == sorted(cursors)


async def test_a_screen_that_does_not_read_is_told_to_load_anew(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    for _ in range(4):
        ids = await write_texts(door, tenant, 50, text="كلمة " * 800)
    again = "insert into events (workspace_id, type, ref) select workspace_id, 'message.status', id from messages"
    ticket = (await desk.post("/api/ws-ticket"))["ticket"]
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        raw.connect((urlsplit(desk.url).hostname, urlsplit(desk.url).port))
        async with websockets.connect(
            f"ws://hoopoe/ws?ticket={ticket}", sock=raw, max_queue=1, compression=None, proxy=None
        ) as slow:
            channel = f"ws:restaurant:{tenant.workspace_id}:messages"
            await slow.send(f'{{"action": "subscribe", "channels": ["{channel}"]}}')
            await slow.recv()
            async with open_screen(desk) as quick:
                await quick.subscribe("messages")
                before = len(quick.seen)
                for told in range(before + len(ids), before + TOO_MANY_FRAMES, len(ids)):
                    async with transaction(door.pool, role=tenancy.PIPE, workspaces=[tenant.workspace_id]) as conn:
                        await conn.execute(again)
                    # The next burst waits for this one: who reads never has more than one in its queue.
                    await quick.until(lambda frames, told=told: len(frames) >= told)
                assert quick.of("resync") == [], "who reads is not disturbed"
            async with asyncio.timeout(15):
                while '"resync"' not in (frame := str(await slow.recv())):
                    pass
            assert '"too_slow"' in frame


async def test_a_cursor_that_is_too_old_is_answered_by_load_anew(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    week_ago = int(time.time()) - 7 * 24 * 3600
    async with open_screen(desk) as screen:
        await screen.subscribe("messages", cursor=f"3.1.{week_ago}")
        frame = await screen.next()
        assert (frame["type"], frame["data"]) == ("resync", {"reason": "too_old"})
        ids = await write_texts(door, tenant, 1)
        await screen.until(lambda frames: len(frames) >= 4)
        assert message_ids(screen.of("message.received")) == [str(id_) for id_ in ids]


async def test_what_a_provider_tells_of_an_account_is_told_to_who_may_see_channels(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    dsn = door.settings.require_database_url()
    narrow = await open_desk(dsn, tenant, door.url, door.session, scopes=[Permission.CONVERSATIONS_READ])
    async with open_screen(desk) as screen, open_screen(narrow) as blind:
        await screen.subscribe("notifications", "messages")
        begin = (await blind.subscribe("notifications", "messages"))["data"]["cursor"]
        value = {"event": "VERIFIED_ACCOUNT"}
        told = {"id": tenant.waba_id, "time": 1764320400, "changes": [{"field": "account_update", "value": value}]}
        assert await door.post(tenant, body(told)) == 200
        await door.take_turns()
        await door.post_messages(tenant, text_message(new_number(), "after"))
        await door.take_turns()
        for each in (screen, blind):
            await each.until(lambda frames: any(frame["type"] == "message.received" for frame in frames))
        [frame] = screen.of("account.changed")
        [event] = (await desk.get("/api/account-events"))["data"]
        assert frame["data"] == {"account_event": {**event, "raw": None}}
        assert blind.of("account.changed") == []
    async with open_screen(narrow) as replaying:
        await replaying.subscribe("notifications", "messages", cursor=begin)
        await replaying.until(lambda frames: any(frame["type"] == "message.received" for frame in frames))
        assert replaying.of("account.changed") == []


async def test_every_member_sees_that_a_number_stops(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    async with open_screen(desk) as screen:
        await screen.subscribe("notifications")
        async with transaction(door.pool, role=tenancy.PIPE) as conn:
            await stop_channels(conn, {(tenant.workspace_id, tenant.channel_id): RULES[190]})
        await screen.until(lambda frames: len(frames) >= 2)
        [stopped] = screen.of("channel.changed")
    assert (stopped["data"]["channel"]["id"], stopped["data"]["channel"]["status"]) == (str(tenant.channel_id), "error")
