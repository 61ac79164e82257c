"""Why a template was refused, paused or switched off: the providers' codes in words. Pure.

Source: Meta, webhooks/reference/message_template_status_update (facts; the words are ours).
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.errors import Words

REASONS: Final[dict[str, Words]] = {
    "abusive_content": Words(
        "Something in it is abusive, threatening or hurtful. Write it anew.",
        "فيه ما يسيء أو يهدد أو يجرح. اكتبه من جديد.",
    ),
    "category_not_available": Words(
        "Templates of this category cannot be made at the moment. Choose another category, or try later.",
        "لا يمكن إنشاء قوالب من هذه الفئة حاليًا. اختر فئة أخرى أو حاول لاحقًا.",
    ),
    "incorrect_category": Words(
        "What it says does not belong to the category that was chosen. Choose the right one.",
        "محتواه لا يناسب الفئة المختارة. اختر الفئة الصحيحة.",
    ),
    "invalid_format": Words(
        "Its form is not allowed: variables side by side, at the very beginning or end, or wrongly numbered, say.",
        "صيغته غير مقبولة، كخانات متجاورة أو في أول النص أو آخره أو بترقيم خاطئ.",
    ),
    "promotional": Words(
        "It advertises, and its category does not. Make it a marketing template, or leave the advertising out.",
        "فيه ترويج وفئته ليست تسويقية. اجعله قالبًا تسويقيًا أو احذف الترويج.",
    ),
    "scam": Words(
        "WhatsApp takes it for a fraud. Do not ask for passwords, card numbers or other secrets.",
        "يراه واتساب احتيالًا. لا تطلب كلمات مرور ولا أرقام بطاقات ولا أسرارًا أخرى.",
    ),
    "tag_content_mismatch": Words(
        "Its language or its category is not that of its text.",
        "لغته أو فئته لا توافق نصه.",
    ),
    "first_pause": Words(
        "People did not like it: it is paused for three hours, for the first time.",
        "لم يستحسنه الناس: أُوقف ثلاث ساعات للمرة الأولى.",
    ),
    "second_pause": Words(
        "People did not like it again: it is paused for six hours. Next time it is switched off for good.",
        "لم يستحسنه الناس مرة أخرى: أُوقف ست ساعات. في المرة القادمة يُعطّل نهائيًا.",
    ),
    "rate_limiting_pause": Words(
        "WhatsApp lets it go to fewer people for now, until it knows how they take it.",
        "يحدّ واتساب عدد من يصلهم حاليًا حتى يعرف رأيهم فيه.",
    ),
    "unpause": Words("It may be used again.", "يمكن استعماله من جديد."),
    "disabled": Words(
        "People did not like it, several times: it is switched off for good. Make a new one.",
        "لم يستحسنه الناس مرات عدة: عُطّل نهائيًا. أنشئ قالبًا جديدًا.",
    ),
}


def explain_reason(code: str | None) -> Words | None:
    """The words of a code, in small letters; None for one that we do not know, and for what is a sentence already."""
    return REASONS.get(code.strip().lower()) if code is not None else None
