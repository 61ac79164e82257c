"""The HTTP server: uvicorn, with the means to cut a connection."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.app import SimulatorApp


class PortTakenError(Exception):
    """Somebody else listens there."""


class CuttableProtocol(HttpToolsProtocol):
    """Gives each request the extension `simulator.cut`, whose `abort` closes the connection at once."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"simulator.cut": {"abort": self.transport.abort}}


class SimulatorServer(uvicorn.Server):
    """Writes the ready file once requests are answered, and ends open streams when asked to stop."""

    def __init__(self, app: SimulatorApp, *, ready_file: Path | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http=CuttableProtocol,
                ws="none",
                lifespan="on",
                log_level="warning",
                access_log=False,
                server_header=False,
                # Longer than clients keep an idle connection: none shall meet one that just closed.
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
            )
        )
        self._app = app
        self._ready_file = ready_file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready_file is not None and sockets:
            _write_ready_file(self._ready_file, sockets[0])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.simulator.world.stream.close()
        super().handle_exit(sig, frame)


def bind_socket(host: str, port: int) -> socket.socket:
    """Listen on the address; port 0 takes a free one. PortTakenError in words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"The simulator cannot listen on {host}:{port} ({error.strerror}). "
            "Stop what runs there, or set SIMULATOR_PORT to another port."
        ) from error
    return listener


def _write_ready_file(path: Path, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    ready = {"port": port, "url": f"http://{host}:{port}", "pid": os.getpid()}
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(ready))
    part.replace(path)
