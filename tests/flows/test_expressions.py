"""Templates and conditions: what they can do, and that nothing an author writes can hurt."""

from __future__ import annotations

from contextlib import suppress
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


def fill(source: str) -> str:
    return render(compile_template(source), SCOPE)


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
        ('{{ "the baker\'s OLD mill" | title }}', "The Baker's Old Mill"),
        ("{{ 'a b c' | split: ' ' | at: 1 }}{{ 'a b' | split: ' ' | at: -1 }}{{ 'a' | at: 5 }}", "bb"),
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


@pytest.mark.parametrize("value", [object(), {1, 2}, {"a": object()}, [[[[[b"bytes"]]]]]])
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
