"""Twilio's errors: the envelope of a refused request, and the code of a message that failed later.

https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from typing import Final, NamedTuple

from simulator.jsontypes import JsonObject

_MORE_INFO: Final = "https://www.twilio.com/docs/errors/"


class _Code(NamedTuple):
    """`http` is None for what Twilio finds out only after it has taken the message."""

    http: int | None
    message: str


_CODES: Final[dict[int, _Code]] = {
    11200: _Code(None, "The address of the webhook could not be read"),
    20001: _Code(400, "Invalid parameter"),
    20003: _Code(401, "Authenticate"),
    20004: _Code(405, "Method not allowed"),
    20005: _Code(403, "The account is not active"),
    20404: _Code(404, "The requested resource was not found"),
    20429: _Code(429, "Too many requests"),
    20500: _Code(500, "An internal server error has occurred"),
    20503: _Code(503, "Service unavailable"),
    21211: _Code(400, "Invalid 'To' Phone Number"),
    21212: _Code(400, "Invalid 'From' Phone Number"),
    21602: _Code(400, "Message body, media or content is required"),
    21603: _Code(400, "A 'From' or 'MessagingServiceSid' parameter is required"),
    21604: _Code(400, "A 'To' phone number is required"),
    21609: _Code(400, "Invalid StatusCallback"),
    21610: _Code(400, "Attempt to send to unsubscribed recipient"),
    21617: _Code(400, "The concatenated message body exceeds the 1600 character limit"),
    21620: _Code(400, "Invalid media URL"),
    21655: _Code(400, "The ContentSid is invalid"),
    21656: _Code(400, "The ContentVariables parameter is invalid"),
    21701: _Code(400, "The Messaging Service resource does not exist"),
    21703: _Code(400, "The Messaging Service has no number available to send this message"),
    21910: _Code(400, "Invalid 'From' and 'To' pair: both must be of one channel"),
    30001: _Code(None, "Queue overflow"),
    63001: _Code(None, "Channel could not authenticate the request"),
    63003: _Code(None, "Channel could not find To address"),
    63005: _Code(None, "Channel did not accept given content"),
    63007: _Code(400, "Could not find a Channel with the specified From address"),
    63009: _Code(None, "Channel provider returned an internal service error"),
    63010: _Code(None, "Internal error while processing this message"),
    63012: _Code(None, "Channel provider returned an internal service error"),
    63013: _Code(None, "Channel policy violation"),
    63016: _Code(None, "Freeform message outside the allowed window; use a Message Template"),
    63017: _Code(None, "Rate limit exceeded"),
    63018: _Code(None, "Rate limit exceeded for Channel"),
    63019: _Code(None, "Media failed to download"),
    63020: _Code(None, "Business Manager account error"),
    63021: _Code(None, "Channel invalid content error"),
    63024: _Code(None, "Invalid message recipient"),
    63027: _Code(None, "Template does not exist for a language and locale"),
    63028: _Code(None, "Number of parameters does not match the expected number of parameters"),
    63030: _Code(400, "Unsupported parameter for type of channels message"),
    63031: _Code(400, "Channels message cannot have same From and To"),
    63032: _Code(None, "The message cannot be sent to this user because of a WhatsApp limitation"),
    63033: _Code(None, "Recipient blocked to receive message"),
    63038: _Code(429, "Account exceeded the daily messages limit"),
    63040: _Code(None, "Template submission failure"),
    63041: _Code(None, "Template paused"),
    63042: _Code(None, "Template disabled"),
    63049: _Code(None, "Meta chose not to deliver this WhatsApp marketing message"),
    63051: _Code(None, "WhatsApp Business Account restricted"),
    63112: _Code(None, "WhatsApp Business Account disabled by Meta"),
    92002: _Code(400, "The 'variables' parameter exceeds the allowed limit"),
    92007: _Code(400, "The ContentVariables parameter is invalid"),
    92009: _Code(400, "This Content was submitted for approval before"),
}

# Found by Twilio itself, before anything reached WhatsApp.
_NEVER_LEFT: Final = frozenset({30001, 63010, 63017, 63018, 63019})


class TwilioError(Exception):
    """A request that Twilio refuses. `http` is the status of the answer; nothing was accepted."""

    def __init__(self, code: int, message: str = "", *, http: int | None = None) -> None:
        known = _CODES.get(code, _Code(400, f"Error {code}"))
        self.code = code
        self.http = http or known.http or 400
        self.message = message or known.message
        super().__init__(f"{code}: {self.message}")

    def as_json(self) -> JsonObject:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"{_MORE_INFO}{self.code}",
            "status": self.http,
        }


def make_not_found(path: str) -> TwilioError:
    """What Twilio answers for what is not there, or not of this account: it does not tell which."""
    return TwilioError(20404, f"The requested resource {path} was not found")


def is_found_later(code: int) -> bool:
    """Whether a message with this fault is accepted first, and fails by its status callback."""
    return code in _CODES and _CODES[code].http is None


def name_failure(code: int) -> str:
    """The status of a message that failed: `undelivered` when WhatsApp refused what had left."""
    return "failed" if code in _NEVER_LEFT else "undelivered"


def say_code(code: int) -> str:
    """A code in words: of a failed message, and for the wire log."""
    return _CODES[code].message if code in _CODES else f"error {code}"
