"""What a database may do for a while is named in one place: a round that knows less of it ends its worker."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg

from hoopoe.kernel.db.pool import CONNECTION_LOST, TROUBLE

SOURCES = Path(__file__).parents[2] / "src" / "hoopoe"


def test_there_is_one_list_of_it() -> None:
    own = [path for path in SOURCES.rglob("*.py") if re.search(r"^TROUBLE\b", path.read_text(), re.MULTILINE)]
    assert own == [SOURCES / "kernel" / "db" / "pool.py"]


def test_whatever_ends_a_connection_is_in_it() -> None:
    assert all(issubclass(error, TROUBLE) for error in CONNECTION_LOST)
    assert asyncpg.InternalClientError in TROUBLE
