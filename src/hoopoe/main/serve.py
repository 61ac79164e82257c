"""Running one web or one worker process until a signal stops it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
import sys

import uvicorn
import uvloop

from hoopoe.kernel.http.edge import AsgiApp
from hoopoe.kernel.settings import Settings
from hoopoe.main.ports import listen
from hoopoe.main.up.database import require_ready

# Longer than providers and proxies keep an idle connection: none of them shall write into one that just closed.
KEEP_ALIVE_SECONDS = 75
LAST_REQUESTS_SECONDS = 3
YOUNG_OBJECTS = 10_000
OPEN_FILES = 16_384


def serve_web(settings: Settings) -> None:
    """Serve HTTP until SIGTERM or Ctrl-C; open requests get some seconds to end.

    Raises `SettingsError` and `PortTakenError` before anything is served.
    """
    from hoopoe.main.api import create_app

    dsn = settings.require_database_url()
    settings.require_keys()
    listener = listen(settings.host, settings.port, setting="PORT")
    require_ready(dsn)
    allow_many_sockets()
    server = uvicorn.Server(make_server_config(create_app(settings), settings))
    _settle_heap()
    # uvicorn raises the signal again once it has ended: that is a good end, not a death.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        sys.exit(1)


def make_server_config(app: AsgiApp, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the app. Only trusted proxies say where a request comes from."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=LAST_REQUESTS_SECONDS,
    )


def serve_worker(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C, which lets sends that are under way end; a second one does not wait for them.

    What was begun and not committed is begun again by another worker.
    """
    dsn = settings.require_database_url()
    settings.require_keys()
    require_ready(dsn)
    allow_many_sockets()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work_until_stopped(settings))


async def _work_until_stopped(settings: Settings) -> None:
    from hoopoe.main.worker import run_worker

    _settle_heap()
    stopping = asyncio.Event()
    work = asyncio.create_task(run_worker(settings, stopping))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if stopping.is_set():
            work.cancel()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    with contextlib.suppress(asyncio.CancelledError):
        await work


def allow_many_sockets() -> None:
    """Raise the bound on open files as far as the machine lets us.

    1,024, as it often is, are fewer than a worker's sends under way, or a web process's open screens.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _settle_heap() -> None:
    """Take what was imported out of the garbage collector's sight.

    It stays for the process's life, and each full collection that walked it stopped every request for 55 ms
    (bench/ingest.py: p99 60 ms before, 20 ms after). A turn makes thousands of objects, nearly all of which go without
    the collector: it looks when there are ten thousand more, not at each seven hundred.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
