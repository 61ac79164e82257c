"""Since when the bot has a conversation back, in the inbox's own count.

A hand-back was an input in the conversation's lane: one that waited (no worker was running) undid a later
take-over. Now it is a number on the conversation, and the mode changes at once.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A column with a constant default: nothing is rewritten. Hand-backs that still wait are dropped."""
    op.execute("alter table conversations add column bot_after_seq bigint not null default 0")
    op.execute(
        "comment on column conversations.bot_after_seq is "
        "'Inputs up to this inbox.seq came while a person had the conversation: the bot does not answer them.'"
    )
    op.execute(f"grant select on sequence inbox_seq_seq to {tenancy.APP}")
    op.execute(f"set local role {tenancy.PIPE}")
    op.execute("update inbox set state = 'done' where state = 'waiting' and kind = 'release'")
    op.execute("reset role")
