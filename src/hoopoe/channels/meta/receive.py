"""Meta's webhook request: signed JSON. Pure."""

from __future__ import annotations

from typing import Final

from hoopoe.channels.meta.account_items import read_kept_entry, tells_of_account
from hoopoe.channels.meta.split import split_change, split_webhook
from hoopoe.channels.meta.verify import is_signature_valid
from hoopoe.channels.parts import Change, KeptPart, Reading, WebhookRequest
from hoopoe.kernel.json import load_leniently

SIGNATURE: Final = b"x-hub-signature-256"


def read_webhook(request: WebhookRequest) -> Reading | None:
    """The parts of a request, and who signed it. None: the body is not JSON."""
    body = load_leniently(request.body)
    if body is None:
        return None
    signature = request.headers.get(SIGNATURE)
    return Reading(
        split_webhook(body),
        has_signature=signature is not None,
        is_signed_by=lambda secret: is_signature_valid(request.body, signature, secret),
    )


def read_part(part: KeptPart) -> Change:
    """A kept part taken apart once more. One without a field was no change at all, and stays unreadable."""
    if not part.field:
        return Change("", None, part.account_id, part.raw, unreadable=("field: missing",))
    if not tells_of_account(part.field):
        return split_change({"field": part.field, "value": part.raw}, part.account_id)
    entry = read_kept_entry(part.raw)
    if entry is None:
        time = int(part.received_at.timestamp())
        return split_change({"field": part.field, "value": part.raw}, part.account_id, time)
    [change] = split_webhook({"entry": [entry]})
    return change
