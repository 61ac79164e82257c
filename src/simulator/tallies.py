"""What is counted over all accepted messages."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from simulator.state import Message

_FREE_SERVICE_MESSAGES = 1_000


@dataclass(slots=True)
class Tallies:
    """Counts that the world derives anew when it is read back.

    `doubled` counts messages that were accepted more than once, judged by the app's own opaque data:
    Hoopoe writes `<message>.<attempt>`, so two accepted sends of one message mean that a person got it
    twice. Any other opaque text is taken whole. Sends without opaque data cannot be judged.
    """

    doubled: int = 0
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _service: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Count an accepted message. One that was bound to fail reached nobody, and counts nothing."""
        if message.failure is not None:
            return
        if message.pricing is not None and message.pricing["category"] == "service":
            key = (message.phone_number_id, _month(message.at))
            self._service[key] = self._service.get(key, 0) + 1
        if message.opaque is None:
            return
        name, dot, attempt = message.opaque.rpartition(".")
        seen = (message.phone_number_id, name if dot and attempt.isdigit() else message.opaque)
        if seen in self._seen:
            self.doubled += 1
        self._seen.add(seen)

    def is_service_free(self, phone_number_id: str, at: float) -> bool:
        """Whether the number's next service message is among the free ones of its month."""
        return self._service.get((phone_number_id, _month(at)), 0) < _FREE_SERVICE_MESSAGES


def _month(at: float) -> str:
    return time.strftime("%Y-%m", time.gmtime(at))
