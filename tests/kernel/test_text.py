"""Text normalisation: one form for all spellings, in both scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.kernel.text import (
    clean,
    detect_language,
    first_name,
    fold_digits,
    match_key,
    normalize,
    parse_number,
    search_terms,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Café", "cafe"),
        ("CAFÉ", "cafe\u0301"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ﬁne", "fine"),
        ("أحمد", "احمد"),
        ("إسلام", "اسلام"),
        ("آمال", "امال"),
        ("ٱلسلام", "السلام"),
        ("مدرسة", "مدرسه"),
        ("مستشفى", "مستشفي"),
        ("ایران", "ايران"),
        ("کتاب", "كتاب"),
        ("قَهْوَةٌ", "قهوه"),
        ("قـــهوة", "قهوة"),
        ("١٢٣", "123"),
        ("۴۵۶", "456"),
        ("قه\u200bوة", "قهوة"),
        ("\u202bقهوة\u202c", "قهوة"),
        ("  a \n\t b ", "a b"),
        ("ﷲ", "الله"),
    ],
)
def test_spellings_meet(left: str, right: str) -> None:
    assert normalize(left) == normalize(right)


@pytest.mark.parametrize(
    ("left", "right"), [("حب", "جب"), ("كلب", "قلب"), ("cat", "cut"), ("1", "١١"), ("हिन्दी", "हनद")]
)
def test_different_words_stay_different(left: str, right: str) -> None:
    assert normalize(left) != normalize(right)


@given(st.text())
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
    assert match_key(match_key(text)) == match_key(text)


@given(st.text())
def test_clean_text_can_always_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode() is not None
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


def test_clean_keeps_what_people_write() -> None:
    assert clean("a\tb\r\nc 👍🏽 سلام\u200f") == "a\tb\nc 👍🏽 سلام\u200f"
    assert clean("a\x00b\x1b[31m\ud800") == "ab[31m"


@pytest.mark.parametrize(
    ("text", "key"),
    [("Menu!", "menu"), ("☕ Coffee", "coffee"), ("«قهوة»؟", "قهوه"), ("👍", "👍"), ("?!", "?!"), ("", "")],
)
def test_match_key_ignores_punctuation_where_there_are_words(text: str, key: str) -> None:
    assert match_key(text) == key


def test_fold_digits_leaves_the_rest() -> None:
    assert fold_digits("غرفة ١٢ و۳۴") == "غرفة 12 و34"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello", "en"),
        ("مرحبا", "ar"),
        ("Ahmed أحمد محمد", "ar"),
        ("menu please قائمة", "en"),
        ("123 👍", None),
        ("", None),
    ],
)
def test_language_is_read_from_the_script(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_search_terms_are_distinct_and_in_order() -> None:
    assert search_terms("Café, café & مَدرسة ١٢!") == ("cafe", "مدرسه", "12")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" ١٢ ", 12),
        ("۱۲", 12),
        ("-3", -3),
        ("−3", -3),
        ("3.50", 3.5),
        ("٣٫٥", 3.5),
        ("2,5", 2.5),
        ("1,250", 1250),
        ("١٬٢٥٠", 1250),
        ("1,250.75", 1250.75),
        ("12 cups", None),
        ("", None),
        ("1e9", None),
        ("--1", None),
        ("1,2,3", None),
        ("²", None),
        ("nan", None),
        ("9" * 30, None),
    ],
)
def test_numbers_as_people_write_them(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("name", "called"),
    [("Sara Mitchell", "Sara"), ("أبو عبدالله", "أبو عبدالله"), ("عبد الله حسن", "عبد الله"), ("أم", "أم"), ("  ", "")],
)
def test_what_a_person_is_called_by(name: str, called: str) -> None:
    assert first_name(name) == called
