"""Browsers in which a person has shown who it is: a signed cookie says so, for a year.

It logs nobody in. It says that guesses in this browser are counted apart from those of all the world, so that
strangers who guess cannot lock a person out (docs/decisions/0012-guessing.md).
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Final
from uuid import UUID

from fastapi import Request, Response

from hoopoe.identity.cookies import PATH, is_https
from hoopoe.kernel.secrets import Keyring, is_equal
from hoopoe.kernel.settings import Settings

COOKIE: Final = "hoopoe_device"
MAX_AGE_SECONDS: Final = 365 * 24 * 3600


def read_device(request: Request, keyring: Keyring, user_id: UUID) -> str | None:
    """The browser's own name, where it is known to the person; None for any other."""
    parts = request.cookies.get(COOKIE, "").split(".")
    if len(parts) != 3 or parts[0] != str(user_id) or not parts[2].isascii():
        return None
    return parts[1] if is_equal(_sign(keyring, parts[0], parts[1]), parts[2]) else None


def remember_device(request: Request, response: Response, settings: Settings, keyring: Keyring, user_id: UUID) -> None:
    """Make the browser known to the person; it keeps the name that it has."""
    name = read_device(request, keyring, user_id) or secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        f"{user_id}.{name}.{_sign(keyring, str(user_id), name)}",
        max_age=MAX_AGE_SECONDS,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=is_https(settings),
    )


def _sign(keyring: Keyring, user_id: str, name: str) -> str:
    return hmac.new(keyring.derive("known browsers"), f"{user_id}.{name}".encode(), sha256).hexdigest()
