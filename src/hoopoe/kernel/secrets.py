"""Secrets at rest: envelope encryption under `HOOPOE_KEYS`, and tokens that are kept as hashes.

A sealed secret is its own small envelope: a fresh data key encrypts the text, a master key encrypts the
data key. The first master key seals, all of them open: that is how keys are rotated. The context (whose
secret, which field) is authenticated, so that a sealed value cannot be moved to another row.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets as stdlib_secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID_BYTES = 4
VERSION = b"\x01"


class SealedError(Exception):
    """A sealed secret that cannot be opened: no such key, another context, or changed bytes."""


class KeyFormatError(ValueError):
    """A master key that is not 32 bytes in URL-safe base64."""


@dataclass(frozen=True, slots=True)
class _MasterKey:
    id: bytes
    raw: bytes


class Keyring:
    """The master keys, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: each 32 bytes in URL-safe base64, as `new_master_key` makes them."""
        if not keys:
            raise KeyFormatError("HOOPOE_KEYS needs at least one key")
        self._keys = [_read_key(key) for key in keys]

    def seal(self, plaintext: str, *, context: str) -> bytes:
        """Encrypt under the first key, bound to `context`."""
        master = self._keys[0]
        data_key = AESGCM.generate_key(bit_length=256)
        wrap_nonce, nonce = os.urandom(NONCE_BYTES), os.urandom(NONCE_BYTES)
        wrapped = AESGCM(master.raw).encrypt(wrap_nonce, data_key, context.encode())
        sealed = AESGCM(data_key).encrypt(nonce, plaintext.encode(), context.encode())
        return VERSION + master.id + wrap_nonce + wrapped + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what any of the keys sealed for `context`. Raises `SealedError`."""
        wrapped_end = 1 + KEY_ID_BYTES + NONCE_BYTES + KEY_BYTES + 16
        if sealed[:1] != VERSION or len(sealed) < wrapped_end + NONCE_BYTES + 16:
            raise SealedError("not a sealed secret")
        key_id = sealed[1 : 1 + KEY_ID_BYTES]
        master = next((key for key in self._keys if key.id == key_id), None)
        if master is None:
            raise SealedError("sealed under a key that is not in HOOPOE_KEYS")
        wrap_nonce = sealed[1 + KEY_ID_BYTES : 1 + KEY_ID_BYTES + NONCE_BYTES]
        wrapped = sealed[1 + KEY_ID_BYTES + NONCE_BYTES : wrapped_end]
        nonce, ciphertext = sealed[wrapped_end : wrapped_end + NONCE_BYTES], sealed[wrapped_end + NONCE_BYTES :]
        try:
            data_key = AESGCM(master.raw).decrypt(wrap_nonce, wrapped, context.encode())
            return AESGCM(data_key).decrypt(nonce, ciphertext, context.encode()).decode()
        except InvalidTag:
            raise SealedError("sealed for another context, or changed since") from None

    def needs_reseal(self, sealed: bytes) -> bool:
        """Whether a secret is still under an older key."""
        return sealed[1 : 1 + KEY_ID_BYTES] != self._keys[0].id

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose (signing sessions, say), from the first master key."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(self._keys[0].raw)


def _read_key(text: str) -> _MasterKey:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raise KeyFormatError("HOOPOE_KEYS holds a key that is not URL-safe base64") from None
    if len(raw) != KEY_BYTES:
        raise KeyFormatError(f"HOOPOE_KEYS holds a key of {len(raw)} bytes; a key has {KEY_BYTES}")
    return _MasterKey(hashlib.sha256(raw).digest()[:KEY_ID_BYTES], raw)


def new_master_key() -> str:
    """A new master key, as `HOOPOE_KEYS` takes it."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip("=")


def secret_context(workspace_id: UUID, owner_id: UUID, name: str) -> str:
    """The context of a secret in a row: whose it is and which field."""
    return f"{workspace_id}|{owner_id}|{name}"


def new_token(prefix: str = "") -> str:
    """A token of 256 random bits behind a prefix that tells what it is."""
    return prefix + stdlib_secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """The form in which tokens are stored. They are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def is_equal(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
