"""One request to Twilio, read from the wire and found to be somebody's."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from urllib.parse import urlencode

from simulator.jsontypes import Json, JsonObject, load_json
from simulator.simulator import Simulator
from simulator.state import Content, Message, TwilioChannel
from simulator.twilio.checks import Form, read_form, read_number
from simulator.twilio.errors import TwilioError, make_not_found

_LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Account:
    """An account, by the numbers that it owns here."""

    sid: str
    owner_sid: str
    auth_token: str
    name: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request. `login` is the account whose credentials came, `account` the one that the request is about."""

    simulator: Simulator
    method: str
    path: str
    query: dict[str, str]
    content_type: str
    base_url: str
    body: bytes
    login: str
    account: Account

    @property
    def channels(self) -> list[TwilioChannel]:
        """The numbers of the account."""
        own = self.simulator.world.state.twilio_channels()
        return [channel for channel in own if channel.account_sid == self.account.sid]

    def form(self) -> Form:
        return read_form(self.body)

    def json(self) -> JsonObject:
        """The body as an object. TwilioError (20001) when it is none."""
        try:
            body = load_json(self.body)
        except ValueError as error:
            raise TwilioError(20001, f"The body is not JSON: {error}") from error
        if not isinstance(body, dict):
            raise TwilioError(20001, "The body must be a JSON object")
        return body

    def require_active(self) -> None:
        if self.account.status != "active":
            raise TwilioError(20005)

    def message(self, sid: str) -> Message:
        """A message of the account that Twilio still knows."""
        message = self.simulator.world.state.messages.get(sid)
        is_own = message is not None and any(own.phone_number_id == message.phone_number_id for own in self.channels)
        if message is None or not is_own or (message.twilio or {}).get("is_forgotten"):
            raise make_not_found(self.path)
        return message

    def channel_of(self, message: Message) -> TwilioChannel:
        """The number that a message of the account came to or went from."""
        return next(own for own in self.channels if own.phone_number_id == message.phone_number_id)

    def content(self, sid: str) -> Content:
        content = self.simulator.world.state.contents.get(sid)
        if content is None or content.account_sid != self.account.sid:
            raise make_not_found(self.path)
        return content

    def page(self, items: list[tuple[str, JsonObject]], *, size: int) -> Page:
        """The page of these (sid, row) pairs that the query asks for: PageSize, Page, PageToken."""
        most = min(read_number(self.query.get("PageSize", str(size)), "PageSize") or size, _LARGEST_PAGE)
        index = read_number(self.query.get("Page", "0"), "Page")
        # By the token, so that what comes in between does not shift what follows.
        token = self.query.get("PageToken", "")[2:]
        places = [place for place, (sid, _) in enumerate(items) if sid == token]
        start = places[0] + 1 if places else index * most
        rows = items[start : start + most]
        following = f"PA{rows[-1][0]}" if rows and start + most < len(items) else None
        return Page([row for _, row in rows], index, most, following)

    def page_address(self, page: int, size: int, token: str | None = None) -> str:
        query = {name: value for name, value in self.query.items() if name not in {"PageSize", "Page", "PageToken"}}
        more = {} if token is None else {"PageToken": token}
        return f"{self.path}?{urlencode({**query, 'PageSize': size, 'Page': page, **more})}"

    def list_2010(self, name: str, items: list[tuple[str, JsonObject]]) -> JsonObject:
        """A list as the API of 2010 answers it."""
        page = self.page(items, size=50)
        start = page.number * page.size
        following = None
        if page.next_token is not None:
            following = self.page_address(page.number + 1, page.size, page.next_token)
        return {
            "uri": self.page_address(page.number, page.size),
            "first_page_uri": self.page_address(0, page.size),
            "next_page_uri": following,
            "previous_page_uri": self.page_address(page.number - 1, page.size) if page.number else None,
            "page": page.number,
            "page_size": page.size,
            "start": start,
            "end": start + max(len(page.rows) - 1, 0),
            name: [*page.rows],
        }

    def list_meta(self, name: str, items: list[tuple[str, JsonObject]]) -> JsonObject:
        """A list as the younger APIs answer it."""
        page = self.page(items, size=20)

        def address(number: int, token: str | None = None) -> Json:
            return self.base_url + self.page_address(number, page.size, token)

        return {
            name: [*page.rows],
            "meta": {
                "key": name,
                "page": page.number,
                "page_size": page.size,
                "url": address(page.number),
                "first_page_url": address(0),
                "previous_page_url": address(page.number - 1) if page.number else None,
                "next_page_url": None if page.next_token is None else address(page.number + 1, page.next_token),
            },
        }


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[JsonObject]
    number: int
    size: int
    next_token: str | None


def read_login(simulator: Simulator, headers: list[tuple[bytes, bytes]]) -> str:
    """The account whose sid and token came in Basic authentication. TwilioError (20003) when they are nobody's."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, pair = value.decode("latin-1").partition(" ")
            try:
                sid, _, token = base64.b64decode(pair.strip(), validate=True).decode().partition(":")
            except ValueError:
                break
            if scheme.lower() == "basic" and _is_right(simulator, sid, token):
                return sid
    raise TwilioError(20003)


def find_account(simulator: Simulator, sid: str) -> Account | None:
    """An account that owns a number here, or owns an account that does."""
    channels = simulator.world.state.twilio_channels()
    for channel in channels:
        if channel.account_sid == sid:
            owner = channel.owner_account_sid or sid
            return Account(sid, owner, channel.auth_token, channel.name, channel.account_status)
    for channel in channels:
        if sid and channel.owner_account_sid == sid:
            return Account(sid, sid, channel.owner_auth_token, "Master account", "active")
    return None


def list_accounts(simulator: Simulator, login: str) -> list[Account]:
    """The account of a login, and the accounts that it owns."""
    sids = {login: None}
    for channel in simulator.world.state.twilio_channels():
        if channel.owner_account_sid == login:
            sids[channel.account_sid] = None
    found = [find_account(simulator, sid) for sid in sids]
    return [account for account in found if account is not None]


def find_own_account(simulator: Simulator, login: str, sid: str, path: str) -> Account:
    """The account that a path names, when the login may act for it: its own, or one that it owns."""
    account = find_account(simulator, sid)
    if account is None or login not in {account.sid, account.owner_sid}:
        raise make_not_found(path)
    return account


def _is_right(simulator: Simulator, sid: str, token: str) -> bool:
    account = find_account(simulator, sid)
    return account is not None and hmac.compare_digest(account.auth_token.encode(), token.encode())
