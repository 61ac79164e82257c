"""How the control API shows things. Never a token or a secret."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_never

from simulator.jsontypes import JsonObject, as_object, as_text
from simulator.meta.templates import render_template
from simulator.state import Channel, Message, MetaChannel, State, TwilioChannel, payload_of


def say_time(at: float) -> str:
    """World time as RFC 3339 with milliseconds."""
    return datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def view_channel(channel: Channel) -> JsonObject:
    view: JsonObject = {
        "provider": "meta" if isinstance(channel, MetaChannel) else "twilio",
        "name": channel.name,
        "number": "+" + channel.number,
        "phone_number_id": channel.phone_number_id,
        "callback_url": channel.target_url,
        "is_subscribed": channel.is_subscribed,
    }
    match channel:
        case MetaChannel():
            return {
                **view,
                "waba_id": channel.waba_id,
                "quality_rating": channel.quality_rating,
                "messaging_limit_tier": channel.messaging_limit_tier,
                "throughput_level": channel.throughput_level,
                "name_status": channel.name_status,
                "is_on_biz_app": channel.is_on_biz_app,
            }
        case TwilioChannel():
            return {
                **view,
                "quality_rating": "GREEN",
                "messaging_limit_tier": "TIER_2K",
                "account_sid": channel.account_sid,
                "account_status": channel.account_status,
                "owner_account_sid": channel.owner_account_sid or None,
                "messaging_service_sid": channel.messaging_service_sid or None,
                "fallback_url": channel.fallback_url,
                "status_callback_url": channel.status_callback_url,
            }
        case _:
            assert_never(channel)


def view_message(state: State, message: Message) -> JsonObject:
    """A message as its person's phone shows it: `in` was received by the phone, `out` was sent from it."""
    channel = state.channels.get(message.phone_number_id)
    business = "+" + channel.number if channel is not None else message.phone_number_id
    person = f"+{message.person}" if message.person.isdigit() else message.person
    is_in = message.is_from_business
    view: JsonObject = {
        "id": message.id,
        "seq": message.seq,
        "direction": "in" if is_in else "out",
        "from": business if is_in else person,
        "to": person if is_in else business,
        "phone_number_id": message.phone_number_id,
        "type": message.type,
        "status": message.status,
        "timestamp": str(int(message.at)),
        "at": say_time(message.at),
        **payload_of(message),
    }
    if message.context is not None:
        view["context"] = message.context
    if message.reaction:
        view["reaction_of_person"] = message.reaction
    if message.is_edited:
        view["edited"] = True
    if message.is_deleted:
        view["deleted"] = True
    if message.type == "template" and isinstance(channel, MetaChannel):
        wanted = as_text(message.content.get("name")), as_text(as_object(message.content.get("language")).get("code"))
        for template in state.templates.values():
            if (template.name, template.language) == wanted and template.waba_id == channel.waba_id:
                view["rendered"] = render_template(template, message.content)
    return view


def view_accepted(seq: int, message: Message) -> JsonObject:
    """One accepted send, for counting."""
    content = message.content
    text = as_text(content.get("body")) or as_text(as_object(content.get("body")).get("text"))
    return {
        "seq": seq,
        "phone_number_id": message.phone_number_id,
        "to": message.address,
        "type": message.type,
        "body": text or as_text(content.get("caption")),
        "biz_opaque_callback_data": message.opaque,
        "wamid": message.id,
        "status": message.status,
        "failure": message.failure,
        "at": say_time(message.at),
    }
