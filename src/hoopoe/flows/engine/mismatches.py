"""What a caller of the engine did wrong. The session is untouched."""

from __future__ import annotations

from typing import Literal


class TriggerMismatch(Exception):  # noqa: N818 - named after the situation
    """`start` was called with an input that none of the flow's triggers matches."""


class ResumeMismatch(Exception):  # noqa: N818 - named after the situation
    """A resume that does not fit the session; the session is untouched and may be resumed otherwise.

    `code`: `not_waiting` (the session has ended), `other_version` (the flow is not the one the session
    pinned), `other_wait` (it waits for something else).
    """

    def __init__(self, code: Literal["not_waiting", "other_version", "other_wait"], message: str) -> None:
        super().__init__(message)
        self.code = code
