"""Passes for drafts over HTTP: made by whoever may change bots, shown once, refused in words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hoopoe.flows.trials import passes
from hoopoe.identity.roles import Role
from hoopoe.identity.throttle import Budget
from tests.bots.test_bots import make_bot, publish_anew
from tests.preview.flows import asks
from tests.support.api import Api, Caller
from tests.support.inbox import add_channel


async def make_pass(by: Caller, bot: dict[str, Any], channel_id: object, **given: Any) -> Any:
    return await by.post(f"/api/bots/{bot['id']}/passes", {"channel_id": str(channel_id), **given})


async def test_a_word_is_shown_once_with_a_link_that_writes_it(api: Api) -> None:
    owner = await api.register()
    bot, channel_id = await make_bot(owner, blueprint=asks(timeout=600)), await add_channel(api, owner.scope)
    made = await make_pass(owner, bot, channel_id)
    assert made.status_code == 201, made.text
    created = made.json()
    assert re.fullmatch(r"try [a-z2-9]{4}-[a-z2-9]{4}", created["word"])
    digits = re.sub(r"\D", "", created["number"])
    assert created["link"] == f"https://wa.me/{digits}?text={created['word'].replace(' ', '%20')}"
    listed = await owner.get(f"/api/bots/{bot['id']}/passes")
    [shown] = listed.json()["data"]
    assert (shown["state"], shown["created_by"], shown["is_under_way"]) == ("open", "Noor", False)
    assert created["word"][4:8] not in listed.text
    revoked = await owner.delete(f"/api/bots/{bot['id']}/passes/{created['id']}")
    assert revoked.status_code == 204
    assert [each["state"] for each in (await owner.get(f"/api/bots/{bot['id']}/passes")).json()["data"]] == ["revoked"]
    entries = (await owner.get("/api/audit")).json()["data"]
    assert {"draft_pass.created", "draft_pass.revoked"} <= {entry["action"] for entry in entries}


async def test_who_may_not_change_bots_makes_none(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    bot, channel_id = await make_bot(owner, blueprint=asks(timeout=600)), await add_channel(api, owner.scope)
    made = (await make_pass(owner, bot, channel_id)).json()
    for role in (Role.VIEWER, Role.AGENT):
        member = await api.add_member(owner, role)
        assert (await make_pass(member, bot, channel_id)).status_code == 403
        assert (await member.delete(f"/api/bots/{bot['id']}/passes/{made['id']}")).status_code == 403
    assert (await make_pass(stranger, bot, channel_id)).status_code == 404
    own = await make_bot(stranger, blueprint=asks(timeout=600))
    assert (await make_pass(stranger, own, channel_id)).status_code == 404, "a channel of another workspace"
    assert (await stranger.delete(f"/api/bots/{own['id']}/passes/{made['id']}")).status_code == 404


async def test_a_draft_with_errors_a_silent_number_and_too_many_are_refused(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await api.register()
    bot, channel_id = await make_bot(owner, blueprint=asks(timeout=600)), await add_channel(api, owner.scope)
    empty = await make_bot(owner, blueprint={"name": "Empty"})
    refused = await make_pass(owner, empty, channel_id)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "flow_invalid")
    for minutes in (4, 1441, "x"):
        assert (await make_pass(owner, bot, channel_id, minutes=minutes)).status_code == 422
    monkeypatch.setattr(passes, "PASSES_OF_WORKSPACE", Budget("of this test", 1, 60))
    assert (await make_pass(owner, bot, channel_id)).status_code == 201
    refused = await make_pass(owner, bot, channel_id)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_passes")
    await owner.patch(f"/api/channels/{channel_id}", {"status": "disabled"})
    refused = await make_pass(owner, bot, channel_id)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_triable_on_channel")


async def test_publishing_after_a_trial_counts_on(api: Api) -> None:
    owner = await api.register()
    bot, channel_id = await make_bot(owner, blueprint=asks(timeout=600)), await add_channel(api, owner.scope)
    await make_pass(owner, bot, channel_id)
    numbers = [(await publish_anew(owner, bot["id"]))["version"]["number"] for _ in range(2)]
    assert numbers == [1, 2]
    assert (await owner.delete(f"/api/bots/{bot['id']}")).status_code in (204, 409)
