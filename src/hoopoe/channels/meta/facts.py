"""What Meta says of a number beside that it is ours: quality, limit, speed, its name. Pure."""

from __future__ import annotations

import re
from typing import Final

from hoopoe.channels.account_events import NumberFacts, Throughput
from hoopoe.channels.meta.account_values import read_limit, read_quality, read_word
from hoopoe.channels.meta.account_words import NAME_STATUSES
from hoopoe.channels.meta.fields import read_error
from hoopoe.kernel.json import Json, JsonObject

# The newer limit is the portfolio's, the older one the number's own; a version of the Graph knows one, or both.
FIELDS: Final = (
    "quality_rating",
    "throughput",
    "whatsapp_business_manager_messaging_limit",
    "messaging_limit_tier",
    "name_status",
    "is_on_biz_app",
)
NO_SUCH_FIELD: Final = re.compile(r"nonexisting field \((\w+)\)")


def parse_facts(node: JsonObject) -> NumberFacts:
    """The facts in a phone number node."""
    throughput = node.get("throughput")
    level = read_word(throughput.get("level") if isinstance(throughput, dict) else throughput)
    name_status, on_phone = read_word(node.get("name_status")), node.get("is_on_biz_app")
    return NumberFacts(
        quality=read_quality(node.get("quality_rating")),
        messaging_limit=_read_tier(node.get("whatsapp_business_manager_messaging_limit"))
        or _read_tier(node.get("messaging_limit_tier")),
        throughput=Throughput(level) if level in (Throughput.STANDARD, Throughput.HIGH) else None,
        name_status=name_status if name_status in NAME_STATUSES else None,
        is_on_phone=on_phone if isinstance(on_phone, bool) else None,
    )


def _read_tier(value: Json) -> str | None:
    """A tier, plain or inside an object."""
    if isinstance(value, dict):
        return next((limit for each in value.values() if (limit := read_limit(each)) is not None), None)
    return read_limit(value)


def find_unknown_field(body: JsonObject) -> str | None:
    """Which field a refusal says this version of the Graph does not have."""
    error = read_error(body.get("error"))
    found = NO_SUCH_FIELD.search(f"{error.title} {error.details}") if error is not None else None
    return found[1] if found is not None else None
