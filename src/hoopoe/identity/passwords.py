"""Passwords as argon2id hashes (RFC 9106), computed beside the event loop.

The parameters are OWASP's smallest recommended pair: 19 MiB, two passes. What was hashed under older
ones is recognised and hashed anew at the next login.
"""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARS = 12
MAX_CHARS = 200


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _dummy_hash() -> str:
    """What an unknown e-mail's password is compared with, so that it takes as long as a known one's."""
    return _hasher().hash("nobody has this password")


async def hash_password(password: str) -> str:
    """The hash to store. Takes some 30 ms of another thread."""
    return await asyncio.to_thread(_hasher().hash, password)


async def is_password_right(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Takes as long without a hash, and is false then."""

    def verify() -> bool:
        try:
            return _hasher().verify(password_hash or _dummy_hash(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)
