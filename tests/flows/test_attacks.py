"""Templates that want to hurt: each is refused when it is read, or bounded when it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from hoopoe.flows.expressions import ExpressionError, compile_condition, compile_template, render

from .test_expressions import SCOPE, fill

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


@contextmanager
def quick() -> Iterator[None]:
    """What happens in here takes less than half a second of processor time."""
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


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
