"""Refusals of what is done to sessions by hand."""

from __future__ import annotations

from typing import Final

from hoopoe.kernel.errors import FieldFault, Refusal


class SessionEnded(Refusal):
    """The session has ended, or is parked: nothing can be done with it."""

    status = 409
    code = "session_ended"
    message = "This flow session does not wait any more."


class SessionMovedOn(Refusal):
    """The session is elsewhere by now: `details` has its `sprint` and its `node_id`."""

    status = 409
    code = "session_moved_on"
    message = "The person has gone on meanwhile. Nothing was done."


class NothingToResume(Refusal):
    """Only the person's answer ends this wait, or the result of its request is missing."""

    status = 409
    code = "nothing_to_resume"
    message = "This wait cannot be ended so: only the person's answer ends it, or the request's result is missing."


class NodeMissing(Refusal):
    """The version that the session is on has no such node."""

    status = 422
    code = "node_missing"
    message = "The version that this session is on has no such step."


class VariablesTooLarge(Refusal):
    """The session's variables would exceed their limit."""

    status = 422
    code = "variables_too_large"
    message = "The variables of this session would become too many, or too large."


NO_TRIGGER: Final = FieldFault("people.trigger_id", "The flow has no such trigger to begin anew at.", "no_trigger")
