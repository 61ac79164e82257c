"""What Meta tells an app of an account and its numbers, and what is so from then on (whatsapp.md A2, A10)."""

from __future__ import annotations

from typing import Final

from simulator.jsontypes import JsonObject, as_text
from simulator.meta.payloads import make_metadata
from simulator.simulator import Simulator
from simulator.state import MetaChannel

STANDING: Final = ("quality_rating", "messaging_limit_tier", "throughput_level", "name_status", "is_on_biz_app")
"""What events say of a number."""

_OF_NUMBERS: Final = frozenset(
    {
        "business_username_update",
        "business_username_updates",
        "phone_number_name_update",
        "phone_number_quality_update",
        "phone_number_username_update",
        "security",
    }
)
_WITH_METADATA: Final = frozenset({"automatic_events", "tracking_events", "user_preferences"})
_FLAGS: Final = {"FLAGGED": "RED", "UNFLAGGED": "GREEN"}


def tell_account_event(
    simulator: Simulator,
    channel: MetaChannel,
    field: str,
    value: JsonObject,
    *,
    time: int | None = None,
    entry_id: str = "",
) -> bool:
    """Owe the app one change; False when nobody is subscribed. What it says of numbers is so already."""
    world = simulator.world
    full: JsonObject = {**value}
    if field in _OF_NUMBERS:
        full.setdefault("display_phone_number", channel.number)
    if field in _WITH_METADATA:
        full.setdefault("messaging_product", "whatsapp")
        full.setdefault("metadata", make_metadata(channel))
    _keep(simulator, channel, field, full)
    return simulator.deliverer.owe(
        channel,
        field=field,
        value=full,
        lane=f"{channel.waba_id} account",
        label=f"{field} {as_text(full.get('event'))}".strip(),
        entry_time=int(world.now()) if time is None else time,
        entry_id=entry_id,
    )


def _keep(simulator: Simulator, channel: MetaChannel, field: str, value: JsonObject) -> None:
    """Quality and speed are a number's own, limits those of the whole account."""
    world = simulator.world
    told = as_text(value.get("event"))
    if field == "phone_number_quality_update" and value["display_phone_number"] == channel.number:
        channel.quality_rating = _FLAGS.get(told, channel.quality_rating)
        if told == "THROUGHPUT_UPGRADE":
            channel.throughput_level = "HIGH"
        channel.messaging_limit_tier = _read_tier(value.get("current_limit")) or channel.messaging_limit_tier
        world.put_channel(channel)
    elif field == "phone_number_name_update" and value["display_phone_number"] == channel.number:
        channel.name_status = as_text(value.get("decision")) or channel.name_status
        world.put_channel(channel)
    elif field == "business_capability_update":
        tier = _read_tier(value.get("max_daily_conversations_per_business"))
        for other in world.state.meta_channels():
            if tier is not None and other.waba_id == channel.waba_id:
                other.messaging_limit_tier = tier
                world.put_channel(other)


def _read_tier(value: object) -> str | None:
    return value if isinstance(value, str) and value.startswith("TIER_") else None
