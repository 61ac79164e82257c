"""The thin client of Twilio's REST API. It keeps no state and never logs a token."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

import aiohttp
import orjson

from hoopoe.channels.contract import (
    Accepted,
    Address,
    ButtonsContent,
    CheckResult,
    Doubtful,
    ListContent,
    OutboundContent,
    ProviderError,
    ReadReceipt,
    Refused,
    SendResult,
)
from hoopoe.channels.errors import NOT_REACHED, ContentRefused
from hoopoe.channels.twilio.build import BuiltContent, build_content, build_request
from hoopoe.channels.twilio.errors import (
    AWAY_SECONDS,
    BUSY_STATUS,
    CONTENT_CODE,
    CONTENT_SID_CODE,
    NOT_FOUND_CODE,
    RULES,
    TOKEN_CODE,
)
from hoopoe.channels.twilio.fields import read_error, read_number, read_text
from hoopoe.channels.twilio.read import read_answer, read_body
from hoopoe.kernel.json import Json, JsonObject

DEFAULT_BASE: Final = "https://api.twilio.com"
CONTENT_BASE: Final = "https://content.twilio.com"
MESSAGING_BASE: Final = "https://messaging.twilio.com"
API_VERSION: Final = "2010-04-01"

MAX_RETRY_AFTER_SECONDS: Final = 600.0
ROWS_PER_PAGE: Final = 100
MAX_PAGES: Final = 20
NETWORK_ERRORS: Final = (aiohttp.ClientError, TimeoutError, OSError)
# A reused connection may break at any time; these say for certain that there was none.
NOT_CONNECTED: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

# Twilio's test number is everybody's: no account lists it.
SANDBOX_NUMBER: Final = "+14155238886"


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
    content: OutboundContent | ReadReceipt,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
) -> SendResult:
    """Send one thing. Never raises for what the provider or the network does.

    No connection at all is a certain refusal; anything that breaks after the request may have left is doubt.
    A menu's Content is made once, before its first message: a failure there is never doubt about the message.

    Twilio has no receipt that only marks as read. Its typing indicator does, and shows "typing" until the next
    message or for 25 seconds: that is what a `ReadReceipt` sends. Source: Twilio, messaging/api/typing-indicators.
    """
    hosts = Hosts.of(base_url)
    build = partial(
        build_request,
        content,
        recipient=recipient,
        opaque=opaque,
        reply_to=reply_to,
        sender_number=credentials.number,
        status_callback_url=status_callback_url,
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
            if isinstance(made, Refused):
                return made
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
        if isinstance(made, Refused):
            return made
        result = await _post(session, url, credentials, data={**form, "ContentSid": made})
    return result


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
            return read_answer(answer.status, await answer.read(), retry_after=_seconds(answer.headers))
    except NOT_CONNECTED as error:
        away = ProviderError(NOT_REACHED, "Twilio could not be reached", str(error))
        return Refused(away, AWAY_SECONDS, is_passing=True)
    except NETWORK_ERRORS as error:
        # Not its repr: some carry the request's headers, and with them the token.
        return Doubtful(f"the answer was lost: {type(error).__name__} {error}".rstrip())


# --- Credentials ----------------------------------------------------------------------------------

UNREACHABLE: Final = CheckResult("unreachable", "Twilio could not be reached. Try again in a minute.")
WRONG_TOKEN: Final = CheckResult("wrong_token", "The account SID or the auth token is wrong.")
NO_PERMISSION: Final = CheckResult("missing_permission", "Twilio does not let this token read the account.")
NO_ACCOUNT: Final = CheckResult("not_found", "The account was not found with this auth token.")
NOT_IN_ACCOUNT: Final = CheckResult("not_in_account", "This number is not a WhatsApp sender of this Twilio account.")


async def check_credentials(
    session: aiohttp.ClientSession, *, base_url: str, account_sid: str, auth_token: str, number: str
) -> CheckResult:
    """Read the account, and its WhatsApp senders, with the token that the channel would use. Never raises.

    Where the list of senders is not open to the account, its own phone numbers stand in. The sandbox number is
    in no list and passes with any account that works.

    Reason codes: ok, wrong_token, missing_permission, not_found, account_inactive, not_in_account,
    number_offline, unreachable.
    """
    number = f"+{number.strip().removeprefix('+')}"
    if not account_sid or not account_sid.isascii() or not account_sid.isalnum() or not auth_token:
        return WRONG_TOKEN
    hosts, credentials = Hosts.of(base_url), Credentials(account_sid, auth_token, number)
    try:
        status, account = await _get(session, f"{hosts.account(credentials)}.json", {}, credentials)
        if status != 200:
            return _explain_refusal(status, account)
        state = read_text(account.get("status")) or ""
        if state != "active":
            return CheckResult("account_inactive", f"Twilio says that this account is {state or 'not active'}.")
        if number == SANDBOX_NUMBER:
            return CheckResult("ok", "", number, read_text(account.get("friendly_name")))
        found = await _find_sender(session, hosts, credentials)
        return found if found is not None else await _find_phone_number(session, hosts, credentials)
    except NETWORK_ERRORS:
        return UNREACHABLE


async def _find_sender(session: aiohttp.ClientSession, hosts: Hosts, credentials: Credentials) -> CheckResult | None:
    """What the list of WhatsApp senders says of the number; None when the list cannot be read."""
    params = {"Channel": "whatsapp", "PageSize": str(ROWS_PER_PAGE)}
    for _ in range(MAX_PAGES):
        status, page = await _get(session, f"{hosts.messaging}/v2/Channels/Senders", params, credentials)
        if status != 200:
            return UNREACHABLE if status >= 500 or status == BUSY_STATUS else None
        for sender in _rows(page, "senders"):
            if read_number(sender.get("sender_id")) == credentials.number:
                return _explain_sender(sender, credentials.number)
        meta = page.get("meta")
        following = _next_page(meta.get("next_page_url") if isinstance(meta, dict) else None)
        if following is None:
            break
        params.update(following)
    return NOT_IN_ACCOUNT


def _explain_sender(sender: JsonObject, number: str) -> CheckResult:
    state, profile = read_text(sender.get("status")) or "", sender.get("profile")
    name = read_text(profile.get("name")) if isinstance(profile, dict) else None
    if state and not state.upper().startswith("ONLINE"):
        reason = f"Twilio says that this number is {state.lower().replace('_', ' ')}, not online."
        return CheckResult("number_offline", reason, number, name)
    return CheckResult("ok", "", number, name)


async def _find_phone_number(session: aiohttp.ClientSession, hosts: Hosts, credentials: Credentials) -> CheckResult:
    url = f"{hosts.account(credentials)}/IncomingPhoneNumbers.json"
    status, page = await _get(session, url, {"PhoneNumber": credentials.number}, credentials)
    if status != 200:
        return _explain_refusal(status, page)
    for row in _rows(page, "incoming_phone_numbers"):
        if row.get("phone_number") == credentials.number:
            return CheckResult("ok", "", credentials.number, read_text(row.get("friendly_name")))
    return NOT_IN_ACCOUNT


def _explain_refusal(status: int, answer: JsonObject) -> CheckResult:
    error = read_error(answer)
    rule = RULES.get(error.code) if error is not None else None
    if status >= 500 or status == BUSY_STATUS or (rule is not None and (rule.is_passing or rule.is_doubtful)):
        return UNREACHABLE
    # A 403 carries Twilio's code of a wrong token too, and is another thing.
    if status == 403:
        return NO_PERMISSION
    if status == 401 or (error is not None and error.code == TOKEN_CODE):
        return WRONG_TOKEN
    if status == 404 or (error is not None and error.code == NOT_FOUND_CODE):
        return NO_ACCOUNT
    return UNREACHABLE if error is None else NO_ACCOUNT


# --- What was missed ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageList:
    """Messages as Twilio lists them, newest first. `problem` says why there may be more; None: these are all."""

    messages: tuple[JsonObject, ...]
    problem: str | None = None


async def list_messages(
    session: aiohttp.ClientSession, *, base_url: str, credentials: Credentials, since: datetime
) -> MessageList:
    """What came to the number since a moment, for those whose webhook was lost. Never raises.

    GET Messages.json?To=…&DateSent>=…: Twilio does not try a webhook again. Rows have the names of the REST
    resource (`sid`, `from`, `to`, `body`, `direction`, `date_sent`, `num_media`), not those of the webhook.
    """
    url = f"{Hosts.of(base_url).account(credentials)}/Messages.json"
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # The name ends with the sign: `DateSent>` and its `=` make "since".
    params = {
        "To": f"whatsapp:+{credentials.number.removeprefix('+')}",
        "DateSent>": moment,
        "PageSize": str(ROWS_PER_PAGE),
    }
    messages: list[JsonObject] = []
    try:
        for _ in range(MAX_PAGES):
            status, page = await _get(session, url, params, credentials)
            if status != 200:
                error = read_error(page)
                said = f"HTTP {status}" + (f", {error.code}: {error.title}" if error is not None else "")
                return MessageList(tuple(messages), said)
            messages += _rows(page, "messages")
            following = _next_page(page.get("next_page_uri"))
            if following is None:
                return MessageList(tuple(messages))
            params.update(following)
    except NETWORK_ERRORS as error:
        return MessageList(tuple(messages), f"the answer was lost: {type(error).__name__} {error}".rstrip())
    return MessageList(tuple(messages), f"more than {MAX_PAGES * ROWS_PER_PAGE} messages")


async def _get(
    session: aiohttp.ClientSession, url: str, params: Mapping[str, str], credentials: Credentials
) -> tuple[int, JsonObject]:
    async with session.get(url, params=params, headers=credentials.headers, allow_redirects=False) as answer:
        return answer.status, read_body(await answer.read())


def _rows(page: JsonObject, name: str) -> Iterator[JsonObject]:
    listed = page.get(name)
    return (row for row in (listed if isinstance(listed, list) else ()) if isinstance(row, dict))


def _next_page(url: Json) -> dict[str, str] | None:
    """The token of the next page. The address that it stands in is not used: our token goes nowhere else."""
    if not isinstance(url, str):
        return None
    try:
        query = parse_qs(urlsplit(url).query)
    except ValueError:
        return None
    found = {name: values[0] for name, values in query.items() if name in ("Page", "PageToken")}
    return found or None


def _seconds(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    return min(float(value), MAX_RETRY_AFTER_SECONDS) if value.isascii() and value.isdigit() else None
