"""Whether credentials open a number at Meta, and what Meta says of it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import aiohttp

from hoopoe.channels.account_events import NumberFacts
from hoopoe.channels.check_results import CheckResult, ReasonCode
from hoopoe.channels.meta.client import Credentials
from hoopoe.channels.meta.errors import BUSY_STATUS, RULES
from hoopoe.channels.meta.facts import FIELDS, find_unknown_field, parse_facts
from hoopoe.channels.meta.fields import read_error, read_id
from hoopoe.channels.meta.read import read_body
from hoopoe.channels.network import NETWORK_ERRORS
from hoopoe.kernel.json import Json, JsonObject

NUMBERS_PER_PAGE = 100
MAX_PAGES = 20
TOKEN_CODES = (0, 104, 190)
PARAMETER_CODE = 100
UNREACHABLE = CheckResult(ReasonCode.UNREACHABLE, "WhatsApp could not be reached. Try again in a minute.")
WRONG_TOKEN = CheckResult(ReasonCode.WRONG_TOKEN, "The access token is wrong or has expired.")
WRONG_APP_SECRET = CheckResult(
    ReasonCode.WRONG_APP_SECRET, "The app secret is not that of the app which the access token belongs to."
)
NO_PERMISSION = CheckResult(ReasonCode.MISSING_PERMISSION, "The access token lacks a WhatsApp permission.")
NO_NUMBER = CheckResult(ReasonCode.NUMBER_NOT_FOUND, "The phone number id was not found with this access token.")
NO_ACCOUNT = CheckResult(ReasonCode.ACCOUNT_NOT_FOUND, "The business account was not found with this access token.")
NOT_IN_ACCOUNT = CheckResult(ReasonCode.NOT_IN_ACCOUNT, "This number does not belong to this business account.")


async def check_credentials(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    version: str,
    phone_number_id: str,
    waba_id: str,
    access_token: str,
    app_secret: str,
) -> CheckResult:
    """Read the number, and the account's numbers, with the token that the channel would use. Never raises.

    The first request proves that we have the app's secret, which will sign its webhooks (Meta, Graph API, Secure
    requests): with a wrong one Meta refuses it.

    Reason codes: none, wrong_token, wrong_app_secret, missing_permission, number_not_found, account_not_found,
    not_in_account, unreachable.
    """
    headers = Credentials(phone_number_id, access_token).headers
    root = f"{base_url}/{version}"
    try:
        proof = hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
        asked = {"fields": "id,display_phone_number,verified_name", "appsecret_proof": proof}
        status, number = await _get(session, f"{root}/{phone_number_id}", asked, headers)
        if status != 200 and _speaks_of_proof(number):
            return WRONG_APP_SECRET
        if status != 200:
            return _explain_refusal(status, number, NO_NUMBER)
        params = {"limit": str(NUMBERS_PER_PAGE)}
        for _ in range(MAX_PAGES):
            status, page = await _get(session, f"{root}/{waba_id}/phone_numbers", params, headers)
            if status != 200:
                return _explain_refusal(status, page, NO_ACCOUNT)
            if phone_number_id in _listed_ids(page):
                return CheckResult(
                    display_number=_text(number.get("display_phone_number")),
                    verified_name=_text(number.get("verified_name")),
                )
            after = _next_page(page)
            if after is None:
                break
            params["after"] = after
    except NETWORK_ERRORS:
        return UNREACHABLE
    return NOT_IN_ACCOUNT


async def read_facts(
    session: aiohttp.ClientSession, *, base_url: str, version: str, phone_number_id: str, access_token: str
) -> NumberFacts:
    """What is so of a number. Never raises: what cannot be read was not said.

    The Graph refuses a request that names one field which its version does not know: it is asked again without.
    """
    headers = Credentials(phone_number_id, access_token).headers
    names = list(FIELDS)
    while names:
        try:
            url = f"{base_url}/{version}/{phone_number_id}"
            status, node = await _get(session, url, {"fields": ",".join(names)}, headers)
        except NETWORK_ERRORS:
            break
        if status == 200:
            return parse_facts(node)
        unknown = find_unknown_field(node)
        if unknown not in names:
            break
        names.remove(unknown)
    return NumberFacts()


async def _get(
    session: aiohttp.ClientSession, url: str, params: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, JsonObject]:
    async with session.get(url, params=params, headers=headers, allow_redirects=False) as answer:
        return answer.status, read_body(await answer.read())


def _listed_ids(page: JsonObject) -> set[Json]:
    listed = page.get("data")
    items = listed if isinstance(listed, list) else []
    return {read_id(item.get("id")) for item in items if isinstance(item, dict)}


def _next_page(page: JsonObject) -> str | None:
    """The cursor of the next page. The address that comes with it is not used: the token goes nowhere else."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    return _text(cursors.get("after")) if isinstance(cursors, dict) else None


def _speaks_of_proof(answer: JsonObject) -> bool:
    """Meta has no code of its own for it: an invalid parameter (100), and the parameter's name in the words."""
    error = read_error(answer.get("error"))
    return error is not None and error.code == PARAMETER_CODE and "appsecret_proof" in f"{error.title} {error.details}"


def _explain_refusal(status: int, answer: JsonObject, otherwise: CheckResult) -> CheckResult:
    error = read_error(answer.get("error"))
    rule = RULES.get(error.code) if error is not None else None
    if error is not None and error.code in TOKEN_CODES:
        return WRONG_TOKEN
    if error is not None and (error.code in (3, 10) or 200 <= error.code < 300):
        return NO_PERMISSION
    if status >= 500 or status == BUSY_STATUS or (rule is not None and (rule.is_passing or rule.is_doubtful)):
        return UNREACHABLE
    if status == 401:
        return WRONG_TOKEN
    return otherwise


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
