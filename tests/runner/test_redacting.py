"""What a trace hides: by names, by where it stands, and wherever else the same text stands."""

from __future__ import annotations

import pytest

from hoopoe.flows.runner.redacting import hide, hide_named, redact_request, shorten, shorten_text
from hoopoe.kernel.secret_shapes import REDACTED


def test_a_request_shows_where_it_went_and_no_secret() -> None:
    request = {
        "method": "GET",
        "url": "https://u:longpassword@api.example:8443/a/b?sig=abcdefgh&x=1#part",
        "headers": {"X-Shop": "abc-very-secret", "Accept": "application/json"},
        "query": {"api_key": "0123456789", "page": 2},
        "body": [{"user": {"password": "x"}}],
        "timeout_seconds": 10,
    }
    shown, secrets = redact_request(request)
    assert shown == {
        "method": "GET",
        "url": "https://api.example:8443/a/b?sig=[redacted]&x=1",
        "headers": {"X-Shop": REDACTED, "Accept": "application/json"},
        "query": {"api_key": REDACTED, "page": 2},
        "body": [{"user": {"password": REDACTED}}],
        "timeout_seconds": 10,
    }
    assert secrets == {"longpassword", "abcdefgh", "abc-very-secret", "0123456789"}
    assert hide({"a": ["x 0123456789 y", 5]}, secrets) == {"a": [f"x {REDACTED} y", 5]}


@pytest.mark.parametrize("url", ["", "not an address", "https://[::1", "https://x:99999999/", "//", "https://"])
def test_any_address_is_shown_somehow(url: str) -> None:
    shown, _ = redact_request({"url": url})
    assert isinstance(shown["url"], str)


def test_what_is_large_is_shown_by_its_beginning() -> None:
    assert len(str(shorten({"a": ["x" * 200] * 50}))) < 700
    assert shorten("x" * 1_000) == "x" * 300 + "…"
    assert shorten({"a": 1, "token": "abc"}) == {"a": 1, "token": REDACTED}


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it is sk_live_0123456789abcdef.", f"it is {REDACTED}."),
        ("Authorization said Bearer abcdef0123456789", f"Authorization said {REDACTED}"),
        (f"jwt {JWT} end", f"jwt {REDACTED} end"),
        ("AKIAABCDEFGHIJKLMNOP", REDACTED),
        ("https://ali:geheim@shop.example/a?q=1", f"https://{REDACTED}@shop.example/a?q=1"),
        ("https://shop.example/a?api_key=k1&q=1", f"https://shop.example/a?api_key={REDACTED}&q=1"),
        ("user=ali&password=x&n=1", f"user=ali&password={REDACTED}&n=1"),
        ('{"access_token": "abc", "total": 5}', f'{{"access_token": "{REDACTED}", "total": 5}}'),
        ("<password>abc</password>", f"<password>{REDACTED}</password>"),
        ('{"user_otp": "493817", "cvv2": "123"}', f'{{"user_otp": "{REDACTED}", "cvv2": "{REDACTED}"}}'),
        ("n=1&pin_code=4938&passcode=x", f"n=1&pin_code={REDACTED}&passcode={REDACTED}"),
    ],
)
def test_what_looks_like_a_secret_is_none_to_read(text: str, shown: str) -> None:
    assert shorten_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Your order 12345 is ready at 5 = five o'clock.",
        "https://shop.example/a?author=ali&spin=2&q=token",
        "Basic rules; the bearer of this has a free coffee",
        "طلبك رقم ١٢٣ جاهز = تعال",
        "{{ order.total | money: 'SAR' }}",
        '{"total": 5, "shipping": "fast"}',
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert shorten_text(text) == text


SECRET = 'abc"def+ghi/jkl'


@pytest.mark.parametrize(
    "text",
    [
        f"plain {SECRET} text",
        'as JSON {"x": "abc\\"def+ghi/jkl"}',
        "in an address ?x=abc%22def%2Bghi%2Fjkl",
        "x" * 295 + SECRET[:9] + "…",
    ],
)
def test_a_known_secret_is_hidden_in_every_spelling_and_where_it_was_cut(text: str) -> None:
    shown = hide(text, frozenset({SECRET}))
    assert isinstance(shown, str)
    assert REDACTED in shown
    assert "abc" not in shown


def test_a_secret_is_hidden_before_its_end_is_cut_off() -> None:
    assert shorten_text("x" * 290 + " sk_live_0123456789abcdef and more") == "x" * 290 + f" {REDACTED}"[:10] + "…"


def test_looking_for_secrets_takes_no_time_that_grows() -> None:
    assert len(shorten_text("token" * 200_000)) <= 301


def test_a_condition_on_a_secret_column_shows_no_secret() -> None:
    request = {
        "operation": "update",
        "table": "Members",
        "where": [
            {"column": "pin", "operator": "equals", "value": "493817"},
            {"column": "name", "operator": "equals", "value": "Lina"},
        ],
        "values": {"pin": "594031", "name": "Lina"},
    }
    shown, secrets = redact_request(request)
    assert shown == {
        "operation": "update",
        "table": "Members",
        "where": [
            {"column": "pin", "operator": "equals", "value": REDACTED},
            {"column": "name", "operator": "equals", "value": "Lina"},
        ],
        "values": {"pin": REDACTED, "name": "Lina"},
    }
    assert secrets == {"493817", "594031"}
    assert hide({"error": "pin 493817 is none"}, secrets) == {"error": f"pin {REDACTED} is none"}


def test_a_code_that_is_a_number_is_hidden_elsewhere_too() -> None:
    _, secrets = redact_request({"body": {"user_otp": 493817, "page": 2}})
    assert hide({"copy": 493817, "said": "Your code is 493817.", "page": 2}, secrets) == {
        "copy": REDACTED, "said": f"Your code is {REDACTED}.", "page": 2,
    }  # fmt: skip


def test_a_secret_that_begins_like_another_hides_all_of_it() -> None:
    """Whatever the order of a set: the longer one first."""
    names = [f"acme{number:02}" for number in range(20)]
    secrets = frozenset([*names, *(f"{name}-S3cr3tTail" for name in names)])
    assert hide([f"login {name}-S3cr3tTail now" for name in names], secrets) == [f"login {REDACTED} now"] * len(names)


def test_variables_are_shown_as_they_are_but_for_secrets() -> None:
    long = "x" * 5_000
    values = {
        "note": long,
        "otp": "493817",
        "shop": {"api_key": "k", "items": [{"token": "t", "name": "tea"}]},
        "pin": "",
    }
    shown = {"api_key": REDACTED, "items": [{"token": REDACTED, "name": "tea"}]}
    assert hide_named(values) == {"note": long, "otp": REDACTED, "shop": shown, "pin": ""}
