"""A webhook as bytes, as its provider writes and signs them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never
from urllib.parse import urldefrag

from simulator.jsontypes import JsonObject, as_text
from simulator.meta.payloads import make_webhook
from simulator.meta.signing import encode_body, sign_body
from simulator.state import Channel, MetaChannel, TwilioChannel, Update
from simulator.twilio.signing import encode_form, sign_form

_META: Final = {"User-Agent": "facebookexternalua", "Content-Type": "application/json"}
_TWILIO: Final = {
    "User-Agent": "TwilioProxy/1.1",
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "X-Home-Region": "us1",
    "Accept": "*/*",
}
_TOKENS: Final = uuid.UUID("6f1c0f3e-2d5b-4c55-9a6b-2f1d1b7f0a11")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One webhook. Its bytes never change, however often they are sent to `url`."""

    updates: tuple[Update, ...]
    url: str
    body: bytes
    signature: str
    headers: Mapping[str, str]


def pack(channels: Mapping[str, Channel], updates: Sequence[Update]) -> Parcel:
    """The updates, which are of one channel or of one address and secret, as one webhook."""
    channel, first = channels[updates[0].phone_number_id], updates[0]
    match channel:
        case MetaChannel():
            body = encode_body(make_webhook(_pair_accounts(channels, updates)))
            signature = sign_body(body, channel.app_secret)
            headers = {**_META, "X-Hub-Signature-256": signature}
            return Parcel(tuple(updates), target_of(channel, first), body, signature, headers)
        case TwilioChannel():
            return _pack_form(channel, first, target_of(channel, first), first.value)
        case _:
            assert_never(channel)


def pack_fallback(channel: TwilioChannel, parcel: Parcel) -> Parcel:
    """The same message for the fallback address, which is also told what was wrong."""
    first = parcel.updates[0]
    value: JsonObject = {**first.value, "ErrorCode": "11200", "ErrorUrl": parcel.url}
    return _pack_form(channel, first, channel.fallback_url, value)


def target_of(channel: Channel, update: Update) -> str:
    """Meta's overrides hold for `messages` only; at Twilio a status has an address of its own."""
    if update.url:
        return update.url
    return channel.target_url if update.field == "messages" else channel.callback_url


def batch_key(channel: Channel, update: Update) -> str | None:
    """What updates must share to go in one webhook; None where each goes alone, as with Twilio."""
    return f"{target_of(channel, update)} {channel.app_secret}" if isinstance(channel, MetaChannel) else None


def _pack_form(channel: TwilioChannel, update: Update, target: str, value: JsonObject) -> Parcel:
    params = {name: as_text(text) for name, text in value.items()}
    signature = sign_form(target, params, channel.auth_token)
    # The same for every try of one webhook, and over a restart.
    token = uuid.uuid5(_TOKENS, f"{update.message_id} {update.status} {update.seq}")
    headers = {**_TWILIO, "X-Twilio-Signature": signature, "I-Twilio-Idempotency-Token": str(token)}
    return Parcel((update,), urldefrag(target).url, encode_form(params), signature, headers)


def _pair_accounts(channels: Mapping[str, Channel], updates: Sequence[Update]) -> list[tuple[str, Update]]:
    pairs: list[tuple[str, Update]] = []
    for update in updates:
        channel = channels[update.phone_number_id]
        if isinstance(channel, MetaChannel):
            pairs.append((update.entry_id or channel.waba_id, update))
    return pairs
