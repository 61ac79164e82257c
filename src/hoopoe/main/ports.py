"""Ports to listen on, and a word about who has them where they are taken."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import time
from pathlib import Path

LISTENING = "0A"


class PortTakenError(Exception):
    """Somebody else listens there; the message names the port, who has it, and the way out."""


def listen(host: str, port: int, *, setting: str) -> socket.socket:
    """A listening socket. Raises `PortTakenError`, also where the address is not this machine's.

    `setting` is the name of the setting that moves it elsewhere.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise PortTakenError(f"Cannot listen on {host}:{port}: {error.strerror}. Set HOST and {setting}.") from None
        holder = find_listener(port)
        by = f" by {holder}" if holder else ""
        raise PortTakenError(
            f"Port {port} is taken{by}. Stop that, or choose another: {setting}={port + 1} make run"
        ) from None
    return listener


def require_free(host: str, port: int, *, setting: str, within: float = 1.5) -> None:
    """Raise `PortTakenError` unless one could listen there; waits a moment for a process that just ends."""
    deadline = time.monotonic() + within
    while True:
        try:
            listen(host, port, setting=setting).close()
        except PortTakenError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def find_listener(port: int) -> str | None:
    """Who listens on a port, as `name (pid 12)`, where this user may know."""
    if Path("/proc/net/tcp").exists():
        return _find_in_proc(port)
    try:
        answer = subprocess.run(
            ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"], capture_output=True, text=True, check=False
        ).stdout
    except FileNotFoundError:
        return None
    fields = {line[0]: line[1:] for line in answer.splitlines() if line}
    return f"{fields['c']} (pid {fields['p']})" if {"c", "p"} <= fields.keys() else None


def _find_in_proc(port: int) -> str | None:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for row in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = row.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").glob("[0-9]*"):
        try:
            held = any(str(descriptor.readlink()) in inodes for descriptor in (process / "fd").iterdir())
            if held and int(process.name) != os.getpid():
                words = (process / "cmdline").read_text().rstrip("\0").split("\0")
                return f"“{' '.join([Path(words[0]).name, *words[1:]])[:60]}” (pid {process.name})"
        except OSError:
            continue  # it ended, or belongs to somebody else
    return None
