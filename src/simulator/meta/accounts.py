"""Edges of phone numbers and accounts: reads, subscriptions, the profile, where webhooks go."""

from __future__ import annotations

from simulator.jsontypes import JsonObject, as_object, as_text
from simulator.meta.call import Call, find_own_channels
from simulator.meta.errors import GraphError
from simulator.meta.fields import optional_text
from simulator.meta.handshake import verify_callback
from simulator.meta.nodes import view_phone, view_subscription, view_token, view_waba

_PROFILE_LONGEST = {"about": 139, "address": 256, "description": 512, "email": 128, "vertical": 64}


async def get_phone(call: Call) -> JsonObject:
    return view_phone(call.phone(), call.fields)


async def post_phone(call: Call) -> JsonObject:
    """Only `webhook_configuration` can be set: the number's own callback; an empty one takes it away."""
    channel = call.phone()
    configuration = as_object(call.arguments().get("webhook_configuration"))
    if "override_callback_uri" not in configuration:
        raise GraphError(100, message="(#100) The parameter webhook_configuration.override_callback_uri is required.")
    channel.number_callback_url = await _read_override(call, configuration)
    call.simulator.world.put_channel(channel)
    return {"success": True}


async def register_phone(call: Call) -> JsonObject:
    call.phone()
    pin = call.arguments().get("pin", "000000")
    if call.edge == "register" and not (isinstance(pin, str) and len(pin) == 6 and pin.isdigit()):
        raise GraphError(100, "Param pin must be six digits.")
    return {"success": True}


async def get_profile(call: Call) -> JsonObject:
    channel = call.phone()
    profile = {"about": "", **channel.profile, "messaging_product": "whatsapp"}
    wanted = call.fields
    return {"data": [{name: value for name, value in profile.items() if name in wanted} if wanted else profile]}


async def post_profile(call: Call) -> JsonObject:
    channel = call.phone()
    given = call.arguments()
    if given.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    for name, longest in _PROFILE_LONGEST.items():
        optional_text(given, name, of="the profile", longest=longest)
    websites = given.get("websites", [])
    if not isinstance(websites, list) or len(websites) > 2:
        raise GraphError(100, "Param websites must be a list of at most 2.")
    known = {*_PROFILE_LONGEST, "websites"}
    channel.profile = {**channel.profile, **{name: value for name, value in given.items() if name in known}}
    call.simulator.world.put_channel(channel)
    return {"success": True}


async def get_waba(call: Call) -> JsonObject:
    return view_waba(call.account()[0], call.fields)


async def get_phone_numbers(call: Call) -> JsonObject:
    nodes = [view_phone(channel, call.fields) for channel in call.account()]
    return {"data": [*nodes], "paging": {"cursors": {"before": "MAZDZD", "after": "MQZDZD"}}}


async def get_subscribed_apps(call: Call) -> JsonObject:
    channel = call.account()[0]
    return {"data": [view_subscription(channel)] if channel.is_subscribed else []}


async def post_subscribed_apps(call: Call) -> JsonObject:
    """Subscribe the app, optionally with a callback of the account's own, which is verified first."""
    given = call.arguments()
    own = call.account()
    override = "override_callback_uri" in given
    url = await _read_override(call, given) if override else ""
    for channel in own:
        channel.is_subscribed = True
        channel.waba_callback_url = url
        call.simulator.world.put_channel(channel)
    return {"success": True, "data": [view_subscription(own[0])]} if override else {"success": True}


async def delete_subscribed_apps(call: Call) -> JsonObject:
    for channel in call.account():
        channel.is_subscribed = False
        channel.waba_callback_url = ""
        call.simulator.world.put_channel(channel)
    return {"success": True}


async def debug_token(call: Call) -> JsonObject:
    """What a token may do. A token that is nobody's is told to be invalid, it is not an error."""
    wanted = call.query.get("input_token", "")
    if not wanted:
        raise GraphError(100, message="(#100) The parameter input_token is required.")
    try:
        own = find_own_channels(call.simulator, wanted)
    except GraphError as error:
        return {"data": {"is_valid": False, "scopes": [], "error": {"code": error.code, "message": error.message}}}
    return {"data": view_token(own)}


async def _read_override(call: Call, given: JsonObject) -> str:
    url = as_text(given.get("override_callback_uri"))
    if not url:
        return ""
    if len(url) > 200 or not url.startswith(("https://", "http://")):
        raise GraphError(100, "Param override_callback_uri must be a URL of at most 200 characters.")
    problem = await verify_callback(call.simulator, url, as_text(given.get("verify_token")))
    if problem is not None:
        raise GraphError(2200, problem, message="(#2200) Callback verification failed")
    return url
