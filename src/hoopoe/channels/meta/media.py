"""Files at Meta: fetched by their id, and uploaded once before they are sent.

A token goes to the Graph's own address and to Meta's file server, and nowhere else, whatever an answer says.
Source: Meta, business-phone-numbers/media.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import aiohttp
from yarl import URL

from hoopoe.channels.contract import ProviderError, Refused
from hoopoe.channels.errors import NOT_REACHED
from hoopoe.channels.media import (
    DOWNLOAD_TIMEOUT,
    MOST_INBOUND_BYTES,
    NETWORK_ERRORS,
    MediaNotGiven,
    MediaProblem,
    StoredFile,
    Write,
)
from hoopoe.channels.meta.client import Credentials
from hoopoe.channels.meta.errors import AWAY_SECONDS, RULES
from hoopoe.channels.meta.fields import read_error, read_id, read_text
from hoopoe.channels.meta.read import read_body
from hoopoe.kernel.json import JsonObject

FILE_HOST: Final = "lookaside.fbsbx.com"
# An address lives five minutes: one that is not found is asked for anew.
ADDRESS_TRIES: Final = 3
CHUNK_BYTES: Final = 256 * 1024
TOKEN_CODES: Final = (0, 3, 10, 190)
GONE_CODES: Final = (33, 100)
BOUNDARY: Final = "hoopoe-file-0199e0c89f3e7c4b"
SLOWEST_BYTES_PER_SECOND: Final = 64 * 1024
LEAST_UPLOAD_SECONDS: Final = 30.0


async def download(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    version: str,
    credentials: Credentials,
    media_id: str,
    write: Write,
) -> str | None:
    """Hand a file's bytes to `write`; returns the type that Meta says it has. Raises `MediaNotGiven`."""
    for _ in range(ADDRESS_TRIES):
        told = await _ask_address(session, f"{base_url}/{version}/{media_id}", credentials)
        size = told.get("file_size")
        if isinstance(size, int) and size > MOST_INBOUND_BYTES:
            raise MediaNotGiven(MediaProblem.TOO_LARGE, f"{size} bytes")
        address = read_text(told.get("url"))
        if address is None or not is_ours(address, base_url):
            raise MediaNotGiven(MediaProblem.FOREIGN_ADDRESS, _say_host(address))
        if await _read_file(session, address, credentials, write):
            return read_text(told.get("mime_type"))
    raise MediaNotGiven(MediaProblem.PROVIDER_AWAY, "its addresses lead nowhere")


def is_ours(address: str, base_url: str) -> bool:
    """Whether our token may go to this address: the Graph's own origin, or Meta's file server by TLS."""
    try:
        url = URL(address)
        origin = url.origin()
    except ValueError:
        return False
    if url.user is not None or url.password is not None:
        return False
    is_file_server = url.scheme == "https" and url.host == FILE_HOST and url.port == 443
    return is_file_server or origin == URL(base_url).origin()


async def _ask_address(session: aiohttp.ClientSession, url: str, credentials: Credentials) -> JsonObject:
    params = {"phone_number_id": credentials.phone_number_id}
    try:
        async with session.get(
            url, params=params, headers=credentials.headers, allow_redirects=False, timeout=DOWNLOAD_TIMEOUT
        ) as answer:
            status, body = answer.status, read_body(await answer.read())
    except NETWORK_ERRORS as error:
        raise MediaNotGiven(MediaProblem.PROVIDER_AWAY, _say(error)) from None
    if status == 200:
        return body
    told = read_error(body.get("error"))
    code = told.code if told is not None else status
    said = f"HTTP {status}" + (f", {told.code}: {told.title}" if told is not None else "")
    if code in TOKEN_CODES or 200 <= code < 300 or status in (401, 403):
        raise MediaNotGiven(MediaProblem.NOT_LET_IN, said)
    if code in GONE_CODES or status == 404:
        raise MediaNotGiven(MediaProblem.GONE, said)
    raise MediaNotGiven(MediaProblem.PROVIDER_AWAY, said)


async def _read_file(session: aiohttp.ClientSession, address: str, credentials: Credentials, write: Write) -> bool:
    """Whether the file was there. An address that leads on is not followed: the token would go with it."""
    headers = credentials.headers | {"Accept-Encoding": "identity"}
    try:
        async with session.get(
            URL(address, encoded=True), headers=headers, allow_redirects=False, timeout=DOWNLOAD_TIMEOUT
        ) as answer:
            if answer.status in (404, 410):
                return False
            if answer.status in (401, 403):
                raise MediaNotGiven(MediaProblem.NOT_LET_IN, f"HTTP {answer.status} for the file")
            if answer.status != 200:
                raise MediaNotGiven(MediaProblem.PROVIDER_AWAY, f"HTTP {answer.status} for the file")
            async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
                await write(chunk)
    except NETWORK_ERRORS as error:
        raise MediaNotGiven(MediaProblem.BROKEN_OFF, _say(error)) from None
    return True


# --- Up -------------------------------------------------------------------------------------------


async def upload(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    version: str,
    credentials: Credentials,
    file: StoredFile,
    chunks: AsyncIterator[bytes],
) -> str | Refused:
    """Meta's id of a file, which it keeps for thirty days. Uploading twice does no harm, so that a lost answer is a
    passing refusal. What `chunks` raises goes through it.
    """
    head, tail = _frame(file)

    async def body() -> AsyncIterator[bytes]:
        yield head
        async for chunk in chunks:
            yield chunk
        yield tail

    headers = credentials.headers | {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        # Said beforehand: not every server of the world takes a body of unknown length.
        "Content-Length": str(len(head) + file.size + len(tail)),
    }
    try:
        async with session.post(
            f"{base_url}/{version}/{credentials.phone_number_id}/media",
            data=body(),
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=say_upload_seconds(file.size)),
        ) as answer:
            status, told = answer.status, read_body(await answer.read())
    except (aiohttp.ClientError, TimeoutError) as error:
        return _away(_say(error))
    media_id = read_id(told.get("id"))
    if 200 <= status < 300 and media_id is not None:
        return media_id
    refusal = read_error(told.get("error"))
    if refusal is None or status >= 500:
        return _away(f"HTTP {status}")
    return _read_refusal(refusal)


def say_upload_seconds(size: int) -> float:
    """How long an upload of so many bytes may take."""
    return LEAST_UPLOAD_SECONDS + size / SLOWEST_BYTES_PER_SECOND


def _read_refusal(error: ProviderError) -> Refused:
    rule = RULES.get(error.code)
    if rule is not None and rule.retry_after is not None:
        return Refused(error, rule.retry_after, is_passing=rule.is_passing)
    return Refused(error)


def _away(said: str) -> Refused:
    return Refused(
        ProviderError(NOT_REACHED, "WhatsApp did not take the file of this message", said),
        AWAY_SECONDS,
        is_passing=True,
    )


def _frame(file: StoredFile) -> tuple[bytes, bytes]:
    """What stands before and behind the file. Our own names may hold any letter, and quotes are not among them."""
    name = file.name.replace('"', "_")
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="type"\r\n\r\n{file.mime_type}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {file.mime_type}\r\n\r\n"
    )
    return parts.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def _say(error: BaseException) -> str:
    # Not its repr: some carry the request's headers, and with them the token.
    return f"{type(error).__name__} {error}".strip()


def _say_host(address: str | None) -> str:
    try:
        return URL(address or "").host or "no address"
    except ValueError:
        return "no address"
