"""What providers sent, raw, as the journal kept it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.webhooks.journal_schemas import ItemResult, WebhookItem, WebhookItemPage

router = make_router("/api/webhooks", tag="journal")

# The tenant's own parts only: the requests that carried them may hold other tenants' parts as well.
ITEMS = """
select id, received_at, channel_id, field, case outcome when 'kept' then 'ignored' else outcome end as result,
       reason, item_count as items, raw
from journal_items
where workspace_id = $1
    and ($2::text is null or outcome = case $2 when 'ignored' then 'kept' else $2 end)
    and ($3::uuid is null or channel_id = $3) and ($4::uuid is null or id < $4)
order by id desc limit $5
"""


@router.get("/items", responses=refusals())
async def list_webhook_items(
    conn: Conn,
    scope: Annotated[WorkspaceScope, requires(Permission.JOURNAL_READ)],
    *,
    result: ItemResult | None = None,
    channel_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> WebhookItemPage:
    """Parts of webhooks that were this workspace's, the newest first."""
    rows = await conn.fetch(ITEMS, scope.workspace_id, result, channel_id, decode_id(cursor), limit + 1)
    page, next_cursor = cut_page(rows, limit, lambda row: encode_cursor(row["id"]))
    return WebhookItemPage(data=[WebhookItem(**row) for row in page], next_cursor=next_cursor)
