"""`account_update`: what becomes of an account, and whether it can send at all. Pure.

An account that is only restricted may still answer people, or may again when a date has passed without anybody
telling: it is shown as a problem, and goes on trying. Source: Meta, webhooks/reference/account_update.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.account_events import About, AccountEvent, Severity, Standing
from hoopoe.channels.account_events import AccountEventKind as Kind
from hoopoe.channels.meta.account_values import read_date, read_details, read_said, read_word
from hoopoe.channels.meta.account_words import ACCOUNT, BANS
from hoopoe.channels.meta.fields import read_id, read_phone, read_time
from hoopoe.kernel.json import Json, JsonObject

BAN: Final = "disabled_update"
# Nobody can send through such an account; and what says that it can again.
STANDINGS: Final[dict[str, Standing]] = {
    "account_deleted": Standing.BLOCKED,
    "account_offboarded": Standing.BLOCKED,
    "account_reconnected": Standing.GOOD,
}
BAN_STANDINGS: Final[dict[str, Standing]] = {"disable": Standing.BLOCKED, "reinstate": Standing.GOOD}
MAX_RESTRICTIONS: Final = 20


def read_account_update(_: str, value: JsonObject) -> AccountEvent:
    """One `account_update`. A ban's own state (`disable`, `reinstate`) is what happened, not that there is one."""
    what = read_word(value.get("event"))
    ban, info, gone = (_object(value.get(name)) for name in ("ban_info", "waba_info", "disconnection_info"))
    state = read_word(ban.get("waba_ban_state"), "")
    number = "".join(filter(str.isdecimal, read_phone(value.get("phone_number")) or "")) or None
    is_ban = what == BAN and bool(state)
    violation = _object(value.get("violation_info")).get("violation_type")
    details = {
        "on": read_said(ban.get("waba_ban_date")),
        "effective_at": read_date(ban.get("waba_ban_date")),
        "restrictions": _read_restrictions(value.get("restriction_info")),
        "partner_app": read_id(info.get("partner_app_id")),
        "owner": read_id(info.get("owner_business_id")),
        "initiated_by": read_word(gone.get("initiated_by"), "") or None,
    }
    return AccountEvent(
        Kind.PARTNER if what.startswith("partner_") else Kind.ACCOUNT_STATUS,
        state if is_ban else what,
        About.NUMBER if number is not None else About.ACCOUNT,
        BANS.get(state, Severity.INFO) if is_ban else ACCOUNT.get(what, Severity.INFO),
        subject=number,
        number=number,
        reason=read_said(violation, gone.get("reason"), value.get("reason")),
        details=read_details(details),
        standing=BAN_STANDINGS.get(state) if is_ban else STANDINGS.get(what),
    )


def _read_restrictions(value: Json) -> list[Json]:
    """[{"type", "until"}]: what the account may not do, and until when; null for no end."""
    restrictions: list[Json] = []
    for each in value if isinstance(value, list) else ():
        kind = read_word(_object(each).get("restriction_type"), "")
        if kind and len(restrictions) < MAX_RESTRICTIONS:
            until = read_time(_object(each).get("expiration"))
            restrictions.append({"type": kind, "until": until.isoformat() if until is not None else None})
    return restrictions


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
