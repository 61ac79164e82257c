"""What is asked for every few seconds, or with every word that somebody types, reads nothing of the people in a bot.

What is read is what PostgreSQL says: each statement that the app sends is explained as it runs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import asyncpg
import pytest
from bench.cost import MeasuredConnection, Recorder

from hoopoe.kernel.db.pool import prepare_connection
from hoopoe.kernel.settings import Settings
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.preview.flows import asks, blueprint
from tests.support.api import Api, Caller

from .test_bots import park
from .test_hooks import open_shop

PEOPLE = 25
PAGE = 3


@dataclass(slots=True)
class Reads(Recorder):
    """How many rows of each table statements read, and of which they counted rows."""

    rows: dict[str, int] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)

    def add(self, sql: str, plan: dict[str, Any]) -> None:
        for node in _nodes(plan):
            table = node.get("Relation Name")
            if table is not None:
                read = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                self.rows[table] = self.rows.get(table, 0) + int(read * node["Actual Loops"])
            if node["Node Type"] == "Aggregate":
                self.counted |= {below["Relation Name"] for below in _nodes(node) if "Relation Name" in below}


class Watched(MeasuredConnection):
    recorder: ClassVar[Recorder | None] = None


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


@dataclass(frozen=True)
class Asking:
    """A caller, and what the database read for each answer."""

    api: Api
    caller: Caller

    async def ask(self, method: str, path: str, **options: Any) -> tuple[dict[str, Any], Reads]:
        """The answer, and what was read for it."""
        Watched.recorder = reads = Reads()
        try:
            answer = await self.caller.send(method, path, **options)
        finally:
            Watched.recorder = None
        assert answer.status_code == 200, answer.text
        return answer.json(), reads


@pytest.fixture
async def watched(api: Api, settings: Settings) -> AsyncIterator[Api]:
    """The same app, over connections that tell what they read."""
    async with asyncpg.create_pool(
        settings.require_database_url(), min_size=1, max_size=3, init=prepare_connection, connection_class=Watched
    ) as pool:
        app = make_http_app(settings)
        services = replace(api.services, pool=pool)
        attach_services(app, services)
        yield Api(app, services, app)


async def open_crowded(api: Api) -> tuple[Asking, str]:
    """A bot with many people in the middle of its flow."""
    shop = await open_shop(api)
    for _ in range(PEOPLE):
        await park(api, shop.owner, str(shop.bot_id), "start")
    caller = Caller(api.new_client(), shop.owner.session, shop.owner.headers)
    return Asking(api, caller), f"/api/bots/{shop.bot_id}"


@pytest.mark.parametrize("flow", [asks(timeout=60), blueprint(edges=[])], ids=["with a step", "without its steps"])
async def test_a_saving_counts_nobody(watched: Api, flow: dict[str, Any]) -> None:
    asking, bot = await open_crowded(watched)
    told, read = await asking.ask("PUT", f"{bot}/flow", json={"blueprint": flow})
    assert "flow_sessions" not in read.rows
    assert read.rows["bots"] > 0, "what is read is seen"
    assert (told["waiting"], told["has_unpublished_changes"]) == (None, True)
    assert "parked_nowhere" not in {fault["code"] for fault in told["faults"]}


async def test_a_draft_that_is_read_says_who_waits_where(watched: Api) -> None:
    asking, bot = await open_crowded(watched)
    await asking.ask("PUT", f"{bot}/flow", json={"blueprint": {"name": "Empty"}})
    told, read = await asking.ask("GET", f"{bot}/flow")
    assert told["waiting"] == {"start": PEOPLE}
    assert "parked_nowhere" in {fault["code"] for fault in told["faults"]}
    assert read.rows["flow_sessions"] == PEOPLE, "each is counted once"


@pytest.mark.parametrize("what", ["hooks", "tests", "passes", f"sessions?limit={PAGE}", "flow/versions", "editors"])
async def test_nobody_is_counted_to_know_that_a_bot_is_there(watched: Api, what: str) -> None:
    asking, bot = await open_crowded(watched)
    if what == "editors":
        _, read = await asking.ask("POST", f"{bot}/editors", json={"tab": "a-tab-of-mine"})
    else:
        _, read = await asking.ask("GET", f"{bot}/{what}")
    assert read.rows["bots"] > 0
    assert "flow_sessions" not in read.counted


async def test_who_is_counted_is_seen(watched: Api) -> None:
    asking, bot = await open_crowded(watched)
    told, read = await asking.ask("GET", bot)
    assert told["waiting"] == PEOPLE
    assert "flow_sessions" in read.counted


@pytest.mark.parametrize("what", ["hooks", "tests", "passes", "sessions", "flow/versions", "people"])
async def test_a_stranger_finds_no_such_bot(api: Api, what: str) -> None:
    shop, stranger = await open_shop(api), await api.register()
    assert (await stranger.get(f"/api/bots/{shop.bot_id}/{what}")).status_code == 404
