"""What Meta tells about accounts, in our own words. The payloads are our own."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from hoopoe.channels.account_events import (
    DETAIL_WORDS,
    About,
    NumberFacts,
    Quality,
    Severity,
    Standing,
    Throughput,
)
from hoopoe.channels.account_events import AccountEventKind as Kind
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta import account, account_people, account_standing
from hoopoe.channels.meta.account import READERS, parse_account
from tests.channels.accounts import AT, TEMPLATE, TIME, parse

# Where a reader names its details: a dictionary that is called so, or made for it.
DETAILS = re.compile(r"(?:details = |more = |more: JsonObject = |details=|read_details\()\{(.*?)\n? *\}", re.DOTALL)
NAME = re.compile(r'"(\w+)": ')
NUMBER = {"display_phone_number": "+966 50 000 0001"}


@pytest.mark.parametrize(
    ("what", "severity"),
    [
        ("APPROVED", Severity.INFO),
        ("REJECTED", Severity.PROBLEM),
        ("PAUSED", Severity.PROBLEM),
        ("DISABLED", Severity.PROBLEM),
        ("FLAGGED", Severity.WARNING),
        ("PENDING_DELETION", Severity.WARNING),
        ("SOMETHING_NEW", Severity.INFO),
    ],
)
def test_the_status_of_a_template(what: str, severity: Severity) -> None:
    event = parse("message_template_status_update", {**TEMPLATE, "event": what, "reason": "NONE"})
    assert (event.kind, event.about, event.what) == (Kind.TEMPLATE_STATUS, About.TEMPLATE, what.lower())
    assert (event.severity, event.subject, event.reason, event.at) == (severity, "order_ready", None, AT)
    assert event.details == {"template_id": "4711", "language": "ar"}


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("January 31, 2027", "2027-01-31T00:00:00+00:00"),
        ("Jan 3, 2027", "2027-01-03T00:00:00+00:00"),
        ("2027-01-31", "2027-01-31T00:00:00+00:00"),
        ("2027-01-31T10:00:00+03:00", "2027-01-31T07:00:00+00:00"),
        (TIME, AT.isoformat()),
        ("February 30, 2027", None),
        ("Smarch 3, 2027", None),
        ("soon", None),
        ({}, None),
    ],
)
def test_when_a_ban_begins_is_a_time(said: Any, at: str | None) -> None:
    ban = {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": said}
    event = parse("account_update", {"event": "DISABLED_UPDATE", "ban_info": ban})
    assert event.details.get("effective_at") == at


@pytest.mark.parametrize(
    ("new", "what", "severity"),
    [
        ("GREEN", "high", Severity.INFO),
        ("YELLOW", "medium", Severity.WARNING),
        ("RED", "low", Severity.PROBLEM),
        ("UNKNOWN", "unknown", Severity.INFO),
        (7, "unknown", Severity.INFO),
    ],
)
def test_the_quality_of_a_template(new: Any, what: str, severity: Severity) -> None:
    value = {**TEMPLATE, "previous_quality_score": "GREEN", "new_quality_score": new}
    event = parse("message_template_quality_update", value)
    assert (event.kind, event.what, event.old, event.severity) == (Kind.TEMPLATE_QUALITY, what, "high", severity)


def test_the_category_of_a_template_was_changed_or_will_be() -> None:
    changed = {**TEMPLATE, "previous_category": "UTILITY", "new_category": "MARKETING"}
    event = parse("template_category_update", {**changed, "category_update_timestamp": TIME - 60})
    assert (event.what, event.old, event.new, event.severity) == ("changed", "utility", "marketing", Severity.WARNING)
    assert event.at == datetime.fromtimestamp(TIME - 60, UTC)
    announced = {**TEMPLATE, "correct_category": "MARKETING", "new_category": "UTILITY"}
    event = parse("template_category_update", {**announced, "category_update_timestamp": TIME + 86_400})
    assert (event.what, event.old, event.new, event.at) == ("announced", "utility", "marketing", AT)


def test_the_text_of_a_template_was_changed() -> None:
    value = {**TEMPLATE, "message_template_element": "Hello {{1}}", "message_template_footer": "Bye"}
    event = parse("message_template_components_update", value)
    assert (event.kind, event.what) == (Kind.TEMPLATE_CONTENT, "changed")
    assert (event.details["body"], event.details["footer"]) == ("Hello {{1}}", "Bye")


@pytest.mark.parametrize(
    ("value", "facts", "severity"),
    [
        (
            {"event": "FLAGGED", "current_limit": "TIER_10K"},
            NumberFacts(quality=Quality.LOW, messaging_limit="10000"),
            Severity.PROBLEM,
        ),
        (
            {"event": "UNFLAGGED", "current_limit": "TIER_NOT_SET"},
            NumberFacts(quality=Quality.UNKNOWN),
            Severity.INFO,
        ),
        ({"event": "DOWNGRADE", "current_limit": "TIER_1K"}, NumberFacts(messaging_limit="1000"), Severity.WARNING),
        ({"event": "UPGRADE", "current_limit": "TIER_100K"}, NumberFacts(messaging_limit="100000"), Severity.INFO),
        (
            {"event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"},
            NumberFacts(messaging_limit="unlimited", throughput=Throughput.HIGH),
            Severity.INFO,
        ),
        ({"event": "ONBOARDING", "current_limit": "TIER_50"}, NumberFacts(messaging_limit="50"), Severity.INFO),
        (
            {"event": "UPGRADE", "max_daily_conversations_per_business": 2000, "current_limit": "TIER_1K"},
            NumberFacts(messaging_limit="2000"),
            Severity.INFO,
        ),
    ],
)
def test_the_quality_the_limit_and_the_speed_of_a_number(
    value: dict[str, Any], facts: NumberFacts, severity: Severity
) -> None:
    event = parse("phone_number_quality_update", {**NUMBER, "old_limit": "TIER_250", **value})
    assert (event.kind, event.about, event.number) == (Kind.NUMBER_QUALITY, About.NUMBER, "966500000001")
    assert (event.facts, event.severity, event.old) == (facts, severity, "250")


@pytest.mark.parametrize(
    ("limit", "read"),
    [
        (250, "250"),
        ("1000", "1000"),
        ("TIER_2K", "2000"),
        (" tier_100k ", "100000"),
        ("TIER_UNLIMITED", "unlimited"),
        (-1, "unlimited"),
        ("-1", "unlimited"),
        ("TIER_NOT_SET", None),
        (True, None),
        (None, None),
        ({"a": 1}, None),
        (2.5, None),
        ("9" * 40, None),
    ],
)
def test_limits_as_numbers_as_text_and_as_tiers(limit: Any, read: str | None) -> None:
    event = parse("business_capability_update", {"max_daily_conversations_per_business": limit})
    assert (event.kind, event.new, event.facts) == (Kind.CAPABILITY, read, NumberFacts(messaging_limit=read))


def test_an_older_capability_and_how_many_numbers_there_may_be() -> None:
    value = {"max_daily_conversation_per_phone": 1000, "max_phone_numbers_per_waba": 25}
    event = parse("business_capability_update", value)
    assert (event.new, event.details) == ("1000", {"numbers": "25"})


@pytest.mark.parametrize(
    ("decision", "severity", "status"),
    [
        ("APPROVED", Severity.INFO, "approved"),
        ("REJECTED", Severity.PROBLEM, "rejected"),
        ("DEFERRED", Severity.INFO, "deferred"),
        ("MAYBE", Severity.INFO, None),
    ],
)
def test_the_name_of_a_number(decision: str, severity: Severity, status: str | None) -> None:
    value = {**NUMBER, "decision": decision, "requested_verified_name": "Kunafa", "rejection_reason": "NAME_TAKEN"}
    event = parse("phone_number_name_update", value)
    assert (event.kind, event.new, event.reason, event.severity) == (Kind.NUMBER_NAME, "Kunafa", "NAME_TAKEN", severity)
    assert event.facts == NumberFacts(name_status=status)


@pytest.mark.parametrize(
    "field", ["business_username_update", "business_username_updates", "phone_number_username_update"]
)
def test_the_username_of_a_number_by_all_its_fields(field: str) -> None:
    event = parse(field, {**NUMBER, "username": "kunafa", "status": "deleted"})
    assert (event.kind, event.what, event.new, event.severity) == (
        Kind.USERNAME,
        "deleted",
        "kunafa",
        Severity.WARNING,
    )


@pytest.mark.parametrize(
    ("value", "kind", "what", "severity", "standing"),
    [
        ({"event": "VERIFIED_ACCOUNT"}, Kind.ACCOUNT_STATUS, "verified_account", Severity.INFO, None),
        ({"event": "ACCOUNT_DELETED"}, Kind.ACCOUNT_STATUS, "account_deleted", Severity.PROBLEM, Standing.BLOCKED),
        (
            {"event": "ACCOUNT_OFFBOARDED"},
            Kind.ACCOUNT_STATUS,
            "account_offboarded",
            Severity.PROBLEM,
            Standing.BLOCKED,
        ),
        ({"event": "ACCOUNT_RECONNECTED"}, Kind.ACCOUNT_STATUS, "account_reconnected", Severity.INFO, Standing.GOOD),
        (
            {
                "event": "DISABLED_UPDATE",
                "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "November 28, 2026"},
            },
            Kind.ACCOUNT_STATUS,
            "disable",
            Severity.PROBLEM,
            Standing.BLOCKED,
        ),
        (
            {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}},
            Kind.ACCOUNT_STATUS,
            "reinstate",
            Severity.INFO,
            Standing.GOOD,
        ),
        (
            {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}},
            Kind.ACCOUNT_STATUS,
            "schedule_for_disable",
            Severity.PROBLEM,
            None,
        ),
        ({"event": "PARTNER_ADDED", "waba_info": {"waba_id": "1"}}, Kind.PARTNER, "partner_added", Severity.INFO, None),
        ({"event": "PARTNER_REMOVED", "waba_info": {}}, Kind.PARTNER, "partner_removed", Severity.PROBLEM, None),
        ({"event": 5, "ban_info": "no"}, Kind.ACCOUNT_STATUS, "unknown", Severity.INFO, None),
    ],
)
def test_what_becomes_of_an_account(
    value: dict[str, Any], kind: Kind, what: str, severity: Severity, standing: Standing | None
) -> None:
    event = parse("account_update", value)
    assert (event.kind, event.what, event.severity, event.standing) == (kind, what, severity, standing)


def test_a_restriction_says_what_is_forbidden_and_until_when_and_leaves_the_channel_be() -> None:
    value = {
        "event": "ACCOUNT_RESTRICTION",
        "phone_number": "966500000001",
        "restriction_info": [
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": TIME},
            {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"},
            "broken",
        ],
    }
    event = parse("account_update", value)
    assert (event.severity, event.standing, event.number) == (Severity.PROBLEM, None, "966500000001")
    assert event.details["restrictions"] == [
        {"type": "restricted_biz_initiated_messaging", "until": AT.isoformat()},
        {"type": "restricted_add_phone_number_action", "until": None},
    ]


def test_a_violation_says_which() -> None:
    value = {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}}
    event = parse("account_update", value)
    assert (event.severity, event.reason) == (Severity.WARNING, "SCAM")


@pytest.mark.parametrize("is_inside", [True, False])
def test_an_alert_in_its_older_and_its_newer_form(is_inside: bool) -> None:
    alert = {
        "alert_severity": "CRITICAL",
        "alert_status": "ACTIVE",
        "alert_type": "OBA_APPROVED",
        "alert_description": "Look at your account.",
    }
    named = {"entity_type": "BUSINESS", "entity_id": 123}
    event = parse("account_alerts", {**named, **({"alert_info": alert} if is_inside else alert)})
    assert (event.kind, event.what, event.severity) == (Kind.ACCOUNT_ALERT, "oba_approved", Severity.PROBLEM)
    assert (event.subject, event.reason) == ("123", "Look at your account.")
    assert event.details == {"about": "business", "status": "active"}


def test_reviews_security_settings_payments_and_partners() -> None:
    assert parse("account_review_update", {"decision": "REJECTED"}).severity is Severity.PROBLEM
    security = parse("security", {**NUMBER, "event": "PIN_RESET_REQUEST", "requester": 61})
    assert (security.what, security.severity, security.details) == (
        "pin_reset_request",
        Severity.WARNING,
        {"requester": "61"},
    )
    settings = parse(
        "account_settings_update",
        {
            "type": "PHONE_NUMBER_SETTINGS",
            "timestamp": str(TIME - 5),
            "phone_number_settings": {"phone_number_id": "106", "calling": {"status": "ENABLED"}},
        },
    )
    assert (settings.at, settings.details) == (datetime.fromtimestamp(TIME - 5, UTC), {"changed": "calling"})
    payment = parse(
        "payment_configuration_update",
        {
            "configuration_name": "cards",
            "provider_name": "paystack",
            "status": "Needs Testing",
            "updated_timestamp": TIME,
        },
    )
    assert (payment.subject, payment.what, payment.severity) == ("cards", "needs_testing", Severity.WARNING)
    solution = parse(
        "partner_solutions", {"event": "SOLUTION_UPDATED", "solution_id": "7", "solution_status": "ACTIVE"}
    )
    assert (solution.kind, solution.subject, solution.new) == (Kind.PARTNER, "7", "active")


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        ({"event": "FLOW_STATUS_CHANGE", "old_status": "PUBLISHED", "new_status": "BLOCKED"}, Severity.PROBLEM),
        ({"event": "FLOW_STATUS_CHANGE", "old_status": "DRAFT", "new_status": "PUBLISHED"}, Severity.INFO),
        ({"event": "ENDPOINT_ERROR_RATE", "alert_state": "ACTIVATED", "error_rate": 14.2}, Severity.WARNING),
        ({"event": "ENDPOINT_ERROR_RATE", "alert_state": "DEACTIVATED"}, Severity.INFO),
    ],
)
def test_a_form(value: dict[str, Any], severity: Severity) -> None:
    event = parse("flows", {"flow_id": "88", "message": "The form changed.", **value})
    assert (event.kind, event.about, event.subject, event.severity) == (Kind.FORM, About.FORM, "88", severity)
    assert event.reason == "The form changed."


@pytest.mark.parametrize(("field", "name"), [("tracking_events", "events"), ("automatic_events", "automatic_events")])
def test_what_the_provider_counted(field: str, name: str) -> None:
    counted = [{"event_name": "LeadSubmitted", "timestamp": TIME - 1}, {"event_name": "Purchase", "timestamp": TIME}, 3]
    event = parse(field, {name: counted})
    assert (event.kind, event.what, event.at) == (Kind.CONVERSION, "leadsubmitted", AT)
    assert event.details == {"count": 2, "names": "LeadSubmitted, Purchase"}


def test_what_nobody_knows_is_shown_as_such() -> None:
    event = parse("moon_phase_update", {**NUMBER, "event": "FULL", "reason": "It is round."})
    assert (event.kind, event.what, event.about) == (Kind.OTHER, "full", About.NUMBER)
    assert (event.details, event.reason, event.at) == ({"field": "moon_phase_update"}, "It is round.", AT)


@pytest.mark.parametrize("field", sorted({*READERS, "user_preferences", "x"}))
@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, True, [{}], {"a": []}, "\x00", -1.5])
def test_no_value_makes_any_reader_fail(field: str, junk: Any) -> None:
    names = """event reason decision status type timestamp display_phone_number current_limit username requester
        message_template_name message_template_id disable_info rejection_info other_info alert_info ban_info waba_info
        restriction_info violation_info phone_number entity_id user_preferences contacts events automatic_events
        max_daily_conversations_per_business phone_number_settings flow_id new_status category_update_timestamp"""
    for value in ({}, dict.fromkeys(names.split(), junk), {"event": "DISABLED_UPDATE", "ban_info": junk}):
        assert parse_account({"field": field, "value": value, "time": junk})


def test_every_detail_has_words_in_the_docs() -> None:
    """The readers name their details; the page knows them all, and no other."""
    sources = [inspect.getsource(module) for module in (account, account_people, account_standing)]
    listed = {name for source in sources for block in DETAILS.findall(source) for name in NAME.findall(block)}
    assert listed == {*DETAIL_WORDS}


@pytest.mark.parametrize("payload", [{}, {"field": "security"}, {"field": 1, "value": {}}, {"field": "x", "value": []}])
def test_an_item_of_another_shape_is_unreadable(payload: dict[str, Any]) -> None:
    with pytest.raises(UnreadableItem):
        parse_account(payload)
