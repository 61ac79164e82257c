"""The signature over the address and all parameters."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.twilio.verify import is_signature_valid

TOKEN = b"7c6b5a49382716050f1e2d3c4b5a6978"
URL = "https://hoopoe.example.org/whatsapp/webhook?message=0190.1&lang=ar"
PARAMS = [("To", "whatsapp:+966112223344"), ("Body", "أهلًا + وسهلًا"), ("AccountSid", "AC1"), ("Body", "أهلًا + وسهلًا")]

params_lists = st.lists(st.tuples(st.text(max_size=12), st.text(max_size=20)), max_size=8)


def sign(url: str, params: list[tuple[str, str]], token: bytes = TOKEN) -> bytes:
    """Written from the description, not from our code: names in order, of each name its values in order, once."""
    by_name: dict[str, set[str]] = {}
    for name, value in params:
        by_name.setdefault(name, set()).add(value)
    text = url
    for name in sorted(by_name):
        for value in sorted(by_name[name]):
            text += name + value
    return base64.b64encode(hmac.new(token, text.encode(), hashlib.sha1).digest())


@given(params_lists, st.binary(min_size=1, max_size=40), st.randoms())
def test_a_signature_is_valid_for_its_address_params_and_token(
    params: list[tuple[str, str]], token: bytes, random: object
) -> None:
    header = sign(URL, params, token)
    assert is_signature_valid(URL, params[::-1], header, token)
    assert not is_signature_valid(URL, params, header, token + b"x")
    assert not is_signature_valid(URL + "x", params, header, token)
    assert not is_signature_valid(URL, [*params, ("more", "!")], header, token)


def test_a_known_signature() -> None:
    """Made once by `openssl dgst -sha1 -hmac secret -binary | base64` from address, a, 1, b, 2."""
    url = "https://hoopoe.example.org/hook"
    assert is_signature_valid(url, [("b", "2"), ("a", "1")], b"WePjVsZ3KZe495/kb0zzJnSb0wQ=", b"secret")


def test_a_name_with_several_values_is_signed_with_each_of_them_once() -> None:
    params = [("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "b")]
    assert is_signature_valid(URL, params, sign(URL, [("MediaUrl", "a"), ("MediaUrl", "b")]), TOKEN)


@pytest.mark.parametrize(
    ("ours", "signed"),
    [
        ("https://hoopoe.example.org/hook", "https://hoopoe.example.org:443/hook"),
        ("https://hoopoe.example.org:443/hook", "https://hoopoe.example.org/hook"),
        ("http://hoopoe.example.org/hook?a=1", "http://hoopoe.example.org:80/hook?a=1"),
        ("http://hoopoe.example.org:80/hook", "http://hoopoe.example.org/hook"),
        ("https://hoopoe.example.org:8443/hook", "https://hoopoe.example.org/hook"),
        ("https://hoopoe.example.org:8443/hook", "https://hoopoe.example.org:8443/hook"),
        ("https://hoopoe.example.org/hook#rc=2&rp=5xx", "https://hoopoe.example.org/hook"),
        ("https://[2001:db8::1]/hook", "https://[2001:db8::1]:443/hook"),
        ("https://who:what@hoopoe.example.org/hook", "https://who:what@hoopoe.example.org:443/hook"),
        ("https://hoopoe.example.org", "https://hoopoe.example.org"),
    ],
)
def test_the_port_may_be_signed_or_not_and_the_fragment_never_is(ours: str, signed: str) -> None:
    assert is_signature_valid(ours, PARAMS, sign(signed, PARAMS), TOKEN)


@pytest.mark.parametrize(
    ("ours", "signed"),
    [
        ("https://hoopoe.example.org/hook", "https://hoopoe.example.org:8443/hook"),
        ("https://hoopoe.example.org:8443/hook", "https://hoopoe.example.org:443/hook"),
        ("https://hoopoe.example.org/hook", "http://hoopoe.example.org/hook"),
        ("https://hoopoe.example.org/hook", "https://elsewhere.example.org/hook"),
        ("https://hoopoe.example.org/hook", "https://hoopoe.example.org/hook/"),
    ],
)
def test_another_address_is_another_signature(ours: str, signed: str) -> None:
    assert not is_signature_valid(ours, PARAMS, sign(signed, PARAMS), TOKEN)


@pytest.mark.parametrize("header", [None, b"", b" ", b"=", sign(URL, PARAMS)[:-1], sign(URL, PARAMS).lower(), b"\xff"])
def test_what_is_no_signature(header: bytes | None) -> None:
    assert not is_signature_valid(URL, PARAMS, header, TOKEN)


def test_an_empty_token_signs_nothing() -> None:
    assert not is_signature_valid(URL, PARAMS, sign(URL, PARAMS, b""), b"")


@pytest.mark.parametrize("url", ["", "https://[::1", "https://host:port/", "https://host:99999/", "\ud800"])
def test_a_strange_address_does_no_harm(url: str) -> None:
    assert not is_signature_valid(url, PARAMS, b"c2lnbmVk", TOKEN)
    assert not is_signature_valid(url, [("\ud800", "x")], b"c2lnbmVk", TOKEN, body=b"{}")


# --- A body that is no form -----------------------------------------------------------------------

BODY = '{"text": "كنافة"}'.encode()
SUM = hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize("hashed", [SUM, SUM.upper()])
def test_a_json_body_is_signed_by_its_hash_in_the_address(hashed: str) -> None:
    url = f"https://hoopoe.example.org/hook?a=1&bodySHA256={hashed}"
    assert is_signature_valid(url, [], sign(url, []), TOKEN, body=BODY)
    assert is_signature_valid(url, PARAMS, sign(url, []), TOKEN, body=BODY)
    assert not is_signature_valid(url, [], sign(url, []), TOKEN, body=BODY + b" ")
    assert not is_signature_valid(url, [], sign(url, [("a", "b")]), TOKEN, body=BODY)


@pytest.mark.parametrize("query", ["", "?bodySHA256=", f"?bodySHA256={SUM[:-1]}", f"?bodySHA256={SUM}&bodySHA256=0"])
def test_without_one_right_hash_a_signed_address_says_nothing_of_the_body(query: str) -> None:
    url = f"https://hoopoe.example.org/hook{query}"
    assert not is_signature_valid(url, [], sign(url, []), TOKEN, body=BODY)
