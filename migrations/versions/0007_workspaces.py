"""Several workspaces to a person, each with settings and a logo; deleted ones wait to be purged."""

from __future__ import annotations

from alembic import op

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.migrate import run_script

revision = "0007"
down_revision = "0006"

TABLES = """
alter table workspaces
    add column deleted_at timestamptz,
    add column purged_at timestamptz,
    add column logo_version uuid;
comment on column workspaces.deleted_at is 'Nobody but its owners sees it since, and no number of it works.';
comment on column workspaces.logo_version is 'Another one with every image: it stands in the address.';
comment on column workspaces.purged_at is 'All that was in it is gone; this row and the audit log stay.';
create index workspaces_deleted on workspaces (deleted_at) where deleted_at is not null and purged_at is null;

-- The numbers of a deleted workspace are out of work, whoever deletes it, and work again when it is restored.
-- A number that somebody else connected in the meantime stays switched off.
alter table channels drop constraint channels_status_check;
alter table channels add constraint channels_status_check
    check (status in ('pending', 'active', 'disabled', 'error', 'suspended')) not valid;
alter table channels validate constraint channels_status_check;
create function suspend_channels() returns trigger language plpgsql as $$
declare
    channel record;
begin
    if new.deleted_at is not null then
        update channels set status = 'suspended' where workspace_id = new.id and status = 'active';
        return null;
    end if;
    for channel in select id from channels where workspace_id = new.id and status = 'suspended' loop
        begin
            update channels set status = 'active' where workspace_id = new.id and id = channel.id;
        exception when unique_violation then
            update channels set status = 'disabled' where workspace_id = new.id and id = channel.id;
        end;
    end loop;
    return null;
end $$;
create trigger workspace_deleted after update of deleted_at on workspaces for each row
    when (old.deleted_at is null <> (new.deleted_at is null)) execute function suspend_channels();

create table workspace_logos (
    workspace_id uuid primary key references workspaces,
    media_type text not null,
    image bytea not null
);
"""


def upgrade() -> None:
    """Nullable columns and a new table: nothing is rewritten, and nothing that serves waits."""
    run_script(TABLES)
    for statement in tenancy.protect("workspace_logos", is_queue=False):
        op.execute(statement)
    op.execute(f"create policy deleted on workspaces for select to {tenancy.PIPE} using (deleted_at is not null)")
