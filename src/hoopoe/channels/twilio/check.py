"""Whether credentials open a number at Twilio, and the token of a sub-account."""

from __future__ import annotations

from typing import Final

import aiohttp

from hoopoe.channels.check_results import CheckResult, ReasonCode
from hoopoe.channels.network import NETWORK_ERRORS
from hoopoe.channels.twilio.client import (
    API_VERSION,
    MAX_PAGES,
    ROWS_PER_PAGE,
    Credentials,
    Hosts,
    get_json,
    read_next_page,
    read_rows,
)
from hoopoe.channels.twilio.errors import BUSY_STATUS, NOT_FOUND_CODE, RULES, TOKEN_CODE
from hoopoe.channels.twilio.fields import read_error, read_number, read_text
from hoopoe.kernel.json import JsonObject

# Twilio's test number is everybody's: no account lists it.
SANDBOX_NUMBER: Final = "+14155238886"

UNREACHABLE: Final = CheckResult(ReasonCode.UNREACHABLE, "Twilio could not be reached. Try again in a minute.")
WRONG_TOKEN: Final = CheckResult(ReasonCode.WRONG_TOKEN, "The account SID or the auth token is wrong.")
NO_PERMISSION: Final = CheckResult(ReasonCode.MISSING_PERMISSION, "Twilio does not let this token read the account.")
NO_ACCOUNT: Final = CheckResult(ReasonCode.ACCOUNT_NOT_FOUND, "The account was not found with this auth token.")
NOT_SUB_ACCOUNT: Final = CheckResult(
    ReasonCode.NOT_SUB_ACCOUNT, "This account is not a sub-account of the master account."
)
NOT_IN_ACCOUNT: Final = CheckResult(
    ReasonCode.NOT_IN_ACCOUNT, "This number is not a WhatsApp sender of this Twilio account."
)


async def check_credentials(
    session: aiohttp.ClientSession, *, base_url: str, account_sid: str, auth_token: str, number: str
) -> CheckResult:
    """Read the account, and its WhatsApp senders, with the token that the channel would use. Never raises.

    Where the list of senders is not open to the account, its own phone numbers stand in. The sandbox number is
    in no list and passes with any account that works.

    Reason codes: none, wrong_token, missing_permission, account_not_found, account_inactive, not_in_account,
    number_offline, unreachable.
    """
    number = f"+{number.strip().removeprefix('+')}"
    if not account_sid or not account_sid.isascii() or not account_sid.isalnum() or not auth_token:
        return WRONG_TOKEN
    hosts, credentials = Hosts.of(base_url), Credentials(account_sid, auth_token, number)
    try:
        status, account = await get_json(session, f"{hosts.account(credentials)}.json", {}, credentials)
        if status != 200:
            return _explain_refusal(status, account)
        state = read_text(account.get("status")) or ""
        if state != "active":
            state = state or "not active"
            reason = f"Twilio says that this account is {state}."
            return CheckResult(ReasonCode.ACCOUNT_INACTIVE, reason, details={"state": state})
        if number == SANDBOX_NUMBER:
            return CheckResult(display_number=number, verified_name=read_text(account.get("friendly_name")))
        found = await _find_sender(session, hosts, credentials)
        return found if found is not None else await _find_phone_number(session, hosts, credentials)
    except NETWORK_ERRORS:
        return UNREACHABLE


async def read_sub_account_token(
    session: aiohttp.ClientSession, *, base_url: str, master_sid: str, auth_token: str, account_sid: str
) -> str | CheckResult:
    """A sub-account's own token, read with its master's: it signs the sub-account's webhooks. Never raises.

    Source: Twilio, iam/api/subaccounts: the account resource shows `auth_token` and `owner_account_sid`.
    """
    if not all(sid.isascii() and sid.isalnum() for sid in (master_sid, account_sid)) or not auth_token:
        return WRONG_TOKEN
    master = Credentials(master_sid, auth_token, "")
    try:
        status, account = await get_json(
            session, f"{Hosts.of(base_url).api}/{API_VERSION}/Accounts/{account_sid}.json", {}, master
        )
    except NETWORK_ERRORS:
        return UNREACHABLE
    if status != 200:
        return _explain_refusal(status, account)
    own = read_text(account.get("auth_token"))
    if own is None or read_text(account.get("owner_account_sid")) != master_sid:
        return NOT_SUB_ACCOUNT
    return own


async def _find_sender(session: aiohttp.ClientSession, hosts: Hosts, credentials: Credentials) -> CheckResult | None:
    """What the list of WhatsApp senders says of the number; None when the list cannot be read."""
    params = {"Channel": "whatsapp", "PageSize": str(ROWS_PER_PAGE)}
    for _ in range(MAX_PAGES):
        status, page = await get_json(session, f"{hosts.messaging}/v2/Channels/Senders", params, credentials)
        if status != 200:
            return UNREACHABLE if status >= 500 or status == BUSY_STATUS else None
        for sender in read_rows(page, "senders"):
            if read_number(sender.get("sender_id")) == credentials.number:
                return _explain_sender(sender, credentials.number)
        meta = page.get("meta")
        following = read_next_page(meta.get("next_page_url") if isinstance(meta, dict) else None)
        if following is None:
            break
        params.update(following)
    return NOT_IN_ACCOUNT


def _explain_sender(sender: JsonObject, number: str) -> CheckResult:
    state, profile = read_text(sender.get("status")) or "", sender.get("profile")
    name = read_text(profile.get("name")) if isinstance(profile, dict) else None
    if state and not state.upper().startswith("ONLINE"):
        said = state.lower().replace("_", " ")
        reason = f"Twilio says that this number is {said}, not online."
        return CheckResult(ReasonCode.NUMBER_OFFLINE, reason, number, name, {"state": said})
    return CheckResult(display_number=number, verified_name=name)


async def _find_phone_number(session: aiohttp.ClientSession, hosts: Hosts, credentials: Credentials) -> CheckResult:
    url = f"{hosts.account(credentials)}/IncomingPhoneNumbers.json"
    status, page = await get_json(session, url, {"PhoneNumber": credentials.number}, credentials)
    if status != 200:
        return _explain_refusal(status, page)
    for row in read_rows(page, "incoming_phone_numbers"):
        if row.get("phone_number") == credentials.number:
            return CheckResult(display_number=credentials.number, verified_name=read_text(row.get("friendly_name")))
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
