"""HOOPOE_HOME: who holds it, its keys, its logs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hoopoe.kernel.secrets import KeyFormatError, Keyring, new_master_key
from hoopoe.kernel.settings import SettingsError
from hoopoe.main.up.home import (
    KEPT_LOGS,
    AlreadyRunningError,
    Running,
    hold_home,
    prepare_home,
    read_or_make_keys,
    rotate_log,
)
from tests.support.processes import wait_for

RUNNING = Running(12, "http://127.0.0.1:8000", "http://127.0.0.1:8100")


def test_everything_in_it_is_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    prepare_home(home)
    read_or_make_keys(home)
    with hold_home(home, RUNNING):
        found = [home, *home.rglob("*")]
    assert {path.name: oct(path.stat().st_mode & 0o077) for path in found} == {path.name: "0o0" for path in found}


def test_a_place_where_it_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"^HOOPOE_HOME: cannot make .*/file/home"):
        prepare_home(tmp_path / "file" / "home")


def test_the_keys_are_made_once(tmp_path: Path) -> None:
    first = read_or_make_keys(tmp_path)
    sealed = Keyring(first).seal("secret", context="c")
    assert read_or_make_keys(tmp_path) == first
    (tmp_path / "keys").write_text(f"{new_master_key()}\n{first[0]}\n")
    assert Keyring(read_or_make_keys(tmp_path)).open(sealed, context="c") == "secret"


@pytest.mark.parametrize("content", ["", "not a key\n"])
def test_spoilt_keys_are_refused_and_left_as_they_are(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys").write_text(content)
    with pytest.raises(KeyFormatError, match="HOOPOE_KEYS"):
        read_or_make_keys(tmp_path)
    assert (tmp_path / "keys").read_text() == content


def test_only_one_holds_it_and_the_other_learns_who(tmp_path: Path) -> None:
    with hold_home(tmp_path, RUNNING), pytest.raises(AlreadyRunningError) as caught, hold_home(tmp_path, RUNNING):
        pass
    assert caught.value.running == RUNNING
    with hold_home(tmp_path, RUNNING):
        pass


def test_who_is_killed_holds_it_no_more(tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from hoopoe.main.up.home import Running, hold_home
with hold_home(Path({str(tmp_path)!r}), Running(1, "a", "b")):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunningError), hold_home(tmp_path, RUNNING):
            pass
        holder.kill()
        holder.wait(10)

        def hold() -> bool:
            try:
                with hold_home(tmp_path, RUNNING):
                    return True
            except AlreadyRunningError:
                return False

        wait_for(hold, "the lock of a killed process")


def test_the_last_logs_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for start in range(KEPT_LOGS + 3):
        rotate_log(log).write_text(f"start {start}")
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "web.log": "start 5",
        "web.1.log": "start 4",
        "web.2.log": "start 3",
        "web.3.log": "start 2",
    }
