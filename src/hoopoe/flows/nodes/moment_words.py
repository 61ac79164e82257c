"""The words in which people say days and times, in English and Arabic, as `kernel.text.normalize` spells them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hoopoe.kernel.text import normalize


def _table(groups: Mapping[int, str]) -> dict[str, int]:
    """Words by value; several stand with bars between them."""
    return {normalize(word): value for value, words in groups.items() for word in words.split("|")}


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first, blanks as people set them."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(word.replace(".", r"\.").replace(" ", r"\s+") for word in ordered)


DAY_WORDS: Final = _table(
    {
        0: "today|tonight|اليوم|الليلة|النهارده|اليوم هذا",
        1: "tomorrow|tmrw|tmr|غدا|غد|بكرة|بكرا|باكر|يوم غد",
        2: "day after tomorrow|the day after tomorrow|overmorrow|بعد غد|بعد غدا|بعد بكرة|بعد بكرا",
    }
)

WEEKDAYS: Final = _table(
    {
        0: "monday|mon|الاثنين|الإثنين|يوم اثنين",
        1: "tuesday|tue|tues|الثلاثاء|الثلاثا|يوم ثلاثاء",
        2: "wednesday|wed|الأربعاء|الأربعا|يوم أربعاء",
        3: "thursday|thu|thur|thurs|الخميس|يوم خميس",
        4: "friday|fri|الجمعة|يوم جمعة",
        5: "saturday|sat|السبت|يوم سبت",
        6: "sunday|sun|الأحد|يوم أحد",
    }
)

MONTHS: Final = _table(
    {
        1: "january|jan|يناير|كانون الثاني|جانفي",
        2: "february|feb|فبراير|شباط|فيفري",
        3: "march|mar|مارس|آذار",
        4: "april|apr|أبريل|إبريل|نيسان|أفريل",
        5: "may|مايو|أيار|ماي",
        6: "june|jun|يونيو|يونيه|حزيران|جوان",
        7: "july|jul|يوليو|يوليه|تموز|جويلية",
        8: "august|aug|أغسطس|آب|أوت",
        9: "september|sep|sept|سبتمبر|أيلول",
        10: "october|oct|أكتوبر|تشرين الأول",
        11: "november|nov|نوفمبر|تشرين الثاني",
        12: "december|dec|ديسمبر|كانون الأول",
    }
)

NUMBERS: Final = _table(
    {
        1: "one|a|an|واحد|واحدة",
        2: "two|اثنين|اثنان|اثنتين",
        3: "three|ثلاث|ثلاثة",
        4: "four|أربع|أربعة",
        5: "five|خمس|خمسة",
        6: "six|ست|ستة",
        7: "seven|سبع|سبعة",
        8: "eight|ثمان|ثماني|ثمانية",
        9: "nine|تسع|تسعة",
        10: "ten|عشر|عشرة",
        11: "eleven|أحد عشر|إحدى عشرة",
        12: "twelve|اثنا عشر|اثنتا عشرة",
    }
)

HOURS: Final = NUMBERS | _table(
    {
        1: "الواحدة",
        2: "الثانية",
        3: "الثالثة",
        4: "الرابعة",
        5: "الخامسة",
        6: "السادسة",
        7: "السابعة",
        8: "الثامنة",
        9: "التاسعة",
        10: "العاشرة",
        11: "الحادية عشرة|الحادية عشر",
        12: "الثانية عشرة|الثانية عشر",
    }
)
for _article in ("a", "an"):
    del HOURS[_article]

DAYS, WEEKS, MONTHS_AHEAD, HOURS_AHEAD, MINUTES_AHEAD = range(5)
UNITS: Final = _table(
    {
        DAYS: "day|days|يوم|أيام|يوما",
        WEEKS: "week|weeks|أسبوع|أسابيع|أسبوعا",
        MONTHS_AHEAD: "month|months|شهر|أشهر|شهور|شهرا",
        HOURS_AHEAD: "hour|hours|hrs|ساعة|ساعات",
        MINUTES_AHEAD: "minute|minutes|min|mins|دقيقة|دقائق",
    }
)
TWO_OF: Final = _table(
    {
        DAYS: "يومين",
        WEEKS: "أسبوعين",
        MONTHS_AHEAD: "شهرين",
        HOURS_AHEAD: "ساعتين",
        MINUTES_AHEAD: "دقيقتين",
    }
)

MORNING, AFTERNOON, NOON, NIGHT = range(4)
PERIODS: Final = _table(
    {
        MORNING: "am|a.m.|a.m|morning|in the morning|صباحا|الصبح|صباح|فجرا|الفجر|قبل الظهر",
        AFTERNOON: "pm|p.m.|p.m|afternoon|in the afternoon|evening|in the evening|this evening|"
        "مساء|المساء|المسا|عصرا|العصر|بعد الظهر|المغرب|بعد العصر",
        NOON: "ظهرا|الظهر",
        NIGHT: "at night|night|ليلا|بالليل|الليل|في الليل",
    }
)

EXACT_TIMES: Final = _table(
    {0: "midnight|at midnight|منتصف الليل", 12 * 60: "noon|midday|at noon|منتصف النهار|وقت الظهر"}
)

PARTS_BEFORE: Final = _table({30: "half past", 15: "quarter past|a quarter past", -15: "quarter to|a quarter to"})
PARTS_BEHIND: Final = _table(
    {
        30: "والنصف|ونصف|ونص|والنص",
        15: "والربع|وربع",
        20: "والثلث|وثلث",
        -15: "إلا ربع|إلا ربعا|إلا الربع",
        -20: "إلا ثلث|إلا ثلثا|إلا الثلث",
    }
)

NEXT: Final = tuple(map(normalize, ("القادم", "القادمة", "المقبل", "المقبلة", "الجاي", "الجاية", "التالي", "التالية")))

# What may stand around a day and a time without changing them.
_AROUND: Final = (
    "on at the of for around about by from please ok okay yes next this "
    "في يوم على تقريبا حوالي من فضلك لو سمحت الساعة ساعة إن شاء الله تمام نعم هذا هذه تاريخ و"
)
FILLERS: Final = frozenset(map(normalize, _AROUND.split()))
