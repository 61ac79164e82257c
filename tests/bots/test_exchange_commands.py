"""`hoopoe bot import` and `export`, on the database of the settings."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from typer.testing import CliRunner

from hoopoe.kernel.settings import Settings
from hoopoe.main.cli import app
from tests.support.api import Api

from .test_bots import CAFE
from .test_exchange import flow_of

PARCEL = Path(__file__).parents[1] / "flows" / "exchange" / "rapidpro" / "parcel.json"


async def test_out_of_one_workspace_and_into_another(api: Api, settings: Settings, tmp_path: Path) -> None:
    dsn = settings.require_database_url()
    owner, other = await api.register(), await api.register()
    await owner.post("/api/bots", {"name": "Café", "blueprint": CAFE})
    file = tmp_path / "cafe.json"

    async def run(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(
            CliRunner().invoke, app, ("bot", *arguments), env={"DATABASE_URL": dsn, "HOOPOE_HOME": str(tmp_path)}
        )
        return done.exit_code, done.output

    here, there = (("--workspace", str(each.workspace_id)) for each in (owner, other))
    assert (await run("export", "café", *here, "--out", str(file)))[0] == 0
    assert flow_of(json.loads(file.read_text())["blueprint"]) == flow_of(CAFE)
    assert json.loads((await run("export", "café", *here, "--without-tests"))[1]) == json.loads(file.read_text())
    assert await run("export", "Nothing", *here) == (2, "In this workspace no bot has the id or name 'Nothing'.\n")
    assert (await run("export", "Café", *here, "--version", "latest"))[0] == 2
    assert (await run("import", str(file), "--workspace", "nobody's"))[0] == 2
    assert (await run("import", str(file), *there, "--dry-run"))[0] == 0
    assert (await other.get("/api/bots")).json()["data"] == []
    status, said = await run("import", str(file), *there, "--strict")
    assert (status, said.splitlines()[0][:6]) == (0, "Café (")
    [made] = (await other.get("/api/bots")).json()["data"]
    assert flow_of((await other.get(f"/api/bots/{made['id']}/flow")).json()["blueprint"]) == flow_of(CAFE)
    status, said = await run("import", str(PARCEL), *there, "--strict")
    assert status == 1
    assert "missing  credential: Authorization" in said
    entries = (await other.get("/api/audit")).json()["data"]
    assert [each["action"] for each in entries].count("bot.imported") == 2
