"""Twilio's webhook request: a signed form, of a message or of a status. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from hoopoe.channels.parts import Change, KeptPart, Reading, WebhookRequest
from hoopoe.channels.twilio.split import RECEIVED_KEY, split_form
from hoopoe.channels.twilio.verify import is_signature_valid

FORM: Final = b"application/x-www-form-urlencoded"
SIGNATURE: Final = b"x-twilio-signature"

# Twilio sends some forty parameters; one that brings many thousands wants to keep us busy.
MAX_PARAMS: Final = 1000


def is_form(content_type: bytes) -> bool:
    """Whether a request is of this kind: Twilio sends forms and nobody else does."""
    return content_type.partition(b";")[0].strip().lower() == FORM


def read_webhook(request: WebhookRequest) -> Reading | None:
    """The one part of a form, and who signed it. None: this is no form."""
    try:
        params = _parse(request.body.decode("ascii"))
        query = _parse(urlsplit(request.url).query)
    except ValueError:
        return None
    if not params:
        return None
    signature = request.headers.get(SIGNATURE)
    return Reading(
        [_stamp(change, request.received_at) for change in split_form(params, query)],
        has_signature=signature is not None,
        is_signed_by=lambda secret: is_signature_valid(request.url, params, signature, secret),
    )


def _parse(text: str) -> list[tuple[str, str]]:
    """Pairs in the order of the form. What is not UTF-8 becomes U+FFFD; raises ValueError for too many."""
    return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMS)


def _stamp(change: Change, at: datetime) -> Change:
    """Twilio names no time: it is when the request came."""
    items = tuple(replace(item, payload={**item.payload, RECEIVED_KEY: at.isoformat()}) for item in change.items)
    return replace(change, items=items)


def read_part(part: KeptPart) -> Change:
    """A kept form taken apart once more."""
    if not isinstance(part.raw, dict):
        return Change(part.field, None, part.account_id, part.raw, unreadable=("not a form",))
    params = [
        (name, value)
        for name, values in part.raw.items()
        for value in (values if isinstance(values, list) else [values])
        if isinstance(value, str)
    ]
    [change] = split_form(params, _parse(part.query))
    return _stamp(change, part.received_at)
