"""What a question says by itself, before it asks again, where its author has written nothing for that: what fits.

One sentence in each language that there are words of; in others the question stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hoopoe.flows.expressions import MAX_OUTPUT_CHARS, LocalizedText, Wording, to_text
from hoopoe.flows.expressions.wording import say
from hoopoe.flows.nodes.validation import KINDS, Validation

Sentence = Mapping[str, str]

ONE_OF_THESE: Final[Sentence] = {"en": "Please choose one of these.", "ar": "من فضلك اختر واحدا من هذه."}
"""Of a message that offers options."""

_EN, _AR = range(2)
_LANGUAGES: Final = ("en", "ar")
_DAYS_OF_A_YEAR: Final = 366
_HOURS_OF_A_DAY: Final = 24

_SENTENCES: Final = {
    "text": ("Please write your answer{bounds}.", "من فضلك اكتب جوابك{bounds}."),
    "number": ("Please answer with {what}{bounds}.", "من فضلك أجب {what}{bounds}."),
    "email": (
        "Please answer with an e-mail address, such as name@example.com.",
        "من فضلك أجب بعنوان بريد إلكتروني، مثل name@example.com.",
    ),
    "phone": ("Please answer with a phone number.", "من فضلك أجب برقم هاتف."),
    "date": ("Please answer with a day such as 30 November{bounds}.", "من فضلك أجب بيوم مثل 30 نوفمبر{bounds}."),
    "time": ("Please answer with a time such as 2:30 pm{bounds}.", "من فضلك أجب بوقت مثل 2:30 مساء{bounds}."),
    "datetime": (
        "Please answer with a day and a time such as 30 November at 2:30 pm{bounds}.",
        "من فضلك أجب بيوم وساعة مثل 30 نوفمبر الساعة 2:30 مساء{bounds}.",
    ),
    "location": ("Please send a location: attach it to your message.", "من فضلك أرسل موقعا: أرفقه برسالتك."),
    "media": ("Please send {what}.", "من فضلك أرسل {what}."),
    "choice": ("Please answer with one of these: {what}.", "من فضلك أجب بواحد من هذه: {what}."),
}
_IN_FORM: Final = (
    "Please write your answer in the form that is asked for.",
    "من فضلك اكتب جوابك بالصيغة المطلوبة.",
)
_NUMBER: Final = ("a number", "برقم")
_WHOLE_NUMBER: Final = ("a whole number", "بعدد صحيح")
_FILE: Final = ("a file", "ملفا")
_FILES: Final = {
    "image": ("a picture", "صورة"),
    "video": ("a video", "فيديو"),
    "audio": ("a sound file", "ملفا صوتيا"),
    "voice": ("a voice note", "رسالة صوتية"),
    "document": ("a document", "مستندا"),
    "sticker": ("a sticker", "ملصقا"),
}
_BETWEEN: Final = (" from {least} to {most}", " من {least} إلى {most}")
_AT_LEAST: Final = (" of at least {least}", " لا يقل عن {least}")
_AT_MOST: Final = (" of at most {most}", " لا يزيد على {most}")
_LONG_BETWEEN: Final = (" in {least} to {most} characters", " في {least} إلى {most} حرفا")
_LONG_AT_LEAST: Final = (" in at least {least} characters", " في ما لا يقل عن {least} حرفا")
_LONG_AT_MOST: Final = (" in at most {most} characters", " في ما لا يزيد على {most} حرفا")
_SPAN: Final = (", from {least} to {most}", "، من {least} إلى {most}")
_FROM: Final = (", {least} or later", "، ابتداء من {least}")
_UNTIL: Final = (", {most} or earlier", "، حتى {most}")


def say_what_fits(rules: Validation, default_language: str) -> Sentence:
    """What an answer must be, by language."""
    return {language: _say(rules, at, language, default_language) for at, language in enumerate(_LANGUAGES)}


def put_before(sentence: Sentence, text: LocalizedText, languages: Sequence[str], *, limit: int) -> LocalizedText:
    """The sentence, and below it the text, in each language that has both; the text alone where both are too long."""
    texts = text if isinstance(text, dict) else dict.fromkeys(languages, text)
    put = {language: f"{sentence[language]}\n\n{source}" for language, source in texts.items() if language in sentence}
    most = min(limit, MAX_OUTPUT_CHARS)
    fitting = {language: both for language, both in put.items() if len(both) <= most and texts[language].strip()}
    return {**texts, **fitting}


def _say(rules: Validation, at: int, language: str, default_language: str) -> str:
    if rules.type == "text" and rules.pattern is not None:
        return _IN_FORM[at]
    what = _name(rules, at, language, default_language)
    if rules.type == "choice" and not what:
        return ONE_OF_THESE[language]
    return _SENTENCES[rules.type][at].format(what=what, bounds=_bound(rules, at, language))


def _name(rules: Validation, at: int, language: str, default_language: str) -> str:
    """What is to be given, where a sentence has several words for it; nothing for choices that are not known yet."""
    match rules.type:
        case "number":
            return _WHOLE_NUMBER[at] if rules.whole_number else _NUMBER[at]
        case "media":
            return _either([_FILES[kind][at] for kind in KINDS if kind in rules.kinds], at) or _FILE[at]
        case "choice":
            titles = [_title(choice.title, language, default_language) for choice in rules.choices]
            return ("، " if at == _AR else ", ").join(titles) if all(titles) else ""
        case _:
            return ""


def _bound(rules: Validation, at: int, language: str) -> str:
    match rules.type:
        case "text":
            return _bounds(rules, at, (_LONG_BETWEEN, _LONG_AT_LEAST, _LONG_AT_MOST))
        case "number":
            return _bounds(rules, at, (_BETWEEN, _AT_LEAST, _AT_MOST))
        case "date" | "datetime":
            return _bound_days(rules, at)
        case "time":
            return _join_bounds(_clock(rules.min, language), _clock(rules.max, language), at)
        case _:
            return ""


def _bounds(rules: Validation, at: int, words: Sequence[tuple[str, str]]) -> str:
    between, at_least, at_most = words
    least, most = to_text(rules.min), to_text(rules.max)
    if least and most:
        return between[at].format(least=least, most=most)
    return at_least[at].format(least=least) if least else at_most[at].format(most=most) if most else ""


def _bound_days(rules: Validation, at: int) -> str:
    """Days from today as people say them; bounds of a year and more are of another kind, such as an age."""
    least = None if rules.min is None or abs(rules.min) > _DAYS_OF_A_YEAR else _day(int(rules.min), at)
    most = None if rules.max is None or abs(rules.max) > _DAYS_OF_A_YEAR else _day(int(rules.max), at)
    return _join_bounds(least, most, at)


def _join_bounds(least: str | None, most: str | None, at: int) -> str:
    if least and most:
        return _SPAN[at].format(least=least, most=most)
    return _FROM[at].format(least=least) if least else _UNTIL[at].format(most=most) if most else ""


def _clock(hours: float | None, language: str) -> str | None:
    if hours is None or not 0 <= hours < _HOURS_OF_A_DAY:
        return None
    minutes = int(hours * 60)
    return say(f"{minutes // 60:02}:{minutes % 60:02}", Wording(language), may_be_time=True)


def _day(days: int, at: int) -> str:
    near = {
        0: ("today", "اليوم"),
        1: ("tomorrow", "الغد"),
        2: ("the day after tomorrow", "بعد غد"),
        -1: ("yesterday", "الأمس"),
    }
    if days in near:
        return near[days][at]
    count = abs(days)
    if at == _EN:
        return f"{count} days ago" if days < 0 else f"{count} days ahead"
    return f"{_arabic_days(count)} {'قبل' if days < 0 else 'بعد'} اليوم"


def _arabic_days(count: int) -> str:
    if count == 2:
        return "يومين"
    last_two = count % 100
    return f"{count} أيام" if 3 <= last_two <= 10 else f"{count} يوما" if last_two > 10 else f"{count} يوم"


def _either(words: Sequence[str], at: int) -> str:
    """Words with "or" before the last."""
    if at == _AR:
        return " أو ".join(words)
    *others, last = words or ("",)
    return f"{', '.join(others)} or {last}" if others else last


def _title(title: LocalizedText, language: str, default_language: str) -> str:
    """A choice's text as it stands; nothing where it is filled in only when it is said."""
    text = title if isinstance(title, str) else title.get(language) or title.get(default_language, "")
    return "" if "{{" in text or "{%" in text else text.strip()
