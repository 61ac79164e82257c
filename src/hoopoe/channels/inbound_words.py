"""Why something that a person sent cannot be shown, in words. Pure.

The tables of `meta.errors` and `twilio.errors` speak of what we send; the same code means something else where it
comes with a message to us. Source: Meta, webhooks/reference/messages/unsupported and support/error-codes.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.errors import Words

OTHER: Final = Words(
    "WhatsApp could not pass on what this person sent.",
    "لم يتمكن واتساب من إيصال ما أرسله هذا الشخص.",
)
_KIND: Final = Words(
    "WhatsApp does not pass this kind of message on to businesses.",
    "لا يوصل واتساب هذا النوع من الرسائل إلى الأنشطة التجارية.",
)
_FILE: Final = Words(
    "WhatsApp could not hand over the file that this person sent. Ask for it again.",
    "لم يتمكن واتساب من تسليم الملف الذي أرسله هذا الشخص. اطلبه من جديد.",
)
_GONE: Final = Words(
    "This message is not available any more. Ask the person to send it again.",
    "لم تعد هذه الرسالة متاحة. اطلب إرسالها من جديد.",
)

WORDS: Final = {
    131051: _KIND,
    131052: _FILE,
    131035: _GONE,
    131036: _GONE,
    131060: _GONE,
}


def explain_inbound(code: int) -> Words:
    """The words of a code that came with a person's message."""
    return WORDS.get(code, OTHER)
