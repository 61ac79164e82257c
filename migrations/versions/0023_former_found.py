"""People are found by what they were known by, too: the terms that left with it come back."""

from __future__ import annotations

from hoopoe.kernel.db.migrate import run_script

revision = "0023"
down_revision = "0022"

# Row-level security holds here as well: the operator says whose there are, the pipe sees exactly those.
TERMS = """
set local role hoopoe_operator;
select set_config('app.workspaces', coalesce(
    (select string_agg(distinct workspace_id::text, ',') from former_identities), ''), true);
set local role hoopoe_pipe;
insert into contact_terms (workspace_id, contact_id, term)
select former.workspace_id, former.contact_id, spelled.term
from former_identities as former cross join lateral (
    select lower(former.value) as term where former.kind = 'user_id'
    union all select ltrim(former.value, '+') where former.kind in ('phone', 'wa_id')
    union all select reverse(ltrim(former.value, '+')) where former.kind in ('phone', 'wa_id')
) as spelled
on conflict do nothing;
reset role;
select set_config('app.workspaces', '', true);
"""


def upgrade() -> None:
    """Three rows for each former identity: people seldom move. Nobody waits for anything."""
    run_script(TERMS)
