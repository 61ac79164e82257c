"""The signature over the raw bytes, and the handshake."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.meta.verify import answer_handshake, is_signature_valid

SECRET = b"0f1e2d3c4b5a69788796a5b4c3d2e1f0"
# As Meta writes it: every letter beyond ASCII escaped, and the slash too.
ESCAPED = rb'{"text":"\u0645\u0631\u062d\u0628\u0627 \ud83d\ude0a","url":"https:\/\/example.org"}'


def sign(raw: bytes, secret: bytes = SECRET) -> bytes:
    return b"sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest().encode()


@given(st.binary(), st.binary(min_size=1, max_size=40))
def test_a_signature_is_valid_for_its_bytes_and_secret(raw: bytes, secret: bytes) -> None:
    assert is_signature_valid(raw, sign(raw, secret), secret)
    assert not is_signature_valid(raw + b" ", sign(raw, secret), secret)
    assert not is_signature_valid(raw, sign(raw, secret), secret + b"x")


def test_the_bytes_count_and_not_what_they_say() -> None:
    again = json.dumps(json.loads(ESCAPED), ensure_ascii=False).encode()
    assert json.loads(again) == json.loads(ESCAPED)
    assert is_signature_valid(ESCAPED, sign(ESCAPED), SECRET)
    assert not is_signature_valid(again, sign(ESCAPED), SECRET)


def test_letters_of_the_hex_may_be_large_and_spaces_stand_around() -> None:
    header = sign(b"{}")
    assert is_signature_valid(b"{}", b" sha256=" + header[7:].upper() + b" ", SECRET)


@pytest.mark.parametrize(
    "header",
    [
        None,
        b"",
        b"sha256=",
        sign(b"{}")[7:],
        sign(b"{}")[:-1],
        sign(b"{}") + b"0",
        b"sha1=" + sign(b"{}")[7:],
        b"sha256=" + hmac.new(SECRET, b"{}", hashlib.sha256).digest(),
        "sha256=٠١٢".encode(),
        b"\xff\x00",
        b"sha256=" + b"z" * 64,
    ],
)
def test_a_malformed_header_is_no_signature(header: bytes | None) -> None:
    assert not is_signature_valid(b"{}", header, SECRET)


def test_an_empty_secret_signs_nothing() -> None:
    assert not is_signature_valid(b"{}", sign(b"{}", b""), b"")


ASKED = {"hub.mode": "subscribe", "hub.verify_token": "our-token", "hub.challenge": "<b>1158201444</b>"}


def test_the_challenge_is_echoed_as_it_came() -> None:
    assert answer_handshake(ASKED, lambda token: token == "our-token") == "<b>1158201444</b>"


@pytest.mark.parametrize(
    "changes",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.mode": None},
        {"hub.verify_token": "another"},
        {"hub.verify_token": ""},
        {"hub.verify_token": None},
        {"hub.challenge": None},
    ],
)
def test_a_handshake_that_is_refused(changes: dict[str, str | None]) -> None:
    query = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    assert answer_handshake(query, lambda token: token in ("our-token", "")) is None
