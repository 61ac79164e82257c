"""Days and times as people write them, on Sunday, 1 March 2026, ten in the morning in Riyadh."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.flows.nodes.moments import Said, read_said

EARLIEST, LATEST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01")
NOW = datetime(2026, 3, 1, 10, 0, tzinfo=ZoneInfo("Asia/Riyadh"))


def show(said: Said | None) -> str | None:
    if said is None:
        return None
    if said.moment is not None:
        return said.moment.isoformat()
    time = "" if said.minutes is None else f"{said.minutes // 60:02}:{said.minutes % 60:02}"
    return " ".join(part for part in (said.day.isoformat() if said.day else "", time) if part)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", "2026-03-01"),
        ("Tomorrow at 5", "2026-03-02 17:00"),
        ("tomorrow at 5:30pm", "2026-03-02 17:30"),
        ("tomorrow morning at 9", "2026-03-02 09:00"),
        ("tomorrow 5.30", "2026-03-02 17:30"),
        ("day after tomorrow, noon", "2026-03-03 12:00"),
        ("tonight at 8", "2026-03-01 20:00"),
        ("friday", "2026-03-06"),
        ("Sunday", "2026-03-01"),
        ("next Sunday", "2026-03-08"),
        ("Friday, 6 March", "2026-03-06"),
        ("monday 6 march", None),
        ("March 5th, 2026 at 5pm", "2026-03-05 17:00"),
        ("5 of march", "2026-03-05"),
        ("28 feb", "2027-02-28"),
        ("29 feb", "2028-02-29"),
        ("the 1st", "2026-03-01"),
        ("the 31st", "2026-03-31"),
        ("5/3/26 17:30", "2026-03-05 17:30"),
        ("2026-03-05T17:00", "2026-03-05 17:00"),
        ("in 3 days", "2026-03-04"),
        ("in a week", "2026-03-08"),
        ("in one month", "2026-04-01"),
        ("in two hours", "2026-03-01T12:00:00+03:00"),
        ("in 30 minutes", "2026-03-01T10:30:00+03:00"),
        ("half past five", "17:30"),
        ("quarter to 6 in the evening", "17:45"),
        ("6 o'clock", "18:00"),
        ("09:00", "09:00"),
        ("0:30", "00:30"),
        ("12 am", "00:00"),
        ("12 pm", "12:00"),
        ("midnight", "00:00"),
        ("غدًا الساعة ٥ مساءً", "2026-03-02 17:00"),
        ("بكرة العصر الساعة 4", "2026-03-02 16:00"),
        ("بعد غد الخامسة والنصف", "2026-03-03 17:30"),
        ("غدا إن شاء الله الساعة 6", "2026-03-02 18:00"),
        ("الليلة الساعة ٩", "2026-03-01 21:00"),
        ("الجمعة القادمة الساعة 8", "2026-03-06 08:00"),
        ("يوم الاثنين الساعة اثنين", "2026-03-02 14:00"),
        ("٥ آذار ٢٠٢٦ الساعة ١٠ صباحا", "2026-03-05 10:00"),
        ("يوم 5", "2026-03-05"),
        ("بعد يومين", "2026-03-03"),
        ("بعد ساعتين", "2026-03-01T12:00:00+03:00"),
        ("بعد ٣ أسابيع", "2026-03-22"),
        ("الساعة 5 إلا ربع", "16:45"),
        ("الحادية عشرة صباحا", "11:00"),
        ("5م", "17:00"),
        ("٩ ص", "09:00"),
        ("12 ليلا", "00:00"),
        ("1 ليلا", "01:00"),
        ("1 ظهرا", "13:00"),
        ("", None),
        ("hello there", None),
        ("I will come tomorrow", None),
        ("may", None),
        ("next week", None),
        ("31/2", None),
        ("13 am", None),
        ("24:00", None),
        ("3 or 4", None),
        ("tomorrow " * 20, None),
    ],
)
def test_what_is_meant(text: str, meant: str | None) -> None:
    assert show(read_said(text, NOW)) == meant


@pytest.mark.parametrize(
    ("hour", "said", "meant"), [(8, "9", "09:00"), (10, "9", "21:00"), (22, "9", "21:00"), (18, "5", "17:00")]
)
def test_of_today_the_hour_that_is_still_to_come_or_the_later(hour: int, said: str, meant: str) -> None:
    assert show(read_said(f"today at {said}", NOW.replace(hour=hour))) == f"2026-03-01 {meant}"


pieces = st.sampled_from(
    [
        "tomorrow",
        "today",
        "next",
        "friday",
        "at",
        "5",
        "17:30",
        "pm",
        "half",
        "past",
        "in",
        "3",
        "two",
        "days",
        "hours",
        "5/3",
        "31",
        "feb",
        "march",
        "2026",
        "th",
        "الساعة",
        "غدا",
        "بعد",
        "القادمة",
        "الجمعة",
        "يوم",
        "والنصف",
        "إلا",
        "ربع",
        "مساء",
        "ص",
        "م",
        "-",
        ".",
        ":",
        "99",
        "0",
    ]
)


@given(st.lists(pieces, max_size=9), st.datetimes(EARLIEST, LATEST))
def test_any_words_are_a_day_and_a_time_or_nothing_and_always_the_same(said: list[str], at: datetime) -> None:
    text, now = " ".join(said), at.replace(tzinfo=ZoneInfo("Africa/Cairo"))
    found = read_said(text, now)
    assert found == read_said(text, now)
    if found is None:
        return
    assert found.minutes is None or 0 <= found.minutes < 24 * 60
    assert found.day is None or isinstance(found.day, date)
    assert (found.moment is None) != (found.day is None and found.minutes is None)
    if found.moment is not None:
        assert found.moment.utcoffset() is not None
        assert found.moment >= now - timedelta(hours=1)
