"""Whether what came in starts a flow, by the kind of trigger."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from hoopoe.channels.contract import MEDIA_TYPES, InboundType
from hoopoe.flows.engine import TriggerInput
from hoopoe.flows.nodes.patterns import compile_pattern
from hoopoe.kernel.spelling import find_nearest
from hoopoe.kernel.text import clean, fold_digits, match_key

Matcher = Callable[[TriggerInput], bool]

WEBHOOK: Final = "webhook"
SCHEDULE: Final = "schedule"
BEGUN_FROM_OUTSIDE: Final = frozenset({WEBHOOK, SCHEDULE})
"""Types of an `Incoming` that nobody wrote: they start the one trigger that they name."""


def any_message() -> Matcher:
    return lambda trigger: trigger.message.type not in BEGUN_FROM_OUTSIDE


def new_conversation() -> Matcher:
    return lambda trigger: trigger.is_new_conversation and trigger.message.type not in BEGUN_FROM_OUTSIDE


def from_outside(kind: str, node_id: str) -> Matcher:
    return lambda trigger: trigger.message.type == kind and trigger.node_id == node_id


def tapped(ids: Collection[str]) -> Matcher:
    wanted = frozenset(ids)
    return lambda trigger: trigger.message.payload_id in wanted


def located() -> Matcher:
    return lambda trigger: trigger.message.type == InboundType.LOCATION


def filed(kinds: Collection[str]) -> Matcher:
    """A file of one of the kinds; of any where none is named. A recording is `voice` as well as `audio`."""
    wanted = frozenset(kinds)

    def matches(trigger: TriggerInput) -> bool:
        message = trigger.message
        if message.type not in MEDIA_TYPES or message.media is None:
            return False
        is_voice = message.media.get("voice") is True
        return not wanted or message.type in wanted or (is_voice and "voice" in wanted)

    return matches


def referred(ids: Collection[str]) -> Matcher:
    """A message that came by an ad or a post; by one of these where some are named."""
    wanted = frozenset(ids)

    def matches(trigger: TriggerInput) -> bool:
        referral = trigger.message.referral
        return referral is not None and (not wanted or referral.get("source_id") in wanted)

    return matches


def worded(keywords: Sequence[str], how: str) -> Matcher:
    """Whether a message has one of the keywords: whole words only, in any spelling; patterns see it as it is."""
    keys = tuple(match_key(keyword) for keyword in keywords)
    exact = frozenset(keys)
    padded = tuple(f" {key} " for key in keys)

    def is_exact(trigger: TriggerInput) -> bool:
        return match_key(trigger.message.text) in exact

    def is_near(trigger: TriggerInput) -> bool:
        key = match_key(trigger.message.text)
        return key in exact or find_nearest(key, exact) is not None

    def starts(trigger: TriggerInput) -> bool:
        return f" {match_key(trigger.message.text)} ".startswith(padded)

    def contains(trigger: TriggerInput) -> bool:
        text = f" {match_key(trigger.message.text)} "
        return any(key in text for key in padded)

    if how == "regex":
        patterns = [compile_pattern(keyword, is_case_sensitive=False) for keyword in keywords]
        return lambda trigger: any(each.search(fold_digits(clean(trigger.message.text))) for each in patterns)
    return {"exact": is_exact, "near": is_near, "starts_with": starts, "contains": contains}[how]
