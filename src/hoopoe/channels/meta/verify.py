"""Meta's signature over the raw bytes of a webhook. Pure.

Source: Meta, webhooks/create-webhook-endpoint: `X-Hub-Signature-256: sha256=<hex HMAC-SHA256(app secret, body)>`.
"""

from __future__ import annotations

import hmac

PREFIX = b"sha256="


def is_signature_valid(raw: bytes, header: bytes, secret: bytes) -> bool:
    """Whether the header is the secret's signature of exactly these bytes. Anything malformed is not.

    The body is never decoded and encoded again before this: Meta escapes what we would not.
    """
    expected = PREFIX + hmac.digest(secret, raw, "sha256").hex().encode()
    return hmac.compare_digest(expected, header.strip().lower())
