"""The app, for tests that call it."""

from tests.support.api import api

__all__ = ["api"]
