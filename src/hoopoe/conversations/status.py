"""A message's status, which only moves forward, and the opaque id that finds the message. Pure.

Providers repeat statuses, reorder them and leave some out (`read` may come without `delivered`).
Source of the ranks: Meta, webhooks/reference/messages/status.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class MessageStatus(StrEnum):
    """What is known of a message. Outgoing ones begin as `pending`; incoming ones stay `received`."""

    RECEIVED = "received"
    PENDING = "pending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"


class OutboxState(StrEnum):
    """Where a send is. A machine of its own: unlike a status it may go back."""

    QUEUED = "queued"
    SENDING = "sending"
    RETRYING = "retrying"
    UNKNOWN = "unknown"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


# `failed` ranks above `sent` and below `delivered`: what reached the phone did not fail.
RANKS = {
    MessageStatus.PENDING: 0,
    MessageStatus.ACCEPTED: 1,
    MessageStatus.SENT: 2,
    MessageStatus.FAILED: 3,
    MessageStatus.DELIVERED: 4,
    MessageStatus.READ: 5,
    MessageStatus.PLAYED: 6,
}


def advance(current: MessageStatus, reported: MessageStatus) -> MessageStatus:
    """The status after a report: the one of higher rank, so that the order in which reports come changes nothing."""
    if current is MessageStatus.RECEIVED:
        return current
    return reported if RANKS[reported] > RANKS[current] else current


ARRIVED = frozenset({MessageStatus.DELIVERED, MessageStatus.READ, MessageStatus.PLAYED})


@dataclass(frozen=True, slots=True)
class OpaqueId:
    """`<message>.<attempt>`: what a provider carries for us and brings back with a status."""

    message_id: UUID
    attempt: int

    def __str__(self) -> str:
        return f"{self.message_id}.{self.attempt}"


def parse_opaque(text: str | None) -> OpaqueId | None:
    """Read an opaque id; None when it is not one of ours (another program may send on the number too)."""
    if text is None:
        return None
    message_id, _, attempt = text.partition(".")
    try:
        number = int(attempt)
        return OpaqueId(UUID(message_id), number) if 0 < number < 32768 else None
    except ValueError:
        return None
