"""That a webhook comes from Twilio: its signature. Pure.

Source: Twilio, usage/security, and the request validators of its SDKs: `X-Twilio-Signature` is
base64(HMAC-SHA1(auth token, URL + each sorted name with each of its sorted values)). The token is that of
the account that owns the number, never the secret of an API key.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urldefrag, urlsplit, urlunsplit

BODY_HASH: Final = "bodySHA256"
DEFAULT_PORTS: Final = {"https": 443, "http": 80}


def is_signature_valid(
    url: str,
    params: Sequence[tuple[str, str]],
    header: bytes | None,
    auth_token: bytes,
    *,
    body: bytes | None = None,
) -> bool:
    """Whether the header is the token's signature of this URL and all these parameters. Missing is not.

    `url` is the address that Twilio called, with its query, built from our settings and never from Host: a
    stranger writes that one. `body` is given for a request that is no form (JSON): then the query carries
    `bodySHA256`, the hex SHA-256 of exactly these bytes, and the URL alone is signed.

    Constant time. An empty token signs nothing: anybody could use it. Never raises.
    """
    if not header or not auth_token:
        return False
    if body is not None:
        if not _is_body_hash_valid(url, body):
            return False
        params = ()
    given = header.strip()
    # All are compared, so that the time does not tell which form of the address was signed.
    matches = [hmac.compare_digest(_sign(form, params, auth_token), given) for form in _address_forms(url)]
    return any(matches)


def _sign(url: str, params: Sequence[tuple[str, str]], auth_token: bytes) -> bytes:
    """Each pair once: a name that came twice with the same value is signed once."""
    signed = url + "".join(name + value for name, value in sorted(set(params)))
    return b64encode(hmac.digest(auth_token, signed.encode("utf-8", "surrogatepass"), "sha1"))


def _is_body_hash_valid(url: str, body: bytes) -> bool:
    try:
        named = parse_qs(urlsplit(url).query).get(BODY_HASH, [])
    except ValueError:
        return False
    expected = hashlib.sha256(body).hexdigest().encode()
    return len(named) == 1 and hmac.compare_digest(expected, named[0].lower().encode("utf-8", "surrogatepass"))


def _address_forms(url: str) -> list[str]:
    """The address as it is, without its port, and with the default one: Twilio has signed each of them.

    The fragment, where Twilio's connection overrides stand, is never signed.
    """
    url = urldefrag(url).url
    try:
        parts = urlsplit(url)
        port, default = parts.port, DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return [url]
    bare = parts.netloc.removesuffix(f":{port}") if port is not None else parts.netloc
    hosts = {parts.netloc, bare}
    if default is not None and port in (None, default):
        hosts.add(f"{bare}:{default}")
    return sorted({url, *(urlunsplit(parts._replace(netloc=host)) for host in hosts)})
