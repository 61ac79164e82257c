"""A provider's code in plain words."""

from __future__ import annotations

from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import NOT_REACHED, Action, ErrorKind, ErrorRule, Words
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


def explain(provider: Provider, code: int) -> ErrorRule:
    """The rule of a code; for one that we do not know, a rule that says so."""
    if code == NOT_REACHED:
        return UNREACHED
    return adapter_for(provider).rules.get(code) or ErrorRule(
        code,
        ErrorKind.UNKNOWN,
        Words("Not delivered", "لم تصل"),
        Words(
            "WhatsApp refused this message and gave a reason that we do not know yet. Its own words are below.",
            "رفض واتساب هذه الرسالة لسبب لا نعرفه بعد. كلماته كما وردت أدناه.",
        ),
        Action.RETRY,
    )
