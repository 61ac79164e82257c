"""Connection overrides: what the fragment of a webhook's address asks for (`#rc=2&rp=5xx,ct`). Pure functions.

Without them Twilio calls an address once. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag

_MOST_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Overrides:
    """`policy` names what is tried again: 4xx, 5xx, ct (no connection), rt (no answer), or all."""

    retries: int = 0
    policy: frozenset[str] = frozenset({"ct"})

    def is_worth_retrying(self, status: int | None, *, is_connected: bool) -> bool:
        if "all" in self.policy:
            return True
        if status is None:
            return ("rt" if is_connected else "ct") in self.policy
        return f"{status // 100}xx" in self.policy


def read_overrides(url: str) -> Overrides:
    """What an address asks for; what cannot be read is as if it were not there."""
    fields = parse_qs(urldefrag(url).fragment)
    count = fields.get("rc", ["0"])[0]
    policy = [word.strip().lower() for word in fields.get("rp", ["ct"])[0].split(",")]
    return Overrides(min(int(count), _MOST_RETRIES) if count.isascii() and count.isdigit() else 0, frozenset(policy))
