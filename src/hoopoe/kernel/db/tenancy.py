"""Row-level security: the statements that migrations use, and the check that start makes.

Three roles, none of which can log in. The login role owns the tables and belongs to all three, but
every table forces row-level security on its owner too: a transaction that takes no role sees nothing.

- `hoopoe_app`: the API. Rows of the workspaces in `app.workspaces`, nothing else.
- `hoopoe_pipe`: ingest, turns, sends. Queue tables as a whole, the rest only inside the claimed set.
- `hoopoe_operator`: reads everything, writes nothing.

Migrations call these functions, so what they return for a table never changes: add, do not edit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hoopoe.kernel.db.pool import Connection

APP: Final = "hoopoe_app"
PIPE: Final = "hoopoe_pipe"
OPERATOR: Final = "hoopoe_operator"
ROLES: Final = (APP, PIPE, OPERATOR)

# Evaluated once per statement (an InitPlan), not once per row.
CLAIMED: Final = "((select string_to_array(nullif(current_setting('app.workspaces', true), ''), ',')::uuid[])::uuid[])"
# A token's holder may read the token's own row: that is how a workspace is found from a token.
HOLDER: Final = "token_hash = (select decode(nullif(current_setting('app.token', true), ''), 'hex'))"
# A token that was replaced may reach the row for as long as it is still good.
FORMER_HOLDER: Final = (
    "former_hash = (select decode(nullif(current_setting('app.token', true), ''), 'hex')) and former_until > now()"
)
OWN_USER: Final = "user_id = (select nullif(current_setting('app.user', true), '')::uuid)"


def create_roles() -> Iterator[str]:
    """Create the three roles where they are missing, and let the login role take them."""
    for role in ROLES:
        yield f"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{role}') then
                    create role {role} nologin nosuperuser nobypassrls;
                end if;
                if not pg_has_role(current_user, '{role}', 'set') then
                    execute format('grant {role} to %I with inherit false, set true', current_user);
                end if;
            end $$
        """
        yield f"grant usage on schema public to {role}"


def protect(table: str, *, is_queue: bool) -> Iterator[str]:
    """Force row-level security on a tenant table and grant it to the roles."""
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    yield f"create policy tenant on {table} using (workspace_id = any {CLAIMED})"
    if is_queue:
        yield f"create policy queue on {table} to {PIPE} using (true)"
    if table in ("personal_access_tokens", "ws_tickets"):
        yield f"create policy bearer on {table} to {APP} using ({HOLDER})"
    if table == "members":
        yield f"create policy self on {table} for select to {APP} using ({OWN_USER})"
    yield f"create policy operator on {table} for select to {OPERATOR} using (true)"
    yield f"grant select, insert, update, delete on {table} to {APP}, {PIPE}"
    yield f"grant select on {table} to {OPERATOR}"


def admit_holder(table: str) -> str:
    """Let the holder of a token in `app.token` reach the token's own row of a protected table."""
    return f"create policy bearer on {table} to {APP} using ({HOLDER})"


def admit_former_holder(table: str) -> str:
    """Let the holder of the token before the last one reach the row of a protected table, until its time is over."""
    return f"create policy former_bearer on {table} to {APP} using ({FORMER_HOLDER})"


def protect_workspaces() -> Iterator[str]:
    """`workspaces` is keyed by its own id; a member may read those that the person belongs to."""
    yield "alter table workspaces enable row level security"
    yield "alter table workspaces force row level security"
    yield f"create policy tenant on workspaces using (id = any {CLAIMED})"
    own = "exists (select from members where members.workspace_id = workspaces.id)"
    yield f"create policy member on workspaces for select to {APP} using ({own})"
    yield f"create policy operator on workspaces for select to {OPERATOR} using (true)"
    yield f"grant select, insert, update on workspaces to {APP}"
    yield f"grant select on workspaces to {PIPE}, {OPERATOR}"


def protect_journal() -> Iterator[str]:
    """A request may carry many tenants: only the pipe writes the journal, only an operator reads it."""
    yield "alter table journal enable row level security"
    yield "alter table journal force row level security"
    yield f"create policy pipe on journal to {PIPE} using (true)"
    yield f"create policy operator on journal for select to {OPERATOR} using (true)"
    yield f"grant select, insert on journal to {PIPE}"
    yield f"grant select on journal to {OPERATOR}"


def grant_the_rest() -> Iterator[str]:
    """Tables without a tenant: people, their refresh tokens, the clock, the directory's version."""
    yield f"grant select, insert, update on users to {APP}"
    yield f"grant select on users to {PIPE}, {OPERATOR}"
    yield f"grant select, insert, update, delete on refresh_tokens to {APP}"
    yield f"grant select on channel_directory to {APP}, {PIPE}, {OPERATOR}"
    yield f"grant select on dev_clock to {APP}, {PIPE}, {OPERATOR}"
    yield f"grant update on dev_clock to {PIPE}"


class BypassableDatabaseError(Exception):
    """This database would let a session step around row-level security."""


async def check_not_bypassable(conn: Connection) -> None:
    """Refuse a database where tenants are not held apart.

    Raises `BypassableDatabaseError` when the login role or one of ours is a superuser or bypasses
    row-level security, or when a table with a `workspace_id` does not force it.
    """
    strong = await conn.fetch(
        """
        select rolname from pg_roles
        where (rolsuper or rolbypassrls) and rolname = any ($1::text[] || current_user::text)
        """,
        list(ROLES),
    )
    if strong:
        names = ", ".join(row["rolname"] for row in strong)
        raise BypassableDatabaseError(
            f"the database role {names} may bypass row-level security. Use a plain one: "
            "create role hoopoe login createrole password '…'; create database hoopoe owner hoopoe;"
        )
    bare = await conn.fetch(
        """
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
          and a.attname = 'workspace_id' and not (c.relrowsecurity and c.relforcerowsecurity)
          and c.relname <> 'refresh_tokens'
        """
    )
    if bare:
        names = ", ".join(sorted(row["relname"] for row in bare))
        raise BypassableDatabaseError(f"row-level security is not forced on: {names}. Run `hoopoe migrate`.")
