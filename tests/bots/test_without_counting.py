"""What screens ask for every few seconds does not count the people who are in a bot."""

from __future__ import annotations

import pytest

from tests.support.api import Api

from .test_hooks import open_shop


@pytest.mark.parametrize("what", ["hooks", "tests", "passes", "sessions", "flow/versions", "people"])
async def test_nobody_is_counted_to_know_that_a_bot_is_there(
    api: Api, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, stranger = await open_shop(api), await api.register()
    monkeypatch.setattr("hoopoe.flows.versions.queries.BOTS", "select counted")
    path = f"/api/bots/{shop.bot_id}/{what}"
    answer = await shop.owner.get(path)
    assert answer.status_code == 200, answer.text
    assert (await stranger.get(path)).status_code == 404
