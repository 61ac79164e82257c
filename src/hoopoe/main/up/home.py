"""HOOPOE_HOME: its folders, its lock, its keys and its logs."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from hoopoe.kernel.secrets import Keyring, new_master_key
from hoopoe.kernel.settings import SettingsError

KEPT_LOGS = 3


@dataclass(frozen=True, slots=True)
class Running:
    """An `up` that holds the home."""

    pid: int
    api_url: str
    simulator_url: str


class AlreadyRunningError(Exception):
    """Another `up` holds this home."""

    def __init__(self, running: Running | None) -> None:
        super().__init__("another `hoopoe up` runs here")
        self.running = running


def prepare_home(home: Path) -> None:
    """Make the folders, closed to everybody else. Raises `SettingsError` where that cannot be."""
    try:
        for folder in (home, home / "data", home / "logs"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"HOOPOE_HOME: cannot make {error.filename}: {error.strerror}.") from None


@contextmanager
def hold_home(home: Path, running: Running) -> Iterator[None]:
    """Be the only `up` of this home for the length of the block. Raises `AlreadyRunningError`.

    The lock is the kernel's: it is gone the moment this process is, however it ends.
    """
    descriptor = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_parse_running(file.read())) from None
        file.truncate(0)
        file.write(json.dumps(asdict(running)))
        file.flush()
        yield


def _parse_running(text: str) -> Running | None:
    try:
        return Running(**json.loads(text))
    except (ValueError, TypeError):
        return None  # it has only just begun to write


def read_or_make_keys(home: Path) -> list[str]:
    """The master keys of HOOPOE_HOME/keys, one per line, newest first; one is made on the first start.

    Raises `KeyFormatError` where a line is not a key.
    """
    path = home / "keys"
    if not path.exists():
        part = path.with_name("keys.part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, (new_master_key() + "\n").encode())
        os.fsync(descriptor)
        os.close(descriptor)
        part.replace(path)
    keys = [line.strip() for line in path.read_text().splitlines() if line.strip()]
    Keyring(keys)
    return keys


def rotate_log(path: Path) -> Path:
    """Keep the log of the last starts as name.1.log, name.2.log …; returns the path of a new one."""
    for number in range(KEPT_LOGS, 0, -1):
        older = path.with_suffix(f".{number}.log")
        newer = path if number == 1 else path.with_suffix(f".{number - 1}.log")
        if newer.exists():
            newer.replace(older)
    return path
