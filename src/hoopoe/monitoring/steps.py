"""When a dead letter is tried again by itself. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DEFAULT_STEPS: Final = (60, 300, 1_800, 7_200, 43_200, 86_400)
DEFAULT_TRIES: Final = 6
MIN_STEP: Final = 10
MAX_STEP: Final = 7 * 86_400
MAX_STEPS: Final = 12
MAX_TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """Seconds from a failure to the next try, the last of which repeats, and how many tries there are at most."""

    steps: Sequence[int] = DEFAULT_STEPS
    max_tries: int = DEFAULT_TRIES

    def next_after(self, failed_at: datetime, tries: int) -> datetime | None:
        """When to try again after so many tries; None: enough. Domain time."""
        if tries >= self.max_tries or not self.steps:
            return None
        return failed_at + timedelta(seconds=self.steps[min(tries, len(self.steps) - 1)])
