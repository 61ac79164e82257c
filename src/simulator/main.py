"""`python -m simulator`: settings from the environment, `--host` and `--port` over them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress

from pydantic import ValidationError

from simulator.app import create_app
from simulator.config import ConfigError
from simulator.server import PortTakenError, SimulatorServer, bind_socket
from simulator.settings import SimulatorSettings
from simulator.store import StoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal comes. 0 after Ctrl-C, 2 when it cannot start (a sentence says why)."""
    parser = argparse.ArgumentParser(prog="simulator", description="A WhatsApp on your own machine.")
    parser.add_argument("--host", help="address to listen on (SIMULATOR_HOST)")
    parser.add_argument("--port", type=int, help="port to listen on, 0 for a free one (SIMULATOR_PORT)")
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    try:
        settings = SimulatorSettings(**given)
        app = create_app(settings)
        listener = bind_socket(settings.host, settings.port)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            name = "_".join(str(part) for part in fault["loc"][:1]).upper()
            sys.stderr.write(f"SIMULATOR_{name}: {fault['msg']}\n")
        return 2
    except (ConfigError, StoreError, PortTakenError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    host, port = listener.getsockname()[:2]
    server = SimulatorServer(app, ready_file=settings.ready_file)
    sys.stdout.write(f"Simulated WhatsApp on http://{host}:{port}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0 if server.started else 2
