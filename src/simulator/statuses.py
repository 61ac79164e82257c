"""What becomes of an accepted message: sent, delivered, read, or failed, told to the app in time."""

from __future__ import annotations

import asyncio
from typing import assert_never

from simulator.faults import FaultKind
from simulator.jsontypes import as_text
from simulator.meta.errors import say_code as meta_code
from simulator.meta.payloads import make_status
from simulator.state import Message, MessageStatus, MetaChannel, TwilioChannel
from simulator.twilio.errors import name_failure
from simulator.twilio.errors import say_code as twilio_code
from simulator.twilio.payloads import make_status as make_twilio_status
from simulator.webhooks import Deliverer
from simulator.world import World


class Statuses:
    """Moves accepted messages forward. Real time decides the pace, world time is what is written."""

    def __init__(self, world: World, deliverer: Deliverer) -> None:
        self._world = world
        self._deliverer = deliverer

    def resume(self) -> None:
        """Take up, after a restart, every message that had not come to its end."""
        for message in self._world.state.accepted:
            if message.status == "accepted":
                self.plan(message)
            elif message.status in {"sent", "delivered"}:
                self._after(0, message, "delivered" if message.status == "sent" else "read")

    def plan(self, message: Message, *, wait: float = 0.0) -> None:
        """Start the life of a message that was just accepted, `wait` seconds later than usual."""
        slow = self._world.faults.strike(FaultKind.SLOW_STATUSES, message.phone_number_id)
        delay = self._world.settings.status_delays[0] + (slow.seconds if slow is not None else 0) + wait
        self._after(delay, message, "sent" if message.failure is None else "failed")

    def person_came_back(self, person_key: str) -> None:
        """Deliver what waited for a phone that was out of reach."""
        for message in self._world.state.accepted:
            if message.person == person_key and message.status == "sent":
                self._after(0, message, "delivered")

    def read(self, message: Message) -> None:
        """The person has seen the message."""
        self._reach(message, "delivered")
        self._reach(message, "read")

    def _after(self, seconds: float, message: Message, status: MessageStatus) -> None:
        asyncio.get_running_loop().call_later(seconds, self._come_to, message, status)

    def _come_to(self, message: Message, status: MessageStatus) -> None:
        person = self._world.state.people.get(message.person)
        if status == "delivered" and (person is None or not person.is_reachable):
            return
        if status == "read" and (person is None or not person.is_auto_read):
            return
        self._reach(message, status)
        sent, delivered, read = self._world.settings.status_delays
        if status == "sent":
            self._after(delivered - sent, message, "delivered")
        elif status == "delivered":
            self._after(read - delivered, message, "read")

    def _reach(self, message: Message, status: MessageStatus) -> None:
        world = self._world
        was_on_phone = message.is_on_phone
        if not world.put_status(message, status):
            return
        if not was_on_phone and message.is_on_phone:
            world.tell_message(message)
        world.tell_status(message)
        failure = message.failure if status == "failed" else None
        channel = world.state.channels[message.phone_number_id]
        if isinstance(channel, TwilioChannel) and failure is not None:
            self.report(message, name_failure(failure), failure=failure)
        else:
            self.report(message, status, failure=failure)

    def report(self, message: Message, status: str, *, failure: int | None = None) -> None:
        """Tell the app of a status, in the provider's word for it."""
        world = self._world
        channel = world.state.channels[message.phone_number_id]
        label = f"status {status}"
        if failure is not None:
            say_code = twilio_code if isinstance(channel, TwilioChannel) else meta_code
            label += f" {failure}, {say_code(failure)}"
        if world.faults.strike(FaultKind.DROP_STATUSES, message.phone_number_id) is not None:
            world.log.add(
                at=world.now(),
                direction="to_app",
                kind="status",
                method="POST",
                path="",
                summary=f"{label}: kept back on purpose",
                status=None,
                ms=None,
                fault=FaultKind.DROP_STATUSES,
                phone_number_id=message.phone_number_id,
            )
            return
        url = ""
        match channel:
            case MetaChannel():
                person = world.state.people.get(message.person)
                person = None if person is None else world.as_seen_by(channel, person)
                value = make_status(channel, message, person, status=status, at=world.now(), failure=failure)
            case TwilioChannel():
                url = as_text((message.twilio or {}).get("status_callback"))
                if not url:
                    return
                value = make_twilio_status(channel, message, status=status, failure=failure)
            case _:
                assert_never(channel)
        self._deliverer.owe(
            channel,
            field="messages",
            value=value,
            lane=f"{channel.phone_number_id} {message.person}",
            label=label,
            message_id=message.id,
            status=status,
            url=url,
        )
