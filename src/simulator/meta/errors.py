"""Meta's errors: the envelope of a refused request, and the error of a failed status.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.ids import new_trace_id
from simulator.jsontypes import JsonObject

_HREF = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"


class _Code(NamedTuple):
    http: int
    title: str
    details: str = ""
    is_transient: bool = False


_CODES: dict[int, _Code] = {
    0: _Code(401, "AuthException", "The access token could not be authenticated."),
    1: _Code(400, "API Unknown", "An unknown error occurred.", is_transient=True),
    2: _Code(503, "Service temporarily unavailable", "The service is down. Try again.", is_transient=True),
    4: _Code(400, "Application request limit reached", "Too many calls by this app.", is_transient=True),
    10: _Code(403, "Application does not have permission for this action"),
    100: _Code(400, "Invalid parameter"),
    104: _Code(401, "An access token is required to request this resource."),
    190: _Code(401, "Invalid OAuth access token - Cannot parse access token"),
    368: _Code(403, "Temporarily blocked for policy violations"),
    2200: _Code(400, "Callback verification failed"),
    80007: _Code(400, "Rate limit issues", "The account reached its rate limit.", is_transient=True),
    130429: _Code(400, "Rate limit hit", "The number reached its throughput: too many messages in a short time."),
    130472: _Code(400, "User's number is part of an experiment"),
    130497: _Code(403, "Business account is restricted from messaging users in this country"),
    131000: _Code(500, "Something went wrong", "The message could not be sent for an unknown reason."),
    131005: _Code(403, "Access denied"),
    131008: _Code(400, "Required parameter is missing"),
    131009: _Code(400, "Parameter value is not valid"),
    131016: _Code(500, "Service unavailable", "A service is temporarily unavailable."),
    131021: _Code(400, "Recipient cannot be sender", "Recipient and sender phone number is the same."),
    131026: _Code(400, "Message undeliverable", "The recipient could not receive this message."),
    131031: _Code(403, "Business account has been locked"),
    131037: _Code(400, "Display name has not been approved"),
    131042: _Code(400, "Business eligibility payment issue", "The payment method of the account needs attention."),
    131047: _Code(
        400, "Re-engagement message", "More than 24 hours have passed since the recipient last wrote to this number."
    ),
    131048: _Code(400, "Spam rate limit hit", "Too many earlier messages of this number were blocked or reported."),
    131049: _Code(
        400,
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "Meta chose not to deliver this message.",
    ),
    131050: _Code(400, "User has stopped marketing messages"),
    131051: _Code(400, "Unsupported message type"),
    131052: _Code(400, "Media download error"),
    131053: _Code(400, "Media upload error"),
    131056: _Code(
        400,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Too many messages from this number to this person in a short time.",
    ),
    131057: _Code(500, "Account in maintenance mode"),
    131062: _Code(400, "Business-scoped user id recipients are not supported for this message"),
    132000: _Code(400, "Number of parameters does not match the expected number of params"),
    132001: _Code(404, "Template name does not exist in the translation"),
    132005: _Code(400, "Translated text too long"),
    132007: _Code(400, "Template format character policy violated"),
    132012: _Code(400, "Parameter format does not match format in the created template"),
    132015: _Code(400, "Template is paused", "The template is paused for low quality and cannot be sent."),
    132016: _Code(400, "Template is disabled", "The template was paused too often and is disabled for good."),
    132018: _Code(400, "There is an issue with the parameters in your template"),
    133004: _Code(503, "Server temporarily unavailable", is_transient=True),
    133010: _Code(400, "Phone number not registered"),
    134101: _Code(400, "Template is still syncing"),
    135000: _Code(400, "Generic user error"),
}


class GraphError(Exception):
    """A request that Meta refuses. `http` is the status of the answer; nothing was accepted."""

    def __init__(
        self, code: int, details: str = "", *, message: str = "", subcode: int | None = None, http: int | None = None
    ) -> None:
        known = _CODES.get(code, _Code(400, f"Error {code}"))
        self.code = code
        self.http = http or known.http
        self.details = details or known.details
        self.message = message or f"(#{code}) {known.title}"
        self.subcode = subcode
        self.is_transient = known.is_transient
        super().__init__(f"{self.message}: {self.details}" if self.details else self.message)

    def as_json(self) -> JsonObject:
        """The envelope, with a new `fbtrace_id`."""
        error: JsonObject = {
            "message": self.message,
            "type": "GraphMethodException" if self.subcode == 33 else "OAuthException",
            "code": self.code,
        }
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.is_transient:
            error["is_transient"] = True
        error["fbtrace_id"] = new_trace_id()
        return {"error": error}


def make_status_error(code: int) -> JsonObject:
    """`errors[0]` of a failed status."""
    known = _CODES.get(code, _Code(400, f"Error {code}"))
    error: JsonObject = {"code": code, "title": known.title, "message": known.title, "href": _HREF}
    if known.details:
        error["error_data"] = {"details": known.details}
    return error


def say_code(code: int) -> str:
    """A code in words, for the wire log."""
    return _CODES[code].title if code in _CODES else f"error {code}"


def make_missing_object(method: str, object_id: str) -> GraphError:
    """What Meta answers for an object that is not there, or not for this token: it does not tell which."""
    return GraphError(
        100,
        message=(
            f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded "
            "due to missing permissions, or does not support this operation. Please read the Graph API "
            "documentation at https://developers.facebook.com/docs/graph-api"
        ),
        subcode=33,
    )
