"""Meta's envelope around a value, and what came out of it as JSON to compare with the tables in payloads/."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from hoopoe.channels.contract import InboundMessage, StatusUpdate
from hoopoe.channels.meta.split import split_webhook
from hoopoe.channels.parts import Change

WABA_ID = "700600500400300"
PHONE_NUMBER_ID = "300400500600700"
METADATA = {"display_phone_number": "966112223344", "phone_number_id": PHONE_NUMBER_ID}


def load_cases(name: str) -> list[dict[str, Any]]:
    """The table payloads/<name>.json."""
    cases: list[dict[str, Any]] = json.loads((Path(__file__).parent / "payloads" / f"{name}.json").read_text("utf-8"))
    return cases


def envelop(value: dict[str, Any], *, field: str = "messages") -> dict[str, Any]:
    """A webhook body of one change."""
    change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": METADATA, **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": [change]}]}


def split_one(value: dict[str, Any], *, field: str = "messages") -> Change:
    """The only change of a body around a value."""
    (change,) = split_webhook(envelop(value, field=field))
    assert (change.field, change.sender_id, change.account_id) == (field, PHONE_NUMBER_ID, WABA_ID)
    return change


def describe(event: InboundMessage | StatusUpdate | object) -> Any:
    """An event as JSON, without what is None and what is not so."""
    if dataclasses.is_dataclass(event):
        values = {each.name: getattr(event, each.name) for each in dataclasses.fields(event)}
        return {name: describe(value) for name, value in values.items() if value is not None and value is not False}
    if isinstance(event, Enum):
        return event.value
    return event.isoformat() if isinstance(event, datetime) else event
