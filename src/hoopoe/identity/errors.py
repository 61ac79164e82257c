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
    """Too many failed logins: from this address, for this account, or with this code; `Retry-After` says how long to
    wait.
    """

    status = 429
    code = "too_many_logins"
    message = "Too many failed logins. Wait a few minutes."


class TooManyAtOnce(Refusal):
    """More people log in at this moment than the machine can look at. Nothing was counted; try again."""

    status = 429
    code = "too_many_at_once"
    message = "Many people log in at this moment. Try again in a few seconds."


class TooManyRegistrations(Refusal):
    """Too many accounts were made from this address; `Retry-After` says how long to wait."""

    status = 429
    code = "too_many_registrations"
    message = "Too many accounts were made from your address. Wait a while."


class TooManyInvitations(Refusal):
    """The workspace, or the address, had as many invitations as there may be in a day; `details.of` says which of
    them, `Retry-After` how long to wait.
    """

    status = 429
    code = "too_many_invitations"
    message = "This workspace has sent as many invitations as it may in a day."


class AlreadyInvited(Refusal):
    """An invitation for this address is open already: `details.invitation_id`. Renew it, or end it first."""

    status = 409
    code = "already_invited"
    message = "This address is invited already. Make a new link for that invitation instead."


class LastOwner(Refusal):
    """The workspace would have no owner any more."""

    status = 409
    code = "last_owner"
    message = "A workspace needs an owner. Make somebody else an owner first."


class OwnersOnly(Refusal):
    """Only an owner makes, changes or removes owners."""

    status = 403
    code = "owners_only"
    message = "Only an owner may do this with an owner."


class InvitationGone(Refusal):
    """The invitation is unknown, used, revoked or too old. Which of them is not said."""

    status = 404
    code = "invitation_gone"
    message = "This invitation is no longer good. Ask for a new one."


class SessionOnly(Refusal):
    """Only a person who is logged in may do this; a key may not, whatever its scopes."""

    status = 403
    code = "session_only"
    message = "A key may not do this. Log in and do it yourself."


class ResetGone(Refusal):
    """The link for a new password is unknown, used or too old. Which of them is not said."""

    status = 404
    code = "reset_gone"
    message = "This link is no longer good. Ask for a new one."


class AlreadyMember(Refusal):
    """The person belongs to the workspace already."""

    status = 409
    code = "already_member"
    message = "This person is a member already."


class TooManyWorkspaces(Refusal):
    """The person owns as many workspaces as one may."""

    status = 409
    code = "too_many_workspaces"
    message = "You own as many workspaces as one person may. Ask whoever runs this Hoopoe."


class SecondFactorRequired(Refusal):
    """E-mail and password are right; the account also asks for a `code` of its authenticator app."""

    status = 401
    code = "second_factor_required"
    message = "Write the code that your authenticator app shows."


class WrongCode(Refusal):
    """The code is wrong, too old, or was used."""

    status = 401
    code = "wrong_code"
    message = "This code is not right, or was used. Take the one that the app shows now."


class SecondFactorOn(Refusal):
    """The account asks for a second factor already."""

    status = 409
    code = "second_factor_on"
    message = "Your account asks for a code already. Switch that off first."


class SecondFactorOff(Refusal):
    """The account asks for no second factor."""

    status = 409
    code = "second_factor_off"
    message = "Your account asks for no code."


class OperatorsOnly(Refusal):
    """Only who runs this Hoopoe may do this, logged in or with an operator's key."""

    status = 403
    code = "operators_only"
    message = "This is for whoever runs this Hoopoe."
