"""Counts of tries end when their own budget says so: a quarter of an hour for some, a day for others."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0010"
down_revision = "0009"

# A column with a default that is the same for all rows is added without a rewrite. Processes of the version before
# this one count in the same table and leave the column to its default.
TABLES = """
alter table login_failures add column ends_at timestamptz not null default now() + interval '15 minutes';
comment on table login_failures is 'Tries counted within budgets: logins, codes, registrations, invitations.';
comment on column login_failures.key is 'sha256 of what is counted: nobody can read here who tried what.';
comment on column login_failures.failures is 'Tries that were not given back. A try is counted before it is looked at.';
comment on column login_failures.ends_at is 'From then on the row counts for nothing and may go.';
"""


def upgrade() -> None:
    """One column."""
    run_script(TABLES)
