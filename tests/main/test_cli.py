"""The command line: help, refusals in words, taken ports."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from hoopoe.main.cli import app
from tests.support.database import Cluster
from tests.support.processes import free_ports, run_hoopoe

COMMANDS = ("up", "web", "worker", "migrate", "seed", "settings", "operator", "bot")
MAIL = "noura@qamar.example.com"
OPERATOR_COMMANDS = ("list", "add", "remove", "new-key", "end-key")
BOT_COMMANDS = ("lint", "play", "import", "export")


def invoke(*arguments: str, **variables: str) -> Result:
    """A command inside of this process: quick, for what ends before it does anything."""
    return CliRunner().invoke(app, arguments, env=dict(variables))


def test_help_names_every_command() -> None:
    shown = invoke("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^  {command}\s+\S", shown, re.MULTILINE), command


@pytest.mark.parametrize(
    "command",
    [
        *((name,) for name in COMMANDS if name not in ("operator", "bot")),
        *(("operator", name) for name in OPERATOR_COMMANDS),
        *(("bot", name) for name in BOT_COMMANDS),
    ],
    ids=" ".join,
)
def test_each_command_explains_itself_with_an_example(command: tuple[str, ...]) -> None:
    done = invoke(*command, "--help")
    assert done.exit_code == 0
    assert "Example:" in done.stdout


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, hoopoe.main.cli; print([m for m in ('pydantic', 'asyncpg', 'fastapi') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_version() -> None:
    assert invoke("--version").stdout == f"hoopoe {version('hoopoe')}\n"


@pytest.mark.parametrize("command", ["up", "web", "worker", "migrate", "seed", "settings"])
def test_a_bad_setting_ends_with_2_and_one_line(command: str, tmp_path: Path) -> None:
    done = invoke(command, PORT="eighty", HOOPOE_HOME=str(tmp_path))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert re.fullmatch(r"PORT is 'eighty', but: .*integer.*\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_process_alone_says_what_it_needs(command: str) -> None:
    done = run_hoopoe(command)
    assert done.returncode == 2
    assert done.stderr.startswith("DATABASE_URL is not set.")
    done = run_hoopoe(command, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 2
    assert done.stderr.startswith("HOOPOE_KEYS is not set.")


@pytest.mark.parametrize("command", ["web", "worker", "migrate"])
def test_a_database_that_is_not_there_is_said_in_a_line(command: str) -> None:
    [port, own] = free_ports(2)
    dsn = f"postgresql://u:hunter2@127.0.0.1:{port}/none"
    done = run_hoopoe(command, PORT=str(own), DATABASE_URL=dsn, HOOPOE_KEYS="A" * 43)
    assert done.returncode == 2
    assert re.fullmatch(r"DATABASE_URL: cannot reach the database at 127\.0\.0\.1:\d+: .*\n", done.stderr)
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("command", ["web", "worker"])
async def test_an_older_schema_is_said_in_a_line(command: str, cluster: Cluster) -> None:
    dsn = await cluster.clone()
    conn = await asyncpg.connect(dsn)
    await conn.execute("update alembic_version set version_num = '0001'")
    await conn.close()
    [port] = free_ports(1)
    done = await asyncio.to_thread(run_hoopoe, command, PORT=str(port), DATABASE_URL=dsn, HOOPOE_KEYS="A" * 43)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "has the schema 0001" in line
    assert line.endswith("run `hoopoe migrate`.")


@pytest.mark.parametrize("setting", ["PORT", "SIMULATOR_PORT"])
def test_a_taken_port_is_named_with_its_holder_and_the_way_out(setting: str, tmp_path: Path) -> None:
    ports = dict(zip(("PORT", "SIMULATOR_PORT"), free_ports(2), strict=True))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports[setting]))
        taken.listen()
        # In a process of its own: who has the port is then somebody else.
        variables = {name: str(port) for name, port in ports.items()}
        done = run_hoopoe("up", HOOPOE_HOME=str(tmp_path), **variables)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert re.match(rf"Port {ports[setting]} is taken by .*\(pid {os.getpid()}\)\. ", line)
    assert line.endswith(f"{setting}={ports[setting] + 1} make run")
    assert not (tmp_path / "data" / "pg18").exists()


def test_one_port_for_both_is_said_at_once(tmp_path: Path) -> None:
    [port] = free_ports(1)
    done = run_hoopoe("up", HOOPOE_HOME=str(tmp_path), PORT=str(port), SIMULATOR_PORT=str(port))
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"PORT and SIMULATOR_PORT are both {port}: give one of them another number."]


def test_web_names_a_taken_port_too() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_hoopoe("web", PORT=str(port), DATABASE_URL="postgresql://u@127.0.0.1:1/d", HOOPOE_KEYS="A" * 43)
    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr


async def test_operators_are_made_and_unmade_on_the_command_line(cluster: Cluster, tmp_path: Path) -> None:
    dsn = await cluster.clone()
    conn = await asyncpg.connect(dsn)
    await conn.execute("set role hoopoe_app")
    await conn.execute(
        "insert into users (id, email, name, password_hash) values (gen_random_uuid(), $1, 'N', '')", MAIL
    )
    await conn.close()

    async def run(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(invoke, "operator", *arguments, DATABASE_URL=dsn, HOOPOE_HOME=str(tmp_path))
        return done.exit_code, done.output.strip()

    assert (await run("list"))[1].startswith("Nobody runs this Hoopoe yet.")
    assert await run("add", "nobody@example.com") == (2, "Nobody has an account with the e-mail nobody@example.com.")
    assert await run("add", MAIL) == (0, f"{MAIL} is an operator now.")
    status, key = await run("new-key", "billing")
    assert (status, key[:4]) == (0, "hak_")
    listed = (await run("list"))[1]
    assert listed.startswith(f"{MAIL}\nkey billing: made ")
    assert key not in listed
    assert await run("end-key", "billing") == (0, "The key 'billing' works no longer.")
    assert (await run("end-key", "billing"))[0] == 2
    assert await run("remove", MAIL) == (0, f"{MAIL} is an operator no longer.")
    assert (await run("list"))[1].startswith("Nobody runs this Hoopoe yet.")
