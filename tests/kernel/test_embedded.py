"""PostgreSQL of our own, over its whole life: started, attached to, killed, and put where it is hard."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hoopoe.kernel.db import unprivileged
from hoopoe.kernel.db.embedded import EmbeddedDatabase, EmbeddedDatabaseError, start_embedded
from tests.support.processes import is_alive, kill_tree, wait_for

SMALL = {"shared_buffers": "32MB"}


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of its own; whatever still runs there is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="hoopoe-test-"))
    yield folder
    stop_what_runs(folder)
    shutil.rmtree(folder)


def stop_what_runs(folder: Path) -> None:
    for pidfile in folder.rglob("postmaster.pid"):
        pid = int(pidfile.read_text().split()[0])
        if is_alive(pid):
            os.kill(pid, signal.SIGQUIT)
            wait_for(functools.partial(has_ended, pid), "the server's end")


def has_ended(pid: int) -> bool:
    return not is_alive(pid)


def start(home: Path, version: str = "18") -> EmbeddedDatabase:
    return start_embedded(home, version=version, options=SMALL)


def reap(database: EmbeddedDatabase) -> None:
    """Take note of the end of a server that was killed."""
    assert database.process is not None
    assert database.process.wait(10) == -signal.SIGKILL


def ask(dsn: str, sql: str) -> object:
    async def run() -> object:
        conn = await asyncpg.connect(dsn)
        try:
            return await conn.fetchval(sql)
        finally:
            await conn.close()

    return asyncio.run(run())


def test_it_starts_with_a_role_that_cannot_pass_row_level_security(home: Path) -> None:
    database = start(home)
    able = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    assert ask(database.dsn, "select current_user || '@' || current_database()") == "hoopoe@hoopoe"
    assert ask(database.dsn, able) is False
    assert ask(database.dsn, "show synchronous_commit") == "on"
    assert ask(database.dsn, "show fsync") == "on"
    assert ask(database.dsn, "show server_encoding") == "UTF8"
    assert ask(database.dsn, "show listen_addresses") == ""
    database.stop()
    assert not database.is_running()


def test_its_password_is_needed_and_its_folders_are_closed(home: Path) -> None:
    database = start(home)
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(database.dsn.replace(":", ":not", 2).replace(":not//", "://"), "select 1")
    assert {path.stat().st_mode & 0o077 for path in (home / "data", home / "logs", home / "run")} == {0}
    assert (home / "data" / "pg18.json").stat().st_mode & 0o077 == 0
    database.stop()


def test_a_second_start_attaches(home: Path) -> None:
    first = start(home)
    ask(first.dsn, "create table kept (n int)")
    second = start(home)
    assert second.process is None
    assert (second.pid, second.dsn) == (first.pid, first.dsn)
    assert second.is_running()
    second.stop()
    assert first.process is not None
    assert first.process.wait(10) == 0


def test_killed_altogether_it_starts_again_at_once_with_everything(home: Path) -> None:
    first = start(home)
    ask(first.dsn, "create table kept as select generate_series(1, 1000) as n")
    kill_tree(first.pid)
    second = start(home)
    reap(first)
    assert second.process is not None
    assert second.dsn == first.dsn
    assert ask(second.dsn, "select count(*) from kept") == 1000
    second.stop()


def test_with_its_first_process_killed_it_starts_again_once_the_others_noticed(home: Path) -> None:
    first = start(home)
    ask(first.dsn, "create table kept as select 1 as n")

    async def hold() -> object:
        conn = await asyncpg.connect(first.dsn)
        try:
            os.kill(first.pid, signal.SIGKILL)
            reap(first)
            second = await asyncio.to_thread(start, home)
            found = await asyncio.to_thread(ask, second.dsn, "select n from kept")
            await asyncio.to_thread(second.stop)
            return found
        finally:
            conn.terminate()

    assert asyncio.run(hold()) == 1


def test_an_interrupted_first_start_is_begun_again(home: Path) -> None:
    draft = home / "data" / "pg18.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    database = start(home)
    assert not draft.exists()
    assert ask(database.dsn, "select 1") == 1
    database.stop()


def test_without_its_passwords_it_says_so(home: Path) -> None:
    start(home).stop()
    (home / "data" / "pg18.json").unlink()
    with pytest.raises(EmbeddedDatabaseError, match=r"pg18\.json is missing"):
        start(home)


def test_a_path_too_long_for_a_socket_works(home: Path) -> None:
    deep = home / ("long-" * 12) / ("longer-" * 12)
    deep.mkdir(parents=True)
    database = start(deep)
    assert str(deep) not in database.dsn
    again = start(deep)
    assert ask(again.dsn, "select 1") == 1
    database.stop()
    restarted = start(deep)
    assert restarted.dsn == database.dsn
    restarted.stop()


def test_postgresql_16_works_too(home: Path) -> None:
    database = start(home, "16")
    assert str(ask(database.dsn, "show server_version")).startswith("16.")
    database.stop()


def test_a_server_that_cannot_start_shows_its_log(home: Path) -> None:
    with pytest.raises(EmbeddedDatabaseError, match="no_such_option"):
        start_embedded(home, options={"no_such_option": "1"})


def test_a_home_that_cannot_be_made_is_named(home: Path) -> None:
    file = home / "file"
    file.touch()
    with pytest.raises(EmbeddedDatabaseError, match="HOOPOE_HOME"):
        start(file / "home")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be in its own way here")
def test_root_in_a_closed_folder(home: Path) -> None:
    home.chmod(0o700)
    inner = home / "inner"
    inner.mkdir(mode=0o700)
    database = start(inner)
    assert ask(database.dsn, "select 1") == 1
    database.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_root_without_user_namespaces(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the kernel allows is outside of us: a machine that forbids user namespaces.
    monkeypatch.setattr(unprivileged, "_has_user_namespaces", lambda: False)
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedDatabaseError, match="HOOPOE_HOME") as caught:
        start(closed / "home")
    assert str(home) in str(caught.value)
    home.chmod(0o755)
    opened = home / "opened"
    database = start(opened)
    assert ask(database.dsn, "select 1") == 1
    assert Path(f"/proc/{database.pid}").stat().st_uid != 0
    database.stop()
