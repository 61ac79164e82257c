"""What a provider would not take as it is, taken apart: nothing lost, nothing doubled, nothing broken."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hoopoe.channels.capabilities import META, MOST_PARTS, TWILIO, Capabilities
from hoopoe.channels.contract import (
    Address,
    Button,
    ButtonsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaKind,
    OutboundContent,
    Row,
    Section,
    TextContent,
)
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.fitting import Degradation, DegradationCode, fit
from hoopoe.channels.meta.build import build_request
from hoopoe.channels.splitting import is_boundary, shorten, split_text
from hoopoe.channels.twilio.build import build_content

FILE = UUID("0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11")
FAMILY = "👨‍👩‍👧‍👦"
WAVE = "👋🏽"
FLAG = "🇸🇦"
ENGLAND = "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
KEYCAP = "1️⃣"
VOWELLED = "بِسْمِ"
HINDI = "क्षि"
HANGUL = "\u1112\u1161\u11ab"
SIGNS = (FAMILY, WAVE, FLAG, ENGLAND, KEYCAP, "e\u0301", "بِ", HANGUL, HINDI)
PIECES = (
    *SIGNS,
    "a",
    "ب",
    "字",
    " ",
    "  ",
    "\n",
    "\n\n",
    ". ",
    "؟ ",
    "۔ ",
    "。",
    "! ",
    "https://hoopoe.test/a?b=1.2&c=ش ",
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=120).map("".join)


def assert_same_but_space(whole: str, parts: list[str]) -> None:
    """Whether the parts are the text, but for the white space where it was cut."""
    place = 0
    for part in parts:
        while place < len(whole) and not whole.startswith(part, place):
            assert whole[place].isspace(), (whole, parts)
            place += 1
        assert whole.startswith(part, place), (whole, parts)
        place += len(part)
    assert not whole[place:].strip(), (whole, parts)


@given(texts, st.integers(1, 60))
@example("a" * 61, 60)
@example(" " * 100 + "x", 10)
@example(FAMILY * 20, 5)
@example("x\u0301" * 40, 1)
def test_a_split_text_loses_nothing_and_every_part_fits(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert_same_but_space(text, parts)
    assert all(len(part) <= limit for part in parts) or not text.strip()
    assert all(part.strip() for part in parts) or not text.strip()


@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=40), st.integers(14, 60))
def test_no_sign_is_cut_in_two(signs: list[str], limit: int) -> None:
    whole = "".join(signs)
    ends, place = {0}, 0
    for sign in signs:
        place += len(sign)
        ends.add(place)
    place = 0
    for part in split_text(whole, limit):
        place += len(part)
        assert place in ends, (whole, part)
    assert shorten(whole, limit).removesuffix("…") in {whole[:end] for end in ends}


@pytest.mark.parametrize("sign", [*SIGNS, FAMILY + "️", "؀١", "\r\n"])
def test_these_are_one_sign_each(sign: str) -> None:
    assert not any(is_boundary(f"x{sign}x", place) for place in range(2, len(sign) + 1))
    assert is_boundary(f"x{FLAG}{FLAG}x", 3)
    assert is_boundary("xy", 1)


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("One. Two three. Four", 16, ["One. Two three.", "Four"]),
        ("كيف الحال؟ بخير", 12, ["كيف الحال؟", "بخير"]),
        ("یہ ایک ہے۔ یہ دو ہے", 12, ["یہ ایک ہے۔", "یہ دو ہے"]),
        ("一二三。四五六。七", 8, ["一二三。四五六。", "七"]),
        ("He said “no.” Then left", 16, ["He said “no.”", "Then left"]),
        ("first part\n\nsecond. third", 20, ["first part", "second. third"]),
        ("Look at https://x.test/a.b.c now", 20, ["Look at", "https://x.test/a.b.c", "now"]),
        ("عنوان https://x.test/متجر.قائمة تم", 26, ["عنوان", "https://x.test/متجر.قائمة", "تم"]),
        ("https://x.test/abcdefgh", 10, ["https://x.", "test/abcde", "fgh"]),
        ("version 3.14 of it", 11, ["version", "3.14 of it"]),
    ],
)
def test_where_a_text_is_cut(text: str, limit: int, parts: list[str]) -> None:
    assert split_text(text, limit) == parts


@given(st.sampled_from(["a. ", "كلمة ", "字。", FAMILY]), st.integers(0, 9_000), st.sampled_from([META, TWILIO]))
def test_a_long_text_becomes_several_and_says_so(piece: str, count: int, limits: Capabilities) -> None:
    body = (piece * count)[:20_000].strip()
    fitted = fit(TextContent(body), limits)
    bodies = [part.body for part in fitted.parts if isinstance(part, TextContent)]
    assert len(bodies) == len(fitted.parts) <= MOST_PARTS
    assert all(len(each) <= limits.text_body for each in bodies)
    if len(body) <= limits.text_body:
        assert fitted.degradations == ()
        assert bodies == [body]
        return
    split = Degradation(DegradationCode.TEXT_SPLIT, len(body), len(bodies), limits.text_body)
    assert fitted.degradations[0] == split
    if DegradationCode.TEXT_CUT in {each.code for each in fitted.degradations}:
        assert bodies[-1].endswith("…")
        bodies[-1] = bodies[-1].removesuffix("…")
        assert body.startswith(bodies[0])
    else:
        assert_same_but_space(body, bodies)


words = st.text(st.sampled_from("abcdé بتث.؟ \n" + FAMILY), min_size=1).filter(str.strip)
options = st.lists(st.text(st.sampled_from("abcdبت" + WAVE), min_size=1, max_size=40), min_size=1, max_size=35)


@given(words, options, st.sampled_from([META, TWILIO]), st.none() | words, st.integers(0, 400))
def test_every_menu_is_one_that_the_provider_takes(
    body: str, titles: list[str], limits: Capabilities, header: str | None, times: int
) -> None:
    buttons = tuple(Button(str(number), title) for number, title in enumerate(dict.fromkeys(titles)))
    fitted = fit(ButtonsContent(body * (times + 1), buttons, header=header), limits)
    assert_taken(fitted.parts, limits)
    offered = [id_ for part in fitted.parts for id_ in ids_of(part)]
    assert offered == [button.id for button in buttons]


def ids_of(part: OutboundContent) -> list[str]:
    match part:
        case ButtonsContent():
            return [button.id for button in part.buttons]
        case ListContent():
            return [row.id for section in part.sections for row in section.rows]
        case _:
            return []


def assert_taken(parts: tuple[OutboundContent, ...], limits: Capabilities) -> None:
    for part in parts:
        if limits is TWILIO and isinstance(part, ButtonsContent | ListContent):
            try:
                build_content(part)
            except ContentRefused as refused:
                # Twilio counts the lines of a menu too, which no shape of ours mends.
                assert "too many lines" in refused.reason
        elif limits is META:
            build_request(part, recipient=Address(phone="966500000101"), opaque=None, reply_to=None)


def test_four_buttons_become_rows_behind_a_button_in_the_texts_language() -> None:
    buttons = tuple(Button(f"b{number}", f"خيار {number}") for number in range(4))
    fitted = fit(ButtonsContent("ماذا تريد؟", buttons), META)
    (menu,) = fitted.parts
    assert isinstance(menu, ListContent)
    assert menu.button == "اختر"
    assert [row.id for row in menu.sections[0].rows] == ["b0", "b1", "b2", "b3"]
    assert fitted.degradations == (Degradation(DegradationCode.BUTTONS_TO_LIST, 4, 4, 3),)


def test_rows_over_ten_are_pages_that_need_no_answer_to_go_on() -> None:
    sections = (
        Section(tuple(Row(str(n), f"Row {n}") for n in range(8)), "Hot"),
        Section(tuple(Row(str(n), f"Row {n}") for n in range(8, 23)), "Cold"),
    )
    fitted = fit(ListContent("Our menu", "Open", sections, footer="Thanks"), META)
    bodies = [part.body for part in fitted.parts if isinstance(part, ListContent)]
    assert bodies == ["Our menu", "(2/3)", "(3/3)"]
    assert [[section.title for section in part.sections] for part in fitted.parts if isinstance(part, ListContent)] == [
        ["Hot", "Cold"],
        ["Cold"],
        ["Cold"],
    ]
    assert [len(ids_of(part)) for part in fitted.parts] == [10, 10, 3]
    assert fitted.degradations == (Degradation(DegradationCode.LIST_PAGED, 23, 3, 10),)


def test_what_a_rows_title_loses_stands_in_its_second_line() -> None:
    title = "Chicken shawarma with garlic sauce"
    fitted = fit(ListContent("Eat", "Open", (Section((Row("1", title, "Best"), Row("2", "Tea"))),)), META)
    (menu,) = fitted.parts
    assert isinstance(menu, ListContent)
    assert menu.sections[0].rows == (Row("1", "Chicken shawarma with g…", f"{title} · Best"), Row("2", "Tea"))
    assert fitted.degradations == (Degradation(DegradationCode.TITLES_SHORTENED, len(title), 24, 24),)


def test_ids_are_left_to_the_builder() -> None:
    long = ButtonsContent("Which?", (Button("i" * 300, "One"), Button("i" * 300, "Two")))
    fitted = fit(long, META)
    assert fitted.parts == (long,)
    with pytest.raises(ContentRefused):
        build_request(fitted.parts[0], recipient=Address(phone="1"), opaque=None, reply_to=None)


@pytest.mark.parametrize("kind", list(MediaKind))
def test_a_caption_that_is_too_long_follows_its_file(kind: MediaKind) -> None:
    caption = "word " * 300 + "end"
    file, *rest = fit(MediaContent(kind, FILE, caption), META).parts
    assert file == MediaContent(kind, FILE)
    assert rest == [TextContent(caption)]
    short = MediaContent(kind, FILE, "Short")
    is_shown = kind not in (MediaKind.AUDIO, MediaKind.STICKER)
    assert fit(short, META).parts == ((short,) if is_shown else (MediaContent(kind, FILE), TextContent("Short")))


@pytest.mark.parametrize("limits", [META, TWILIO])
def test_a_body_that_is_too_long_goes_before_its_menu_and_ends_with_it(limits: Capabilities) -> None:
    body = " ".join(f"Sentence number {number}." for number in range(200))
    fitted = fit(ButtonsContent(body, (Button("y", "Yes"),), header="Title", footer="Small"), limits)
    *before, menu = fitted.parts
    assert isinstance(menu, ButtonsContent)
    bodies = [part.body for part in before if isinstance(part, TextContent)]
    assert before
    assert len(bodies) == len(before)
    assert_same_but_space(body, [*bodies, menu.body])
    assert menu.body.startswith("Sentence")
    assert (menu.header, menu.footer) == ("Title", "Small")
    assert fitted.degradations[0].code is DegradationCode.BODY_MOVED
    assert_taken(fitted.parts, limits)


def test_a_places_words_are_shortened() -> None:
    (place,) = fit(LocationContent(24.7, 46.7, "n" * 1001, "a"), META).parts
    assert isinstance(place, LocationContent)
    assert place.name == "n" * 999 + "…"
    assert place.address == "a"
