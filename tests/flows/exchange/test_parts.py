"""Expressions, texts, secrets: the small parts of reading foreign files."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from hoopoe.flows.exchange import export_bot, read_file
from hoopoe.flows.exchange.excellent import translate
from hoopoe.flows.exchange.excellent_calls import Value
from hoopoe.flows.exchange.names import Names, dotted, encode, escape, quote
from hoopoe.flows.exchange.secrets import hide, split_headers
from hoopoe.flows.exchange.titles import fit_titles
from hoopoe.flows.exchange.typebot_texts import say
from hoopoe.flows.expressions import compile_template, render

from .playing import files, load

SCOPE = {
    "results": {"a": 4, "b": 3, "name": "Mona", "none": "", "digits": "18"},
    "contact": {"name": "Sara Adel"},
    "today": "2026-03-01",
}


def find(path: Any) -> Value | None:
    if path[0] in ("trigger", "node"):
        return None
    return Value("today" if path == ["today"] else dotted(*path), is_number=path[-1] in ("a", "b"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi @contact.name.", "Hi Sara Adel."),
        ("@@sara, sara@example.com, 5 @ 3", "@sara, sara@example.com, 5 @ 3"),
        ('@(upper(results.name & "!"))', "MONA!"),
        ("@(results.a + results.b * 2)", "10"),
        ("@(10 - results.a)", "6"),
        ("@(-results.a)", "-4"),
        ("@((results.a + 1) * 2)", "10"),
        ('@(if(results.a > 3, "many", "few"))', "many"),
        ('@(if(and(results.a > 3, results.b > 3), "many", "few"))', "few"),
        ("@(results.a >= 5)", "false"),
        ('@(default(results.none, "nobody"))', "nobody"),
        ('@(format_date(today(), "DD/MM/YYYY"))', "01/03/2026"),
        ("@(word(contact.name, 0))", "Sara"),
        ("@(RESULTS.NAME)", "Mona"),
        ('@(concatenate("a", results.name))', "aMona"),
        ('@(replace(results.name, "M", "L"))', "Lona"),
        ('@(title("it\'s"))', "It's"),
        ('@(title("the old mill"))', "The Old Mill"),
        ("@(results.a / results.b * 3)", "4"),
        ("@(10 / results.a)", "2.5"),
        ('@(if(results.a > 9, "many", if(results.a > 3, "some: " & results.a * 2, "few")))', "some: 8"),
        ('@("a\\nb" & if(not(results.a = 4), "x", "y") & upper(results.name))', "a\nbyMONA"),
        ('@(if(and(or(results.a = 4, results.b = 9), results.b = 9), "yes", "no"))', "no"),
        ('@(if(is_error(contact.shoe), "unknown", contact.shoe))', "unknown"),
        ("@(legacy_add(results.a, 2))", "6"),
        ('@("x" & results.a * 2)', "x8"),
        ("@(word(contact.name, 1))", "Adel"),
        ('@(field("red; green", 1, ";"))', "green"),
        ('@(if(results.digits = 18, "yes", "no") & if(results.digits != 18, "yes", "no"))', "yesno"),
        ("@(text_slice(contact.name, 0, 4))!", "Sara!"),
        ("@(word_count(contact.name))", "2"),
        ("@(format_number(3.25))", "3.25"),
        ("@(format_number(1234.5, 2))", "1,234.50"),
        ("@(percent(0.25))", "25%"),
        ("{{ results.a }} {% if %}", "{{ results.a }} {% if %}"),
    ],
)
def test_expressions_that_have_a_counterpart(text: str, said: str) -> None:
    template, failed = translate(text, find)
    assert failed == []
    assert render(compile_template(template), SCOPE) == said


@pytest.mark.parametrize(
    "text",
    [
        "@trigger.params.x",
        "@(max(1, 2))",
        "@(results.a + max(1))",
        '@(if(contact.age > 18, "yes", "no"))',
        "@(results.a - (results.b + 1))",
        "@(foo)",
        "@(1 +)",
        '@("a" "b")',
        "@(results.a[results.b])",
        "@((x) => x)",
        "@(" + "(" * 900 + "1" + ")" * 900 + ")",
        "@(" + "1+" * 900 + "1)",
    ],
    ids=lambda text: text[:20],
)
def test_expressions_without_a_counterpart_stay_as_they_were(text: str) -> None:
    template, failed = translate(f"a {text} b", find)
    assert failed == [text]
    assert render(compile_template(template), {}) == f"a {text} b"


def test_a_bracket_that_is_never_closed_is_text() -> None:
    assert translate("see @(results.a", find) == ("see @(results.a", [])


def test_names_are_ours_and_no_two_alike() -> None:
    names = Names()
    given = ["First name", "first name!", "First_name", "العدد", "الوزن", "contact", "2nd", "nil"]
    assert [names.of(name) for name in given] == [
        "First_name", "first_name", "First_name_2", "value", "value_2", "contact_value", "v_2nd", "nil_value",
    ]  # fmt: skip
    assert names.of("contact") == "contact_value"


def test_texts_that_look_like_ours_mean_nothing() -> None:
    for text in ("{{ contact.name }}", "{% raw %}", "{{{{", "{{ '{{' }}"):
        assert render(compile_template(escape(text)), {"contact": {"name": "Sara"}}) == text
    assert [quote("it's"), quote('a"b'), quote("a'b\"c"), quote("{{")] == ['"it\'s"', "'a\"b'", None, None]
    assert encode("{{ base }}/x/{{ id }}?n={{ n | upcase }}") == "{{ base }}/x/{{ id | url_encode }}?n={{ n | upcase }}"


def test_secrets_are_named_and_never_taken() -> None:
    headers = {"Accept": "text/html", "Authorization": "Bearer abc", "X-Api-Key": "k", "X-Token": ""}
    assert split_headers(headers) == ({"Accept": "text/html"}, ["Authorization", "X-Api-Key"])
    step = {
        "options": {"apiKey": "k", "headers": [{"key": "X-Api-Key", "value": "k"}, {"key": "Accept", "value": "v"}]}
    }
    assert "'k'" not in str(hide(step))
    assert "'v'" in str(hide(step))


@pytest.mark.parametrize("name", ["rapidpro", "typebot"])
def test_no_secret_of_a_file_is_in_its_bots(name: str) -> None:
    for path in files(name):
        stored = orjson.dumps([bot.blueprint for bot in load(path).bots])
        for secret in (b"Token 123456", b"k-123", b"secret-token"):
            assert secret not in stored, path.name


def test_titles_fit_and_differ() -> None:
    titles, cut = fit_titles(["A title of more than twenty", "A title of more than twenty", {"en": "Yes", "ar": "نعم"}])
    assert titles == ["A title of more tha…", {"en": "Yes", "ar": "نعم"}]
    assert cut == "A title of more than twenty"
    assert fit_titles(["{{ a_name_of_more_than_twenty }}"])[1] == ""


def test_rich_text_is_whatsapps() -> None:
    children = [{"text": "So "}, {"text": "bold ", "bold": True}, {"text": "x", "italic": True, "strikethrough": True}]
    items = [{"type": "li", "children": [{"type": "lic", "children": [{"text": word}]}]} for word in ("one", "two")]
    link = {"type": "a", "url": "https://x.example", "children": [{"text": "here"}]}
    rich = [
        {"type": "p", "children": children},
        {"type": "ol", "children": items},
        {"type": "blockquote", "children": [link]},
        {"type": "variable", "children": [{"type": "p", "children": [{"text": "{{ Name }}"}]}]},
    ]
    assert say({"richText": rich}) == "So *bold* ~_x_~\n1. one\n2. two\n> here (https://x.example)\n{{ Name }}"
    assert say({"html": "<div>Hello <b>you</b></div><div>Bye</div>"}) == "Hello you\nBye"
    assert say({"plainText": "plain"}) == "plain"


def test_our_own_file_names_what_is_needed_and_no_secret() -> None:
    config = {"url": "https://x.example", "credential": "crm"}
    blueprint = {"name": "X", "nodes": [{"id": "ask", "type": "http_request", "config": config}], "edges": []}
    file = export_bot("X", blueprint)
    assert file["credentials"] == [{"name": "crm", "service": ""}]
    [bot] = read_file(file).bots
    assert [(each.kind, each.name) for each in bot.missing] == [("credential", "crm")]
    assert export_bot(bot.name, bot.blueprint) == file
