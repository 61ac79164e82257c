"""Unread is what needs a person: what no bot answered, or what it answered on its way out."""

from __future__ import annotations

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.flows_live.blueprints import blueprint, say
from tests.support.core import fetch_rows, file_body, take_own_turns, text_body
from tests.support.tenants import Tenant, make_tenant

HANDING_OVER = blueprint(say("moment", "One moment"), ("people", "assign_to_human", {}))
SILENT = blueprint(("keep", "store_variable", {"name": "said", "value": "{{ message.text }}"}))


async def unread_after(pool: Pool, tenant: Tenant, *texts: str) -> list[int]:
    seen = []
    for n, text in enumerate(texts):
        await file_body(pool, tenant, text_body(tenant, text, message_id=f"wamid.{n}"))
        await take_own_turns(pool, tenant)
        [row] = await fetch_rows(pool, tenant, "select unread from conversations")
        seen.append(row["unread"])
    return seen


@pytest.mark.parametrize(
    ("flow", "unread"),
    [
        pytest.param(echo_blueprint(), [0, 0, 0], id="answered"),
        pytest.param(HANDING_OVER, [1, 2, 3], id="handed over"),
        pytest.param(SILENT, [1, 2, 3], id="heard, and nothing said"),
    ],
)
async def test_what_a_bot_answered_and_kept_is_not_unread(
    settings: Settings, pool: Pool, flow: JsonObject, unread: list[int]
) -> None:
    tenant = await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=flow)
    assert await unread_after(pool, tenant, "one", "two", "three") == unread
