"""What a business's read receipt and typing indicator do on the phone."""

from __future__ import annotations

from simulator.state import Message
from simulator.world import World

_TYPING_SECONDS = 25.0


def mark_read(world: World, message: Message, *, is_typing: bool) -> None:
    """Mark a person's message and all before it as read; with typing, show that for 25 seconds."""
    channel_id, person = message.phone_number_id, message.person
    for earlier in reversed(world.state.threads.get(person, [])):
        is_own = not earlier.is_from_business and earlier.phone_number_id == channel_id
        if not is_own or earlier.seq > message.seq:
            continue
        if earlier.status == "read":
            break
        if world.put_status(earlier, "read"):
            world.tell_status(earlier)
    if is_typing:
        world.typing_until[channel_id, person] = world.now() + _TYPING_SECONDS
        world.stream.tell("typing", lambda: {"person": person, "phone_number_id": channel_id})
