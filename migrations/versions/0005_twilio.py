"""Twilio's channels, and the Contents that were made for them."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0005"
down_revision = "0004"

CHANNELS = """
alter table channels
    alter column phone_number_id drop not null,
    alter column waba_id drop not null,
    alter column app_secret drop not null,
    alter column access_token drop not null,
    alter column verify_token drop not null,
    add column account_sid text,
    add column auth_token bytea,
    drop constraint channels_provider_check,
    add constraint channels_provider_check check (provider in ('meta', 'twilio')) not valid,
    add constraint channels_fields check (
        num_nonnulls(phone_number_id, waba_id, app_secret, access_token, verify_token)
            = case provider when 'meta' then 5 else 0 end
        and num_nonnulls(account_sid, auth_token) = case provider when 'twilio' then 2 else 0 end
    ) not valid;
comment on column channels.auth_token is 'Of the very account: it signs the webhooks too. Sealed.';
"""

# A table has as many rows as there are numbers: these take milliseconds.
INDEXES = """
alter table channels validate constraint channels_provider_check;
alter table channels validate constraint channels_fields;
create unique index channels_twilio_number on channels (workspace_id, number) where provider = 'twilio';
create unique index channels_twilio_route on channels (number) where provider = 'twilio' and status = 'active';
"""

CONTENTS = """
create table twilio_contents (
    workspace_id uuid not null references workspaces,
    account_sid text not null,
    hash text not null,
    sid text not null,
    made_at timestamptz not null default now(),
    primary key (workspace_id, account_sid, hash)
);
comment on table twilio_contents is 'Menus made at Twilio already: one of each shape, sent with other words.';
"""


def upgrade() -> None:
    """Columns become nullable and a check replaces another: nothing is rewritten."""
    run_script(CHANNELS)
    run_script(INDEXES)
    run_script(CONTENTS)
    for statement in tenancy.protect("twilio_contents", is_queue=False):
        op.execute(statement)
