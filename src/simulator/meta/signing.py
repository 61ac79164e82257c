"""The bytes of a webhook, and their signature."""

from __future__ import annotations

import hashlib
import hmac
import json

from simulator.jsontypes import JsonObject


def encode_body(body: JsonObject) -> bytes:
    """JSON as Meta writes it: non-ASCII as `\\uXXXX`, a slash as `\\/`. Who serialises anew breaks the signature."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode()


def sign_body(body: bytes, app_secret: str) -> str:
    """The value of `X-Hub-Signature-256`: HMAC-SHA256 over exactly these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
