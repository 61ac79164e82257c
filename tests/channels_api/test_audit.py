"""What the log of who did what says of channels and bots."""

from __future__ import annotations

from tests.channels_api.test_channels import find_good
from tests.support.api import Api, Caller
from tests.support.inbox import add_channel


async def entries_of(owner: Caller) -> list[tuple[str, dict[str, object] | None]]:
    """(action, after), the oldest first."""
    rows = (await owner.get("/api/audit")).json()["data"][::-1]
    return [(row["action"], row["after"]) for row in rows]


async def test_channels_are_noted_without_their_secrets(api: Api) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    path = f"/api/channels/{channel_id}"
    assert (await owner.patch(path, {"name": "خط الليل"})).status_code == 200
    secret = "0123456789abcdef0123456789abcdef"
    kept, api.app.state.check_channel = api.app.state.check_channel, find_good
    assert (await owner.patch(path, {"app_secret": secret})).status_code == 200
    assert (await owner.patch(path, {"status": "disabled"})).status_code == 200
    api.app.state.check_channel = kept
    entries = await entries_of(owner)
    assert [action for action, _ in entries] == [
        "channel.connected",
        "channel.updated",
        "channel.updated",
        "channel.disabled",
    ]
    connected = entries[0][1] or {}
    assert (set(connected), connected["provider"]) == ({"name", "number", "provider"}, "meta")
    assert [after for _, after in entries[1:]] == [{"name": "خط الليل"}, {"replaced": ["app_secret"]}, None]
    assert secret not in str(entries)


async def test_bots_are_noted(api: Api) -> None:
    owner = await api.register()
    bot_id = (await owner.post("/api/bots", {"name": "Café"})).json()["id"]
    await owner.patch(f"/api/bots/{bot_id}", {"name": "قمر"})
    await owner.delete(f"/api/bots/{bot_id}")
    assert await entries_of(owner) == [
        ("bot.created", {"name": "Café"}),
        ("bot.updated", {"name": "قمر"}),
        ("bot.deleted", None),
    ]
