"""What goes wrong at a provider, as data: a closed table of codes, each with its words and what to do.

Retry policy and what people read are decided here and nowhere else. docs/reference/provider-errors.md is
made from the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hoopoe.channels.check_results import ReasonCode

# Codes of our own, for what no provider gave a code to. Providers' codes are not negative; Meta has a 0.
NO_CODE: Final = -1
NOT_REACHED: Final = -2
OPTED_OUT: Final = -3


class UnreadableItem(Exception):  # noqa: N818  # named after the situation
    """An item that cannot be filed at all: no sender, no id, no time. The message says what is missing."""


class ContentRefused(Exception):  # noqa: N818  # named after the situation
    """Content that the provider would not take. `field` is its path in our own shape."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ErrorKind(StrEnum):
    """What sort of refusal a code is."""

    RATE_LIMIT = "rate_limit"
    TRANSIENT = "transient"
    WINDOW_CLOSED = "window_closed"
    RECIPIENT = "recipient"
    OPT_OUT = "opt_out"
    POLICY = "policy"
    CONTENT = "content"
    TEMPLATE = "template"
    AUTH = "auth"
    ACCOUNT = "account"
    MEDIA = "media"
    UNKNOWN = "unknown"


class Course(StrEnum):
    """What the machine does about a refusal by itself.

    `again`: tried a few times. `wait`: for as long as it may be sent. `settle`: it may have been taken, so whatever
    tells is waited for. `template`: only a template may be sent. `stop_person`: nothing of the kind goes to this
    person any more. `stop_channel`: nothing leaves over the channel before somebody mended it, and all of it waits.
    `mend`: it fails, and a person decides.
    """

    AGAIN = "again"
    WAIT = "wait"
    SETTLE = "settle"
    TEMPLATE = "template"
    STOP_PERSON = "stop_person"
    STOP_CHANNEL = "stop_channel"
    MEND = "mend"


class Action(StrEnum):
    """What mends it: what is advised beside the words.

    `retry` is advised only where sending the same again may help. `fix_credentials`: in the channel's settings; the
    three after it at the provider: on the page where a ban is appealed, under payments, at the number's set-up.
    """

    RETRY = "retry"
    SEND_TEMPLATE = "send_template"
    FIX_CREDENTIALS = "fix_credentials"
    APPEAL = "appeal"
    FIX_PAYMENT = "fix_payment"
    FIX_NUMBER = "fix_number"
    EDIT_MESSAGE = "edit_message"
    WAIT = "wait"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages of the product."""

    en: str
    ar: str


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """One code. `retry_after` seconds: the refusal is certain and may be tried again; None: not by itself.

    `is_doubtful`: the provider may have taken the message although it said no. `stops`: nothing else gets through
    either; the channel is in trouble for this reason. `slows`: the whole number is to slow down, not only this
    message. `growth`: by how much each wait is longer than the one before, where the provider names it.
    """

    code: int
    kind: ErrorKind
    title: Words
    text: Words
    action: Action = Action.NONE
    retry_after: float | None = None
    is_doubtful: bool = False
    stops: ReasonCode | None = None
    slows: bool = False
    growth: float | None = None

    @property
    def course(self) -> Course:
        """What the machine does about it."""
        if self.is_doubtful:
            return Course.SETTLE
        if self.stops is not None:
            return Course.STOP_CHANNEL
        if self.retry_after is not None:
            return Course.WAIT if self.is_passing else Course.AGAIN
        if self.kind is ErrorKind.WINDOW_CLOSED:
            return Course.TEMPLATE
        return Course.STOP_PERSON if self.kind is ErrorKind.OPT_OUT else Course.MEND

    @property
    def is_passing(self) -> bool:
        """Whether it goes away by itself, without anybody changing the message."""
        return self.kind is ErrorKind.RATE_LIMIT
