"""The thin client of Meta's Graph API. It keeps no state and never logs a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import orjson

from hoopoe.channels.contract import Address, Doubtful, OutboundContent, ProviderError, ReadReceipt, Refused, SendResult
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.meta.build import build_request
from hoopoe.channels.meta.read import read_answer, read_refusal
from hoopoe.kernel.json import Json, JsonObject

NOT_REACHED_SECONDS = 1.0
CONTENT_CODE = 100


async def send(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    version: str,
    channel: RoutedChannel,
    content: OutboundContent | ReadReceipt,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
) -> SendResult:
    """Send one thing. Never raises for what the provider or the network does.

    No connection at all is a certain refusal; anything that breaks after the request may have left is
    doubt.
    """
    try:
        body = build_request(content, recipient=recipient, opaque=opaque, reply_to=reply_to)
    except ContentRefused as refused:
        return Refused(ProviderError(CONTENT_CODE, "WhatsApp would not take this message", str(refused)))
    url = f"{base_url}/{version}/{channel.phone_number_id}/messages"
    headers = {"Authorization": f"Bearer {channel.access_token}", "Content-Type": "application/json"}
    try:
        async with session.post(url, data=orjson.dumps(body), headers=headers) as answer:
            return read_answer(answer.status, await answer.read(), retry_after=_seconds(answer.headers))
    except aiohttp.ClientConnectorError as error:
        away = ProviderError(0, "WhatsApp could not be reached", str(error))
        return Refused(away, NOT_REACHED_SECONDS, is_passing=True)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Doubtful(f"the answer was lost: {error!r}")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What reading a number with its credentials came to. `reason` is for people."""

    reason_code: str
    reason: str
    display_number: str | None = None
    verified_name: str | None = None

    @property
    def is_ok(self) -> bool:
        """Whether the credentials read that very number."""
        return self.reason_code == "ok"


async def check_credentials(
    session: aiohttp.ClientSession,
    *,
    base_url: str,
    version: str,
    phone_number_id: str,
    waba_id: str,
    access_token: str,
) -> CheckResult:
    """Read the number, and the account's numbers, with the token that the channel would use."""
    headers = {"Authorization": f"Bearer {access_token}"}
    try:
        url = f"{base_url}/{version}/{phone_number_id}"
        async with session.get(
            url, params={"fields": "id,display_phone_number,verified_name"}, headers=headers
        ) as answer:
            status, number = answer.status, _decode(await answer.read())
        if status != 200:
            return _explain_refusal(number, "The phone number id was not found with this access token.")
        async with session.get(f"{base_url}/{version}/{waba_id}/phone_numbers", headers=headers) as answer:
            status, account = answer.status, _decode(await answer.read())
        if status != 200:
            return _explain_refusal(account, "The business account was not found with this access token.")
    except (aiohttp.ClientError, TimeoutError, OSError):
        return CheckResult("unreachable", "WhatsApp could not be reached. Try again in a minute.")
    listed = account.get("data")
    ids = [item.get("id") for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    if phone_number_id not in ids:
        return CheckResult("not_in_account", "This number does not belong to this business account.")
    return CheckResult("ok", "", _text(number.get("display_phone_number")), _text(number.get("verified_name")))


def _explain_refusal(answer: JsonObject, otherwise: str) -> CheckResult:
    error = read_refusal(answer)
    if error is not None and error.code in (0, 190):
        return CheckResult("wrong_token", "The access token is wrong or has expired.")
    if error is not None and (error.code in (3, 10) or 200 <= error.code < 300):
        return CheckResult("missing_permission", "The access token lacks a WhatsApp permission.")
    return CheckResult("not_found", otherwise)


def _decode(body: bytes) -> JsonObject:
    try:
        decoded: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _seconds(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
