"""Whether credentials are good: what reading a number with them came to. Pure: standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a number does not connect, or stopped. Each has words in both languages of the dashboard."""

    WRONG_TOKEN = "wrong_token"  # noqa: S105  # a reason, not a secret
    WRONG_APP_SECRET = "wrong_app_secret"  # noqa: S105  # a reason, not a secret
    MISSING_PERMISSION = "missing_permission"
    NUMBER_NOT_FOUND = "number_not_found"
    ACCOUNT_NOT_FOUND = "account_not_found"
    ACCOUNT_INACTIVE = "account_inactive"
    NOT_IN_ACCOUNT = "not_in_account"
    NOT_SUB_ACCOUNT = "not_sub_account"
    NUMBER_OFFLINE = "number_offline"
    ACCOUNT_RESTRICTED = "account_restricted"
    NUMBER_NOT_READY = "number_not_ready"
    OTHER_NUMBER = "other_number"
    NUMBER_TAKEN = "number_taken"
    ACCOUNT_BLOCKED = "account_blocked"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What reading a number with its credentials came to. `reason_code` None: they read it.

    `reason` is a sentence for people, in English; `details` are the values in it, by name, for other languages.
    """

    reason_code: ReasonCode | None = None
    reason: str = ""
    display_number: str | None = None
    verified_name: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether the credentials read that very number."""
        return self.reason_code is None
