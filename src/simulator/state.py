"""What is so in this world, and the only functions that change it.

Each change has a kind and a value. The world applies it and the store writes it; reading the file
back applies the same changes again, so that the world after a restart is the same by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from simulator.jsontypes import JsonObject

MessageStatus = Literal["accepted", "owed", "sent", "delivered", "read", "failed"]

OPT_OUT_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
OPT_IN_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""Twilio's own keywords. They count only for numbers that have its opt-out switched on."""

SILENT = frozenset({"reaction", "edit", "revoke", "system", "request_welcome"})
"""With these nobody says anything: they open no window, and the phone shows no bubble for them."""

Settlement = Literal["kept", "given_up", "dropped"]

_RANK: dict[MessageStatus, int] = {"accepted": 0, "owed": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


@dataclass(slots=True, kw_only=True)
class MetaChannel:
    """A business number at Meta. `number` is digits; tokens and secrets never leave the simulator."""

    name: str
    number: str
    phone_number_id: str
    waba_id: str
    access_token: str
    app_secret: str
    verify_token: str
    callback_url: str
    app_id: str = "900000000000001"
    is_subscribed: bool = True
    portfolio: str = ""
    waba_callback_url: str = ""
    number_callback_url: str = ""
    profile: JsonObject = field(default_factory=dict)
    quality_rating: str = "GREEN"
    messaging_limit_tier: str = "TIER_2K"
    throughput_level: str = "STANDARD"
    name_status: str = "APPROVED"
    is_on_biz_app: bool = False

    @property
    def per_second(self) -> float:
        """How many messages it may exchange a second, both directions together (whatsapp.md A10)."""
        if self.is_on_biz_app:
            return 20.0
        return 1_000.0 if self.throughput_level == "HIGH" else 80.0

    @property
    def target_url(self) -> str:
        """Where webhooks of `messages` go: the number's override, else the account's, else the app's."""
        return self.number_callback_url or self.waba_callback_url or self.callback_url


@dataclass(slots=True, kw_only=True)
class TwilioChannel:
    """A WhatsApp sender of a Twilio account. Its `phone_number_id` is the sender's sid (XE…).

    With an owner the account is a sub-account: the owner's credentials may act for it, but webhooks are
    signed with the token of the account itself.
    """

    name: str
    number: str
    phone_number_id: str
    account_sid: str
    auth_token: str
    callback_url: str
    fallback_url: str = ""
    status_callback_url: str = ""
    messaging_service_sid: str = ""
    owner_account_sid: str = ""
    owner_auth_token: str = ""
    portfolio: str = ""
    account_status: str = "active"
    has_opt_out: bool = False

    @property
    def is_subscribed(self) -> bool:
        """Twilio has no subscriptions: who has an address is told."""
        return bool(self.callback_url)

    @property
    def target_url(self) -> str:
        """Where a person's messages go; a status goes to the address that its message named."""
        return self.callback_url


Channel: TypeAlias = MetaChannel | TwilioChannel


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with WhatsApp. `key` is the number's digits, or the user id where there is no number.

    It stays what it was when the number changes; whoever gets the old number then has the user id for a key.
    """

    key: str
    name: str
    user_id: str
    number: str = ""
    username: str = ""
    language: str = "ar"
    has_blocked: bool = False
    is_auto_read: bool = False
    is_reachable: bool = True


@dataclass(slots=True, kw_only=True)
class Message:
    """One message of either side.

    `status` of a business's message is what Meta reports; of a person's message, what the person
    sees: owed (not acknowledged yet), delivered, read, or failed when its webhook was given up.
    `failure` is the code with which it will fail, `content` the object under its type, for either provider
    in Meta's shape: it is what the phone shows. `twilio` is what only Twilio's resource says of the message;
    `reaction` what the person put on it. `is_echo`: the number's owner wrote it on the phone, and no app sent it.
    """

    id: str
    seq: int
    is_from_business: bool
    phone_number_id: str
    person: str
    type: str
    content: JsonObject
    at: float
    status: MessageStatus
    address: str = ""
    context: JsonObject | None = None
    opaque: str | None = None
    pricing: JsonObject | None = None
    failure: int | None = None
    is_on_phone: bool = True
    twilio: JsonObject | None = None
    reaction: str = ""
    is_edited: bool = False
    is_deleted: bool = False
    is_echo: bool = False


@dataclass(slots=True, kw_only=True)
class Template:
    """A message template of a WhatsApp Business Account."""

    id: str
    waba_id: str
    name: str
    language: str
    category: str
    status: str
    parameter_format: str
    components: list[JsonObject]


@dataclass(slots=True, kw_only=True)
class Content:
    """A Content of a Twilio account: what has buttons, and what WhatsApp may approve as a template.

    `approval` is what Twilio tells of WhatsApp's review; None as long as none was asked for.
    """

    sid: str
    account_sid: str
    friendly_name: str
    language: str
    variables: JsonObject
    types: JsonObject
    at: float
    approval: JsonObject | None = None


@dataclass(slots=True, kw_only=True)
class Media:
    """A stored file. Its bytes lie with the store; `expires_at` is world time."""

    id: str
    phone_number_id: str
    mime_type: str
    sha256: str
    size: int
    filename: str
    expires_at: float


@dataclass(slots=True, kw_only=True)
class Update:
    """One webhook change that is owed to an app; of Twilio, the parameters of one form.

    `message_id` is the message that it carries or reports, `status` the reported status;
    `entry_time` is there for fields of the account, `entry_id` where its entry is not the account's; `url` where it
    goes, when that is not the channel's to say.
    """

    seq: int
    phone_number_id: str
    field: str
    value: JsonObject
    lane: str
    label: str
    message_id: str | None = None
    status: str | None = None
    entry_time: int | None = None
    url: str = ""
    entry_id: str = ""


@dataclass(slots=True)
class State:
    """The world's facts and the indexes over them."""

    channels: dict[str, Channel] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)
    accepted: list[Message] = field(default_factory=list)
    windows: dict[tuple[str, str], float] = field(default_factory=dict)
    numbers_known: dict[tuple[str, str], float] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    templates: dict[str, Template] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    owed: dict[int, Update] = field(default_factory=dict)
    given_up: list[Update] = field(default_factory=list)
    unheard: int = 0
    clock_offset: float = 0.0
    last_seq: int = 0

    def next_seq(self) -> int:
        self.last_seq += 1
        return self.last_seq

    def meta_channels(self) -> list[MetaChannel]:
        return [channel for channel in self.channels.values() if isinstance(channel, MetaChannel)]

    def twilio_channels(self) -> list[TwilioChannel]:
        return [channel for channel in self.channels.values() if isinstance(channel, TwilioChannel)]


def apply_channel(state: State, channel: Channel) -> None:
    state.channels[channel.phone_number_id] = channel


def apply_person(state: State, person: Person) -> None:
    """What the person had before and has no more leads to nobody."""
    before = state.people.get(person.key)
    for address in (before.user_id, before.number) if before is not None else ():
        if state.keys.get(address) == person.key:
            del state.keys[address]
    state.people[person.key] = person
    state.keys[person.user_id] = person.key
    if person.number:
        state.keys[person.number] = person.key


def apply_person_removed(state: State, key: str) -> None:
    person = state.people.pop(key)
    state.threads.pop(key, None)
    state.keys.pop(person.user_id, None)
    state.keys.pop(person.number, None)


def apply_message(state: State, message: Message) -> None:
    state.last_seq = max(state.last_seq, message.seq)
    state.messages[message.id] = message
    pair = (message.phone_number_id, message.person)
    if message.is_from_business and not message.is_echo:
        state.accepted.append(message)
        if message.address.isdigit():
            state.numbers_known[pair] = message.at
    elif not message.is_from_business and message.type not in SILENT:
        state.windows[pair] = message.at
        _note_keyword(state, message)
    if message.is_on_phone:
        state.threads.setdefault(message.person, []).append(message)


def apply_changed(state: State, message_id: str, changes: JsonObject) -> None:
    """Change a message where it stands: `content`, `reaction`, `is_edited`, `is_deleted`."""
    message = state.messages[message_id]
    for name in ("content", "reaction", "is_edited", "is_deleted"):
        if name in changes:
            setattr(message, name, changes[name])


def apply_record(state: State, message_id: str, changes: JsonObject) -> None:
    """Change what Twilio's resource says of a message; on the phone it stays as it is."""
    message = state.messages[message_id]
    message.twilio = {**(message.twilio or {}), **changes}


def _note_keyword(state: State, message: Message) -> None:
    """Who writes STOP and nothing else opts out, until START."""
    said = str(message.content.get("body", "")).strip().upper() if message.type == "text" else ""
    if said in OPT_OUT_WORDS:
        state.opted_out.add((message.phone_number_id, message.person))
    elif said in OPT_IN_WORDS:
        state.opted_out.discard((message.phone_number_id, message.person))


def apply_status(state: State, message: Message, status: MessageStatus) -> bool:
    """Move a message forward; False when it is already there or past it."""
    if _RANK[status] <= _RANK[message.status]:
        return False
    message.status = status
    if status == "delivered" and message.is_from_business and not message.is_on_phone:
        message.is_on_phone = True
        state.threads.setdefault(message.person, []).append(message)
    return True


def apply_owed(state: State, update: Update) -> None:
    state.last_seq = max(state.last_seq, update.seq)
    state.owed[update.seq] = update


def apply_settled(state: State, seq: int, how: Settlement) -> None:
    update = state.owed.pop(seq, None)
    if update is not None and how == "given_up":
        state.given_up.append(update)


def payload_of(message: Message) -> JsonObject:
    """`{<type>: …}` as it stands in a request or a webhook."""
    content = message.content
    if message.type == "request_welcome":
        return {}
    return {message.type: content["contacts"] if message.type == "contacts" else content}
