"""Passwords as argon2id hashes (RFC 9106), computed beside the event loop, a few at a time.

The parameters are OWASP's smallest recommended pair: 19 MiB, two passes. What was hashed under older
ones is recognised and hashed anew at the next login.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from hoopoe.identity.errors import TooManyAtOnce

MIN_CHARS = 12
MAX_CHARS = 200

# One core is left to everything else.
THREADS: Final = max(1, min(4, (os.cpu_count() or 1) - 1))
# Some three seconds of waiting on one thread; who comes then is asked to come again.
MAX_WAITING: Final = 100
RETRY_SECONDS: Final = 5

# Of zxcvbn's scale from 0 to 4: fewer than some ten billion guesses is too few.
LEAST_SCORE: Final = 3
# What is behind is not looked at: it takes the longer the more there is.
JUDGED_CHARS: Final = 72

_T = TypeVar("_T")


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _dummy_hash() -> str:
    """What an unknown e-mail's password is compared with, so that it takes as long as a known one's."""
    return _hasher().hash("nobody has this password")


class _Bench:
    """The threads that hash, and how many wait for them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._taken = 0

    async def run(self, work: Callable[[], _T]) -> _T:
        """What the work returns. Raises `TooManyAtOnce`."""
        if self._taken >= THREADS + MAX_WAITING:
            raise TooManyAtOnce(headers={"Retry-After": str(RETRY_SECONDS)})
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._taken -= 1


_BENCH: Final = _Bench()


def is_guessable(password: str) -> bool:
    """Whether a program would guess it soon: a common password, a row of keys, a repetition. A few milliseconds."""
    return bool(zxcvbn(password[:JUDGED_CHARS])["score"] < LEAST_SCORE)


async def hash_password(password: str) -> str:
    """The hash to store. Takes some 30 ms of another thread. Raises `TooManyAtOnce`."""
    return await _BENCH.run(lambda: _hasher().hash(password))


async def is_password_right(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Takes as long without a hash, and is false then.

    Raises `TooManyAtOnce`.
    """

    def verify() -> bool:
        try:
            return _hasher().verify(password_hash or _dummy_hash(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    return await _BENCH.run(verify)


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)
