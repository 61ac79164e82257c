"""A provider's code in plain words."""

from __future__ import annotations

from typing import Final

from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import NOT_REACHED, OPTED_OUT, Action, ErrorKind, ErrorRule, Words
from hoopoe.channels.meta.errors import AWAY, AWAY_SECONDS, AWAY_TITLE
from hoopoe.channels.registry import adapter_for

UNREACHED = ErrorRule(
    NOT_REACHED,
    ErrorKind.RATE_LIMIT,
    AWAY_TITLE,
    AWAY,
    Action.WAIT,
    retry_after=AWAY_SECONDS,
)


UNWANTED = ErrorRule(
    OPTED_OUT,
    ErrorKind.OPT_OUT,
    Words("Does not want marketing", "لا يريد رسائل تسويقية"),
    Words(
        "This person has opted out of marketing, so it was not sent. Only the person can opt in again.",
        "ألغى هذا الشخص اشتراكه في الرسائل التسويقية، فلم تُرسل. وحده يستطيع الاشتراك من جديد.",
    ),
)
OWN_RULES: Final = {rule.code: rule for rule in (UNREACHED, UNWANTED)}


def explain(provider: Provider, code: int) -> ErrorRule:
    """The rule of a code; for one that we do not know, a rule that says so."""
    return (
        OWN_RULES.get(code)
        or adapter_for(provider).rules.get(code)
        or ErrorRule(
            code,
            ErrorKind.UNKNOWN,
            Words("Not delivered", "لم تصل"),
            Words(
                "WhatsApp refused this message and gave a reason that we do not know yet. Its own words are below.",
                "رفض واتساب هذه الرسالة لسبب لا نعرفه بعد. كلماته كما وردت أدناه.",
            ),
            Action.RETRY,
        )
    )
