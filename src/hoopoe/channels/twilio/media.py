"""Files at Twilio: fetched by their address. They are sent by an address of ours, which Twilio fetches.

Our token goes to Twilio's own address alone. That one leads on to a file server, which is asked without it and through
the guarded client. Source: Twilio, messaging/api/media-resource.
"""

from __future__ import annotations

from typing import Final

import aiohttp
from yarl import URL

from hoopoe.channels.media import DOWNLOAD_TIMEOUT, NETWORK_ERRORS, MediaNotGiven, MediaProblem, Write
from hoopoe.channels.twilio.client import API_VERSION, Credentials, Hosts
from hoopoe.kernel.outbound_http import OutboundClient, OutboundError, OutboundProblem, OutboundRequest

CHUNK_BYTES: Final = 256 * 1024
REDIRECTS: Final = (301, 302, 303, 307, 308)
FILE_SECONDS: Final = 140.0
_HEADERS: Final = {"Accept-Encoding": "identity"}


async def download(
    session: aiohttp.ClientSession,
    outbound: OutboundClient,
    *,
    base_url: str,
    credentials: Credentials,
    media_url: str,
    write: Write,
) -> str | None:
    """Hand a file's bytes to `write`; returns the type that came with it. Raises `MediaNotGiven`."""
    url = _read_own_address(media_url, base_url, credentials.account_sid)
    try:
        async with session.get(
            url, headers=credentials.headers | _HEADERS, allow_redirects=False, timeout=DOWNLOAD_TIMEOUT
        ) as answer:
            target = answer.headers.get("Location") if answer.status in REDIRECTS else None
            if target is None:
                return await _read_answer(answer, write)
    except NETWORK_ERRORS as error:
        # Not its repr: some carry the request's headers, and with them the token.
        raise MediaNotGiven(MediaProblem.BROKEN_OFF, f"{type(error).__name__} {error}".strip()) from None
    return await _follow(session, outbound, url, target, write)


def _read_own_address(media_url: str, base_url: str, account_sid: str) -> URL:
    """The address, where it is one of this account's files at Twilio."""
    try:
        url = URL(media_url, encoded=True)
        is_own = url.user is None and url.origin() == URL(Hosts.of(base_url).api).origin()
    except ValueError:
        raise MediaNotGiven(MediaProblem.FOREIGN_ADDRESS, "no address") from None
    folder = f"/{API_VERSION}/Accounts/{account_sid}/"
    if not is_own or not url.path.startswith(folder) or ".." in url.path:
        raise MediaNotGiven(MediaProblem.FOREIGN_ADDRESS, url.host or "no address")
    return url


async def _follow(
    session: aiohttp.ClientSession, outbound: OutboundClient, url: URL, location: str, write: Write
) -> str | None:
    """To the file server, without our token."""
    try:
        target = url.join(URL(location, encoded=True))
        is_same = target.origin() == url.origin()
    except ValueError:
        raise MediaNotGiven(MediaProblem.FOREIGN_ADDRESS, "it leads to no address") from None
    if is_same:
        try:
            async with session.get(target, headers=_HEADERS, allow_redirects=False, timeout=DOWNLOAD_TIMEOUT) as answer:
                return await _read_answer(answer, write)
        except NETWORK_ERRORS as error:
            raise MediaNotGiven(MediaProblem.BROKEN_OFF, f"{type(error).__name__} {error}".strip()) from None
    try:
        request = OutboundRequest("GET", str(target), headers=_HEADERS, seconds=FILE_SECONDS)
        found = await outbound.download(request, write)
    except OutboundError as error:
        is_foreign = error.problem in (OutboundProblem.BLOCKED_ADDRESS, OutboundProblem.BAD_URL)
        problem = MediaProblem.FOREIGN_ADDRESS if is_foreign else MediaProblem.BROKEN_OFF
        raise MediaNotGiven(problem, str(error)) from None
    if found.status != 200:
        raise _refused(found.status)
    return found.headers.get("content-type")


async def _read_answer(answer: aiohttp.ClientResponse, write: Write) -> str | None:
    if answer.status != 200:
        raise _refused(answer.status)
    async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
        await write(chunk)
    return answer.headers.get("Content-Type")


def _refused(status: int) -> MediaNotGiven:
    said = f"HTTP {status}"
    if status in (401, 403):
        return MediaNotGiven(MediaProblem.NOT_LET_IN, said)
    return MediaNotGiven(MediaProblem.GONE if status in (404, 410) else MediaProblem.PROVIDER_AWAY, said)
