"""The order of `hoopoe up`: ports, home, database, schema, demo, processes; and back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from hoopoe.kernel.db.embedded import start_embedded
from hoopoe.kernel.settings import Settings
from hoopoe.main.ports import PortTakenError, require_free
from hoopoe.main.up.database import WatchedDatabase, borrow_database, ensure_schema
from hoopoe.main.up.demo import Login, demo_file, ensure_demo
from hoopoe.main.up.environment import complete_settings, hoopoe_environment, local_url, simulator_environment
from hoopoe.main.up.home import AlreadyRunningError, Running, hold_home, prepare_home, read_or_make_keys, rotate_log
from hoopoe.main.up.processes import Child, ChildFailedError, keep_running
from hoopoe.main.up.screen import Screen

STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_SECONDS = 60.0
DATABASE_STOP_SECONDS = 4.0


class _Stopped(BaseException):  # not an error: it passes through what handles errors
    """A signal asked for the end while things were still being started."""


def run_up(settings: Settings) -> int:
    """Run everything until a signal comes. Returns the exit code: 0 after a clean end, 1 where a process cannot run.

    Raises `SettingsError`, `PortTakenError`, `EmbeddedDatabaseError` with words for an operator.
    """
    screen = Screen.open()
    home = settings.hoopoe_home.resolve()
    prepare_home(home)
    running = Running(os.getpid(), local_url(settings), settings.simulator_url())
    try:
        with hold_home(home, running), _signals_stop():
            if settings.port == settings.simulator_port:
                raise PortTakenError(
                    f"PORT and SIMULATOR_PORT are both {settings.port}: give one of them another number."
                )
            require_free(settings.host, settings.port, setting="PORT")
            require_free(settings.host, settings.simulator_port, setting="SIMULATOR_PORT")
            _run(settings, screen)
    except AlreadyRunningError as already:
        _say_running(screen, home, already.running)
    except _Stopped:
        screen.say("Stopped before it was ready.")
    except ChildFailedError as failure:
        screen.tell("up", str(failure), "31")
        return 1
    return 0


def seed_home(settings: Settings) -> Path:
    """Make the demo workspace without running anything; the path of demo.json."""
    home = settings.hoopoe_home.resolve()
    prepare_home(home)
    keys = _keys_of(settings, home)
    with borrow_database(settings) as dsn:
        completed = complete_settings(settings, dsn=dsn, keys=keys)
        ensure_schema(dsn)
        ensure_demo(completed)
    return demo_file(completed)


def _run(settings: Settings, screen: Screen) -> None:
    keys = _keys_of(settings, settings.hoopoe_home.resolve())
    if settings.database_url is not None:
        screen.step("Database: the one of DATABASE_URL")
        _run_on(settings, settings.require_database_url(), keys, screen, watched=None)
        return
    database = start_embedded(settings.hoopoe_home, version=settings.embedded_postgres)
    watched = WatchedDatabase(settings, database)
    try:
        how = "started" if database.process is not None else "was running, taken over"
        screen.step(f"PostgreSQL {settings.embedded_postgres} {how}")
        _run_on(settings, database.dsn, keys, screen, watched=watched)
    finally:
        with _signals_ignored():
            watched.database.stop(within=DATABASE_STOP_SECONDS)
    screen.say("Stopped.")


def _run_on(settings: Settings, dsn: str, keys: list[str], screen: Screen, *, watched: WatchedDatabase | None) -> None:
    completed = complete_settings(settings, dsn=dsn, keys=keys)
    ensure_schema(dsn)
    screen.step("Schema up to date")
    login = ensure_demo(completed)
    screen.step("Demo workspace ready")
    asyncio.run(_supervise(completed, login, screen, watched))


def _keys_of(settings: Settings, home: Path) -> list[str]:
    return settings.require_keys() if settings.hoopoe_keys else read_or_make_keys(home)


async def _supervise(settings: Settings, login: Login, screen: Screen, watched: WatchedDatabase | None) -> None:
    """Run the children until a signal comes; then stop them. Raises `ChildFailedError`, all others stopped."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in STOPPING_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    has_database = asyncio.Event()
    has_database.set()
    children = make_children(settings)
    may_start = watched.is_up if watched is not None else has_database
    lives = [asyncio.create_task(keep_running(child, screen, may_start=may_start)) for child in children]
    if watched is not None:
        lives.append(asyncio.create_task(watched.keep_running(screen)))
    ready = asyncio.create_task(_announce(settings, login, screen, children))
    stopping = asyncio.create_task(stop.wait())
    ended, _ = await asyncio.wait({stopping, *lives}, return_when=asyncio.FIRST_COMPLETED)
    screen.say("\nStopping …")
    for task in (ready, stopping, *lives):
        task.cancel()
    await asyncio.gather(ready, stopping, *lives, return_exceptions=True)
    for life in ended:
        life.result()


def make_children(settings: Settings) -> list[Child]:
    """The processes of `up`, in the order in which they start."""
    logs = settings.hoopoe_home / "logs"
    ours = hoopoe_environment(settings)
    children = [
        Child("simulator", "simulator", (), simulator_environment(settings), rotate_log(logs / "simulator.log")),
        Child("web", "hoopoe.main.cli", ("web",), ours, rotate_log(logs / "web.log")),
    ]
    # A worker says that it is ready by an event of level info.
    ready_line = "worker_ready" if settings.log_level in ("debug", "info") else ""
    for number in range(1, settings.workers + 1):
        name = "worker" if number == 1 else f"worker-{number}"
        log = rotate_log(logs / f"{name}.log")
        children.append(Child(name, "hoopoe.main.cli", ("worker",), ours, log, ready_line=ready_line))
    return children


async def _announce(settings: Settings, login: Login, screen: Screen, children: list[Child]) -> None:
    """Wait until everything answers, then say where to look."""
    workers = [child for child in children if child.ready_line]
    try:
        async with asyncio.timeout(READY_SECONDS):
            await _wait_for_answer(local_url(settings) + "/api/monitoring/ready")
            await _wait_for_answer(settings.simulator_url() + "/phones")
            for worker in workers:
                await worker.is_ready.wait()
    except TimeoutError:
        screen.tell("up", f"Not everything answers yet; see {settings.hoopoe_home / 'logs'}", "31")
        return
    screen.step("Everything answers")
    screen.box(
        "Hoopoe",
        [
            ("Dashboard", settings.public_url or local_url(settings)),
            ("Simulated phone", settings.simulator_url()),
            ("API docs", local_url(settings) + "/docs"),
            ("E-mail", login.email),
            ("Password", login.password),
        ],
        f"Logs, data and demo.json: {settings.hoopoe_home} · Ctrl-C stops everything.",
    )


async def _wait_for_answer(url: str) -> None:
    while not await asyncio.to_thread(_is_answered, url):  # noqa: ASYNC110  # the event is in another process
        await asyncio.sleep(0.05)


def _is_answered(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy knows this machine's own ports
    try:
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _say_running(screen: Screen, home: Path, running: Running | None) -> None:
    if running is None:
        screen.say(f"Another `hoopoe up` is just starting with {home}.")
        return
    screen.say(f"Hoopoe already runs (pid {running.pid}) with {home}:")
    screen.say(f"  dashboard {running.api_url}   simulated phone {running.simulator_url}")
    screen.say(f"  the owner's login is in {home / 'demo.json'}; `kill {running.pid}` or Ctrl-C there stops it")


@contextlib.contextmanager
def _signals_stop() -> Iterator[None]:
    """While things are started one by one, a signal is raised as `_Stopped`."""

    def stop(_: int, __: FrameType | None) -> None:
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _signals_ignored() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
