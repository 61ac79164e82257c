"""A real PostgreSQL for the tests: one server and one database per test process.

Tests really commit. They keep out of each other's way by making a workspace of their own each; a clone of
the database is only for those that restart PostgreSQL or compare tenants.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from hoopoe.kernel.db.embedded import EmbeddedDatabase
from tests.support.ready_made import start_migrated

# Tests kill no PostgreSQL with these options; those that do start a server of their own.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server with a migrated database to work in."""

    server: EmbeddedDatabase

    @property
    def url(self) -> str:
        """The database that most tests share."""
        return self.server.dsn

    async def clone(self) -> str:
        """A database of its own, empty but migrated; about 0.2 s."""
        name = f"clone_{uuid4().hex[:12]}"
        admin = await asyncpg.connect(self.server.admin_dsn)
        try:
            await admin.execute(f"create database {name} template {TEMPLATE} owner hoopoe strategy file_copy")
        finally:
            await admin.close()
        return with_database(self.server.dsn, name)


TEMPLATE = "hoopoe_template"


def with_database(dsn: str, name: str) -> str:
    """The same address, another database."""
    parts = urlsplit(dsn)
    return parts._replace(path=f"/{name}").geturl().replace("postgresql:/" + name, "postgresql:///" + name)


@contextmanager
def run_cluster(options: dict[str, str] | None = None) -> Iterator[Cluster]:
    """A server in a folder of its own, with the newest schema; everything is taken away at the end."""
    home = Path(tempfile.mkdtemp(prefix="hoopoe-test-"))
    server = None
    try:
        server = start_migrated(home, options=FAST if options is None else options)
        yield Cluster(server)
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def make_template(cluster: Cluster) -> None:
    """Keep a copy of the migrated database for clones. Call before anybody connects."""
    admin = await asyncpg.connect(cluster.server.admin_dsn)
    try:
        await admin.execute(f"create database {TEMPLATE} template hoopoe owner hoopoe strategy file_copy")
    finally:
        await admin.close()
