"""The code before runs on the new schema: processes of both serve at once while a new version is rolled out.

The older code is taken out of git into a folder of its own, given the migrations of now, and its own tests of the
message core are run there: they start a PostgreSQL, migrate it (to the new schema, then) and take messages through
ingest, turns and sends. See docs/operations/upgrade.md.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from hoopoe.kernel.db.schema import MIGRATIONS, newest_revision
from tests.support.processes import clean_environment

ROOT = MIGRATIONS.parents[1]

# The schema of what was rolled out last. Its code must run on the newest schema; raised when something is rolled out.
SERVED = "0016"

# What those tests run: from a webhook to the answer of a bot, its sending, its statuses.
CORE = ("tests/core/test_turns.py", "tests/core/test_sends.py")
TAKEN = ("src", "tests", "bench", "pyproject.toml")
# Migrations call these, so they come with the migrations.
MIGRATED_BY = ("src/hoopoe/kernel/db/migrate.py", "src/hoopoe/kernel/db/tenancy.py", "src/hoopoe/kernel/db/schema.py")
SECONDS = 280

pytestmark = pytest.mark.timeout(SECONDS + 20)


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        # A shallow clone or an archive: there is no older code here to try.
        reason = f"the code of schema {SERVED} is not in this clone: {done.stderr.decode().strip()}"
        if "REQUIRE_HISTORY" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    return done.stdout


def find_old_commit() -> str:
    """The last commit whose newest migration is `SERVED`; where nothing follows it yet, the one that lacks it."""
    after = next((path for path in MIGRATIONS.glob("*.py") if f'down_revision = "{SERVED}"' in path.read_text()), None)
    if after is None:
        after = next(MIGRATIONS.glob(f"{SERVED}_*.py"))
    name = str(after.relative_to(ROOT))
    added = git("log", "--diff-filter=A", "--no-renames", "--format=%H", "--", name).decode().split()
    # What is not committed yet follows the last commit.
    return git("rev-parse", "--verify", f"{added[-1]}^" if added else "HEAD").decode().strip()


@pytest.fixture
def old_tree(tmp_path: Path) -> Path:
    """The older code with the migrations of now."""
    tree = tmp_path / "old"
    with tarfile.open(fileobj=io.BytesIO(git("archive", find_old_commit(), *TAKEN))) as archive:
        archive.extractall(tree, filter="data")
    shutil.copytree(MIGRATIONS.parent, tree / "migrations")
    for name in MIGRATED_BY:
        shutil.copy(ROOT / name, tree / name)
    return tree


def run_tests(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = clean_environment({"PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}", "PYTHONDONTWRITEBYTECODE": "1"})
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_the_code_before_runs_on_the_new_schema(old_tree: Path) -> None:
    done = run_tests(old_tree, *CORE)
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\b[1-9]\d* passed", done.stdout), done.stdout[-3000:]


def test_a_column_that_the_code_before_needs_is_missed(old_tree: Path) -> None:
    """What this test is there to find is found: a migration that takes something away too early."""
    (old_tree / "migrations" / "versions" / "9999_too_early.py").write_text(
        "from alembic import op\n"
        f'revision = "9999"\ndown_revision = "{newest_revision()}"\n'
        "def upgrade():\n    op.execute('alter table conversations drop column last_inbound_id')\n"
    )
    done = run_tests(old_tree, CORE[0], "-x")
    assert done.returncode == 1, done.stdout[-3000:]
    assert "last_inbound_id" in done.stdout
