"""Dead letters of sends: found, understood, tried again once, edited, put away."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from hoopoe.identity.roles import Role
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.monitoring.steward import plan_letters, retry_due, tend_letters
from tests.core.sending import status_body
from tests.monitoring.conftest import CONTENT_REFUSED, CUSTOMER, UNKNOWN_REFUSED, Desk, open_desk
from tests.support.api import Api, Caller
from tests.support.core import file_body, make_handlers, take_turns
from tests.support.simulator import SimulatorProcess

ANOTHER = {"message": {"type": "text", "text": {"body": "كلمات أخرى"}}}


async def test_a_refused_send_is_a_letter_with_its_reason_in_words(desk: Desk) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    assert (letter["kind"], letter["state"], letter["retry_count"]) == ("send", "failed", 0)
    assert letter["error"]["code"] == "131009"
    assert letter["error"]["text"]["en"].endswith(".")
    assert letter["error"]["text"]["ar"]
    assert letter["error"]["action"] == "edit_message"
    assert letter["contact"]["phone"] == f"+{CUSTOMER}"
    assert letter["preview"].endswith("you said #1#")
    assert letter["channel"]["id"] == str(desk.tenant.channel_id)
    assert not letter["is_automatic"]
    shown = await desk.call("GET", f"/{letter['id']}")
    assert shown["payload"]["content"]["body"].endswith("#1#")
    assert shown["can_edit"]
    assert [(each["attempt"], each["outcome"], each["code"]) for each in shown["attempts"]] == [
        (1, "refused", "131009")
    ]
    assert await desk.call("GET", "/stats") == {"total": 1, "failed": 1, "retrying": 0, "resolved": 0, "archived": 0}


async def test_a_retry_is_resolved_when_accepted_and_not_before(desk: Desk) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    answer = await desk.call("POST", f"/{letter['id']}/retry")
    assert (answer["state"], answer["retry_count"], answer["sending_state"]) == ("retrying", 1, "queued")
    await desk.tend()
    assert (await desk.letter())["state"] == "retrying", "queued is not accepted"
    await desk.send_until("done")
    await desk.tend()
    letter = await desk.letter()
    assert letter["state"] == "resolved"
    assert letter["resolved_at"] is not None
    [accepted] = await desk.simulator.accepted()
    assert accepted["biz_opaque_callback_data"] == f"{letter['message_id']}.2", "a new attempt of the same message"
    assert await desk.call("GET", "/stats") == {"total": 1, "failed": 0, "retrying": 0, "resolved": 1, "archived": 0}
    settled = await desk.call("POST", f"/{letter['id']}/retry", status=409)
    assert settled["error"]["code"] == "letter_settled"


async def test_retry_pressed_twenty_times_at_once_sends_once(desk: Desk) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    path = f"/{letter['id']}/retry"
    both = [desk.call("POST", path) for _ in range(10)] + [
        desk.call("POST", "/retry", {"ids": [letter["id"]]}) for _ in range(10)
    ]
    answers = await asyncio.gather(*both, retry_due(desk.pool), retry_due(desk.pool))
    assert {answer["state"] for answer in answers[:10]} == {"retrying"}
    await desk.send_until("done")
    await desk.tend()
    letter = await desk.letter()
    assert (letter["state"], letter["retry_count"]) == ("resolved", 1)
    assert len(await desk.simulator.accepted()) == 1
    attempts = await desk.rows("select attempt from message_attempts order by attempt")
    assert [row["attempt"] for row in attempts] == [1, 2]
    entries = await desk.rows("select from audit_entries where action = 'dead_letter.retried'")
    assert len(entries) == 1


async def test_what_fails_again_is_the_same_letter(desk: Desk) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    for tries in (1, 2):
        await desk.simulator.set_faults({**CONTENT_REFUSED, "count": 1})
        await desk.call("POST", f"/{letter['id']}/retry")
        await desk.send_until("dead")
        await desk.tend()
        again = await desk.letter()
        assert (again["id"], again["state"], again["retry_count"]) == (letter["id"], "failed", tries)


async def test_an_edited_message_is_checked_as_one_that_is_sent_and_leaves_with_its_new_words(desk: Desk) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    path = f"/{letter['id']}/retry"
    for message in (
        {"type": "text", "text": {"body": ""}},
        {"type": "text", "text": {"body": "x" * 16_001}},
        {"type": "text"},
        {"type": "smoke", "smoke": {}},
        {"type": "buttons", "buttons": {"body": "b", "buttons": [{"id": "a", "title": "t"}] * 51}},
        {"type": "text", "text": {"body": "ok"}, "to": "+1"},
    ):
        answer = await desk.call("POST", path, {"message": message}, status=422)
        assert answer["error"]["details"]["fields"]
    assert (await desk.letter())["state"] == "failed", "nothing is half done"
    await desk.call("POST", path, ANOTHER)
    await desk.send_until("done")
    await desk.tend()
    shown = await desk.call("GET", f"/{letter['id']}")
    assert (shown["state"], shown["preview"]) == ("resolved", "كلمات أخرى")
    assert shown["payload"]["content"] == {"type": "text", "body": "كلمات أخرى"}
    heard = await desk.simulator.messages(f"+{CUSTOMER}", direction="in")
    assert [message["text"]["body"] for message in heard] == ["كلمات أخرى"]
    [entry] = await desk.rows("select after from audit_entries where action = 'dead_letter.retried'")
    assert entry["after"] == {"edited": "text"}


async def test_a_selection_is_tried_each_by_itself(desk: Desk) -> None:
    await desk.bury("#1#")
    await desk.bury("#2#", customer="966500000102")
    await desk.bury("#3#", customer="966500000103")
    letters = await desk.letters()
    closed, *_ = [letter for letter in letters if letter["contact"]["phone"] == "+966500000102"]
    await desk.rows(
        "update conversations set window_expires_at = now() - interval '1 hour' where id = $1 returning id",
        closed["conversation_id"],
    )
    ids = [letter["id"] for letter in letters]
    answer = await desk.call("POST", "/retry", {"ids": [*ids, ids[0]]})
    assert (answer["retrying"], answer["already"], answer["refused"]) == (2, 0, 1)
    refused = next(each for each in answer["results"] if each["outcome"] == "refused")
    assert (refused["id"], refused["code"]) == (closed["id"], "window_closed")
    assert refused["reason"].endswith(".")
    again = await desk.call("POST", "/retry", {"ids": ids})
    assert (again["retrying"], again["already"], again["refused"]) == (0, 2, 1)
    assert (await desk.call("POST", f"/{closed['id']}/retry", status=409))["error"]["code"] == "window_closed"
    stats = await desk.call("GET", "/stats")
    assert (stats["failed"], stats["retrying"]) == (1, 2)


async def test_archived_letters_are_put_away_and_may_be_taken_out_again(desk: Desk) -> None:
    await desk.bury("#1#")
    await desk.bury("#2#", customer="966500000102")
    second, first = [letter["id"] for letter in await desk.letters()]
    await desk.call("POST", f"/{second}/retry")
    answers = await asyncio.gather(*(desk.call("POST", "/archive", {"ids": [first, second]}) for _ in range(5)))
    assert sum(answer["archived"] for answer in answers) == 1
    assert {answer["archived"] + answer["skipped"] for answer in answers} == {2}
    assert [letter["id"] for letter in await desk.letters("&state=archived")] == [first]
    assert [letter["id"] for letter in await desk.letters("&state=retrying")] == [second]
    entries = await desk.rows("select after from audit_entries where action = 'dead_letter.archived'")
    assert [entry["after"] for entry in entries] == [{"ids": [first]}]
    await desk.call("POST", f"/{first}/retry")
    await desk.send_until("done", "done")
    await desk.tend()
    assert {letter["state"] for letter in await desk.letters()} == {"resolved"}


async def test_a_channel_that_is_off_is_said_to_be_so(desk: Desk) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    await desk.rows("update channels set status = 'disabled' returning id")
    answer = await desk.call("POST", f"/{letter['id']}/retry", status=409)
    assert answer["error"]["code"] == "channel_not_active"
    assert (await desk.letter())["state"] == "failed"


async def test_what_may_pass_is_tried_again_by_its_steps_by_one_of_many_workers(desk: Desk) -> None:
    await desk.bury("#1#", fault=UNKNOWN_REFUSED)
    await desk.tend()
    letter = await desk.letter()
    assert letter["is_automatic"]
    waits = "select extract(epoch from next_retry_at - failed_at)::int as seconds from dead_letters"
    assert [row["seconds"] for row in await desk.rows(waits)] == [60]
    assert await retry_due(desk.pool) == 0, "it is not due"
    await desk.pass_time(61)
    tried = await asyncio.gather(*(retry_due(desk.pool) for _ in range(8)))
    assert sum(tried) == 1
    await desk.simulator.set_faults({**UNKNOWN_REFUSED, "count": 1})
    await desk.send_until("dead")
    await desk.tend()
    assert [row["seconds"] for row in await desk.rows(waits)] == [300]
    await desk.pass_time(301)
    await asyncio.gather(*(tend_letters(desk.pool) for _ in range(4)))
    await desk.send_until("done")
    await desk.tend()
    letter = await desk.letter()
    assert (letter["state"], letter["retry_count"]) == ("resolved", 2)
    assert len(await desk.simulator.accepted()) == 1


async def test_after_six_tries_only_a_person_goes_on(desk: Desk) -> None:
    await desk.bury("#1#", fault=UNKNOWN_REFUSED)
    steps = []
    for _ in range(6):
        await plan_letters(desk.pool)
        [row] = await desk.rows("select extract(epoch from next_retry_at - failed_at)::int as s from dead_letters")
        steps.append(row["s"])
        await desk.pass_time(86_401)
        assert await retry_due(desk.pool) == 1
        await desk.simulator.set_faults({**UNKNOWN_REFUSED, "count": 1})
        await desk.send_until("dead")
    assert steps == [60, 300, 1800, 7200, 43200, 86400]
    await desk.tend()
    letter = await desk.letter()
    assert (letter["state"], letter["retry_count"], letter["next_retry_at"]) == ("failed", 6, None)
    await desk.pass_time(10**7)
    assert await retry_due(desk.pool) == 0
    await desk.call("POST", f"/{letter['id']}/retry")
    await desk.send_until("done")


async def test_what_a_person_must_mend_is_not_tried_again_by_itself(desk: Desk) -> None:
    await desk.bury("#1#")
    await desk.tend()
    letter = await desk.letter()
    assert (letter["is_automatic"], letter["next_retry_at"]) == (False, None)


async def test_a_window_that_closed_before_the_next_try_ends_the_tries_and_says_so(desk: Desk) -> None:
    await desk.bury("#1#", fault=UNKNOWN_REFUSED)
    await desk.tend()
    await desk.rows("update conversations set window_expires_at = now() - interval '1 second' returning id")
    await desk.pass_time(61)
    assert await retry_due(desk.pool) == 0
    letter = await desk.letter()
    assert (letter["state"], letter["next_retry_at"]) == ("failed", None)
    assert (letter["error"]["code"], letter["error"]["action"]) == ("131047", "send_template")
    assert await desk.simulator.accepted() == []


async def test_a_failure_that_a_status_tells_of_later_is_a_letter_too(desk: Desk) -> None:
    await desk.write("#1#")
    await desk.send_until("done")
    [accepted] = await desk.simulator.accepted()
    for _ in range(2):
        await file_body(desk.pool, desk.tenant, status_body(desk.tenant, "failed", accepted))
    await take_turns(desk.pool, make_handlers())
    letter = await desk.letter()
    assert (letter["state"], letter["error"]["code"]) == ("failed", "131026")
    await desk.call("POST", f"/{letter['id']}/retry")
    await desk.send_until("done")
    await desk.tend()
    assert (await desk.letter())["state"] == "resolved"
    assert len(await desk.simulator.accepted()) == 2


@pytest.mark.parametrize("is_retried", [False, True])
async def test_what_arrived_after_all_closes_its_letter_and_is_not_sent_again(desk: Desk, *, is_retried: bool) -> None:
    await desk.write("#1#")
    await desk.send_until("done")
    [accepted] = await desk.simulator.accepted()
    await file_body(desk.pool, desk.tenant, status_body(desk.tenant, "failed", accepted))
    await take_turns(desk.pool, make_handlers())
    letter = await desk.letter()
    assert letter["state"] == "failed"
    if is_retried:
        await desk.call("POST", f"/{letter['id']}/retry")
    await file_body(desk.pool, desk.tenant, status_body(desk.tenant, "delivered", accepted))
    await take_turns(desk.pool, make_handlers())
    assert (await desk.letter())["state"] == "resolved"
    await desk.send_until("done")
    assert len(await desk.simulator.accepted()) == 1
    path = f"/api/conversations/{letter['conversation_id']}/messages"
    [message] = [each for each in (await desk.owner.get(path)).json()["data"] if each["direction"] == "out"]
    assert (message["status"], message["failure"]) == ("delivered", None)


async def test_a_retry_from_the_thread_moves_the_letter_as_well(desk: Desk) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    path = f"/api/conversations/{letter['conversation_id']}/messages/{letter['message_id']}/retry"
    assert (await desk.owner.post(path)).status_code == 200
    assert (await desk.letter())["state"] == "retrying"
    await desk.send_until("done")
    await desk.tend()
    assert (await desk.letter())["state"] == "resolved"


async def test_the_steps_are_the_workspaces_own_and_bad_ones_are_refused(desk: Desk) -> None:
    assert await desk.call("GET", "/settings") == {
        "steps_seconds": [60, 300, 1800, 7200, 43200, 86400],
        "max_tries": 6,
    }
    await desk.bury("#1#", fault=UNKNOWN_REFUSED)
    await desk.tend()
    await desk.call("PUT", "/settings", {"steps_seconds": [30, 30, 600], "max_tries": 4})
    await desk.tend()
    [row] = await desk.rows("select extract(epoch from next_retry_at - failed_at)::int as s from dead_letters")
    assert row["s"] == 30, "what waits, waits by the new steps"
    bad: list[dict[str, Any]] = [
        {"steps_seconds": [], "max_tries": 1},
        {"steps_seconds": [600, 60], "max_tries": 1},
        {"steps_seconds": [1], "max_tries": 1},
        {"steps_seconds": [10**9], "max_tries": 1},
        {"steps_seconds": [60] * 13, "max_tries": 1},
        {"steps_seconds": [60], "max_tries": 21},
        {"steps_seconds": [60], "max_tries": -1},
        {"steps_seconds": ["soon"], "max_tries": 1},
        {"steps_seconds": [60]},
    ]
    for body in bad:
        await desk.call("PUT", "/settings", body, status=422)
    assert (await desk.call("GET", "/settings"))["steps_seconds"] == [30, 30, 600]
    await desk.call("PUT", "/settings", {"steps_seconds": [30], "max_tries": 0})
    await desk.tend()
    assert (await desk.letter())["next_retry_at"] is None


async def test_lists_are_filtered_and_cut_into_pages(desk: Desk) -> None:
    for n in range(5):
        await desk.bury(f"#{n}#", customer=f"96650000020{n}")
    ids = [letter["id"] for letter in await desk.letters()]
    seen: list[str] = []
    cursor = ""
    while True:
        page = await desk.call("GET", f"?limit=2{cursor}")
        seen += [letter["id"] for letter in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ids
    one = (await desk.letters())[2]
    assert len(await desk.letters("&code=131009&kind=send&state=failed")) == 5
    assert await desk.letters("&kind=turn") == []
    assert await desk.letters("&code=190") == []
    assert len(await desk.letters(f"&channel_id={desk.tenant.channel_id}")) == 5
    assert [each["id"] for each in await desk.letters(f"&conversation_id={one['conversation_id']}")] == [one["id"]]
    for query in ("state=lost", "kind=mail", "limit=0", "cursor=x", "since=then", "channel_id=1"):
        await desk.call("GET", f"?{query}", status=422)
    for ids_ in ([], [str(uuid4()) for _ in range(101)], ["x"], None):
        await desk.call("POST", "/retry", {"ids": ids_}, status=422)
        await desk.call("POST", "/archive", {"ids": ids_}, status=422)
    await desk.call("POST", "/archive", {"ids": [one["id"], str(uuid4())]}, status=404)
    await desk.call("POST", "/retry", {"ids": [one["id"], str(uuid4())]}, status=404)
    assert (await desk.call("GET", "/stats"))["failed"] == 5, "nothing is half done"


async def test_another_workspace_sees_and_moves_nothing(
    api: Api, pool: Pool, settings: Settings, simulator: SimulatorProcess, desk: Desk
) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    other = await open_desk(api, pool, settings, simulator)
    assert await other.letters() == []
    assert (await other.call("GET", "/stats"))["total"] == 0
    await other.call("GET", f"/{letter['id']}", status=404)
    await other.call("POST", f"/{letter['id']}/retry", status=404)
    await other.call("POST", "/retry", {"ids": [letter["id"]]}, status=404)
    await other.call("POST", "/archive", {"ids": [letter["id"]]}, status=404)
    assert (await desk.letter())["state"] == "failed"


@pytest.mark.parametrize(("role", "reads", "writes"), [("agent", 200, 200), ("viewer", 403, 403)])
async def test_agents_retry_and_viewers_do_not(desk: Desk, role: str, reads: int, writes: int) -> None:
    await desk.bury("#1#")
    letter = await desk.letter()
    async with transaction(desk.pool, role="hoopoe_app", workspaces=[desk.tenant.workspace_id]) as conn:
        await conn.execute("update members set role = $1", Role(role).value)
    member = Caller(desk.owner.client, desk.owner.session, desk.owner.headers)
    assert (await member.get("/api/monitoring/dlq")).status_code == reads
    assert (await member.post(f"/api/monitoring/dlq/{letter['id']}/retry")).status_code == writes
    settings = {"steps_seconds": [60], "max_tries": 1}
    assert (await member.put("/api/monitoring/dlq/settings", settings)).status_code == 403
