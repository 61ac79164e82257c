"""Whether credentials open the number that a channel claims to be. A channel is active only after that."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from hoopoe.channels.account_events import NumberFacts
from hoopoe.channels.check_results import CheckResult, ReasonCode
from hoopoe.channels.meta.check import check_credentials as check_meta
from hoopoe.channels.meta.check import read_facts as read_meta_facts
from hoopoe.channels.outside import Outside
from hoopoe.channels.twilio.check import check_credentials as check_twilio
from hoopoe.channels.twilio.check import read_sub_account_token


@dataclass(frozen=True, slots=True)
class MetaClaim:
    """What a channel at Meta says of itself. `number` is E.164."""

    number: str
    phone_number_id: str
    waba_id: str
    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TwilioClaim:
    """What a channel at Twilio says of itself. `number` is E.164.

    With `master_account_sid` the token is that account's, and the number's own account is one of its
    sub-accounts: its own token is read there, and the master's is kept nowhere.
    """

    number: str
    account_sid: str
    auth_token: str = field(repr=False)
    master_account_sid: str | None = None


Claim: TypeAlias = MetaClaim | TwilioClaim


@dataclass(frozen=True, slots=True)
class Finding:
    """What the provider said. `reason_code` None: the number is the claimed one.

    `reason` is a sentence for people, in English; `details` are the values in it, by name, for other languages.
    `auth_token` is a sub-account's own, when it was read with its master's: it was not read if it is None. `facts`
    are what the provider says of a number that it lets us read.
    """

    reason_code: ReasonCode | None = None
    reason: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    auth_token: str | None = field(default=None, repr=False)
    facts: NumberFacts = field(default_factory=NumberFacts)

    @property
    def is_good(self) -> bool:
        """Whether the channel may be active."""
        return self.reason_code is None


CheckClaim: TypeAlias = Callable[[Claim], Awaitable[Finding]]


def make_check(outside: Outside) -> CheckClaim:
    """The check at the providers' addresses."""

    async def check(claim: Claim) -> Finding:
        match claim:
            case MetaClaim():
                return await _check_meta(outside, claim)
            case TwilioClaim():
                return await _check_twilio(outside, claim)
            case _:
                assert_never(claim)

    return check


async def _check_meta(outside: Outside, claim: MetaClaim) -> Finding:
    result = await check_meta(
        outside.http,
        base_url=outside.meta_graph_url,
        version=outside.meta_api_version,
        phone_number_id=claim.phone_number_id,
        waba_id=claim.waba_id,
        access_token=claim.access_token,
        app_secret=claim.app_secret,
    )
    found = _judge(result, claim.number, "This phone number id")
    if not found.is_good:
        return found
    facts = await read_meta_facts(
        outside.http,
        base_url=outside.meta_graph_url,
        version=outside.meta_api_version,
        phone_number_id=claim.phone_number_id,
        access_token=claim.access_token,
    )
    return replace(found, facts=facts)


async def _check_twilio(outside: Outside, claim: TwilioClaim) -> Finding:
    auth_token = claim.auth_token
    if claim.master_account_sid is not None:
        own = await read_sub_account_token(
            outside.http,
            base_url=outside.twilio_api_url,
            master_sid=claim.master_account_sid,
            auth_token=claim.auth_token,
            account_sid=claim.account_sid,
        )
        if isinstance(own, CheckResult):
            return Finding(own.reason_code, own.reason, own.details)
        auth_token = own
    result = await check_twilio(
        outside.http,
        base_url=outside.twilio_api_url,
        account_sid=claim.account_sid,
        auth_token=auth_token,
        number=claim.number,
    )
    found = _judge(result, claim.number, "This account")
    return replace(found, auth_token=auth_token if claim.master_account_sid is not None else None)


def _judge(result: CheckResult, number: str, what: str) -> Finding:
    if not result.is_ok:
        return Finding(result.reason_code, result.reason, result.details)
    if result.display_number is not None and not _is_same_number(result.display_number, number):
        reason = f"{what} belongs to {result.display_number}, not to {number}."
        details = {"found": result.display_number, "claimed": number}
        return Finding(ReasonCode.OTHER_NUMBER, reason, details)
    return Finding()


def _is_same_number(one: str, other: str) -> bool:
    """Providers write numbers with spaces, hyphens and sometimes without the plus."""
    return re.sub(r"\D", "", one) == re.sub(r"\D", "", other)
