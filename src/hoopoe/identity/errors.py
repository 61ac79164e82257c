"""Refusals of identity."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class WrongCredentials(Refusal):
    """The e-mail or the password is wrong. Which of them is not said."""

    status = 401
    code = "wrong_credentials"
    message = "The e-mail or the password is wrong."


class SessionExpired(Refusal):
    """There is no session any more: the cookie is missing, too old, or was used twice."""

    status = 401
    code = "session_expired"
    message = "Your session has ended. Log in again."


class EmailTaken(Refusal):
    """Somebody has registered with this e-mail already."""

    status = 409
    code = "email_taken"
    message = "Somebody has registered with this e-mail already. Log in instead."


class NoWorkspace(Refusal):
    """The person is a member of no workspace any more."""

    status = 403
    code = "no_workspace"
    message = "You are not a member of any workspace."


class TooManyLogins(Refusal):
    """Too many failed logins for this e-mail from this address; `Retry-After` says how long to wait."""

    status = 429
    code = "too_many_logins"
    message = "Too many failed logins. Wait a few minutes."
