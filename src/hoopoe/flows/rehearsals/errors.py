"""Refusals of tests of bots."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class TooManyTests(Refusal):
    """A bot has as many tests as it may have: publishing plays them all."""

    status = 409
    code = "too_many_tests"
    message = "This bot has 500 tests. Delete some first."
