"""Refusals of monitoring."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class LetterSettled(Refusal):
    """The dead letter was resolved meanwhile: what it held has been handled or accepted."""

    status = 409
    code = "letter_settled"
    message = "This was settled in the meantime."


class NothingToEdit(Refusal):
    """Only a message that was to be sent can be changed, not what somebody wrote to us."""

    status = 409
    code = "nothing_to_edit"
    message = "Only a message that goes out can be changed."


class InputGone(Refusal):
    """What a retry needs is not kept any more."""

    status = 409
    code = "input_gone"
    message = "This was set aside by an older version, which did not keep what a retry needs."
