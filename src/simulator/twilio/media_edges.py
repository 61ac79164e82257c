"""Files that people sent, under their messages."""

from __future__ import annotations

from simulator.jsontypes import JsonObject, as_text
from simulator.state import Media, Message
from simulator.twilio.call import Call
from simulator.twilio.errors import make_not_found
from simulator.twilio.payloads import API_VERSION, say_rfc2822


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
