"""What Graph nodes look like: phone numbers, accounts, tokens, subscriptions. Pure functions."""

from __future__ import annotations

from simulator.jsontypes import Json, JsonObject
from simulator.meta.errors import GraphError
from simulator.state import MetaChannel

_SCOPES: list[Json] = ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"]

_PHONE_DEFAULT = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
    "webhook_configuration",
    "id",
)
_EMPTY = frozenset(
    {
        "certificate",
        "conversational_automation",
        "country_code",
        "country_dial_code",
        "eligibility_for_api_business_global_search",
        "last_onboarded_time",
        "new_certificate",
        "new_name_status",
        "disable_marketing_messages_on_cloud_api",
        "marketing_messages_lite_api_status",
        "marketing_messages_onboarding_status",
        "on_behalf_of_business_info",
        "owner_business_info",
        "subscribed_apps",
    }
)
"""Fields of numbers and accounts that have no value here: the Graph leaves such out."""

_WABA_DEFAULT = ("id", "name", "timezone_id", "message_template_namespace")


def view_phone(channel: MetaChannel, fields: tuple[str, ...]) -> JsonObject:
    """A phone number node. Raises GraphError for a field that it does not have."""
    node: JsonObject = {
        "id": channel.phone_number_id,
        "display_phone_number": format_number(channel.number),
        "verified_name": channel.name,
        "quality_rating": channel.quality_rating,
        "code_verification_status": "VERIFIED",
        "name_status": channel.name_status,
        "platform_type": "CLOUD_API",
        "throughput": {"level": channel.throughput_level},
        "status": "CONNECTED",
        "account_mode": "LIVE",
        "is_official_business_account": False,
        "is_pin_enabled": False,
        "messaging_limit_tier": channel.messaging_limit_tier,
        "whatsapp_business_manager_messaging_limit": channel.messaging_limit_tier,
        "quality_score": {"score": channel.quality_rating},
        "is_on_biz_app": channel.is_on_biz_app,
        "is_preverified_number": False,
        "search_visibility": "VISIBLE",
        "webhook_configuration": _webhook_configuration(channel),
        "health_status": _health("PHONE_NUMBER", channel.phone_number_id),
    }
    return _select(node, fields or _PHONE_DEFAULT, "WhatsAppBusinessPhoneNumber")


def view_waba(channel: MetaChannel, fields: tuple[str, ...]) -> JsonObject:
    """The node of the account that a channel belongs to."""
    node: JsonObject = {
        "id": channel.waba_id,
        "name": channel.name,
        "timezone_id": "1",
        "message_template_namespace": f"simulated_{channel.waba_id}",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "status": "ACTIVE",
        "is_enabled_for_insights": True,
        "currency": "USD",
        "country": "SA",
        "ownership_type": "CLIENT_OWNED",
        "health_status": _health("WABA", channel.waba_id),
    }
    return _select(node, fields or _WABA_DEFAULT, "WhatsAppBusinessAccount")


def view_subscription(channel: MetaChannel) -> JsonObject:
    app: JsonObject = {
        "whatsapp_business_api_data": {
            "id": channel.app_id,
            "name": "Hoopoe",
            "link": f"https://www.facebook.com/games/?app_id={channel.app_id}",
        }
    }
    if channel.waba_callback_url:
        app["override_callback_uri"] = channel.waba_callback_url
    return app


def view_token(channels: list[MetaChannel]) -> JsonObject:
    """`data` of debug_token: a system user's token that never expires."""
    return {
        "app_id": channels[0].app_id,
        "type": "SYSTEM_USER",
        "application": "Hoopoe",
        "data_access_expires_at": 0,
        "expires_at": 0,
        "is_valid": True,
        "issued_at": 1735689600,
        "scopes": _SCOPES,
        "granular_scopes": [
            {"scope": scope, "target_ids": [*sorted({channel.waba_id for channel in channels})]}
            for scope in _SCOPES[:2]
        ],
        "user_id": "100000000000001",
    }


def format_number(digits: str) -> str:
    """`+966 50 000 0101`, as Meta writes numbers for people (the groups are ours)."""
    head, rest = digits[:-9], digits[-9:]
    return f"+{head} {rest[:2]} {rest[2:5]} {rest[5:]}" if head else f"+{digits}"


def _select(node: JsonObject, fields: tuple[str, ...], kind: str) -> JsonObject:
    for name in fields:
        if name not in node and name not in _EMPTY:
            raise GraphError(100, message=f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})")
    return {name: node[name] for name in dict.fromkeys((*fields, "id")) if name in node}


def _webhook_configuration(channel: MetaChannel) -> JsonObject:
    configuration: JsonObject = {"application": channel.callback_url}
    if channel.waba_callback_url:
        configuration["whatsapp_business_account"] = channel.waba_callback_url
    if channel.number_callback_url:
        configuration["phone_number"] = channel.number_callback_url
    return configuration


def _health(kind: str, node_id: str) -> JsonObject:
    return {
        "can_send_message": "AVAILABLE",
        "entities": [{"entity_type": kind, "id": node_id, "can_send_message": "AVAILABLE"}],
    }
