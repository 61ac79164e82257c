"""Which parts of a signed webhook are whose. Pure.

One request may name channels of many workspaces, and only some of them may carry the secret that
signed it. A part is taken only when its own channel's secret verified: a tenant who signs a body
with the own secret and names another's number files nothing for the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hoopoe.channels.contract import Provider
from hoopoe.channels.directory import ChannelDirectory, RoutedChannel
from hoopoe.channels.parts import Change


class Outcome(StrEnum):
    """What became of a webhook request, as the journal tells it."""

    STORED = "stored"
    PARTLY_STORED = "partly_stored"
    UNKNOWN_CHANNEL = "unknown_channel"
    FORBIDDEN = "forbidden"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    ANSWERED = "answered"


class SignatureVerdict(StrEnum):
    """What a request's signature was worth. `unchecked`: there was nobody whose secret could be tried."""

    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Taken:
    """One part that a channel may have."""

    channel: RoutedChannel
    change: Change


@dataclass(frozen=True, slots=True)
class Routed:
    """The verdict over one request: what to answer, and which parts to keep.

    `owner_id`: every part of the request is about this workspace, and about no other.
    """

    outcome: Outcome
    taken: tuple[Taken, ...] = ()
    refused: tuple[Taken, ...] = ()
    owner_id: UUID | None = None

    @property
    def status(self) -> int:
        """The answer to the provider. Unknown channels get 200, so that it stops sending them again."""
        return 403 if self.outcome is Outcome.FORBIDDEN else 200

    @property
    def verdict(self) -> SignatureVerdict:
        """What the signature was worth, for a request that has one."""
        if self.taken:
            return SignatureVerdict.VALID
        return SignatureVerdict.INVALID if self.refused else SignatureVerdict.UNCHECKED


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
    refused: list[Taken] = []
    is_stray = False
    for change in changes:
        channels = directory.route(provider, sender_id=change.sender_id, account_id=change.account_id)
        is_stray = is_stray or not channels
        mine: list[Taken] = []
        strange: list[Taken] = []
        for channel in channels:
            verdict = verdicts.get(channel.signing_secret)
            if verdict is None:
                verdict = verdicts[channel.signing_secret] = is_signed_by(channel.signing_secret)
            (mine if verdict else strange).append(Taken(channel, change))
        if change.is_of_account:
            mine, strange = _choose_hearers(mine, strange)
        taken += mine
        refused += strange
    owners = {each.channel.workspace_id for each in (*taken, *refused)}
    owner_id = owners.pop() if len(owners) == 1 and not is_stray and not (taken and refused) else None
    if taken:
        outcome = Outcome.PARTLY_STORED if refused else Outcome.STORED
    else:
        outcome = Outcome.FORBIDDEN if refused else Outcome.UNKNOWN_CHANNEL
    return Routed(outcome, tuple(taken), tuple(refused), owner_id)


def _choose_hearers(mine: Sequence[Taken], strange: Sequence[Taken]) -> tuple[list[Taken], list[Taken]]:
    """What tells of an account is filed once for each workspace that has it, not once for each of its numbers.

    A workspace that may have it is not refused it, although another of its channels carries another secret.
    """
    hearers: dict[UUID, Taken] = {}
    for each in mine:
        known = hearers.get(each.channel.workspace_id)
        if known is None or each.channel.id < known.channel.id:
            hearers[each.channel.workspace_id] = each
    return [*hearers.values()], [each for each in strange if each.channel.workspace_id not in hearers]


def lane_of(channel_id: UUID, address: str) -> int:
    """The lane of one person on one channel: a signed 64-bit hash, the key of its advisory lock."""
    return _hash_lane(channel_id, address)


def hearing_lane_of(conversation_id: UUID) -> int:
    """The lane in which filed messages of a conversation wait for the bot to hear them."""
    return _hash_lane(conversation_id, "hearing")


def _hash_lane(of: UUID, name: str) -> int:
    digest = hashlib.blake2b(of.bytes + name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
