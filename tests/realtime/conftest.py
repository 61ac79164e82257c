"""The web process of the webhook tests, and screens in front of it."""

from __future__ import annotations

from tests.webhooks.conftest import door

__all__ = ["door"]
