"""The second place for the keys of rows, as unique as the first; the sessions of a version, also those that are over.

Safe while serving: the indexes are built beside what is served.
"""

from __future__ import annotations

from hoopoe.kernel.db.migrate import build_indexes

revision = "0044"
down_revision = "0043"

KEYS = {
    "data_rows_key_2": "data_rows (workspace_id, table_id, key_2) where key_2 is not null and deleted_at is null",
}
# A draft that was tried goes when nobody was in it for long: who was, is asked for by the version, and so asks the
# reference of each session when the version goes. An index of those who wait in one is there already.
SESSIONS = {"flow_sessions_of_version": "flow_sessions (workspace_id, version_id)"}


def upgrade() -> None:
    build_indexes(KEYS, is_unique=True)
    build_indexes(SESSIONS)
