"""Why a message that is queued does not leave: nothing failed, and it goes by itself when that is mended. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.errors import Action, Words
from hoopoe.conversations.status import OutboxState


class WaitingCode(StrEnum):
    CHANNEL_IN_TROUBLE = "channel_in_trouble"
    CHANNEL_OFF = "channel_off"
    SLOWED_DOWN = "slowed_down"
    TRIED_AGAIN = "tried_again"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class WaitingReason:
    """The words, and what a person can do about it."""

    code: WaitingCode
    text: Words
    action: Action


IN_TROUBLE: Final = WaitingReason(
    WaitingCode.CHANNEL_IN_TROUBLE,
    Words(
        "The number's connection is broken. This leaves by itself when it is mended, while the 24 hours last.",
        "اتصال الرقم معطّل. تُرسل هذه تلقائيًا عند إصلاحه، ما دامت مهلة 24 ساعة قائمة.",
    ),
    Action.FIX_CREDENTIALS,
)
BLOCKED: Final = WaitingReason(
    WaitingCode.CHANNEL_IN_TROUBLE,
    Words(
        "WhatsApp has restricted or switched off the account of this number. This leaves by itself when that is "
        "lifted, while the 24 hours last.",
        "قيّد واتساب حساب هذا الرقم أو عطّله. تُرسل هذه تلقائيًا عند رفع ذلك، ما دامت مهلة 24 ساعة قائمة.",
    ),
    Action.APPEAL,
)
NOT_READY: Final = WaitingReason(
    WaitingCode.CHANNEL_IN_TROUBLE,
    Words(
        "The number is not ready to send at the provider. This leaves by itself when it is, while the 24 hours last.",
        "الرقم غير جاهز للإرسال لدى المزوّد. تُرسل هذه تلقائيًا حين يصبح جاهزًا، ما دامت مهلة 24 ساعة قائمة.",
    ),
    Action.FIX_NUMBER,
)
# Why a channel is in trouble, where it is not the connection that has to be mended.
TROUBLES: Final[Mapping[str, WaitingReason]] = {
    ReasonCode.ACCOUNT_BLOCKED: BLOCKED,
    ReasonCode.ACCOUNT_RESTRICTED: BLOCKED,
    ReasonCode.ACCOUNT_INACTIVE: NOT_READY,
    ReasonCode.NUMBER_NOT_READY: NOT_READY,
    ReasonCode.NUMBER_OFFLINE: NOT_READY,
}
OFF: Final = WaitingReason(
    WaitingCode.CHANNEL_OFF,
    Words(
        "The number is switched off. This leaves by itself when it is switched on, while the 24 hours last.",
        "الرقم متوقف. تُرسل هذه تلقائيًا عند تشغيله، ما دامت مهلة 24 ساعة قائمة.",
    ),
    Action.NONE,
)
SLOWED: Final = WaitingReason(
    WaitingCode.SLOWED_DOWN,
    Words(
        "WhatsApp asked this number to slow down. This leaves by itself in a moment.",
        "طلب واتساب من هذا الرقم أن يبطئ. تُرسل هذه تلقائيًا بعد قليل.",
    ),
    Action.WAIT,
)
AGAIN: Final = WaitingReason(
    WaitingCode.TRIED_AGAIN,
    Words(
        "WhatsApp did not take it yet. It is tried again by itself.",
        "لم يقبلها واتساب بعد. تُعاد المحاولة تلقائيًا.",
    ),
    Action.WAIT,
)
DELIVERY: Final = WaitingReason(
    WaitingCode.DELIVERY,
    Words(
        "It waits until the message before it is on the phone, a few seconds at most.",
        "تنتظر حتى تصل الرسالة السابقة إلى الهاتف، ثواني قليلة على الأكثر.",
    ),
    Action.WAIT,
)


def find_reason(
    state: OutboxState | None, channel_status: str | None, trouble: str | None, *, is_slowed: bool, is_held: bool
) -> WaitingReason | None:
    """What a message waits for; None where it waits for nothing but its turn, or does not wait at all.

    `trouble`: the reason code of a channel that is in trouble.
    """
    if state not in (OutboxState.QUEUED, OutboxState.RETRYING):
        return None
    if channel_status == "error":
        return TROUBLES.get(trouble or "", IN_TROUBLE)
    if channel_status != "active":
        return OFF
    if is_slowed:
        return SLOWED
    if state is OutboxState.RETRYING:
        return AGAIN
    return DELIVERY if is_held else None
