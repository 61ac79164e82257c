"""What may break, by name: a search that finds something says what, so that a test can ask for the very thing."""

from __future__ import annotations

from enum import StrEnum


class Violation(StrEnum):
    """The promise in its parts."""

    LOST = "lost"
    DOUBLED = "doubled"
    OUT_OF_ORDER = "out_of_order"
    CROWDED = "two_under_way_at_once"
    BACKWARDS = "status_moved_back"
    UNCALLED = "answered_what_was_not_the_bots"
    BARRIER = "left_before_the_barrier_fell"
    UNSETTLED = "does_not_settle"


class ViolationError(AssertionError):
    """The promise is broken, in this part."""

    def __init__(self, violation: Violation, what: object) -> None:
        super().__init__(f"{violation}: {what}")
        self.violation = violation
