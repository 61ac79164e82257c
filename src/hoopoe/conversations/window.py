"""The customer service window: 24 hours from a person's last message. Pure.

Inside it anything may be sent, outside it templates only. Source: Meta, messages/send-messages
("customer service windows").
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(hours=24)


def expires_at(last_inbound_at: datetime) -> datetime:
    """When the window closes that a message opened or kept open."""
    return last_inbound_at + WINDOW


def is_open(window_expires_at: datetime | None, now: datetime) -> bool:
    """Whether free text may be sent at `now` (domain time). None: the person has never written."""
    return window_expires_at is not None and now < window_expires_at
