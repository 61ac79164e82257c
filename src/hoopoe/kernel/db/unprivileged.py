"""Running PostgreSQL where we are root: it refuses to, so it must not look like root.

Three ways, in this order. Not root: just run. A user namespace: inside it the process is an ordinary
user, outside it is still root, so that closed folders above (mode 0700, owned by root) stay readable.
Else the user `nobody`, where every folder above lets it pass. Else there is no way, and we say so.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Final

CLONE_NEWUSER = 0x10000000
PLAIN_ID = 1000

# Text is compared byte by byte, and its letters are known in every script: with plain C, Arabic punctuation
# would stick to words. macOS has that under another name.
LOCALE: Final = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


class UnprivilegedError(Exception):
    """PostgreSQL cannot be run as anybody but root here."""


def run_unprivileged(
    command: Sequence[str],
    *,
    folder: Path,
    stdout: IO[bytes] | int,
    owned: Sequence[Path] = (),
    pass_fds: Sequence[int] = (),
    is_server: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a command that refuses to run as root. `owned` files and `folder` must be readable to it.

    A server gets a session of its own, so that Ctrl-C in the terminal reaches it only through us.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment["LC_ALL"] = LOCALE
    begin = _choose_way(folder, owned)
    return subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd="/",
        pass_fds=pass_fds,
        start_new_session=is_server,
        preexec_fn=begin,  # noqa: PLW1509  # only system calls run in it, before any thread exists there
    )


def _choose_way(folder: Path, owned: Sequence[Path]) -> Callable[[], None] | None:
    if os.geteuid() != 0:
        return None
    if sys.platform == "linux" and _has_user_namespaces():
        return _enter_user_namespace
    return _become_nobody(folder, owned)


@cache
def _has_user_namespaces() -> bool:
    """Whether a child can enter a user namespace and map itself: tried, because no setting tells it."""
    pid = os.fork()
    if pid == 0:
        try:
            _enter_user_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _enter_user_namespace() -> None:
    """Become user 1000 of a new user namespace in which that user is the outer root.

    Only the parent's own ids may be mapped by the process itself: one id, without setgroups.
    """
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{PLAIN_ID} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{PLAIN_ID} {outer_gid} 1")


def _become_nobody(folder: Path, owned: Sequence[Path]) -> Callable[[], None]:
    user = pwd.getpwnam("nobody")
    closed = next((above for above in folder.resolve().parents if not above.stat().st_mode & 0o001), None)
    if closed is not None:
        raise UnprivilegedError(
            f"PostgreSQL does not run as root, and {closed} is closed to other users. "
            "Set HOOPOE_HOME to a folder that others may enter, such as /var/lib/hoopoe, or set DATABASE_URL."
        )
    for path in (folder, folder / "data", *owned):
        if path.exists():
            os.chown(path, user.pw_uid, user.pw_gid)

    def begin() -> None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)

    return begin
