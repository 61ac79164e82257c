"""What every provider's client does alike on the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp

# Longer than this nobody waits for a message, whatever a provider asks for.
MAX_RETRY_AFTER_SECONDS: Final = 600.0

NETWORK_ERRORS: Final = (aiohttp.ClientError, TimeoutError, OSError)
# Of these, what speaks of a request that may have left.
ON_THE_WIRE: Final = (aiohttp.ClientError, TimeoutError)
# A reused connection may break at any time; these say for certain that there was none.
NOT_CONNECTED: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of `Retry-After`, at most `MAX_RETRY_AFTER_SECONDS`; None without them, or for a date."""
    value = headers.get("Retry-After") or headers.get("retry-after", "")
    return min(float(value), MAX_RETRY_AFTER_SECONDS) if value.isascii() and value.isdigit() else None
