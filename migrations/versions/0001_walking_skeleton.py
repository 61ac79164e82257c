"""The tables of the walking skeleton.

Tenant tables carry `workspace_id` first in their primary key and in every unique key, refer to each
other by composite foreign keys, and force row-level security (docs/decisions/0004-tenancy.md).

Queue tables (inbox, outbox, timers, effects …) are open to `hoopoe_pipe` as a whole, because a
worker claims across workspaces; everything else it sees only inside the set that it claimed.
"""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0001"
down_revision = None

TABLES = """
create table users (
    id uuid primary key,
    email text not null,
    name text not null,
    password_hash text not null,
    locale text not null default 'en',
    is_operator boolean not null default false,
    created_at timestamptz not null default now()
);
create unique index users_email on users (lower(email));

create table refresh_tokens (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    family_id uuid not null,
    workspace_id uuid,
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    replaced_at timestamptz,
    revoked_at timestamptz
);
create index refresh_tokens_family on refresh_tokens (family_id);
create index refresh_tokens_user on refresh_tokens (user_id);

create table login_failures (
    key bytea primary key,
    failures integer not null,
    since timestamptz not null
);
comment on column login_failures.key is 'sha256 of e-mail and address: nobody can read here who tried to log in.';

create table workspaces (
    id uuid primary key,
    name text not null,
    timezone text not null default 'UTC',
    currency text not null default 'SAR',
    languages text[] not null default '{en,ar}',
    messages_per_minute integer default 60,
    customer_messages_per_minute integer default 20,
    created_at timestamptz not null default now()
);
comment on column workspaces.messages_per_minute is 'Inbound messages handled per minute; null lifts the limit.';

create table members (
    workspace_id uuid not null references workspaces,
    user_id uuid not null references users on delete cascade,
    role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
    created_at timestamptz not null default now(),
    primary key (workspace_id, user_id)
);
create index members_user on members (user_id);

create table personal_access_tokens (
    workspace_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    name text not null,
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, user_id) references members on delete cascade
);

create table ws_tickets (
    workspace_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    token_hash bytea not null unique,
    expires_at timestamptz not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, user_id) references members on delete cascade
);

create table bots (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    name text not null,
    status text not null default 'draft' check (status in ('draft', 'active', 'inactive')),
    draft jsonb not null,
    draft_updated_at timestamptz not null default now(),
    published_version_id uuid,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id)
);

create table bot_versions (
    workspace_id uuid not null,
    id uuid not null,
    bot_id uuid not null,
    number integer not null,
    blueprint jsonb not null,
    published_at timestamptz not null default now(),
    published_by uuid references users on delete set null,
    primary key (workspace_id, id),
    unique (workspace_id, bot_id, number),
    foreign key (workspace_id, bot_id) references bots on delete cascade
);
alter table bots add foreign key (workspace_id, published_version_id) references bot_versions (workspace_id, id)
    on delete set null (published_version_id);

create table channels (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    name text not null,
    provider text not null check (provider in ('meta')),
    number text not null,
    phone_number_id text not null,
    waba_id text not null,
    status text not null default 'pending' check (status in ('pending', 'active', 'disabled', 'error')),
    status_reason text,
    app_secret bytea not null,
    access_token bytea not null,
    verify_token bytea not null,
    messages_per_second real default 80,
    pair_limit boolean not null default true,
    bot_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, id),
    unique (workspace_id, provider, phone_number_id),
    foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete set null (bot_id)
);
comment on column channels.messages_per_second is 'The provider''s throughput for this number; null lifts the limit.';
create unique index channels_route on channels (provider, phone_number_id) where status = 'active';

-- One row that changes whenever any channel does: what every process polls to keep its directory true.
create table channel_directory (
    only_row boolean primary key default true check (only_row),
    version bigint not null default 0
);
insert into channel_directory default values;
create function touch_channel_directory() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    update public.channel_directory set version = version + 1;
    perform pg_notify('hoopoe_channels', '');
    return null;
end $$;
create trigger channels_changed after insert or update or delete on channels
    for each statement execute function touch_channel_directory();

-- The channel's token bucket: a row of its own, so that claiming sends never locks the channel that
-- foreign keys point at.
create table channel_pace (
    workspace_id uuid not null,
    channel_id uuid not null,
    tokens double precision not null default 0,
    refilled_at timestamptz not null default clock_timestamp(),
    primary key (workspace_id, channel_id),
    foreign key (workspace_id, channel_id) references channels (workspace_id, id) on delete cascade
);

create function make_channel_pace() returns trigger language plpgsql as $$
begin
    insert into channel_pace (workspace_id, channel_id) values (new.workspace_id, new.id);
    return null;
end $$;
create trigger channel_made after insert on channels for each row execute function make_channel_pace();

create table rate_buckets (
    workspace_id uuid not null references workspaces,
    key text not null,
    tokens double precision not null,
    refilled_at timestamptz not null,
    primary key (workspace_id, key)
);

create table journal (
    id uuid not null,
    received_at timestamptz not null default now(),
    method text not null,
    path text not null,
    headers jsonb not null default '{}',
    body bytea not null,
    body_bytes integer not null,
    outcome text not null,
    status smallint not null,
    primary key (id, received_at)
) partition by range (received_at);

create table journal_items (
    workspace_id uuid not null,
    id uuid not null,
    journal_id uuid not null,
    received_at timestamptz not null default now(),
    channel_id uuid,
    field text not null,
    outcome text not null,
    reason text,
    item_count integer not null,
    raw json not null,
    primary key (workspace_id, id, received_at)
) partition by range (received_at);

create table inbox (
    seq bigint generated always as identity,
    workspace_id uuid not null,
    channel_id uuid not null,
    provider_key text not null,
    lane bigint not null,
    kind text not null,
    item json not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
    attempts smallint not null default 0,
    not_before timestamptz not null default '-infinity',
    received_at timestamptz not null default now(),
    primary key (workspace_id, seq),
    unique (workspace_id, channel_id, provider_key)
);
create index inbox_due on inbox (workspace_id, not_before, seq) where state = 'waiting';
create index inbox_lane on inbox (lane, seq) where state = 'waiting';
create index inbox_done on inbox (received_at) where state = 'done';

create table contacts (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    name text,
    username text,
    language text,
    fields jsonb not null default '{}',
    created_at timestamptz not null default now(),
    primary key (workspace_id, id)
);

create table identities (
    workspace_id uuid not null,
    kind text not null check (kind in ('phone', 'user_id', 'wa_id')),
    scope text not null,
    value text not null,
    contact_id uuid not null,
    primary key (workspace_id, kind, scope, value),
    foreign key (workspace_id, contact_id) references contacts on delete cascade
);
create index identities_contact on identities (workspace_id, contact_id);

-- Normalised words of a name, digits of a number and the same digits reversed: a prefix search over
-- plain text comparisons, which are leakproof, so that row-level security keeps the index.
create table contact_terms (
    workspace_id uuid not null,
    term text collate "C" not null,
    contact_id uuid not null,
    primary key (workspace_id, term, contact_id),
    foreign key (workspace_id, contact_id) references contacts on delete cascade
);
create index contact_terms_contact on contact_terms (workspace_id, contact_id);

create table conversations (
    workspace_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    contact_id uuid not null,
    mode text not null default 'bot' check (mode in ('bot', 'human', 'closed')),
    assignee_id uuid,
    unread integer not null default 0,
    lane bigint not null,
    recipient jsonb not null,
    variables jsonb not null default '{}',
    last_at timestamptz not null,
    last_message_id uuid,
    last_inbound_id text,
    window_expires_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    unique (workspace_id, channel_id, contact_id),
    foreign key (workspace_id, channel_id) references channels (workspace_id, id),
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id),
    foreign key (workspace_id, assignee_id) references members (workspace_id, user_id)
        on delete set null (assignee_id)
);
comment on column conversations.recipient is 'The address to answer to: {"phone", "user_id"} of the latest message.';
create index conversations_recent on conversations (workspace_id, last_at desc, id desc);
create index conversations_mode on conversations (workspace_id, mode, last_at desc, id desc);
create index conversations_assignee on conversations (workspace_id, assignee_id, last_at desc, id desc)
    where assignee_id is not null;
create index conversations_contact on conversations (workspace_id, contact_id);

create table messages (
    workspace_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    conversation_id uuid not null,
    direction text not null check (direction in ('in', 'out')),
    type text not null,
    content jsonb not null,
    status text not null check (status in
        ('received', 'pending', 'accepted', 'sent', 'delivered', 'read', 'played', 'failed')),
    author_kind text not null check (author_kind in ('contact', 'bot', 'user')),
    author_id uuid,
    provider_id text,
    reply_to text,
    attempt smallint not null default 0,
    failure jsonb,
    pricing jsonb,
    is_stale boolean not null default false,
    at timestamptz not null,
    accepted_at timestamptz,
    sent_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, id)
);
create index messages_thread on messages (workspace_id, conversation_id, id desc);
create unique index messages_provider on messages (workspace_id, channel_id, provider_id)
    where provider_id is not null;

create table message_attempts (
    workspace_id uuid not null,
    message_id uuid not null,
    attempt smallint not null,
    outcome text not null check (outcome in ('accepted', 'refused', 'unknown', 'settled', 'failed')),
    provider_id text,
    error jsonb,
    at timestamptz not null default now(),
    primary key (workspace_id, message_id, attempt),
    foreign key (workspace_id, message_id) references messages (workspace_id, id) on delete cascade
);

create table outbox (
    id bigint generated always as identity,
    workspace_id uuid not null,
    channel_id uuid not null,
    conversation_id uuid not null,
    message_id uuid not null,
    priority smallint not null default 0,
    content jsonb not null,
    recipient jsonb not null,
    reply_to text,
    state text not null default 'queued' check (state in
        ('queued', 'sending', 'retrying', 'unknown', 'done', 'dead', 'cancelled')),
    attempt smallint not null default 0,
    next_at timestamptz not null default now(),
    lease_until timestamptz,
    attempted_at timestamptz,
    status_seen_at timestamptz,
    needs_person boolean not null default false,
    resent boolean not null default false,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    unique (workspace_id, message_id),
    foreign key (workspace_id, message_id) references messages (workspace_id, id) on delete cascade
);
create index outbox_due on outbox (workspace_id, channel_id, priority, id) where state in ('queued', 'retrying');
create index outbox_line on outbox (workspace_id, conversation_id, id)
    where state in ('queued', 'sending', 'retrying', 'unknown');
create unique index outbox_one_in_flight on outbox (workspace_id, conversation_id) where state = 'sending';
create index outbox_lease on outbox (lease_until) where state = 'sending';
create index outbox_doubt on outbox (attempted_at) where state = 'unknown';
create index outbox_seen on outbox (workspace_id, channel_id, attempted_at) where status_seen_at is not null;

create table read_receipts (
    workspace_id uuid not null,
    conversation_id uuid not null,
    channel_id uuid not null,
    provider_id text not null,
    state text not null default 'queued' check (state in ('queued', 'sending', 'done')),
    attempt smallint not null default 0,
    next_at timestamptz not null default now(),
    primary key (workspace_id, conversation_id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, id) on delete cascade
);
create index read_receipts_due on read_receipts (next_at) where state <> 'done';

create table flow_sessions (
    workspace_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    bot_id uuid not null,
    version_id uuid not null,
    status text not null check (status in ('waiting', 'completed', 'failed', 'interrupted')),
    sprint integer not null,
    node_id text,
    wait_kind text,
    state jsonb not null,
    held jsonb not null default '[]',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, id),
    foreign key (workspace_id, version_id) references bot_versions (workspace_id, id)
);
comment on column flow_sessions.held is 'Inputs that came while the session waited for an effect, in order.';
create unique index flow_sessions_waiting on flow_sessions (workspace_id, conversation_id) where status = 'waiting';
create index flow_sessions_version on flow_sessions (workspace_id, version_id) where status = 'waiting';

create table timers (
    workspace_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    conversation_id uuid not null,
    session_id uuid not null,
    sprint integer not null,
    lane bigint not null,
    kind text not null check (kind in ('timeout', 'delay')),
    due_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'done')),
    primary key (workspace_id, id),
    foreign key (workspace_id, session_id) references flow_sessions (workspace_id, id) on delete cascade
);
create index timers_due on timers (due_at) where state = 'waiting';
create index timers_session on timers (workspace_id, session_id) where state = 'waiting';

create table effects (
    workspace_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    conversation_id uuid not null,
    session_id uuid not null,
    sprint integer not null,
    lane bigint not null,
    kind text not null,
    request jsonb not null,
    is_safe boolean not null default false,
    state text not null default 'queued' check (state in ('queued', 'running', 'done')),
    attempt smallint not null default 0,
    next_at timestamptz not null default now(),
    lease_until timestamptz,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    foreign key (workspace_id, session_id) references flow_sessions (workspace_id, id) on delete cascade
);
create index effects_due on effects (next_at) where state = 'queued';
create index effects_lease on effects (lease_until) where state = 'running';

create table dead_letters (
    workspace_id uuid not null references workspaces,
    id uuid not null,
    kind text not null check (kind in ('turn', 'send')),
    conversation_id uuid,
    message_id uuid,
    payload jsonb not null,
    error_code text not null,
    error_text text not null,
    state text not null default 'failed' check (state in ('failed', 'retrying', 'resolved', 'archived')),
    retry_count smallint not null default 0,
    created_at timestamptz not null default now(),
    resolved_at timestamptz,
    primary key (workspace_id, id)
);
create index dead_letters_open on dead_letters (workspace_id, created_at desc) where state in ('failed', 'retrying');

create table conversation_events (
    workspace_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    type text not null check (type in ('taken_over', 'handed_over', 'released', 'closed', 'reopened')),
    actor_kind text not null check (actor_kind in ('user', 'bot', 'system')),
    actor_id uuid,
    note text,
    at timestamptz not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, id) on delete cascade
);
create index conversation_events_thread on conversation_events (workspace_id, conversation_id, id desc);

create table events (
    seq bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    workspace_id uuid not null,
    type text not null,
    ref uuid not null,
    at timestamptz not null default now(),
    primary key (workspace_id, seq, at)
) partition by range (at);
create index events_cursor on events (xid, seq);
create index events_replay on events (workspace_id, xid, seq);

create table idempotency_keys (
    workspace_id uuid not null references workspaces,
    key text not null,
    fingerprint text not null,
    status smallint,
    response jsonb,
    created_at timestamptz not null default now(),
    primary key (workspace_id, key)
);

-- Domain time (windows, delays, question time-outs). Moved only under HOOPOE_DEV_CLOCK.
create table dev_clock (
    only_row boolean primary key default true check (only_row),
    shift interval not null default '0'
);
insert into dev_clock default values;
create function domain_now() returns timestamptz language sql stable parallel safe
    return now() + (select shift from dev_clock);
"""

TENANT_TABLES = (
    "members", "personal_access_tokens", "ws_tickets", "bots", "bot_versions", "channels", "channel_pace",
    "rate_buckets", "journal_items", "inbox", "contacts", "identities", "contact_terms", "conversations",
    "messages", "message_attempts", "outbox", "read_receipts", "flow_sessions", "timers", "effects",
    "dead_letters", "conversation_events", "events", "idempotency_keys",
)  # fmt: skip
QUEUE_TABLES = (
    "channels", "channel_pace", "journal_items", "inbox", "outbox", "read_receipts", "timers", "effects", "events",
)  # fmt: skip
PARTITIONED = ("journal", "journal_items", "events")


def upgrade() -> None:
    """Create everything. The first migration serves nobody yet, so it needs no lock care."""
    for statement in tenancy.create_roles():
        op.execute(statement)
    run_script(TABLES)
    for table in PARTITIONED:
        op.execute(f"create table {table}_default partition of {table} default")
    for table in TENANT_TABLES:
        for statement in tenancy.protect(table, is_queue=table in QUEUE_TABLES):
            op.execute(statement)
    op.execute(f"grant select, insert, update, delete on login_failures to {tenancy.APP}")
    for statement in (*tenancy.protect_workspaces(), *tenancy.protect_journal(), *tenancy.grant_the_rest()):
        op.execute(statement)
