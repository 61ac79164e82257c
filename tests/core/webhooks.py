"""Meta's webhook bodies around single messages, for turns without processes."""

from __future__ import annotations

import secrets
import time
from typing import Any

from hoopoe.kernel.db.pool import Pool
from tests.support.core import file_body
from tests.support.tenants import Tenant

CUSTOMER = "966501112233"


def meta_body(tenant: Tenant, value: dict[str, Any], *, field: str = "messages") -> dict[str, Any]:
    """A body of one change, signed by nobody: it goes straight into the inbox."""
    metadata = {"display_phone_number": "966112223344", "phone_number_id": tenant.phone_number_id}
    change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": tenant.waba_id, "changes": [change]}]}


async def file_messages(pool: Pool, tenant: Tenant, *messages: dict[str, Any]) -> int:
    """Put messages of one customer into the inbox, just written unless they say otherwise; how many were new."""
    sent = [
        {"from": CUSTOMER, "id": f"wamid.{secrets.token_hex(6)}", "timestamp": str(int(time.time())), **message}
        for message in messages
    ]
    return await file_body(pool, tenant, meta_body(tenant, {"messages": sent}))
