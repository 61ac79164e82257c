"""What tests of account events say to the parser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hoopoe.channels.account_events import AccountEvent
from hoopoe.channels.meta.account import parse_account

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
TIME = int(AT.timestamp())
TEMPLATE = {
    "message_template_id": 4711,
    "message_template_name": "order_ready",
    "message_template_language": "ar",
}


def parse(field: str, value: Any, **payload: Any) -> AccountEvent:
    (event,) = parse_account({"field": field, "value": value, "time": TIME, **payload})
    return event
