"""Accounts, their numbers and their WhatsApp senders: reads only."""

from __future__ import annotations

from simulator.jsontypes import JsonObject
from simulator.state import TwilioChannel
from simulator.twilio.call import Account, Call, list_accounts
from simulator.twilio.errors import TwilioError, make_not_found
from simulator.twilio.payloads import API_VERSION, make_address, say_rfc2822

_BORN = 1_735_689_600.0


async def get_accounts(call: Call) -> JsonObject:
    """The login's own account and its sub-accounts."""
    rows = [(account.sid, _view_account(account)) for account in list_accounts(call.simulator, call.login)]
    return call.list_2010("accounts", rows)


async def get_account(call: Call) -> JsonObject:
    return _view_account(call.account)


def _view_account(account: Account) -> JsonObject:
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
