"""Everything else that Twilio tells: accounts, numbers, senders, media, typing."""

from __future__ import annotations

from simulator.jsontypes import JsonObject, as_text
from simulator.receipts import mark_read
from simulator.state import Media, Message, TwilioChannel
from simulator.twilio.call import Call
from simulator.twilio.errors import TwilioError, make_not_found
from simulator.twilio.payloads import API_VERSION, make_address, say_rfc2822

_BORN = 1_735_689_600.0


async def get_account(call: Call) -> JsonObject:
    account = call.account
    uri = f"/{API_VERSION}/Accounts/{account.sid}"
    return {
        "auth_token": account.auth_token,
        "date_created": say_rfc2822(_BORN),
        "date_updated": say_rfc2822(_BORN),
        "friendly_name": account.name,
        "owner_account_sid": account.owner_sid,
        "sid": account.sid,
        "status": account.status,
        "subresource_uris": {
            "messages": f"{uri}/Messages.json",
            "incoming_phone_numbers": f"{uri}/IncomingPhoneNumbers.json",
        },
        "type": "Full",
        "uri": f"{uri}.json",
    }


async def get_phone_numbers(call: Call) -> JsonObject:
    """The account's numbers. `PhoneNumber` is taken as a part of one, as by Twilio."""
    wanted = call.query.get("PhoneNumber", "").replace(" ", "+")
    rows = [
        (row_id, row)
        for channel in call.channels
        if wanted in "+" + channel.number
        for row_id, row in [(_number_sid(channel), _view_number(channel))]
    ]
    return call.list_2010("incoming_phone_numbers", rows)


async def get_senders(call: Call) -> JsonObject:
    if call.query.get("Channel", "whatsapp") != "whatsapp":
        raise TwilioError(20001, "Channel must be whatsapp")
    return call.list_meta("senders", [(own.phone_number_id, _view_sender(own, call)) for own in call.channels])


async def get_sender(call: Call, sid: str) -> JsonObject:
    for channel in call.channels:
        if channel.phone_number_id == sid:
            return _view_sender(channel, call)
    raise make_not_found(call.path)


async def post_typing(call: Call) -> JsonObject:
    """Mark a person's message as read, and show for 25 seconds that somebody writes."""
    is_json = call.content_type.startswith("application/json")
    given = call.json() if is_json else {name: values[0] for name, values in call.form().items()}
    if as_text(given.get("channel")).lower() != "whatsapp":
        raise TwilioError(20001, "channel must be whatsapp")
    sid = as_text(given.get("messageId"))
    message = call.message(sid) if sid in call.simulator.world.state.messages else None
    if message is None or message.is_from_business:
        raise TwilioError(20404, f"No message that came in has the id {sid}")
    mark_read(call.simulator.world, message, is_typing=True)
    return {"success": True}


async def get_media_list(call: Call, message_sid: str) -> JsonObject:
    message = call.message(message_sid)
    return call.list_2010(
        "media_list", [(media.id, _view_media(call, message, media)) for media in _media_of(call, message)]
    )


async def get_media(call: Call, message_sid: str, media_sid: str) -> JsonObject:
    message = call.message(message_sid)
    return _view_media(call, message, find_media(call, message_sid, media_sid))


async def delete_media(call: Call, message_sid: str, media_sid: str) -> None:
    call.simulator.world.remove_media(find_media(call, message_sid, media_sid))


def find_media(call: Call, message_sid: str, media_sid: str) -> Media:
    """A file of a message. TwilioError (20404) when it is not there."""
    for media in _media_of(call, call.message(message_sid)):
        if media.id == media_sid:
            return media
    raise make_not_found(call.path)


def _media_of(call: Call, message: Message) -> list[Media]:
    """The files that a person sent. What a business sends is a link, which nobody fetches here."""
    own = (message.twilio or {}).get("media")
    known = call.simulator.world.state.media
    return [known[as_text(sid)] for sid in own if as_text(sid) in known] if isinstance(own, list) else []


def _view_media(call: Call, message: Message, media: Media) -> JsonObject:
    messages = f"/{API_VERSION}/Accounts/{call.account.sid}/Messages"
    return {
        "account_sid": call.account.sid,
        "content_type": media.mime_type,
        "date_created": say_rfc2822(message.at),
        "date_updated": say_rfc2822(message.at),
        "parent_sid": message.id,
        "sid": media.id,
        "uri": f"{messages}/{message.id}/Media/{media.id}.json",
    }


def _number_sid(channel: TwilioChannel) -> str:
    return "PN" + channel.phone_number_id[2:]


def _view_number(channel: TwilioChannel) -> JsonObject:
    sid = _number_sid(channel)
    return {
        "account_sid": channel.account_sid,
        "api_version": API_VERSION,
        "capabilities": {"voice": False, "sms": True, "mms": False, "fax": False},
        "date_created": say_rfc2822(_BORN),
        "date_updated": say_rfc2822(_BORN),
        "friendly_name": channel.name,
        "phone_number": f"+{channel.number}",
        "sid": sid,
        "status": "in-use",
        "uri": f"/{API_VERSION}/Accounts/{channel.account_sid}/IncomingPhoneNumbers/{sid}.json",
    }


def _view_sender(channel: TwilioChannel, call: Call) -> JsonObject:
    return {
        "sid": channel.phone_number_id,
        "status": "ONLINE" if channel.account_status == "active" else "OFFLINE",
        "sender_id": make_address(channel.number),
        "configuration": {"waba_id": "1022" + str(int(channel.phone_number_id[2:14], 16)).zfill(15)},
        "webhook": {
            "callback_url": channel.callback_url,
            "callback_method": "POST",
            "fallback_url": channel.fallback_url,
            "fallback_method": "POST",
            "status_callback_url": channel.status_callback_url,
            "status_callback_method": "POST",
        },
        "profile": {"name": channel.name},
        "properties": {"quality_rating": "HIGH", "messaging_limit": "2K Customers/24hr"},
        "offline_reasons": None,
        "compliance": None,
        "url": f"{call.base_url}/v2/Channels/Senders/{channel.phone_number_id}",
    }
