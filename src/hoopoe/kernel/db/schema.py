"""Which schema a database has, and which one this version brings, told without loading Alembic."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import asyncpg

MIGRATIONS = Path(__file__).resolve().parents[4] / "migrations" / "versions"
_REVISION = re.compile(r"""^(revision|down_revision)\b[^=\n]*=\s*["']([^"']+)["']""", re.MULTILINE)


@cache
def newest_revision() -> str:
    """The id of the last migration that this version brings: the one that no other follows."""
    found = [dict(_REVISION.findall(path.read_text())) for path in MIGRATIONS.glob("*.py")]
    followed = {revision.get("down_revision") for revision in found}
    [newest] = [revision["revision"] for revision in found if revision["revision"] not in followed]
    return str(newest)


async def read_revision(dsn: str) -> str | None:
    """The id of the last migration that the database has had; None where it has had none."""
    conn = await asyncpg.connect(dsn)
    try:
        revision: str | None = await conn.fetchval("select version_num from alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await conn.close()
    return revision


async def is_up_to_date(dsn: str) -> bool:
    """Whether the database has this version's schema."""
    return await read_revision(dsn) == newest_revision()
