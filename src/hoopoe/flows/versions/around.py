"""What is wrong with a draft because of what stands around it: other bots, credentials and tables."""

from __future__ import annotations

from uuid import UUID

from hoopoe.flows.definition import Fault, inspect_flow, parse_blueprint
from hoopoe.flows.versions.called import find_missing_flows
from hoopoe.flows.versions.colliding import find_collisions
from hoopoe.flows.versions.tabled import find_table_faults
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject

# By each name the credential that a request would find (flows.credentials.using): by its own name, or a former one.
KNOWN = """
select asked.name, credential.name as now from unnest($2::text[]) as asked (name)
cross join lateral (
    select name from credentials
    where workspace_id = $1 and (name = asked.name or asked.name = any (former_names))
    order by name = asked.name desc limit 1
) as credential
"""


async def find_faults_around(conn: Connection, scope: WorkspaceScope, bot_id: UUID, draft: JsonObject) -> list[Fault]:
    """All that a draft lacks in this workspace, and where it stands in another bot's way."""
    return [
        *await find_missing_flows(conn, scope, bot_id, draft),
        *await find_missing_credentials(conn, scope, draft),
        *await find_collisions(conn, scope, bot_id, draft),
        *await find_table_faults(conn, scope, draft),
    ]


async def find_missing_credentials(conn: Connection, scope: WorkspaceScope, draft: JsonObject) -> list[Fault]:
    """A fault for each node that sends a secret which is not here; a warning where it has another name by now."""
    mentions = inspect_flow(parse_blueprint(draft)).credentials_read
    if not mentions:
        return []
    rows = await conn.fetch(KNOWN, scope.workspace_id, list({mention.name for mention in mentions}))
    known = {row["name"]: row["now"] for row in rows}
    faults = []
    for each in mentions:
        now = known.get(each.name)
        if now is None:
            message = f"This workspace has no credential '{each.name}'."
            faults.append(Fault(each.node_id, each.field, "credential_missing", message, subject=each.name))
        elif now != each.name:
            message = f"'{each.name}' is called '{now}' now. It is still found by its old name."
            faults.append(Fault(each.node_id, each.field, "credential_renamed", message, "warning", now))
    return faults
