"""Secrets at rest."""

from __future__ import annotations

import pytest

from hoopoe.kernel.secrets import KeyFormatError, Keyring, SealedError, hash_token, new_master_key, new_token

CONTEXT = "workspace|channel|app_secret"


def test_what_was_sealed_opens_and_hides_its_text() -> None:
    keyring = Keyring([new_master_key()])
    sealed = keyring.seal("سرّ", context=CONTEXT)
    assert keyring.open(sealed, context=CONTEXT) == "سرّ"
    assert "سرّ".encode() not in sealed
    assert keyring.seal("سرّ", context=CONTEXT) != sealed


def test_it_opens_only_where_it_belongs() -> None:
    keyring = Keyring([new_master_key()])
    sealed = keyring.seal("secret", context=CONTEXT)
    with pytest.raises(SealedError, match="another context"):
        keyring.open(sealed, context="workspace|another|app_secret")


@pytest.mark.parametrize("position", [0, 3, 10, 40, 80, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    keyring = Keyring([new_master_key()])
    sealed = bytearray(keyring.seal("secret", context=CONTEXT))
    sealed[position] ^= 1
    with pytest.raises(SealedError):
        keyring.open(bytes(sealed), context=CONTEXT)


def test_keys_rotate() -> None:
    old, new = new_master_key(), new_master_key()
    sealed = Keyring([old]).seal("secret", context=CONTEXT)
    both = Keyring([new, old])
    assert both.open(sealed, context=CONTEXT) == "secret"
    assert both.needs_reseal(sealed)
    resealed = both.seal("secret", context=CONTEXT)
    assert not both.needs_reseal(resealed)
    assert Keyring([new]).open(resealed, context=CONTEXT) == "secret"
    with pytest.raises(SealedError, match="HOOPOE_KEYS"):
        Keyring([new]).open(sealed, context=CONTEXT)


@pytest.mark.parametrize("keys", [[], ["short"], ["!" * 43], [new_master_key(), ""]])
def test_bad_keys_are_named(keys: list[str]) -> None:
    with pytest.raises(KeyFormatError, match="HOOPOE_KEYS"):
        Keyring(keys)


def test_derived_keys_differ_by_purpose() -> None:
    keyring = Keyring([new_master_key()])
    assert keyring.derive("sessions") == keyring.derive("sessions")
    assert keyring.derive("sessions") != keyring.derive("dev-clock")


def test_tokens_are_random_and_hash_to_32_bytes() -> None:
    token = new_token("hpt_")
    assert token.startswith("hpt_")
    assert token != new_token("hpt_")
    assert len(hash_token(token)) == 32
