"""The thin client of Twilio's REST API. It keeps no state and never logs a token."""

from __future__ import annotations

import math
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

import aiohttp
import orjson

from hoopoe.channels.contract import (
    Accepted,
    Address,
    ButtonsContent,
    Doubtful,
    ListContent,
    OutboundContent,
    ProviderError,
    ReadReceipt,
    Refused,
    SendResult,
    Signal,
)
from hoopoe.channels.errors import NOT_REACHED, ContentRefused
from hoopoe.channels.network import NETWORK_ERRORS, NOT_CONNECTED, read_retry_after
from hoopoe.channels.twilio.build import BuiltContent, build_content, build_request
from hoopoe.channels.twilio.errors import (
    AWAY_SECONDS,
    CONTENT_CODE,
    CONTENT_SID_CODE,
)
from hoopoe.channels.twilio.read import read_answer, read_body
from hoopoe.kernel.json import Json, JsonObject

DEFAULT_BASE: Final = "https://api.twilio.com"
CONTENT_BASE: Final = "https://content.twilio.com"
MESSAGING_BASE: Final = "https://messaging.twilio.com"
API_VERSION: Final = "2010-04-01"

ROWS_PER_PAGE: Final = 100
MAX_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class Credentials:
    """What sending through one number needs. `number` is E.164; the token is that of this very account."""

    account_sid: str
    auth_token: str = field(repr=False)
    number: str

    @property
    def headers(self) -> dict[str, str]:
        """The account's own name and token, in Basic authentication. They go into a request and nowhere else."""
        pair = b64encode(f"{self.account_sid}:{self.auth_token}".encode("utf-8", "surrogatepass"))
        return {"Authorization": f"Basic {pair.decode()}"}


@dataclass(frozen=True, slots=True)
class Hosts:
    """Twilio's three hosts: the setting stands for all of them, and by default each has its own name."""

    api: str
    content: str
    messaging: str

    @classmethod
    def of(cls, base_url: str) -> Hosts:
        """The hosts behind `TWILIO_API_URL`."""
        base = base_url.rstrip("/")
        return cls(base, CONTENT_BASE, MESSAGING_BASE) if base == DEFAULT_BASE else cls(base, base, base)

    def account(self, credentials: Credentials) -> str:
        """The root of what belongs to the account."""
        return f"{self.api}/{API_VERSION}/Accounts/{credentials.account_sid}"


TOO_LATE: Final = Refused(
    ProviderError(NOT_REACHED, "Twilio took long to make the buttons of this message"), AWAY_SECONDS, is_passing=True
)


class ContentStore(Protocol):
    """Which Contents an account has already. `hash` is `BuiltContent.hash`, `sid` Twilio's id of it.

    Two senders may keep one hash at the same time, and a lost Content is kept anew: the last one counts.
    What a store raises goes through `send`; nothing of the message has left by then.
    """

    async def find(self, account_sid: str, content_hash: str, /) -> str | None: ...

    async def keep(self, account_sid: str, content_hash: str, sid: str, /) -> None: ...


async def send(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    credentials: Credentials,
    contents: ContentStore,
    status_callback_url: str | None,
    content: OutboundContent | Signal,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
    media_url: str | None = None,
) -> SendResult:
    """Send one thing. Never raises for what the provider or the network does.

    No connection at all is a certain refusal; anything that breaks after the request may have left is doubt.
    A menu's Content is made once, before its first message: a failure there is never doubt about the message. The
    message leaves in the first half of the session's timeout or not at all, so that all of it ends within one and a
    half: the caller's lease counts on that.

    Twilio has no receipt that only marks as read. Its typing indicator does, and shows "typing" until the next
    message or for 25 seconds: that is what a `ReadReceipt` sends. Source: Twilio, messaging/api/typing-indicators.
    """
    hosts, began_at = Hosts.of(base_url), time.monotonic()
    build = partial(
        build_request,
        content,
        recipient=recipient,
        opaque=opaque,
        reply_to=reply_to,
        sender_number=credentials.number,
        status_callback_url=status_callback_url,
        media_url=media_url,
    )
    built, was_known = None, False
    try:
        if isinstance(content, ButtonsContent | ListContent):
            built = build_content(content)
            # With no id yet: what cannot be sent anyway makes no Content.
            form = build(content_sid="", variables=built.variables)
            sid = await contents.find(credentials.account_sid, built.hash)
            was_known = sid is not None
            made = sid if sid is not None else await _make_content(session, hosts, credentials, contents, built)
            if isinstance(made, Refused) or _is_too_late(session, began_at):
                return made if isinstance(made, Refused) else TOO_LATE
            form["ContentSid"] = made
        else:
            form = build()
    except ContentRefused as refused:
        return Refused(ProviderError(CONTENT_CODE, "WhatsApp would not take this message", str(refused)))
    if isinstance(content, ReadReceipt):
        return await _post(session, f"{hosts.messaging}/v2/Indicators/Typing.json", credentials, data=form)
    url = f"{hosts.account(credentials)}/Messages.json"
    result = await _post(session, url, credentials, data=form)
    if built is not None and was_known and _is_content_gone(result):
        # Somebody deleted it at Twilio. The refusal is certain, so that a second try doubles nothing.
        made = await _make_content(session, hosts, credentials, contents, built)
        if isinstance(made, Refused) or _is_too_late(session, began_at):
            return made if isinstance(made, Refused) else TOO_LATE
        result = await _post(session, url, credentials, data={**form, "ContentSid": made})
    return result


def _is_too_late(session: aiohttp.ClientSession, began_at: float) -> bool:
    return time.monotonic() - began_at > (session.timeout.total or math.inf) / 2


def _is_content_gone(result: SendResult) -> bool:
    return isinstance(result, Refused) and result.error.code == CONTENT_SID_CODE


async def _make_content(
    session: aiohttp.ClientSession,
    hosts: Hosts,
    credentials: Credentials,
    contents: ContentStore,
    built: BuiltContent,
) -> str | Refused:
    """Twilio's id of a new Content. One made twice does no harm, so that a lost answer is a passing refusal."""
    result = await _post(session, f"{hosts.content}/v1/Content", credentials, json=built.body)
    if isinstance(result, Refused):
        return result
    if isinstance(result, Doubtful) or not result.provider_id:
        said = result.reason if isinstance(result, Doubtful) else "an answer without an id"
        away = ProviderError(NOT_REACHED, "Twilio did not make the buttons of this message", said)
        return Refused(away, AWAY_SECONDS, is_passing=True)
    await contents.keep(credentials.account_sid, built.hash, result.provider_id)
    return result.provider_id


async def _post(
    session: aiohttp.ClientSession,
    url: str,
    credentials: Credentials,
    *,
    data: Mapping[str, str] | None = None,
    json: JsonObject | None = None,
) -> Accepted | Refused | Doubtful:
    body: object = orjson.dumps(json) if json is not None else dict(data or {})
    headers = credentials.headers | ({"Content-Type": "application/json"} if json is not None else {})
    try:
        # A redirect is not followed: it would carry the message, and the token, to somebody else.
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return read_answer(answer.status, await answer.read(), retry_after=read_retry_after(answer.headers))
    except NOT_CONNECTED as error:
        away = ProviderError(NOT_REACHED, "Twilio could not be reached", str(error))
        return Refused(away, AWAY_SECONDS, is_passing=True)
    except NETWORK_ERRORS as error:
        # Not its repr: some carry the request's headers, and with them the token.
        return Doubtful(f"the answer was lost: {type(error).__name__} {error}".rstrip())


# --- Reads ---------------------------------------------------------------------------------------


async def get_json(
    session: aiohttp.ClientSession, url: str, params: Mapping[str, str], credentials: Credentials
) -> tuple[int, JsonObject]:
    """One read: the status and the object. Raises `NETWORK_ERRORS`."""
    async with session.get(url, params=params, headers=credentials.headers, allow_redirects=False) as answer:
        return answer.status, read_body(await answer.read())


def read_rows(page: JsonObject, name: str) -> Iterator[JsonObject]:
    """The objects of a list."""
    listed = page.get(name)
    return (row for row in (listed if isinstance(listed, list) else ()) if isinstance(row, dict))


def read_next_page(url: Json) -> dict[str, str] | None:
    """The token of the next page. The address that it stands in is not used: our token goes nowhere else."""
    if not isinstance(url, str):
        return None
    try:
        query = parse_qs(urlsplit(url).query)
    except ValueError:
        return None
    found = {name: values[0] for name, values in query.items() if name in ("Page", "PageToken")}
    return found or None
