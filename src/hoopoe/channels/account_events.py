"""What a provider tells about an account, its numbers and its templates, in our own words.

Nothing of it is a message. Each event says what happened, to what, and how bad that is; some say what is so from
then on (`NumberFacts`), whether anything can be sent at all (`Standing`), or what a person wants (`Preference`).

Pure: standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from hoopoe.channels.contract import Address
from hoopoe.kernel.json import JsonObject

UNLIMITED: Final = "unlimited"


class AccountEventKind(StrEnum):
    """What an event tells of. `other` is whatever this version does not know: kept as it came, and shown as such."""

    TEMPLATE_STATUS = "template_status"
    TEMPLATE_QUALITY = "template_quality"
    TEMPLATE_CATEGORY = "template_category"
    TEMPLATE_CONTENT = "template_content"
    NUMBER_QUALITY = "number_quality"
    NUMBER_NAME = "number_name"
    USERNAME = "username"
    CAPABILITY = "capability"
    ACCOUNT_STATUS = "account_status"
    ACCOUNT_ALERT = "account_alert"
    ACCOUNT_REVIEW = "account_review"
    SETTINGS = "settings"
    SECURITY = "security"
    PREFERENCE = "preference"
    PAYMENT = "payment"
    FORM = "form"
    PARTNER = "partner"
    CONVERSION = "conversion"
    OTHER = "other"


KIND_WORDS: Final[dict[AccountEventKind, str]] = {
    AccountEventKind.TEMPLATE_STATUS: "A template was approved, rejected, paused, disabled and so on.",
    AccountEventKind.TEMPLATE_QUALITY: "How people take a template.",
    AccountEventKind.TEMPLATE_CATEGORY: "A template is charged as another category.",
    AccountEventKind.TEMPLATE_CONTENT: "The text of a template was changed at the provider.",
    AccountEventKind.NUMBER_QUALITY: "How people take a number; its limit and its speed.",
    AccountEventKind.NUMBER_NAME: "The name that people see was decided on.",
    AccountEventKind.USERNAME: "The username of a number was approved, reserved or taken away.",
    AccountEventKind.CAPABILITY: "What the account may: people a day, numbers.",
    AccountEventKind.ACCOUNT_STATUS: "The account was restricted, disabled, reinstated, verified and so on.",
    AccountEventKind.ACCOUNT_ALERT: "A warning about the account.",
    AccountEventKind.ACCOUNT_REVIEW: "The account was reviewed.",
    AccountEventKind.SETTINGS: "Settings of a number were changed at the provider.",
    AccountEventKind.SECURITY: "The two-step PIN of a number was changed, or is to be.",
    AccountEventKind.PREFERENCE: "A person stopped or resumed marketing messages.",
    AccountEventKind.PAYMENT: "A way to pay inside WhatsApp was changed.",
    AccountEventKind.FORM: "A form was published, throttled or blocked, or has trouble.",
    AccountEventKind.PARTNER: "A partner or an app was given the account, or lost it.",
    AccountEventKind.CONVERSION: "The provider counted a click, a lead or an order.",
    AccountEventKind.OTHER: "Something that this version does not know. It is kept as it came.",
}


# What `details` may hold, by name, whatever the kind.
DETAIL_WORDS: Final[dict[str, str]] = {
    "about": "What a warning is about, in the provider's word.",
    "advice": "What to change, in the provider's words.",
    "alert": "`activated` or `deactivated`.",
    "availability": "How much of the time the endpoint behind a form answers, in percent.",
    "body": "The text of a template.",
    "category": "The category of a template.",
    "changed": "Which settings were changed.",
    "count": "How many things were counted.",
    "disabled_on": "When a template will be disabled, in the provider's words.",
    "effective_at": "When a ban begins or a template will be disabled, as a time; `effective_at` of the event.",
    "error_rate": "How many requests of a form fail, in percent.",
    "field": "The provider's name of something that is not known here.",
    "footer": "The footer of a template.",
    "header": "The header of a template.",
    "initiated_by": "Who ended it.",
    "language": "The language of a template.",
    "names": "What was counted.",
    "numbers": "How many numbers the account may have.",
    "numbers_of_business": "How many numbers the business may have.",
    "on": "When a ban begins, in the provider's words.",
    "owner": "The id of the business that owns the account.",
    "partner_app": "The id of the app that was given access, or lost it.",
    "provider": "Who carries the payments.",
    "provider_account": "The account there.",
    "reason_code": "The provider's code of the reason, in small letters; `reason_text` of the event has its words.",
    "requester": "The id of who asked.",
    "requests": "How many requests of a form were counted.",
    "restrictions": '[{"type", "until"}]: what is not allowed, and until when; null for no end.',
    "signup_id": "The id of the link by which a person signed up.",
    "status": "The state of a warning.",
    "template_id": "The provider's id of a template.",
    "threshold": "At how many percent the provider warns.",
}


class About(StrEnum):
    """What an event is about."""

    TEMPLATE = "template"
    NUMBER = "number"
    ACCOUNT = "account"
    PERSON = "person"
    FORM = "form"


class Severity(StrEnum):
    """How bad it is. `problem`: something does not work now, or soon will not, unless somebody acts."""

    INFO = "info"
    WARNING = "warning"
    PROBLEM = "problem"


class Quality(StrEnum):
    """How people take what a number sends. `unknown`: the provider has no opinion (yet)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class Throughput(StrEnum):
    """How fast a number may be. `coexistence`: it is used in WhatsApp's own app for businesses too."""

    STANDARD = "standard"
    HIGH = "high"
    COEXISTENCE = "coexistence"


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What is so of a number, as far as it was said. None: nothing was said of it.

    `messaging_limit`: to how many people a day it may write first, in digits, or `UNLIMITED`. `throughput` is never
    `COEXISTENCE` here: that follows from `is_on_phone`.
    """

    quality: Quality | None = None
    messaging_limit: str | None = None
    throughput: Throughput | None = None
    name_status: str | None = None
    is_on_phone: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return self == NumberFacts()


class Standing(StrEnum):
    """Whether an account can send at all."""

    BLOCKED = "blocked"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Preference:
    """What a person wants of one category of messages (`marketing`)."""

    category: str
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One thing that a provider told.

    `what` is the provider's own word in small letters (`approved`, `flagged`); `subject` names what it is about: a
    template's name, a number in digits, a form's id. `at` None: the provider did not say when. `reason` is the
    provider's, in its own words or as its code; `details` are further values by our own names.
    """

    kind: AccountEventKind
    what: str
    about: About
    severity: Severity = Severity.INFO
    at: datetime | None = None
    subject: str | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None
    details: JsonObject = field(default_factory=dict)
    number: str | None = None
    """Digits of our number that it is about, where it names one."""
    is_of_channel: bool = False
    """Whether it came to one number, by the provider's own key of it."""
    facts: NumberFacts = field(default_factory=NumberFacts)
    standing: Standing | None = None
    person: Address | None = None
    preference: Preference | None = None
    raw: JsonObject | None = None
    """What of the value speaks of it. None: all of it."""
