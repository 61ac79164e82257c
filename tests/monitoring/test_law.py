"""The law at the moment of sending: every way to send meets every reason not to, and each says so in words.

A message that may not leave is refused with its reason, or waits and says for what; none is dropped, none raises.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hoopoe.channels.checking import Claim, Finding
from hoopoe.channels.meta.errors import RULES
from hoopoe.channels.trouble import stop_channels
from hoopoe.kernel.db.unit_of_work import transaction
from tests.core.sending import run_sender, status_body, wait_for_states
from tests.core.webhooks import meta_body
from tests.monitoring.conftest import CUSTOMER, Desk, JsonObject
from tests.support.api import Api
from tests.support.core import file_body, make_handlers, take_turns
from tests.support.simulator import wait_until

Path = Callable[[Desk], Awaitable[None]]
OTHER = "966500000102"


# --- Ways to send: each leaves one message waiting in the outbox, decided while everything was well ---


async def reply(desk: Desk) -> None:
    await desk.write("#1#")


async def agent(desk: Desk) -> None:
    await desk.write("#1#")
    await desk.rows("update outbox set state = 'cancelled' returning id")
    body = {"type": "text", "text": {"body": "Your table is ready."}}
    answer = await desk.owner.post(f"/api/conversations/{await conversation_of(desk)}/messages", body)
    assert answer.status_code == 201, answer.text


async def retry(desk: Desk) -> None:
    await desk.bury("#1#")
    await desk.call("POST", f"/{(await desk.letter())['id']}/retry")


async def edit(desk: Desk) -> None:
    await desk.bury("#1#")
    message = {"type": "text", "text": {"body": "Said better."}}
    await desk.call("POST", f"/{(await desk.letter())['id']}/retry", {"message": message})


async def again(desk: Desk) -> None:
    await desk.bury("#1#")
    message = await newest(desk)
    answer = await desk.owner.post(f"/api/conversations/{message['conversation_id']}/messages/{message['id']}/retry")
    assert answer.status_code == 200, answer.text


PATHS = (reply, agent, retry, edit, again)
EVERY_PATH = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)


# --- Reasons, and what comes of them --------------------------------------------------------------


async def close_window(desk: Desk) -> None:
    await desk.rows("update conversations set window_expires_at = now() - interval '1 second' returning id")


async def opt_out(desk: Desk) -> None:
    await desk.rows("update outbox set category = 'marketing' returning id")
    await desk.rows(
        "insert into consents (workspace_id, contact_id, category, state, method, at) "
        "select workspace_id, id, 'marketing', 'opted_out', 'keyword', now() from contacts returning contact_id"
    )


async def switch_off(desk: Desk) -> None:
    answer = await desk.owner.patch(f"/api/channels/{desk.tenant.channel_id}", {"status": "disabled"})
    assert answer.status_code == 200, answer.text


async def break_channel(desk: Desk) -> None:
    async with transaction(desk.pool, role="hoopoe_pipe") as conn:
        await stop_channels(conn, {(desk.tenant.workspace_id, desk.tenant.channel_id): RULES[190]})


async def mend(desk: Desk) -> None:
    await desk.rows("update channels set status = 'active', updated_at = now() returning id")


async def delete_workspace(desk: Desk) -> None:
    await desk.rows("update workspaces set deleted_at = now() returning id")


async def restore_workspace(desk: Desk) -> None:
    await desk.rows("update workspaces set deleted_at = null returning id")


@EVERY_PATH
@pytest.mark.parametrize(
    ("reason", "code", "action"), [(close_window, "131047", "send_template"), (opt_out, "-3", "none")]
)
async def test_what_may_not_leave_is_refused_in_words(
    desk: Desk, path: Path, reason: Path, code: str, action: str
) -> None:
    await path(desk)
    await reason(desk)
    async with run_sender(desk.pool, desk.settings, desk.simulator):
        await wait_until(lambda: is_settled(desk), "refusal")
    message = await newest(desk)
    assert (message["status"], message["sending_state"], message["waiting"]) == ("failed", "dead", None)
    failure = message["failure"]
    assert (failure["code"], failure["action"]) == (code, action)
    assert failure["text"]["en"].endswith(".")
    assert failure["text"]["ar"].endswith(".")
    assert (await desk.letter())["error"]["code"] == code
    assert await desk.simulator.accepted() == []


async def ban(desk: Desk) -> None:
    async with transaction(desk.pool, role="hoopoe_pipe") as conn:
        await stop_channels(conn, {(desk.tenant.workspace_id, desk.tenant.channel_id): RULES[131031]})


@pytest.mark.parametrize(("reason", "action"), [(ban, "appeal"), (break_channel, "fix_credentials")])
async def test_what_waits_says_what_mends_its_channel(desk: Desk, reason: Path, action: str) -> None:
    """A banned account needs no other credentials."""
    await reply(desk)
    await reason(desk)
    waiting = (await newest(desk))["waiting"]
    assert (waiting["code"], waiting["action"]) == ("channel_in_trouble", action)


@EVERY_PATH
@pytest.mark.parametrize(
    ("reason", "mended", "code"),
    [
        (switch_off, mend, "channel_off"),
        (break_channel, mend, "channel_in_trouble"),
        (delete_workspace, restore_workspace, None),
    ],
)
async def test_what_a_channel_cannot_send_waits_says_why_and_leaves_when_it_is_mended(
    desk: Desk, path: Path, reason: Path, mended: Path, code: str | None
) -> None:
    await path(desk)
    await reason(desk)
    async with run_sender(desk.pool, desk.settings, desk.simulator) as sender:
        sender.wake.set()
        assert [row["state"] for row in await waiting(desk)] == ["queued"]
        # Who asks for a deleted workspace is told that, and sees nothing of it.
        if code is not None:
            message = await newest(desk)
            assert message["waiting"]["code"] == code
            assert message["waiting"]["text"]["en"].endswith(".")
            assert message["waiting"]["text"]["ar"].endswith(".")
        await mended(desk)
        [accepted] = await desk.simulator.wait_for_accepted(1)
        await wait_until(lambda: is_settled(desk), "done")
    message = await newest(desk)
    assert accepted["biz_opaque_callback_data"].startswith(message["id"])
    assert (message["status"], message["waiting"]) == ("accepted", None)


@EVERY_PATH
async def test_what_a_bot_had_said_before_it_was_paused_still_leaves(desk: Desk, path: Path) -> None:
    await path(desk)
    await desk.rows("update bots set status = 'inactive' returning id")
    async with run_sender(desk.pool, desk.settings, desk.simulator):
        await desk.simulator.wait_for_accepted(1)


async def test_a_person_who_opted_out_of_marketing_still_gets_answers(desk: Desk) -> None:
    await reply(desk)
    await opt_out(desk)
    await desk.rows("update outbox set category = null returning id")
    await desk.send_until("done")


@pytest.mark.parametrize("code", [190, 10, 131031, 133010])
async def test_a_refusal_that_speaks_of_the_channel_stops_it_and_all_its_messages_wait(desk: Desk, code: int) -> None:
    await desk.write("#1#", "#2#")
    await desk.write("#1#", customer=OTHER)
    await desk.simulator.set_faults({"kind": "refuse_code", "code": code})
    async with run_sender(desk.pool, desk.settings, desk.simulator):
        await wait_until(lambda: is_in_trouble(desk), "a channel in trouble")

        async def look() -> bool:
            return {row["state"] for row in await waiting(desk)} <= {"queued", "retrying"}

        await wait_until(look, "nothing under way")
    channel = (await desk.owner.get(f"/api/channels/{desk.tenant.channel_id}")).json()
    assert channel["status"] == "error"
    assert channel["status_reason_code"] == RULES[code].stops
    assert channel["status_reason"] == RULES[code].text.en
    assert await desk.letters() == [], "nothing died"
    assert len(await waiting(desk)) == 3
    message = await newest(desk)
    assert message["waiting"]["code"] == "channel_in_trouble"
    await desk.simulator.set_faults()
    await mend(desk)
    await desk.send_until("done", "done", "done")
    bodies = [message["text"]["body"] for message in await desk.simulator.messages(f"+{CUSTOMER}", direction="in")]
    assert [body[-3:] for body in bodies] == ["#1#", "#2#"], "in order"


async def test_a_failure_told_later_stops_the_channel_too(desk: Desk) -> None:
    await desk.write("#1#")
    await desk.send_until("done")
    await fail(desk, 131031)
    assert await is_in_trouble(desk)
    assert (await desk.letter())["error"]["code"] == "131031"


async def test_who_stops_a_channel_holds_no_message_meanwhile(desk: Desk) -> None:
    """An account event holds the channel and may want what a turn holds; the turn must not wait for it with that."""
    await desk.write("#1#")
    await desk.send_until("done")
    async with transaction(desk.pool, role="hoopoe_app", workspaces=[desk.tenant.workspace_id]) as conn:
        await conn.execute("select from channels where id = $1 for no key update", desk.tenant.channel_id)
        failing = asyncio.create_task(fail(desk, 131031))

        async def look() -> bool:
            return (await newest(desk))["status"] == "failed"

        await wait_until(look, "a message that failed, while somebody holds the channel")
    await failing
    assert await is_in_trouble(desk)


async def test_a_failure_told_days_later_stops_nothing(desk: Desk) -> None:
    """Providers repeat what we missed for days; whether the number still stands where it stood, its next send tells."""
    await desk.write("#1#")
    await desk.send_until("done")
    await fail(desk, 131031, ago=86_400)
    assert not await is_in_trouble(desk)
    assert (await desk.letter())["error"]["code"] == "131031", "the message itself has failed"


async def test_a_failure_from_before_the_number_was_mended_stops_nothing(
    desk: Desk, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find_good(_: Claim) -> Finding:
        return Finding()

    monkeypatch.setattr(api.app.state, "check_channel", find_good)
    await desk.write("#1#")
    await desk.send_until("done")
    await break_channel(desk)
    checked = await desk.owner.post(f"/api/channels/{desk.tenant.channel_id}/check")
    assert checked.json()["status"] == "active", checked.text
    await fail(desk, 131031, ago=5)
    assert not await is_in_trouble(desk)


async def test_what_a_refusal_stopped_goes_on_when_the_account_is_reinstated(desk: Desk) -> None:
    await desk.write("#1#")
    await desk.send_until("done")
    await fail(desk, 131031)
    assert await is_in_trouble(desk)
    value = {"event": "ACCOUNT_RECONNECTED"}
    await file_body(desk.pool, desk.tenant, meta_body(desk.tenant, value, field="account_update"))
    await take_turns(desk.pool, make_handlers())
    [channel] = await desk.rows("select status, status_reason_code from channels")
    assert tuple(channel.values()) == ("active", None)


async def test_a_wrong_token_stays_one_when_the_account_is_reinstated(desk: Desk) -> None:
    await break_channel(desk)
    value = {"event": "ACCOUNT_RECONNECTED"}
    await file_body(desk.pool, desk.tenant, meta_body(desk.tenant, value, field="account_update"))
    await take_turns(desk.pool, make_handlers())
    assert await is_in_trouble(desk)


async def test_a_refused_marketing_message_is_an_opt_out(desk: Desk) -> None:
    await desk.write("#1#")
    await desk.simulator.set_faults({"kind": "refuse_code", "code": 131050, "count": 1})
    await desk.send_until("dead")
    [consent] = await desk.rows("select category, state, method, detail from consents")
    assert tuple(consent.values()) == ("marketing", "opted_out", "provider", "meta 131050")


async def test_an_opt_out_told_late_does_not_undo_what_the_person_said_since(desk: Desk) -> None:
    await desk.write("#1#")
    await desk.send_until("done")
    wish = {"wa_id": CUSTOMER, "category": "marketing_messages", "value": "resume", "timestamp": int(time.time()) - 60}
    value = {"contacts": [{"wa_id": CUSTOMER}], "user_preferences": [wish]}
    await file_body(desk.pool, desk.tenant, meta_body(desk.tenant, value, field="user_preferences"))
    await take_turns(desk.pool, make_handlers())
    await fail(desk, 131050, ago=120)
    assert [row["state"] for row in await desk.rows("select state from consents")] == ["opted_in"]
    history = await desk.rows("select state from consent_changes order by at")
    assert [row["state"] for row in history] == ["opted_out", "opted_in"]


async def test_a_busy_provider_slows_the_whole_number_down_and_a_busy_person_only_that_one(desk: Desk) -> None:
    await desk.write("#1#")
    await desk.write("#1#", customer=OTHER)
    await desk.simulator.set_faults({"kind": "refuse_code", "code": 131056, "count": 1})
    async with run_sender(desk.pool, desk.settings, desk.simulator):
        await desk.simulator.wait_for_accepted(1)

        async def see_wait() -> bool:
            rows = await desk.rows(
                "select extract(epoch from next_at - now()) as s from outbox where state = 'retrying'"
            )
            return [0 < row["s"] < 7.3 for row in rows] == [True]

        await wait_until(see_wait, "one that waits for its person")
        [pace] = await desk.rows("select held_until from channel_pace")
        assert pace["held_until"] is None
        await desk.rows("update outbox set next_at = now() where state = 'retrying' returning id")
        await desk.simulator.set_faults({"kind": "refuse_code", "code": 80007, "count": 1})

        async def look() -> bool:
            [pace] = await desk.rows("select extract(epoch from held_until - now()) as s from channel_pace")
            return pace["s"] is not None and 1 < pace["s"] <= 10

        await wait_until(look, "a number that slows down")
        assert (await newest(desk, OTHER))["waiting"] is None
        assert (await newest(desk))["waiting"]["code"] == "slowed_down"
        await desk.rows("update channel_pace set held_until = now() returning channel_id")
        await desk.rows("update outbox set next_at = now() where state = 'retrying' returning id")
        await wait_for_states(desk.pool, desk.tenant, "done", "done")


# --- Looking --------------------------------------------------------------------------------------


async def conversation_of(desk: Desk, customer: str = CUSTOMER) -> str:
    [row] = await desk.rows("select id from conversations where recipient ->> 'phone' = $1", customer)
    return str(row["id"])


async def newest(desk: Desk, customer: str = CUSTOMER) -> JsonObject:
    """The last thing said to the customer, as the API shows it."""
    answer = await desk.owner.get(f"/api/conversations/{await conversation_of(desk, customer)}/messages")
    assert answer.status_code == 200, answer.text
    messages: list[dict[str, Any]] = answer.json()["data"]
    return next(
        message for message in messages if message["direction"] == "out" and message["sending_state"] != "cancelled"
    )


async def waiting(desk: Desk) -> list[Any]:
    return await desk.rows("select state from outbox where state in ('queued', 'retrying', 'sending') order by id")


async def is_settled(desk: Desk) -> bool:
    return not await waiting(desk)


async def is_in_trouble(desk: Desk) -> bool:
    [row] = await desk.rows("select status from channels")
    return bool(row["status"] == "error")


async def fail(desk: Desk, code: int, *, ago: int = 0) -> None:
    """The provider says later that the accepted message failed, so many seconds ago."""
    [accepted] = await desk.simulator.accepted()
    body: Any = status_body(desk.tenant, "failed", accepted)
    [status] = body["entry"][0]["changes"][0]["value"]["statuses"]
    status |= {"errors": [{"code": code, "title": "No"}], "timestamp": str(int(time.time()) - ago)}
    await file_body(desk.pool, desk.tenant, body)
    await take_turns(desk.pool, make_handlers())
