"""Whether anything of a conversation was imported: only there a message may come by itself that is filed already."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0024"
down_revision = "0023"

COLUMN = """
alter table conversations add column has_imported boolean not null default false;
comment on column conversations.has_imported is
    'Imported by this version or a later one. Where older ones imported, a message fails once and is adopted then.';
"""


def upgrade() -> None:
    """A column with a constant default: nothing is written anew."""
    run_script(COLUMN)
