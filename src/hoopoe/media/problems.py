"""Why a file is not there, as data: a closed table, each with its words and whether it passes by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# How long a provider keeps a file that came with a message. Source: Meta, business-phone-numbers/media.
KEPT_SECONDS: Final = 7 * 86_400.0
# The first tries come at once: an address lives five minutes. Then it is somebody's trouble, and we are patient.
DELAYS: Final = (2.0, 10.0, 30.0, 120.0, 600.0, 1_800.0, 7_200.0)
LAST_DELAY: Final = 21_600.0
# A file may be told of a moment before it can be had, so that "not there" is believed at the third time.
GONE_AFTER: Final = 3


class Problem(StrEnum):
    """What went wrong with a file."""

    PROVIDER_AWAY = "provider_away"
    NOT_LET_IN = "not_let_in"
    GONE = "gone"
    FOREIGN_ADDRESS = "foreign_address"
    TOO_LARGE = "too_large"
    BROKEN_OFF = "broken_off"
    WRONG_CHECKSUM = "wrong_checksum"
    CHANNEL_AWAY = "channel_away"
    STORE_FULL = "store_full"
    STORE_AWAY = "store_away"
    QUOTA_REACHED = "quota_reached"
    INTERRUPTED = "interrupted"
    NEVER_FETCHED = "never_fetched"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages of the product."""

    en: str
    ar: str


@dataclass(frozen=True, slots=True)
class ProblemRule:
    """`passes`: it is tried again by itself. `can_retry`: a person may ask for another try."""

    title: Words
    text: Words
    passes: bool = False
    can_retry: bool = True


_NOT_FETCHED: Final = Words("The file could not be fetched", "تعذر جلب الملف")

RULES: Final[dict[Problem, ProblemRule]] = {
    Problem.PROVIDER_AWAY: ProblemRule(
        Words("WhatsApp does not give the file yet", "لا يسلّم واتساب الملف بعد"),
        Words(
            "WhatsApp does not answer. We go on trying for as long as it keeps the file, which is seven days.",
            "واتساب لا يستجيب. نواصل المحاولة ما دام يحتفظ بالملف، وهي سبعة أيام.",
        ),
        passes=True,
    ),
    Problem.NOT_LET_IN: ProblemRule(
        _NOT_FETCHED,
        Words(
            "The provider refuses this channel's token. Mend the channel's credentials; then fetch the file again.",
            "يرفض المزوّد رمز هذه القناة. يلزم تصحيح بيانات القناة ثم إعادة الجلب.",
        ),
        passes=True,
    ),
    Problem.GONE: ProblemRule(
        Words("The file is gone", "لم يعد الملف موجودًا"),
        Words(
            "WhatsApp keeps a file for seven days and no longer has this one. Ask the customer to send it again.",
            "يحتفظ واتساب بالملف سبعة أيام ولم يعد لديه هذا الملف. يلزم أن يعيد الزبون إرساله.",
        ),
    ),
    Problem.FOREIGN_ADDRESS: ProblemRule(
        _NOT_FETCHED,
        Words(
            "The address of the file is not one of the provider's, so our token was not sent there.",
            "عنوان الملف ليس من عناوين المزوّد، لذلك لم نرسل رمزنا إليه.",
        ),
    ),
    Problem.TOO_LARGE: ProblemRule(
        Words("The file is too large", "الملف كبير جدًا"),
        Words(
            "It has more than 100 MB, which is the most that Hoopoe keeps.",
            "يزيد حجمه على 100 م.ب، وهو أقصى ما يحفظه هدهد.",
        ),
    ),
    Problem.BROKEN_OFF: ProblemRule(
        _NOT_FETCHED,
        Words(
            "The connection broke off in the middle. We try again by ourselves.",
            "انقطع الاتصال في المنتصف. نعيد المحاولة تلقائيًا.",
        ),
        passes=True,
    ),
    Problem.WRONG_CHECKSUM: ProblemRule(
        _NOT_FETCHED,
        Words(
            "What came is not the file that was sent: its checksum differs. We fetch it again by ourselves.",
            "ما وصل ليس الملف المرسل: بصمته مختلفة. نعيد جلبه تلقائيًا.",
        ),
        passes=True,
    ),
    Problem.CHANNEL_AWAY: ProblemRule(
        _NOT_FETCHED,
        Words(
            "The channel that it came through is not active. Activate it, and the file is fetched.",
            "القناة التي وصل عبرها غير مفعّلة. يُجلب الملف حين تُفعّل.",
        ),
        passes=True,
    ),
    Problem.STORE_FULL: ProblemRule(
        Words("There is no room for the file", "لا مكان للملف"),
        Words(
            "The place where files are kept is full. We go on trying; whoever runs this Hoopoe should make room.",
            "المكان الذي تُحفظ فيه الملفات ممتلئ. نعيد المحاولة تلقائيًا، وعلى مشغّل هدهد أن يفسح مكانًا.",
        ),
        passes=True,
    ),
    Problem.STORE_AWAY: ProblemRule(
        Words("The file is not kept yet", "لم يُحفظ الملف بعد"),
        Words(
            "The place where files are kept does not answer. We try again by ourselves.",
            "المكان الذي تُحفظ فيه الملفات لا يستجيب. نعيد المحاولة تلقائيًا.",
        ),
        passes=True,
    ),
    Problem.QUOTA_REACHED: ProblemRule(
        Words("The workspace's storage is full", "امتلأت مساحة التخزين"),
        Words(
            "This workspace keeps as many files as it may. Delete some, then fetch this one again.",
            "تحفظ مساحة العمل هذه أقصى ما يُسمح لها من الملفات. يلزم حذف بعضها ثم إعادة الجلب.",
        ),
    ),
    Problem.INTERRUPTED: ProblemRule(
        _NOT_FETCHED,
        Words(
            "Fetching it was interrupted on our side. We try again by ourselves.",
            "انقطع جلبه من جهتنا. نعيد المحاولة تلقائيًا.",
        ),
        passes=True,
    ),
    Problem.NEVER_FETCHED: ProblemRule(
        _NOT_FETCHED,
        Words(
            "This message came before Hoopoe kept files.",
            "وصلت هذه الرسالة قبل أن يحفظ هدهد الملفات.",
        ),
        can_retry=False,
    ),
    Problem.DELETED: ProblemRule(
        Words("The file was deleted", "حُذف الملف"),
        Words("It is not kept any more.", "لم يعد محفوظًا."),
        can_retry=False,
    ),
}


def next_try(problem: Problem, *, attempt: int, age_seconds: float) -> float | None:
    """Seconds until the next try of a file, after `attempt` of them; None: another one is a person's to ask for."""
    passes = RULES[problem].passes or (problem is Problem.GONE and attempt < GONE_AFTER)
    if not passes or age_seconds >= KEPT_SECONDS:
        return None
    return DELAYS[attempt - 1] if attempt <= len(DELAYS) else LAST_DELAY
