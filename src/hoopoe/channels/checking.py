"""Whether credentials open the number that a channel claims to be. A channel is active only after that."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import aiohttp

from hoopoe.channels.meta.client import check_credentials
from hoopoe.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Claim:
    """What a channel says of itself. `number` is E.164."""

    number: str
    phone_number_id: str
    waba_id: str
    access_token: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the provider said. `reason` is for people; None: the number is the claimed one."""

    reason: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether the channel may be active."""
        return self.reason is None


CheckClaim: TypeAlias = Callable[[Claim], Awaitable[Finding]]


def make_check(settings: Settings, http: aiohttp.ClientSession) -> CheckClaim:
    """The check at the provider's address that the settings name."""

    async def check(claim: Claim) -> Finding:
        result = await check_credentials(
            http,
            base_url=settings.meta_graph_url,
            version=settings.meta_api_version,
            phone_number_id=claim.phone_number_id,
            waba_id=claim.waba_id,
            access_token=claim.access_token,
        )
        if not result.is_ok:
            return Finding(result.reason)
        if result.display_number is not None and not _is_same_number(result.display_number, claim.number):
            return Finding(f"This phone number id belongs to {result.display_number}, not to {claim.number}.")
        return Finding()

    return check


def _is_same_number(one: str, other: str) -> bool:
    """Providers write numbers with spaces, hyphens and sometimes without the plus."""
    return re.sub(r"\D", "", one) == re.sub(r"\D", "", other)
