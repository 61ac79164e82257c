"""The world: what is so, how late it is, what goes wrong, and what crossed the wire.

A `World` is made by `create_app` and handed to every function that needs one. Each method that
changes a fact writes it to the store and applies it to `state`, before it returns.
"""

from __future__ import annotations

import time
from dataclasses import replace

from simulator.faults import Faults
from simulator.ids import is_user_id, make_user_id, normalise_address
from simulator.jsontypes import JsonObject
from simulator.limits import Limits
from simulator.meta.templates import make_hello_world
from simulator.settings import SimulatorSettings
from simulator.state import (
    Channel,
    Content,
    Media,
    Message,
    MessageStatus,
    MetaChannel,
    Person,
    Settlement,
    State,
    Template,
    Update,
    apply_changed,
    apply_channel,
    apply_message,
    apply_owed,
    apply_person,
    apply_person_removed,
    apply_record,
    apply_settled,
    apply_status,
)
from simulator.store import Store
from simulator.stream import Stream
from simulator.tallies import Tallies
from simulator.views import view_message
from simulator.wirelog import Row, WireLog

WINDOW_SECONDS = 24 * 3600.0
"""The customer service window: restarted by each message of the person (whatsapp.md A10)."""

_NUMBER_KNOWN_SECONDS = 30 * 24 * 3600.0


class World:
    """All of it. Not safe for threads: one event loop owns it."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.state = State()
        self.store = Store(settings.data)
        self.stream = Stream()
        self.log = WireLog(settings.log_rows, on_row=self._tell_row)
        self.faults = Faults(settings.seed)
        self.limits = self._new_limits()
        self.typing_until: dict[tuple[str, str], float] = {}
        self.tallies = Tallies()
        self.time_zone = ""

    def open(self) -> None:
        """Read back what the store kept."""
        self.store.open(self.state)
        for message in self.state.accepted:
            self.tallies.add(message)

    # --- time -------------------------------------------------------------------------------------

    def now(self) -> float:
        """World time: seconds since 1970, moved by `move_clock`."""
        return time.time() + self.state.clock_offset

    def move_clock(self, offset: float) -> None:
        """Set how far world time is from real time. Limits start anew when time goes back."""
        if offset < self.state.clock_offset:
            self.limits = self._new_limits()
        self.state.clock_offset = offset
        self.store.keep("clock", {"offset": offset})
        self.stream.tell("clock", lambda: {"now": self.now(), "offset_seconds": offset})

    def _new_limits(self) -> Limits | None:
        return None if self.settings.limits == "off" else Limits(is_strict=self.settings.limits == "strict")

    # --- who is there -----------------------------------------------------------------------------

    def put_channel(self, channel: Channel) -> None:
        """Add or change a channel; a new account at Meta gets its first template."""
        accounts = {known.waba_id for known in self.state.meta_channels()}
        apply_channel(self.state, channel)
        if not isinstance(channel, MetaChannel):
            self.store.keep("twilio_channel", channel)
            return
        self.store.keep("channel", channel)
        is_new_account = channel.waba_id not in accounts
        if is_new_account and self.find_template(channel.waba_id, "hello_world", "en_US") is None:
            self.put_template(make_hello_world(channel.waba_id))

    def find_meta_channel(self, phone_number_id: str) -> MetaChannel | None:
        """The number at Meta that has exactly this id."""
        channel = self.state.channels.get(phone_number_id)
        return channel if isinstance(channel, MetaChannel) else None

    def find_channel(self, address: str) -> Channel | None:
        """A channel by its number (any spelling) or its phone_number_id."""
        digits = normalise_address(address)
        by_id = self.state.channels.get(digits)
        return by_id or next((known for known in self.state.channels.values() if known.number == digits), None)

    def put_person(self, person: Person) -> None:
        apply_person(self.state, person)
        self.store.keep("person", person)
        self.stream.tell("person", lambda: {"key": person.key, "name": person.name})

    def remove_person(self, person: Person) -> None:
        apply_person_removed(self.state, person.key)
        self.store.keep("person_removed", {"key": person.key})
        self.stream.tell("person_removed", lambda: {"key": person.key})

    def find_person(self, address: str) -> Person | None:
        """A person by number or user id, in any spelling; also by the id at a portfolio."""
        plain = normalise_address(address)
        key = self.state.keys.get(plain)
        if key is None and is_user_id(plain):
            portfolios = {channel.portfolio for channel in self.state.channels.values()} - {""}
            for person in self.state.people.values() if portfolios else ():
                if any(_user_id_at(portfolio, person) == plain for portfolio in portfolios):
                    return person
        return self.state.people.get(key or "")

    def find_person_at(self, channel: Channel, address: str) -> Person | None:
        """Whom this channel may write to so: a user id is good at its own portfolio only."""
        person = self.find_person(address)
        if person is not None and is_user_id(address) and self.as_seen_by(channel, person).user_id != address:
            return None
        return person

    def as_seen_by(self, channel: Channel, person: Person) -> Person:
        """The person with the user id that the channel's portfolio knows (A3)."""
        return replace(person, user_id=_user_id_at(channel.portfolio, person))

    def is_number_shown(self, channel: Channel, person: Person) -> bool:
        """Whether webhooks to this channel carry the person's number.

        A person with a username hides it, unless this channel wrote to the number in the last 30 days (A3).
        """
        if not person.number or not person.username:
            return bool(person.number)
        written_at = self.state.numbers_known.get((channel.phone_number_id, person.key))
        return written_at is not None and self.now() - written_at < _NUMBER_KNOWN_SECONDS

    def window_ends_at(self, phone_number_id: str, person_key: str) -> float | None:
        """When the customer service window closes; None when the person never wrote."""
        written_at = self.state.windows.get((phone_number_id, person_key))
        return None if written_at is None else written_at + WINDOW_SECONDS

    # --- messages ---------------------------------------------------------------------------------

    def put_message(self, message: Message) -> None:
        self.store.keep("message", message)
        apply_message(self.state, message)
        if message.is_from_business and not message.is_echo:
            self.tallies.add(message)

    def put_status(self, message: Message, status: MessageStatus) -> bool:
        """Move a message forward; False when it already is there or past it."""
        if not apply_status(self.state, message, status):
            return False
        self.store.keep("status", {"id": message.id, "status": status})
        return True

    def change_message(self, message: Message, changes: JsonObject) -> None:
        """Change a message where it stands on the phone, and tell the listeners."""
        apply_changed(self.state, message.id, changes)
        self.store.keep("changed", {"id": message.id, "changes": changes})
        self.tell_message(message)

    def change_record(self, message: Message, changes: JsonObject) -> None:
        """Change what Twilio's resource says of a message."""
        apply_record(self.state, message.id, changes)
        self.store.keep("record", {"id": message.id, "changes": changes})

    # --- webhooks ---------------------------------------------------------------------------------

    def put_owed(self, update: Update) -> None:
        self.store.keep("owed", update)
        apply_owed(self.state, update)

    def settle(self, update: Update, how: Settlement) -> None:
        apply_settled(self.state, update.seq, how)
        self.store.keep("settled", {"seq": update.seq, "how": how})

    def count_unheard(self) -> None:
        """A webhook that nobody is subscribed to: as with Meta, it is gone."""
        self.state.unheard += 1
        self.store.keep("unheard", {})

    # --- templates and media ----------------------------------------------------------------------

    def put_template(self, template: Template) -> None:
        self.state.templates[template.id] = template
        self.store.keep("template", template)

    def remove_template(self, template: Template) -> None:
        del self.state.templates[template.id]
        self.store.keep("template_removed", {"id": template.id})

    def find_template(self, waba_id: str, name: str, language: str) -> Template | None:
        for template in self.state.templates.values():
            if (template.waba_id, template.name, template.language) == (waba_id, name, language):
                return template
        return None

    def put_content(self, content: Content) -> None:
        self.state.contents[content.sid] = content
        self.store.keep("content", content)

    def remove_content(self, content: Content) -> None:
        del self.state.contents[content.sid]
        self.store.keep("content_removed", {"sid": content.sid})

    def put_media(self, media: Media, data: bytes) -> None:
        self.store.put_media(media.id, data)
        self.state.media[media.id] = media
        self.store.keep("media", media)

    def remove_media(self, media: Media) -> None:
        self.store.drop_media(media.id)
        del self.state.media[media.id]
        self.store.keep("media_removed", {"id": media.id})

    def _tell_row(self, row: Row) -> None:
        self.stream.tell("log", row.as_json)

    def tell_message(self, message: Message) -> None:
        """Tell the listeners that a message is on a phone."""
        self.stream.tell("message", lambda: {"person": message.person, **view_message(self.state, message)})

    def tell_status(self, message: Message) -> None:
        self.stream.tell("status", lambda: {"person": message.person, "id": message.id, "status": message.status})


def _user_id_at(portfolio: str, person: Person) -> str:
    """Channels without a portfolio are all of one, where the person's own id counts."""
    if not portfolio:
        return person.user_id
    return make_user_id(f"{portfolio} {person.user_id}", country=person.user_id[:2])
