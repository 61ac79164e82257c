"""That a webhook comes from Meta: its signature, and the handshake that connects the address. Pure.

Source: Meta, webhooks/create-webhook-endpoint: `X-Hub-Signature-256: sha256=<hex HMAC-SHA256(app secret, body)>`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

PREFIX = b"sha256="


def is_signature_valid(raw: bytes, header: bytes | None, secret: bytes) -> bool:
    """Whether the header is the secret's signature of exactly these bytes. Missing or malformed is not.

    Constant time. The body is never decoded and encoded again before this: Meta escapes what we would not.
    An empty secret signs nothing: anybody could use it.
    """
    if header is None or not secret:
        return False
    expected = PREFIX + hmac.digest(secret, raw, "sha256").hex().encode()
    return hmac.compare_digest(expected, header.strip().lower())


def answer_handshake(query: Mapping[str, str], is_token_ours: Callable[[str], bool]) -> str | None:
    """The challenge to echo (200, as `text/plain`: a stranger wrote it), or None: refuse with 403.

    No signature comes with this request, and none may be asked for.
    """
    if query.get("hub.mode") != "subscribe":
        return None
    token, challenge = query.get("hub.verify_token"), query.get("hub.challenge")
    if not token or challenge is None or not is_token_ours(token):
        return None
    return challenge
