"""What a trace hides: by names, by where it stands, and wherever else the same text stands."""

from __future__ import annotations

import pytest

from hoopoe.flows.runner.redacting import REDACTED, hide, is_secret, redact_request, shorten


@pytest.mark.parametrize(
    "name", ["token", "access_token", "X-Api-Key", "apikey", "password", "client_secret", "Authorization", "OTP", "pwd"]
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["author", "name", "order_number", "passenger", "opinion", "key", "shipping"])
def test_names_of_other_things(name: str) -> None:
    assert not is_secret(name)


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
