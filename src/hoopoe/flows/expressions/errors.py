"""The one error of templates and conditions."""

from __future__ import annotations


class ExpressionError(ValueError):
    """A template or condition that cannot be read, or that broke a bound while it ran.

    `code`: `too_long`, `too_deep`, `bad_syntax`, `unknown_tag`, `unknown_filter`, `not_allowed` when it is
    read; `too_many_steps`, `too_much_output`, `bad_value` when it runs. `position` is the offset in the
    source, where it is known.
    """

    def __init__(self, code: str, message: str, *, position: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.position = position
