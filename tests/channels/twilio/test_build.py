"""Our content as Twilio's form and Contents, and what is refused before it leaves."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import (
    Address,
    Button,
    ButtonsContent,
    ListContent,
    LocationContent,
    OutboundContent,
    ReadReceipt,
    Row,
    Section,
    TextContent,
)
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.twilio.build import BuiltContent, build_content, build_request
from hoopoe.kernel.json import Json, JsonObject

NADA = Address(phone="966501112233", user_id="SA.77001122334455")
NUMBER = "+966112223344"
CALLBACK = "https://hoopoe.example.org/whatsapp/webhook"
HASH = "5954eb1b9f5b640e77d622fd0b51e119440a3f5f495eb60c14d38d1f971234ec"

BUTTONS = ButtonsContent(
    "Which size of kunafa?", (Button("s", "Small"), Button("l", "Large")), header="Sweets", footer="Fresh at noon"
)
LIST = ListContent(
    "Pick a branch",
    "Branches",
    (
        Section((Row("olaya", "Olaya", "Open until 23:00"), Row("malaz", "Malaz")), "Riyadh"),
        Section((Row("rawdah", "Rawdah"),), "Jeddah"),
    ),
)


def build(
    content: OutboundContent | ReadReceipt,
    recipient: Address = NADA,
    *,
    opaque: str | None = None,
    callback: str | None = CALLBACK,
    sid: str | None = None,
    variables: dict[str, str] | None = None,
) -> dict[str, str]:
    return build_request(
        content,
        recipient=recipient,
        opaque=opaque,
        reply_to="SM1",
        sender_number=NUMBER,
        status_callback_url=callback,
        content_sid=sid,
        variables=variables,
    )


def types(built: BuiltContent) -> JsonObject:
    found = built.body["types"]
    assert isinstance(found, dict)
    return found


def shown(built: BuiltContent) -> Json:
    """The types as a person sees them: every place filled in."""
    text = json.dumps(types(built))
    filled: Json = json.loads(re.sub(r"\{\{(\d+)\}\}", lambda place: json.dumps(built.variables[place[1]])[1:-1], text))
    return filled


def test_a_text_with_everything_around_it() -> None:
    assert build(TextContent("أهلًا ندى"), opaque="0190-aa.2") == {
        "To": "whatsapp:+966501112233",
        "From": "whatsapp:+966112223344",
        "Body": "أهلًا ندى",
        "StatusCallback": f"{CALLBACK}?message=0190-aa.2",
    }


@pytest.mark.parametrize(
    ("recipient", "to"),
    [
        (Address(phone="966501112233"), "whatsapp:+966501112233"),
        (Address(phone="+966501112233"), "whatsapp:+966501112233"),
        (NADA, "whatsapp:+966501112233"),
        (Address(user_id="SA.77001122334455"), "whatsapp:SA.77001122334455"),
    ],
)
def test_the_phone_is_taken_where_there_is_one(recipient: Address, to: str) -> None:
    assert build(TextContent("hi"), recipient)["To"] == to


@pytest.mark.parametrize("opaque", ["m.1", "a b&c=d#e", "م"])
@pytest.mark.parametrize("callback", [CALLBACK, CALLBACK + "?lang=ar", CALLBACK + "#rc=2&rp=5xx"])
def test_our_ids_stand_in_the_query_of_the_callback(callback: str, opaque: str) -> None:
    url = urlsplit(build(TextContent("hi"), opaque=opaque, callback=callback)["StatusCallback"])
    assert ("message", opaque) in parse_qsl(url.query)
    assert url.fragment == urlsplit(callback).fragment
    assert build(TextContent("hi"), callback=callback)["StatusCallback"] == callback


def test_without_an_address_of_ours_no_callback_is_asked_for() -> None:
    assert "StatusCallback" not in build(TextContent("hi"), opaque="m.1", callback=None)


def test_a_receipt_is_a_typing_indicator_of_that_message() -> None:
    assert build(ReadReceipt("SM1"), Address()) == {"channel": "whatsapp", "messageId": "SM1"}


@pytest.mark.parametrize(
    ("content", "body", "pin"),
    [
        (LocationContent(24.6949, 46.6853, "Qamar", "Olaya St"), "Olaya St", "geo:24.6949000,46.6853000|Qamar"),
        (LocationContent(24.6949, 46.6853, "Qamar\nCafé"), "Qamar\nCafé", "geo:24.6949000,46.6853000|Qamar Café"),
        (LocationContent(-1, 1e-7), "-1.0000000, 0.0000001", "geo:-1.0000000,0.0000001"),
    ],
)
def test_a_place_is_a_pin_with_words_below_it(content: LocationContent, body: str, pin: str) -> None:
    form = build(content)
    assert (form["Body"], form["PersistentAction"]) == (body, pin)


def test_a_menu_is_sent_by_its_content() -> None:
    form = build(BUTTONS, sid="HX1", variables={"1": "Abu Fahd's"})
    assert form.keys() == {"To", "From", "ContentSid", "ContentVariables", "StatusCallback"}
    assert form["ContentSid"] == "HX1"
    assert "'" not in form["ContentVariables"]
    assert json.loads(form["ContentVariables"]) == {"1": "Abu Fahd's"}
    with pytest.raises(ContentRefused) as refused:
        build(BUTTONS)
    assert refused.value.field == "content_sid"


# --- Contents -------------------------------------------------------------------------------------


def test_buttons() -> None:
    built = build_content(BUTTONS)
    assert types(built) == {
        "twilio/quick-reply": {
            "body": "{{1}}\n\n{{2}}\n\n{{3}}",
            "actions": [
                {"type": "QUICK_REPLY", "title": "{{4}}", "id": "s"},
                {"type": "QUICK_REPLY", "title": "{{5}}", "id": "l"},
            ],
        }
    }
    assert list(built.variables.values()) == [
        *("*Sweets*", "Which size of kunafa?", "_Fresh at noon_"),
        *("Small", "Large"),
    ]
    assert built.body["language"] == "en"
    assert built.body["variables"] == {name: name for name in built.variables}
    assert str(built.body["friendly_name"]).endswith(built.hash[:16])


def test_a_list_has_its_sections_before_the_descriptions() -> None:
    assert shown(build_content(LIST)) == {
        "twilio/list-picker": {
            "body": "Pick a branch",
            "button": "Branches",
            "items": [
                {"item": "Olaya", "id": "olaya", "description": "Riyadh · Open until 23:00"},
                {"item": "Malaz", "id": "malaz", "description": "Riyadh"},
                {"item": "Rawdah", "id": "rawdah", "description": "Jeddah"},
            ],
        }
    }
    alone = replace(LIST, sections=(Section((Row("olaya", "Olaya", "d" * 72), Row("malaz", "Malaz")), "Riyadh"),))
    assert shown(build_content(alone)) == {
        "twilio/list-picker": {
            "body": "Pick a branch",
            "button": "Branches",
            "items": [
                {"item": "Olaya", "id": "olaya", "description": "d" * 72},
                {"item": "Malaz", "id": "malaz"},
            ],
        }
    }


def test_a_full_description_goes_before_its_section() -> None:
    first, second = LIST.sections
    full = replace(LIST, sections=(replace(first, rows=(Row("olaya", "Olaya", "d" * 72),)), second))
    assert "d" * 72 in build_content(full).variables.values()


def test_only_the_shape_of_a_menu_makes_another_content() -> None:
    first = build_content(BUTTONS)
    arabic = replace(
        BUTTONS, body="أي حجم؟", buttons=(Button("s", "صغير"), Button("l", "كبير")), header="حلويات", footer="طازجة"
    )
    assert build_content(arabic).hash == first.hash
    assert build_content(arabic).body == first.body
    others = [
        replace(BUTTONS, body="Which size\nof kunafa?"),
        replace(BUTTONS, header=None),
        replace(BUTTONS, buttons=(Button("x", "Small"), Button("l", "Large"))),
        replace(BUTTONS, buttons=(Button("s", "Small"),)),
    ]
    hashes = {build_content(other).hash for other in others}
    assert len(hashes | {first.hash}) == 5
    menus = [replace(LIST, sections=(Section((Row(id_, title),)),)) for id_, title in (("a", "A"), ("b", "B"))]
    assert len({build_content(menu).hash for menu in menus}) == 1


def test_a_hash_stays_the_same_from_one_release_to_the_next() -> None:
    """Contents that were made before are found again. Who changes this makes all of them anew."""
    assert build_content(ButtonsContent("Hi", (Button("y", "Yes"),))).hash == HASH


def test_no_value_spans_lines_and_none_is_empty() -> None:
    built = build_content(
        replace(BUTTONS, body="  1 kunafa\r\n\n\t\n2\ttea      hot\u2028now \n", header=None, footer=None)
    )
    assert shown(built) == {
        "twilio/quick-reply": {
            "body": "1 kunafa\n\n\n2 tea    hot now",
            "actions": [
                {"type": "QUICK_REPLY", "title": "Small", "id": "s"},
                {"type": "QUICK_REPLY", "title": "Large", "id": "l"},
            ],
        }
    }


def test_braces_in_a_text_are_only_text() -> None:
    built = build_content(replace(BUTTONS, body="{{2}} {{name}}", header=None, footer=None))
    assert json.dumps(types(built)).count("{{") == 3
    assert built.variables["1"] == "{{2}} {{name}}"


words = st.text(min_size=1, max_size=20).filter(str.strip)


@given(st.text(min_size=1, max_size=400).filter(str.strip), st.lists(words, min_size=1, max_size=3, unique=True))
def test_whatever_the_words_are_the_values_are_what_twilio_takes(body: str, titles: list[str]) -> None:
    buttons = tuple(Button(str(index), title) for index, title in enumerate(titles))
    try:
        built = build_content(ButtonsContent(body, buttons))
    except ContentRefused as refused:
        assert "lines" in refused.reason
        return
    for value in built.variables.values():
        assert value.strip()
        assert not re.search(r"[\r\n\t\u2028\u2029]| {5}", value)
    places = re.findall(r"\{\{(\d+)\}\}", json.dumps(types(built)))
    assert places == list(built.variables)


# --- Limits ---------------------------------------------------------------------------------------


def buttons(*pairs: tuple[str, str]) -> ButtonsContent:
    return replace(BUTTONS, buttons=tuple(Button(id_, title) for id_, title in pairs))


def rows(*ids: str) -> tuple[Row, ...]:
    return tuple(Row(id_, f"Row {id_}") for id_ in ids)


def section_of(row: Row) -> ListContent:
    return replace(LIST, sections=(Section((row,)),))


def make(content: OutboundContent) -> dict[str, str]:
    if isinstance(content, TextContent):
        return build(content)
    built = build_content(content)
    return build(content, sid="HX1", variables=built.variables)


PLAIN = replace(BUTTONS, header=None, footer=None)
AT_THE_LIMIT: list[OutboundContent] = [
    TextContent("ي" * 1600),
    replace(PLAIN, body="x" * 1024),
    replace(PLAIN, body="x" * (1024 - 2 * 64), header="x" * 60, footer="x" * 60),
    buttons(("a" * 200, "t" * 20), ("b", "u"), ("c", "v")),
    replace(LIST, body="x" * 1024),
    replace(LIST, button="x" * 20),
    replace(LIST, sections=(Section(rows(*"0123456789")),)),
    replace(LIST, sections=(Section(rows("0"), "s" * 24),)),
    section_of(Row("r" * 200, "t" * 24, "d" * 72)),
]


@pytest.mark.parametrize("content", AT_THE_LIMIT)
def test_what_fills_a_limit_exactly_is_sent(content: OutboundContent) -> None:
    assert make(content)


REFUSED: list[tuple[OutboundContent, str]] = [
    (TextContent("x" * 1601), "body"),
    (TextContent(" \n "), "body"),
    (replace(PLAIN, body="x" * 1025), "body"),
    (replace(PLAIN, body="x" * 1020, footer="more"), "body"),
    (replace(PLAIN, body="\n".join("x" * 101)), "body"),
    (replace(BUTTONS, header="x" * 61), "header"),
    (replace(BUTTONS, footer="x" * 61), "footer"),
    (buttons(), "buttons"),
    (buttons(("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")), "buttons"),
    (buttons(("1", "Same"), ("2", "Same")), "buttons.title"),
    (buttons(("1", "Yes"), ("1", "No")), "buttons.id"),
    (buttons(("1", "t" * 21)), "buttons.title"),
    (buttons(("1" * 201, "Yes")), "buttons.id"),
    (buttons(("{{1}}", "Yes")), "buttons.id"),
    (buttons((" 1", "Yes")), "buttons.id"),
    (replace(LIST, body="x" * 1025), "body"),
    (replace(LIST, button="x" * 21), "button"),
    (replace(LIST, button=""), "button"),
    (replace(LIST, sections=()), "sections"),
    (replace(LIST, sections=(Section(rows(*"0123456789a")),)), "sections"),
    (replace(LIST, sections=(Section(rows("0"), "A"), Section((), "B"))), "sections.rows"),
    (replace(LIST, sections=(Section(rows("0")), Section(rows("1")))), "sections.title"),
    (replace(LIST, sections=(Section(rows("0"), "s" * 25),)), "sections.title"),
    (replace(LIST, sections=(Section(rows("0", "0")),)), "sections.rows.id"),
    (section_of(Row("r" * 201, "t")), "sections.rows.id"),
    (section_of(Row("a\nb", "t")), "sections.rows.id"),
    (section_of(Row("a     b", "t")), "sections.rows.id"),
    (section_of(Row("r", "t" * 25)), "sections.rows.title"),
    (section_of(Row("r", "t", "d" * 73)), "sections.rows.description"),
]


@pytest.mark.parametrize(("content", "field"), REFUSED)
def test_what_twilio_would_not_take_is_refused_by_name(content: OutboundContent, field: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        make(content)
    assert refused.value.field == field
    assert refused.value.reason


def test_nobody_to_write_to_is_refused() -> None:
    with pytest.raises(ContentRefused) as refused:
        build(TextContent("hi"), Address(name="Nada"))
    assert refused.value.field == "recipient"


def test_an_opaque_text_longer_than_an_address_should_be_is_refused() -> None:
    assert build(TextContent("hi"), opaque="o" * 512)
    with pytest.raises(ContentRefused):
        build(TextContent("hi"), opaque="o" * 513)
