"""When a schedule runs next, told before it is published: as the worker will plan it, by the workspace's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.api import Api

BERLIN = ZoneInfo("Europe/Berlin")


async def test_the_next_three_runs_by_the_workspaces_clock(api: Api) -> None:
    owner = await api.register()
    changed = await owner.patch(f"/api/workspaces/{owner.workspace_id}", {"timezone": "Europe/Berlin"})
    assert changed.status_code == 200, changed.text
    found = (await owner.get("/api/schedule-runs?at=09:30")).json()
    runs = [datetime.fromisoformat(each).astimezone(BERLIN) for each in found["data"]]
    assert found["timezone"] == "Europe/Berlin"
    assert [f"{run:%H:%M}" for run in runs] == ["09:30"] * 3
    assert [run.date() - runs[0].date() for run in runs] == [timedelta(days=days) for days in range(3)]
    weekly = (await owner.get("/api/schedule-runs?at=09:30&weekdays=mon&weekdays=thu")).json()["data"]
    assert {datetime.fromisoformat(each).astimezone(BERLIN).strftime("%a") for each in weekly} == {"Mon", "Thu"}


@pytest.mark.parametrize("query", ["at=24:00", "at=soon", "at=09:00&weekdays=someday", "at=09:00&day_of_month=32", ""])
async def test_what_is_no_schedule_is_refused(api: Api, query: str) -> None:
    owner = await api.register()
    assert (await owner.get(f"/api/schedule-runs?{query}")).status_code == 422
