"""A dead letter in plain words: what went wrong, what mends it, and whether it is worth another try by itself. Pure.

A send's words are its provider's table of codes; a turn's are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import ErrorKind, ErrorRule, Words
from hoopoe.channels.explain import explain


class LetterKind(StrEnum):
    """What gave up: the handling of an input, or the sending of a message."""

    TURN = "turn"
    SEND = "send"


class Remedy(StrEnum):
    """What mends it: as for a failed message (`channels.errors.Action`), and the last two for a turn."""

    RETRY = "retry"
    SEND_TEMPLATE = "send_template"
    FIX_CREDENTIALS = "fix_credentials"
    APPEAL = "appeal"
    FIX_PAYMENT = "fix_payment"
    FIX_NUMBER = "fix_number"
    EDIT_MESSAGE = "edit_message"
    WAIT = "wait"
    NONE = "none"
    FIX_FLOW = "fix_flow"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a failure means. `is_passing`: it may go away by itself, so it is tried again by itself."""

    title: Words
    text: Words
    remedy: Remedy
    is_passing: bool


# A refusal of these kinds says nothing of the message itself: the provider is busy, a token is being replaced, or
# the reason is one that nobody knows yet. All others stay as they are until a person changes something.
PASSING_KINDS: Final = frozenset({ErrorKind.RATE_LIMIT, ErrorKind.TRANSIENT, ErrorKind.AUTH, ErrorKind.UNKNOWN})

# Faults of the database that a turn met five times in a row: an outage, or a lock that somebody held for long.
DATABASE_FAULTS: Final = frozenset(
    {
        "AdminShutdownError",
        "CannotConnectNowError",
        "ConnectionDoesNotExistError",
        "ConnectionFailureError",
        "CrashShutdownError",
        "DeadlockDetectedError",
        "DiskFullError",
        "IdleInTransactionSessionTimeoutError",
        "LockNotAvailableError",
        "OutOfMemoryError",
        "QueryCanceledError",
        "SerializationError",
        "SessionMovedError",
        "TimeoutError",
        "TooManyConnectionsError",
    }
)

DATABASE: Final = Diagnosis(
    Words("The database did not take it", "لم تقبله قاعدة البيانات"),
    Words(
        "Hoopoe's database was away or busy five times in a row. The message is kept, and is handled by itself later.",
        "كانت قاعدة بيانات Hoopoe غائبة أو مشغولة خمس مرات متتالية. الرسالة محفوظة وستُعالَج تلقائيًا لاحقًا.",
    ),
    Remedy.WAIT,
    is_passing=True,
)
UNREADABLE: Final = Diagnosis(
    Words("Cannot be read", "لا يمكن قراءتها"),
    Words(
        "The provider sent something without a sender, an id or a time that can be read. A newer Hoopoe may read it.",
        "أرسل المزوّد شيئًا بلا مرسِل أو معرّف أو وقت يمكن قراءته. قد يقرؤه إصدار أحدث من Hoopoe.",
    ),
    Remedy.UPDATE,
    is_passing=False,
)
VERSION_MISSING: Final = Diagnosis(
    Words("The flow cannot be read", "لا يمكن قراءة المسار"),
    Words(
        "The version of the flow that this conversation runs on cannot be read. Publish the flow anew, then retry.",
        "لا يمكن قراءة إصدار المسار الذي تسير عليه هذه المحادثة. انشر المسار من جديد ثم أعد المحاولة.",
    ),
    Remedy.FIX_FLOW,
    is_passing=False,
)
NO_MESSAGE: Final = Diagnosis(
    Words("The message it changes never came", "الرسالة التي تغيّرها لم تصل"),
    Words(
        "Somebody edited, deleted or reacted to a message that has not reached us. Retry when it has.",
        "عدّل أحدهم رسالة أو حذفها أو تفاعل معها، وتلك الرسالة لم تصلنا. أعد المحاولة حين تصل.",
    ),
    Remedy.RETRY,
    is_passing=False,
)
STUCK: Final = Diagnosis(
    Words("The bot could not go on", "تعذّر على البوت المتابعة"),
    Words(
        "Handling this failed with an error of the flow or of Hoopoe. Later messages went on without it. Look at the "
        "flow, then retry.",
        "فشلت معالجة هذا بخطأ في المسار أو في Hoopoe، واستمرت الرسائل اللاحقة من دونه. راجع المسار ثم أعد المحاولة.",
    ),
    Remedy.FIX_FLOW,
    is_passing=False,
)
REFUSED: Final = Diagnosis(
    Words("Not delivered", "لم تصل"),
    Words(
        "This message was refused without a reason that we know.",
        "رُفضت هذه الرسالة بلا سبب نعرفه.",
    ),
    Remedy.RETRY,
    is_passing=True,
)


def diagnose(kind: LetterKind, provider: Provider | None, code: str) -> Diagnosis:
    """What a letter's code means. `code` is a provider's number for a send, the name of an error for a turn."""
    if kind is LetterKind.TURN:
        return _diagnose_turn(code)
    number = code.removeprefix("-")
    if provider is None or not (number.isascii() and number.isdigit()):
        return REFUSED
    rule = explain(provider, int(code))
    return Diagnosis(rule.title, rule.text, Remedy(rule.action.value), is_passing=_is_passing(rule))


def _diagnose_turn(code: str) -> Diagnosis:
    match code:
        case "unreadable":
            return UNREADABLE
        case "version_missing":
            return VERSION_MISSING
        case "no_message":
            return NO_MESSAGE
        case _:
            return DATABASE if code in DATABASE_FAULTS else STUCK


def _is_passing(rule: ErrorRule) -> bool:
    """A refusal in doubt is never repeated by itself: the message may have arrived."""
    return not rule.is_doubtful and (rule.retry_after is not None or rule.kind in PASSING_KINDS)
