"""Which parts of a signed webhook are whose. Pure.

One request may name channels of many workspaces, and only some of them may carry the secret that
signed it. A part is taken only when its own channel's secret verified: a tenant who signs a body
with the own secret and names another's number files nothing for the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hoopoe.channels.contract import Change, Provider
from hoopoe.channels.directory import ChannelDirectory, RoutedChannel


class Outcome(StrEnum):
    """What became of a webhook request, as the journal tells it."""

    STORED = "stored"
    PARTLY_STORED = "partly_stored"
    UNKNOWN_CHANNEL = "unknown_channel"
    FORBIDDEN = "forbidden"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Taken:
    """One part that a channel may have."""

    channel: RoutedChannel
    change: Change


@dataclass(frozen=True, slots=True)
class Routed:
    """The verdict over one request: what to answer, and which parts to keep."""

    outcome: Outcome
    taken: tuple[Taken, ...] = ()

    @property
    def status(self) -> int:
        """The answer to the provider. Unknown channels get 200, so that it stops sending them again."""
        return 403 if self.outcome is Outcome.FORBIDDEN else 200


def route_changes(
    changes: Iterable[Change],
    directory: ChannelDirectory,
    *,
    provider: Provider,
    is_signed_by: Callable[[bytes], bool],
) -> Routed:
    """Sort the parts of a request by channel, keeping those whose channel's secret signed it.

    `is_signed_by` is asked once per distinct secret.
    """
    verdicts: dict[bytes, bool] = {}
    taken: list[Taken] = []
    is_known = is_refused = False
    for change in changes:
        for channel in directory.route(provider, sender_id=change.sender_id, account_id=change.account_id):
            is_known = True
            verdict = verdicts.get(channel.signing_secret)
            if verdict is None:
                verdict = verdicts[channel.signing_secret] = is_signed_by(channel.signing_secret)
            if verdict:
                taken.append(Taken(channel, change))
            else:
                is_refused = True
    if taken:
        return Routed(Outcome.PARTLY_STORED if is_refused else Outcome.STORED, tuple(taken))
    return Routed(Outcome.FORBIDDEN if is_known else Outcome.UNKNOWN_CHANNEL)


def lane_of(channel_id: UUID, address: str) -> int:
    """The lane of one person on one channel: a signed 64-bit hash, the key of its advisory lock."""
    digest = hashlib.blake2b(channel_id.bytes + address.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
