"""The web process's door, for what is told over HTTP."""

from tests.webhooks.conftest import door

__all__ = ["door"]
