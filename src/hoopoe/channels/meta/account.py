"""What Meta tells about accounts, numbers and templates, in our own words. Pure.

Nothing here fails for a value: what cannot be understood is an event of kind `other`, or one that says less.
Source: Meta, webhooks/reference/<field>.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hoopoe.channels.account_events import (
    About,
    AccountEvent,
    NumberFacts,
    Severity,
    Throughput,
)
from hoopoe.channels.account_events import AccountEventKind as Kind
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta import account_words as words
from hoopoe.channels.meta.account_people import read_preferences
from hoopoe.channels.meta.account_standing import read_account_update
from hoopoe.channels.meta.account_values import (
    read_date,
    read_details,
    read_limit,
    read_quality,
    read_said,
    read_word,
)
from hoopoe.channels.meta.fields import read_id, read_phone, read_time
from hoopoe.kernel.json import JsonObject


def parse_account(payload: JsonObject) -> tuple[AccountEvent, ...]:
    """Read one account item of `split_webhook`: as many events as it tells of, one at least. Raises `UnreadableItem`.

    What the value does not date is dated by its entry.
    """
    field, value = payload.get("field"), payload.get("value")
    if not isinstance(field, str) or not isinstance(value, dict):
        raise UnreadableItem("field or value is missing")
    at = read_time(payload.get("time"))
    if field == "user_preferences":
        events = read_preferences(value)
    else:
        events = (READERS.get(field, _read_unknown)(field, value),)
    is_of_channel = payload.get("number_id") is not None
    return tuple(replace(event, at=event.at or at, is_of_channel=is_of_channel) for event in events)


# --- Templates ------------------------------------------------------------------------------------


def _read_template_status(_: str, value: JsonObject) -> AccountEvent:
    what = read_word(value.get("event"))
    disabling, rejection, other = (_object(value, name) for name in ("disable_info", "rejection_info", "other_info"))
    reason = read_said(rejection.get("reason"), other.get("description"), other.get("title"), value.get("reason"))
    code = read_said(value.get("reason"), other.get("title"))
    more: JsonObject = {
        "disabled_on": disabling.get("disable_date"),
        "effective_at": read_date(disabling.get("disable_date")),
        "advice": rejection.get("recommendation"),
        "reason_code": read_word(code, "") or None,
    }
    return replace(
        _make_template_event(Kind.TEMPLATE_STATUS, value, more),
        what=what,
        severity=words.TEMPLATE_STATUS.get(what, Severity.INFO),
        new=what,
        reason=reason,
    )


def _read_template_quality(_: str, value: JsonObject) -> AccountEvent:
    old, new = read_quality(value.get("previous_quality_score")), read_quality(value.get("new_quality_score"))
    return replace(
        _make_template_event(Kind.TEMPLATE_QUALITY, value),
        what=new or "unknown",
        severity=words.QUALITY.get(new, Severity.INFO) if new is not None else Severity.INFO,
        old=old,
        new=new,
    )


def _read_template_category(_: str, value: JsonObject) -> AccountEvent:
    """It comes when a category was changed, and a day before it will be (then with `correct_category`)."""
    due, new = read_word(value.get("correct_category"), ""), read_word(value.get("new_category"), "")
    is_announced = bool(due) and due != new
    return replace(
        _make_template_event(Kind.TEMPLATE_CATEGORY, value),
        what="announced" if is_announced else "changed",
        severity=Severity.WARNING,
        at=None if is_announced else read_time(value.get("category_update_timestamp")),
        old=read_word(value.get("previous_category"), "") or (new if is_announced else "") or None,
        new=(due if is_announced else new) or None,
    )


def _read_template_content(_: str, value: JsonObject) -> AccountEvent:
    said = {name: value.get(f"message_template_{name}") for name in ("title", "element", "footer")}
    more = {"header": said["title"], "body": said["element"], "footer": said["footer"]}
    return replace(_make_template_event(Kind.TEMPLATE_CONTENT, value, more), what="changed")


def _make_template_event(kind: Kind, value: JsonObject, more: JsonObject | None = None) -> AccountEvent:
    template_id = read_id(value.get("message_template_id"))
    details = {
        "template_id": template_id,
        "language": value.get("message_template_language"),
        "category": read_word(value.get("message_template_category"), "") or None,
        **(more or {}),
    }
    return AccountEvent(
        kind,
        "unknown",
        About.TEMPLATE,
        subject=read_said(value.get("message_template_name")) or template_id,
        details=read_details(details),
    )


# --- Numbers --------------------------------------------------------------------------------------


def _read_number_quality(_: str, value: JsonObject) -> AccountEvent:
    """Quality, limit and speed come under one field. FLAGGED is low; UNFLAGGED only says: no longer low."""
    what = read_word(value.get("event"))
    limit = read_limit(value.get("max_daily_conversations_per_business")) or read_limit(value.get("current_limit"))
    facts = NumberFacts(
        quality=words.FLAGS.get(what),
        messaging_limit=limit,
        throughput=Throughput.HIGH if what == words.THROUGHPUT_UPGRADE else None,
    )
    return replace(
        _make_number_event(Kind.NUMBER_QUALITY, value),
        what=what,
        severity=words.NUMBER_QUALITY.get(what, Severity.INFO),
        old=read_limit(value.get("old_limit")),
        new=limit,
        facts=facts,
    )


def _read_number_name(_: str, value: JsonObject) -> AccountEvent:
    what = read_word(value.get("decision"))
    return replace(
        _make_number_event(Kind.NUMBER_NAME, value),
        what=what,
        severity=words.DECISIONS.get(what, Severity.INFO),
        new=read_said(value.get("requested_verified_name")),
        reason=read_said(value.get("rejection_reason")),
        facts=NumberFacts(name_status=what if what in words.NAME_STATUSES else None),
    )


def _read_username(_: str, value: JsonObject) -> AccountEvent:
    what = read_word(value.get("status"))
    return replace(
        _make_number_event(Kind.USERNAME, value),
        what=what,
        severity=words.USERNAMES.get(what, Severity.INFO),
        new=read_said(value.get("username")),
    )


def _read_security(_: str, value: JsonObject) -> AccountEvent:
    details = read_details({"requester": read_id(value.get("requester"))})
    return replace(
        _make_number_event(Kind.SECURITY, value),
        what=read_word(value.get("event")),
        severity=Severity.WARNING,
        details=details,
    )


def _read_settings(_: str, value: JsonObject) -> AccountEvent:
    event = _make_number_event(Kind.SETTINGS, value)
    what = read_word(value.get("type"))
    parts = _object(value, "phone_number_settings")
    details = read_details({"changed": ", ".join(sorted(name for name in parts if name != "phone_number_id")) or None})
    return replace(event, what=what, at=read_time(value.get("timestamp")), details=details)


def _make_number_event(kind: Kind, value: JsonObject) -> AccountEvent:
    number = read_phone(value.get("display_phone_number"))
    digits = "".join(filter(str.isdecimal, number)) if number is not None else ""
    return AccountEvent(kind, "unknown", About.NUMBER, subject=digits or None, number=digits or None)


# --- The account ----------------------------------------------------------------------------------


def _read_capability(_: str, value: JsonObject) -> AccountEvent:
    limit = read_limit(value.get("max_daily_conversations_per_business")) or read_limit(
        value.get("max_daily_conversation_per_phone")
    )
    details = {
        "numbers": read_limit(value.get("max_phone_numbers_per_waba")),
        "numbers_of_business": read_limit(value.get("max_phone_numbers_per_business")),
    }
    return AccountEvent(
        Kind.CAPABILITY,
        "changed",
        About.ACCOUNT,
        new=limit,
        details=read_details(details),
        facts=NumberFacts(messaging_limit=limit),
    )


def _read_alert(_: str, value: JsonObject) -> AccountEvent:
    """The newer form has an `alert_info`; the older one has the same keys beside the others."""
    alert = {**value, **_object(value, "alert_info")}
    about = read_word(value.get("entity_type"), "")
    details = read_details({"about": about or None, "status": read_word(alert.get("alert_status"), "") or None})
    return AccountEvent(
        Kind.ACCOUNT_ALERT,
        read_word(alert.get("alert_type")),
        About.NUMBER if about == "phone_number" else About.ACCOUNT,
        words.ALERTS.get(read_word(alert.get("alert_severity")), Severity.INFO),
        subject=read_id(value.get("entity_id")),
        reason=read_said(alert.get("alert_description")),
        details=details,
    )


def _read_review(_: str, value: JsonObject) -> AccountEvent:
    what = read_word(value.get("decision"))
    return AccountEvent(
        Kind.ACCOUNT_REVIEW, what, About.ACCOUNT, words.DECISIONS.get(what, Severity.INFO), reason=_reason(value)
    )


def _read_payment(_: str, value: JsonObject) -> AccountEvent:
    what = read_word(value.get("status"))
    details = {"provider": value.get("provider_name"), "provider_account": read_id(value.get("provider_mid"))}
    return AccountEvent(
        Kind.PAYMENT,
        what,
        About.ACCOUNT,
        Severity.WARNING if what.startswith("needs") else Severity.INFO,
        at=read_time(value.get("updated_timestamp")) or read_time(value.get("created_timestamp")),
        subject=read_said(value.get("configuration_name")),
        new=what,
        details=read_details(details),
    )


def _read_form(_: str, value: JsonObject) -> AccountEvent:
    """A form of WhatsApp's own: a new status, or an alert about the endpoint behind it."""
    what, new = read_word(value.get("event")), read_word(value.get("new_status"), "") or None
    is_alert = read_word(value.get("alert_state"), "") == "activated"
    severity = words.FORMS.get(new or "", Severity.WARNING if is_alert else Severity.INFO)
    details = {
        "alert": read_word(value.get("alert_state"), "") or None,
        "error_rate": value.get("error_rate"),
        "availability": value.get("availability"),
        "threshold": value.get("threshold"),
        "requests": value.get("requests_count"),
    }
    return AccountEvent(
        Kind.FORM,
        what,
        About.FORM,
        severity,
        subject=read_id(value.get("flow_id")),
        old=read_word(value.get("old_status"), "") or None,
        new=new,
        reason=read_said(value.get("message")),
        details=read_details(details),
    )


def _read_partner_solution(_: str, value: JsonObject) -> AccountEvent:
    what = read_word(value.get("event"))
    new = read_word(value.get("solution_status"), "") or None
    subject = read_id(value.get("solution_id"))
    return AccountEvent(Kind.PARTNER, what, About.ACCOUNT, subject=subject, new=new)


def _read_conversions(field: str, value: JsonObject) -> AccountEvent:
    """Clicks, leads and orders that Meta counted: several in one value are one event with their number."""
    listed = value.get("automatic_events" if field == "automatic_events" else "events")
    events = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    names = [name for each in events if (name := read_said(each.get("event_name"))) is not None]
    times = [time for each in events if (time := read_time(each.get("timestamp"))) is not None]
    return AccountEvent(
        Kind.CONVERSION,
        read_word(names[0]) if names else "unknown",
        About.ACCOUNT,
        at=max(times, default=None),
        details=read_details({"count": len(events), "names": ", ".join(dict.fromkeys(names)) or None}),
    )


def _read_unknown(field: str, value: JsonObject) -> AccountEvent:
    number = _make_number_event(Kind.OTHER, value)
    what = read_word(value.get("event") or value.get("status") or value.get("type"), "") or "unknown"
    about = About.NUMBER if number.number is not None else About.ACCOUNT
    return replace(number, what=what, about=about, details={"field": field}, reason=_reason(value))


def _reason(value: JsonObject) -> str | None:
    return read_said(value.get("reason"), value.get("rejection_reason"), value.get("message"))


def _object(value: JsonObject, name: str) -> JsonObject:
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}


READERS: Final[dict[str, Callable[[str, JsonObject], AccountEvent]]] = {
    "account_alerts": _read_alert,
    "account_review_update": _read_review,
    "account_settings_update": _read_settings,
    "account_update": read_account_update,
    "automatic_events": _read_conversions,
    "business_capability_update": _read_capability,
    "business_username_update": _read_username,
    "business_username_updates": _read_username,
    "flows": _read_form,
    "message_template_components_update": _read_template_content,
    "message_template_quality_update": _read_template_quality,
    "message_template_status_update": _read_template_status,
    "partner_solutions": _read_partner_solution,
    "payment_configuration_update": _read_payment,
    "phone_number_name_update": _read_number_name,
    "phone_number_quality_update": _read_number_quality,
    "phone_number_username_update": _read_username,
    "security": _read_security,
    "template_category_update": _read_template_category,
    "tracking_events": _read_conversions,
}
