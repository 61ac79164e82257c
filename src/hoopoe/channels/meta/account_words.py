"""How bad what Meta says of an account is, and what its words stand for, as data. Words are in small letters."""

from __future__ import annotations

from typing import Final

from hoopoe.channels.account_events import Quality, Severity

THROUGHPUT_UPGRADE: Final = "throughput_upgrade"

QUALITY_OF: Final[dict[str, Quality]] = {
    "green": Quality.HIGH,
    "yellow": Quality.MEDIUM,
    "red": Quality.LOW,
    "unknown": Quality.UNKNOWN,
    "na": Quality.UNKNOWN,
}
# What an event about a number's quality says of it.
FLAGS: Final[dict[str, Quality]] = {"flagged": Quality.LOW, "unflagged": Quality.UNKNOWN}

QUALITY: Final[dict[Quality, Severity]] = {Quality.LOW: Severity.PROBLEM, Quality.MEDIUM: Severity.WARNING}
TEMPLATE_STATUS: Final[dict[str, Severity]] = {
    "rejected": Severity.PROBLEM,
    "paused": Severity.PROBLEM,
    "disabled": Severity.PROBLEM,
    "limit_exceeded": Severity.PROBLEM,
    "flagged": Severity.WARNING,
    "locked": Severity.WARNING,
    "deleted": Severity.WARNING,
    "pending_deletion": Severity.WARNING,
}
NUMBER_QUALITY: Final[dict[str, Severity]] = {"flagged": Severity.PROBLEM, "downgrade": Severity.WARNING}
DECISIONS: Final[dict[str, Severity]] = {"rejected": Severity.PROBLEM, "declined": Severity.PROBLEM}
USERNAMES: Final[dict[str, Severity]] = {"deleted": Severity.WARNING, "rejected": Severity.WARNING}
ALERTS: Final[dict[str, Severity]] = {"critical": Severity.PROBLEM, "warning": Severity.WARNING}
FORMS: Final[dict[str, Severity]] = {"blocked": Severity.PROBLEM, "throttled": Severity.WARNING}

NAME_STATUSES: Final = frozenset(
    {"approved", "available_without_review", "declined", "deferred", "expired", "non_exists", "pending", "rejected"}
)

ACCOUNT: Final[dict[str, Severity]] = {
    "account_deleted": Severity.PROBLEM,
    "account_offboarded": Severity.PROBLEM,
    "account_restriction": Severity.PROBLEM,
    "account_violation": Severity.WARNING,
    "partner_app_uninstalled": Severity.PROBLEM,
    "partner_removed": Severity.PROBLEM,
}
BANS: Final[dict[str, Severity]] = {"disable": Severity.PROBLEM, "schedule_for_disable": Severity.PROBLEM}
