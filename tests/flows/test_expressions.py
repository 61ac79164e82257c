"""Templates and conditions: what they can do, and that nothing an author writes can hurt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoopoe.flows.expressions import (
    ExpressionError,
    compile_condition,
    compile_template,
    compile_text,
    evaluate,
    render,
    render_value,
    to_json,
)

SCOPE = {
    "order": {"total": 150, "items": [{"name": "Tea"}, {"name": "Cake"}], "paid": False},
    "contact": {"name": "Sara Ali", "tags": ["vip", "new"], "age": None},
    "quantity": 3,
    "price": 12.0,
    "now": "2026-03-01T10:05:00+03:00",
    "long": "x" * 20_000,
    "many": ["x"] * 1_000,
}
SECONDS = 0.5


class Secret:
    """A Python object that strayed into a scope."""

    password = "hunter2"

    def __str__(self) -> str:
        return self.password

    def __getitem__(self, key: str) -> str:
        return self.password

    def __liquid__(self) -> str:
        return self.password


def fill(source: str) -> str:
    return render(compile_template(source), SCOPE)


@contextmanager
def quick() -> Iterator[None]:
    """What happens in here takes less than half a second of processor time."""
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("no braces", "no braces"),
        ("Hi {{ contact.name }}!", "Hi Sara Ali!"),
        ("{{ missing }}{{ missing.deep[0].er }}", ""),
        ("{{ missing | default: 'friend' }}", "friend"),
        ("{{ contact.age | default: 'unknown' }}", "unknown"),
        ("{{ contact.nick | default: contact.name | first_name }}", "Sara"),
        ("{{ 'عبد الله حسن' | first_name }}", "عبد الله"),
        ("{{ order.items[1].name }} {{ order.items.first.name }} {{ order.items.size }}", "Cake Tea 2"),
        ("{{ order.items[9].name }}", ""),
        ("{{ contact['name'] | upcase }}", "SARA ALI"),
        ("{{ contact.tags }} / {{ contact.tags | join: '+' }}", "vip, new / vip+new"),
        ("{{ order.paid }} {{ price }} {{ 2.50 }}", "false 12 2.5"),
        ("{{ order.items[0] }}", '{"name":"Tea"}'),
        ("{{ quantity | times: 1850 | money: 'SAR' }}", "55.50 SAR"),
        ("{{ 1234567 | money: 'KWD' }} {{ 500 | money: 'JPY' }} {{ -5 | money }}", "1,234.567 KWD 500 JPY -0.05"),
        ("{{ '١٢' | plus: 1 }} {{ 'no number' | plus: 1 }}", "13 1"),
        ("{{ 7 | divided_by: 2 }} {{ 7.0 | divided_by: 2 }} {{ 7 | modulo: 4 }}", "3 3.5 3"),
        ("{{ 2.567 | round: 1 }} {{ 2.5 | ceil }} {{ 2.5 | floor }} {{ -3 | abs }}", "2.6 3 2 3"),
        ("{{ now | date: '%d.%m. %H:%M' }} {{ 'soon' | date }}", "01.03. 10:05 soon"),
        ("{{ now | date: '%s %c %Z %Y' }}", "%s %c %Z 2026"),
        ("{{ 'abcdef' | truncate: 4 }} {{ ' a ' | strip | append: 'b' | prepend: '>' }}", "abc… >ab"),
        ("{{ 'a,b' | split: ',' | last }} {{ 'aXa' | replace: 'X', 'y' | remove: 'a' }}", "b y"),
        ("{{ contact.name | json }}", '"Sara Ali"'),
        ("{{ '../a b?c=ق&d' | url_encode }}", "..%2Fa%20b%3Fc%3D%D9%82%26d"),
        ("{% if order.total > 100 and contact.tags contains 'vip' %}rich{% else %}poor{% endif %}", "rich"),
        ("{% unless order.paid %}open{% endunless %}", "open"),
        ("{% case quantity %}{% when 1 %}one{% when 3 %}three{% endcase %}", "three"),
        ("{% raw %}{{ kept }}{% endraw %}{% comment %}gone{% endcomment %}", "{{ kept }}"),
        ("أهلا {{ contact.name }}، {{ quantity }} × قهوة", "أهلا Sara Ali، 3 × قهوة"),
    ],
)
def test_templates(source: str, shown: str) -> None:
    assert fill(source) == shown


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("order.total > 100", True),
        ("order.total > 100 and contact.tags contains 'new'", True),
        ("order.total < 100 or quantity == 3", True),
        ("not order.paid", True),
        ("not (order.paid or quantity == 3)", False),
        ("missing", False),
        ("missing == nil", True),
        ("contact.name == empty", False),
        ("contact.name contains 'Sara'", True),
        ("false", False),
    ],
)
def test_conditions(source: str, holds: bool) -> None:
    assert evaluate(compile_condition(source), SCOPE) is holds


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{{ quantity }}", 3),
        ("{{ quantity | plus: 1 }}", 4),
        ("{{ contact.tags }}", ["vip", "new"]),
        ("{{ order.items[0] }}", {"name": "Tea"}),
        ("{{ missing }}", None),
        (" {{ quantity }}", " 3"),
        ("3", "3"),
    ],
)
def test_a_template_that_is_one_value_keeps_its_type(source: str, value: object) -> None:
    assert render_value(compile_template(source), SCOPE) == value


# --- Attacks: refused when they are read ----------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{{ (1..100000000) | join: ',' }}", "not_allowed"),
        ("{% if (1..100000000) contains 5 %}x{% endif %}", "not_allowed"),
        ("{{ x | default: (1..9) }}", "not_allowed"),
        ("{% case x %}{% when (1..9) %}y{% endcase %}", "not_allowed"),
        ("{% for i in (1..9) %}{{ i }}{% endfor %}", "unknown_tag"),
        ("{% for i in many %}{% for j in many %}x{% endfor %}{% endfor %}", "unknown_tag"),
        ("{% tablerow i in many %}{% endtablerow %}", "unknown_tag"),
        ("{% assign a = long %}{% assign a = a | append: a %}", "unknown_tag"),
        ("{% capture a %}x{% endcapture %}", "unknown_tag"),
        ("{% cycle 'a', 'b' %}", "unknown_tag"),
        ("{% increment a %}", "unknown_tag"),
        ("{% include 'x' %}", "unknown_tag"),
        ("{% render 'x' %}", "unknown_tag"),
        ("{% echo 'x' %}", "unknown_tag"),
        ("{% liquid assign a = 1 %}", "unknown_tag"),
        ("{{ x | map: 'password' }}", "unknown_filter"),
        ("{{ x | sort }}", "unknown_filter"),
        ("{{ 'x' | base64_decode }}", "unknown_filter"),
        ("{{ x | upcase: 1 }}", "bad_syntax"),
        ("{{ x | replace }}", "bad_syntax"),
        ("{{ x | default: 'a', allow_false: true }}", "not_allowed"),
        ("{{ x", "bad_syntax"),
        ("{% if x %}", "bad_syntax"),
        ("{% if x %}{% endunless %}", "unknown_tag"),
        ("{{ }}", "bad_syntax"),
        ("{{ a b }}", "bad_syntax"),
        ("{{ " + "a" * 1_100 + " }}", "too_long"),
        ("{{ a }}" * 201, "too_long"),
        ("x" * 20_001, "too_long"),
        ("{% if a %}" * 9 + "{% endif %}" * 9, "too_deep"),
    ],
)
def test_what_is_refused(source: str, code: str) -> None:
    with quick(), pytest.raises(ExpressionError) as caught:
        compile_template(source)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 900 + " }}",
        "{% if " + "(" * 450 + "a" + ")" * 450 + " %}x{% endif %}",
        "{% if " + "not " * 240 + "a %}x{% endif %}",
        "{% if " + "a and " * 160 + "a %}x{% endif %}",
        "{{ a" + "[a" * 300 + "]" * 300 + " }}",
        "{{ a" + "['" * 490 + " }}",
        "{{ a" + ".b" * 490 + " }}",
        "{{ a" + " | upcase" * 100 + " }}",
        "{{ '" + "\\" * 900 + " }}",
        "{{ " + "9" * 990 + " }}",
        "{{ -" + "9" * 300 + ".0 | times: 9 }}",
        "{%" * 4_000,
        "{{" * 4_000,
        "{% comment %}" * 200,
        "{% raw %}" * 200,
        ("{{ a" + "." * 990 + " }}") * 10,
    ],
)
def test_deep_and_long_sources_are_read_or_refused_quickly(source: str) -> None:
    with quick(), suppress(ExpressionError):
        render(compile_template(source), SCOPE)


def test_a_full_size_template_is_read_quickly() -> None:
    source = ("{{ contact.name | default: 'x' | upcase }}" + "y" * 50) * 200
    with quick():
        render(compile_template(source), SCOPE)


def test_the_position_of_a_fault_is_given() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_template("Hello {{ name | shout }}")
    assert caught.value.position == len("Hello {{ name | ")
    with pytest.raises(ExpressionError) as caught:
        compile_condition("order.total >> 3")
    assert caught.value.position == len("order.total ")


@pytest.mark.parametrize(
    "source",
    [
        "a %}{% endif %}{% if b",
        "a %}1{% endif %}{{ contact.name }}{% if b",
        "a %}{% else %}{% if b",
        "a }}{{ b",
        "{{ a }}",
        "",
        "  ",
        "a b",
        "a and",
        "(1..9) contains 3",
        "a | upcase",
        "a -%}x{%- endif %}{% if b",
        "a %",
    ],
)
def test_a_condition_is_one_expression_and_nothing_else(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_condition(source)


# --- Attacks: bounded when they run -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{{ long | append: long }}", "too_much_output"),
        ("{{ long | replace: 'x', 'xxxxxxxxxx' }}", "too_much_output"),
        ("{{ long | replace: '', long }}", "too_much_output"),
        ("{{ 'aa'" + " | replace: 'a', 'aaaaaaaaaa'" * 12 + " }}", "too_much_output"),
        ("{{ many | join: long }}", "too_much_output"),
        ("{{ long | split: '' | join: 'y' }}", "ok"),
        ("{{ long }}{{ long }}{{ long }}{{ long }}{{ long }}", "too_much_output"),
        ("{{ 9" + " | times: 999999999" * 12 + " }}", "bad_value"),
        ("{{ 1 | divided_by: 0 }}", "bad_value"),
        ("{{ 1 | modulo: 0.0 }}", "bad_value"),
        ("{{ now | date: '%999999999d' }}", "ok"),
        ("{{ now | date: long }}", "ok"),
        ("{{ 'x' | truncate: 99999999999999 }}", "ok"),
        ("{% if 'x' > 3 %}y{% endif %}", "bad_value"),
        ("{{ 3 | round: 99999999999 }}", "ok"),
        ("{{ long | url_encode }}", "too_much_output"),
        ("{{ '" + "9" * 900 + "' | plus: 1 }}", "ok"),
    ],
)
def test_what_runs_is_bounded(source: str, code: str) -> None:
    with quick():
        template = compile_template(source)
        try:
            assert len(render(template, SCOPE)) <= 80_000
            outcome = "ok"
        except ExpressionError as error:
            outcome = error.code
    assert outcome == code


def test_steps_are_counted() -> None:
    source = ("{{ " + "a" + ".b" * 400 + " }}") * 6
    with quick(), pytest.raises(ExpressionError) as caught:
        fill(source)
    assert caught.value.code == "too_many_steps"


@pytest.mark.parametrize(
    "source",
    [
        "{{ secret }}",
        "{{ secret.password }}",
        "{{ secret['password'] }}",
        "{{ secret.__class__.__mro__ }}",
        "{{ secret | append: '' }}",
        "{{ secret | json }}",
        "{{ contact.__class__ }}",
        "{{ contact.name.__class__ }}",
        "{{ contact.name.upper }}",
        "{{ contact.keys }}",
        "{{ contact[secret] }}",
        "{{ order.items.__len__ }}",
        "{% if secret.password == 'hunter2' %}hunter2{% endif %}",
    ],
)
def test_no_python_object_is_reached(source: str) -> None:
    try:
        shown = render(compile_template(source), {**SCOPE, "secret": Secret()})
    except ExpressionError:
        shown = ""
    assert shown == ""


@pytest.mark.parametrize("name", ["now", "today"])
def test_the_clock_is_not_reached(name: str) -> None:
    assert render(compile_template("{{ " + name + " }}"), {}) == ""
    assert render(compile_template("{{ 'now' | date: '%Y' }}"), {}) == "now"


def test_control_characters_never_come_out() -> None:
    assert fill("a\x00b{{ contact.name }}\x07") == "abSara Ali"
    assert render(compile_template("{{ x }}"), {"x": "a\x00\x1b[0m\ud800b\nc"}) == "a[0mb\nc"


@pytest.mark.parametrize("value", [object(), Secret(), {"a": object()}, [[[[[Secret()]]]]]])
def test_only_json_is_stored(value: object) -> None:
    with pytest.raises(ExpressionError):
        to_json(value)


def test_to_json_takes_what_rows_hold() -> None:
    row = {
        "id": UUID(int=1),
        "at": datetime(2026, 3, 1, tzinfo=UTC),
        "on": date(2026, 3, 1),
        "sum": Decimal("1.50"),
        "big": 2**70,
        "none": float("nan"),
    }
    assert to_json(row) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "at": "2026-03-01T00:00:00+00:00",
        "on": "2026-03-01",
        "sum": "1.50",
        "big": str(2**70),
        "none": None,
    }


def test_a_deep_value_is_refused() -> None:
    value: object = 1
    for _ in range(10_000):
        value = [value]
    with pytest.raises(ExpressionError):
        to_json(value)


def test_a_text_is_picked_by_language() -> None:
    text = compile_text({"en": "Hello", "ar": "أهلا", "fr": " "}, "en")
    picked = {tag: text.pick(tag).source for tag in ("en", "ar", "ar_SA", "AR-EG", "fr", "de", "")}
    assert picked == {
        "en": "Hello",
        "ar": "أهلا",
        "ar_SA": "أهلا",
        "AR-EG": "أهلا",
        "fr": "Hello",
        "de": "Hello",
        "": "Hello",
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=10),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.sampled_from("abc"), children, max_size=3),
    max_leaves=8,
)
WORDS = (
    "{{ }} {% %} if else elsif endif unless case when raw endraw a a.b a[0] a['b'] size first | : , default upcase "
    "plus minus times divided_by round money date join split json replace truncate 'x' \"y\" 1 -2.5 == != < > "
    "contains and or not ( ) .. nil empty blank true"
)
pieces = st.sampled_from(WORDS.split())


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=14).map(" ".join), json_values)
def test_any_template_on_any_value_gives_a_text_or_an_expression_error(source: str, value: object) -> None:
    try:
        assert isinstance(render(compile_template(source), {"a": value}), str)
    except ExpressionError as error:
        assert error.code in {
            "too_long", "too_deep", "bad_syntax", "unknown_tag", "unknown_filter", "not_allowed",
            "too_many_steps", "too_much_output", "bad_value",
        }  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=10).map(" ".join), json_values)
def test_any_condition_on_any_value_is_true_or_false_or_an_expression_error(source: str, value: object) -> None:
    with suppress(ExpressionError):
        assert evaluate(compile_condition(source), {"a": value}) in (True, False)
