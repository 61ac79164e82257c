"""The refresh cookie, and who may use it: pages of our own origin only."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request, Response

from hoopoe.identity.actions.sessions import Origin
from hoopoe.identity.tokens import REFRESH_DAYS
from hoopoe.kernel.errors import CrossOrigin
from hoopoe.kernel.settings import Settings
from hoopoe.kernel.text import clean

COOKIE = "hoopoe_refresh"
PATH = "/api/auth"
MAX_AGENT_CHARS = 200


def set_refresh_cookie(response: Response, settings: Settings, token: str) -> None:
    """Put the token where no script and no other site reaches it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=REFRESH_DAYS * 24 * 3600,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=is_https(settings),
    )


def clear_refresh_cookie(response: Response, settings: Settings) -> None:
    """Take it away."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=is_https(settings))


def read_address(request: Request) -> str | None:
    """Where a request comes from; of what is behind a proxy, what a trusted one says (TRUSTED_PROXIES)."""
    return request.client.host if request.client is not None else None


def read_origin(request: Request) -> Origin:
    """Where a session is used from."""
    agent = clean(request.headers.get("user-agent", ""))[:MAX_AGENT_CHARS]
    return Origin(address=read_address(request), agent=agent or None)


def check_same_origin(request: Request, settings: Settings) -> None:
    """Raises `CrossOrigin` for a request that a page of another origin made.

    Browsers say where a request comes from; what is not a browser says nothing and has no cookie of
    anybody else.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise CrossOrigin
    origin = request.headers.get("origin")
    if origin is None or origin == _origin_of(settings.own_url()):
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise CrossOrigin


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_https(settings: Settings) -> bool:
    """Whether browsers reach us over TLS."""
    return settings.own_url().startswith("https://")
