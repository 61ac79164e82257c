"""Reading an account with its credentials: whether the number is its own, and what came to it."""

from __future__ import annotations

import aiohttp
import pytest

from hoopoe.channels.check_results import CheckResult, ReasonCode
from hoopoe.channels.twilio.check import SANDBOX_NUMBER, check_credentials, read_sub_account_token
from hoopoe.kernel.json import Json, JsonObject
from tests.channels.twilio.server import (
    ACCOUNT,
    BASIC,
    NUMBER,
    ROOT,
    TOKEN,
    Reply,
    by_path,
    error,
    run_nobody,
    run_twilio,
)

ACTIVE: Reply = (200, {"sid": ACCOUNT, "status": "active", "friendly_name": "Kunafa"})
NOT_OPEN: Reply = (403, error(20003))


def sender(number: str, status: str = "ONLINE") -> JsonObject:
    return {"sender_id": f"whatsapp:{number}", "status": status, "profile": {"name": "Kunafa House"}}


def senders(*listed: Json, token: str | None = None) -> Reply:
    following = f"http://provider.invalid/v2/Channels/Senders?PageToken={token}&Page=1" if token else None
    return 200, {"senders": list(listed), "meta": {"next_page_url": following}}


def numbers(*listed: str) -> Reply:
    return 200, {"incoming_phone_numbers": [{"phone_number": each, "friendly_name": "Shop"} for each in listed]}


async def check(base_url: str, *, number: str = NUMBER, account_sid: str = ACCOUNT, token: str = TOKEN) -> CheckResult:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        return await check_credentials(
            session, base_url=base_url, account_sid=account_sid, auth_token=token, number=number
        )


async def test_good_credentials_read_the_sender() -> None:
    async with run_twilio(by_path(Accounts=ACTIVE, Senders=senders(sender("+15550001"), sender(NUMBER)))) as twilio:
        assert await check(twilio.url) == CheckResult(display_number=NUMBER, verified_name="Kunafa House")
        assert (await check(twilio.url, number=NUMBER[1:])).is_ok
    assert twilio.paths[:2] == [f"{ROOT}.json", "/v2/Channels/Senders"]
    assert twilio.asked[1][2]["Channel"] == "whatsapp"
    assert twilio.authorizations == {BASIC}


async def test_a_sender_on_the_second_page_is_found_at_the_same_host() -> None:
    pages = [senders(sender("+15550001"), token="next"), senders(sender(NUMBER))]
    async with run_twilio(by_path(Accounts=ACTIVE, Senders=pages)) as twilio:
        assert (await check(twilio.url)).is_ok
    assert twilio.asked[-1][2].items() >= {"PageToken": "next", "Page": "1", "Channel": "whatsapp"}.items()


async def test_senders_without_end_are_left() -> None:
    async with run_twilio(by_path(Accounts=ACTIVE, Senders=senders(token="again"))) as twilio:
        assert (await check(twilio.url)).reason_code == "not_in_account"
    assert len(twilio.asked) < 30


async def test_phone_numbers_stand_in_for_a_list_that_is_not_open() -> None:
    async with run_twilio(by_path(Accounts=ACTIVE, Senders=NOT_OPEN, IncomingPhoneNumbers=numbers(NUMBER))) as twilio:
        assert await check(twilio.url) == CheckResult(display_number=NUMBER, verified_name="Shop")
    assert twilio.asked[-1][2] == {"PhoneNumber": NUMBER}


async def test_the_sandbox_needs_only_an_account() -> None:
    async with run_twilio(by_path(Accounts=ACTIVE)) as twilio:
        assert await check(twilio.url, number=SANDBOX_NUMBER) == CheckResult(
            display_number=SANDBOX_NUMBER, verified_name="Kunafa"
        )


@pytest.mark.parametrize(
    ("account", "listed", "phone_numbers", "reason_code"),
    [
        ((401, error(20003)), senders(), numbers(), "wrong_token"),
        ((401, "no"), senders(), numbers(), "wrong_token"),
        ((403, error(20003)), senders(), numbers(), "missing_permission"),
        ((404, error(20404)), senders(), numbers(), "account_not_found"),
        ((429, error(20429)), senders(), numbers(), "unreachable"),
        ((500, error(20500)), senders(), numbers(), "unreachable"),
        ((503, None), senders(), numbers(), "unreachable"),
        ((302, None), senders(), numbers(), "unreachable"),
        ((200, {"status": "suspended"}), senders(), numbers(), "account_inactive"),
        ((200, []), senders(), numbers(), "account_inactive"),
        (ACTIVE, senders(sender("+15550001")), numbers(NUMBER), "not_in_account"),
        (ACTIVE, senders(sender(NUMBER, "PENDING_VERIFICATION")), numbers(NUMBER), "number_offline"),
        (ACTIVE, (200, {"senders": "none"}), numbers(NUMBER), "not_in_account"),
        (ACTIVE, (500, None), numbers(NUMBER), "unreachable"),
        (ACTIVE, (429, error(20429)), numbers(NUMBER), "unreachable"),
        (ACTIVE, NOT_OPEN, numbers("+15550001"), "not_in_account"),
        (ACTIVE, NOT_OPEN, (500, None), "unreachable"),
        (ACTIVE, NOT_OPEN, (403, error(20003)), "missing_permission"),
    ],
)
async def test_what_is_wrong_with_credentials(
    account: Reply, listed: Reply, phone_numbers: Reply, reason_code: str
) -> None:
    answers = by_path(Accounts=account, Senders=listed, IncomingPhoneNumbers=phone_numbers)
    async with run_twilio(answers) as twilio:
        result = await check(twilio.url)
    assert (result.reason_code, result.is_ok) == (reason_code, False)
    assert result.reason
    assert TOKEN not in repr(result)


@pytest.mark.parametrize(
    ("account_sid", "token"), [("", TOKEN), ("../../AC", TOKEN), ("AC:1", TOKEN), ("ACم", TOKEN), (ACCOUNT, "")]
)
async def test_what_can_be_no_account_is_not_asked_for(account_sid: str, token: str) -> None:
    async with run_twilio(by_path(Accounts=ACTIVE)) as twilio:
        assert (await check(twilio.url, account_sid=account_sid, token=token)).reason_code == "wrong_token"
    assert twilio.asked == []


async def test_a_token_beyond_latin_letters_is_only_wrong() -> None:
    async with run_twilio(by_path(Accounts=(401, error(20003)))) as twilio:
        assert (await check(twilio.url, token="رمز")).reason_code == "wrong_token"


async def test_a_provider_that_is_away_is_not_a_wrong_token() -> None:
    async with run_nobody() as url:
        assert (await check(url)).reason_code == "unreachable"


# --- Sub-accounts ---------------------------------------------------------------------------------

SUB = "AC" + "5b" * 16


async def read_sub(base_url: str) -> str | CheckResult:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        return await read_sub_account_token(
            session, base_url=base_url, master_sid=ACCOUNT, auth_token=TOKEN, account_sid=SUB
        )


async def test_a_sub_accounts_own_token_is_read_with_its_masters() -> None:
    sub = (200, {"sid": SUB, "auth_token": "its own", "owner_account_sid": ACCOUNT, "status": "active"})
    async with run_twilio(by_path(Accounts=sub)) as twilio:
        assert await read_sub(twilio.url) == "its own"
    assert twilio.paths == [f"/2010-04-01/Accounts/{SUB}.json"]
    assert twilio.authorizations == {BASIC}


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ((200, {"sid": SUB, "auth_token": "x", "owner_account_sid": SUB}), "not_sub_account"),
        ((200, {"sid": SUB, "owner_account_sid": ACCOUNT}), "not_sub_account"),
        ((401, error(20003)), "wrong_token"),
        ((404, error(20404)), "account_not_found"),
        ((503, None), "unreachable"),
    ],
)
async def test_what_is_no_sub_account_says_so(reply: Reply, code: str) -> None:
    async with run_twilio(by_path(Accounts=reply)) as twilio:
        found = await read_sub(twilio.url)
    assert isinstance(found, CheckResult)
    assert found.reason_code == code
    assert found.reason


async def test_without_twilio_no_token_is_read() -> None:
    async with run_nobody() as url:
        assert await read_sub(url) == CheckResult(
            ReasonCode.UNREACHABLE, "Twilio could not be reached. Try again in a minute."
        )
