"""The bytes of a webhook, and their signature. Pure functions."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urldefrag, urlencode


def encode_form(params: Mapping[str, str]) -> bytes:
    return urlencode(params).encode()


def sign_form(url: str, params: Mapping[str, str], auth_token: str) -> str:
    """The value of `X-Twilio-Signature`: the address as it is called, query and all, then names and values by name.

    The fragment, where connection overrides stand, is neither called nor signed.
    https://www.twilio.com/docs/usage/security
    """
    signed = urldefrag(url).url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.digest(auth_token.encode(), signed.encode(), hashlib.sha1)).decode()
