"""What may be done in a preview, and in a test of a bot: the shapes of the API and of test files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, JsonValue, StringConstraints, field_validator

from hoopoe.channels.contract import Provider
from hoopoe.kernel.http.shapes import Input, example
from hoopoe.kernel.json import JsonObject

MAX_WAIT_SECONDS: Final = 400 * 24 * 3600
MAX_TEXT: Final = 65_536
EARLIEST_START: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_START: Final = datetime(2100, 1, 1, tzinfo=UTC)

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
ShortText = Annotated[str, StringConstraints(max_length=1_024)]


class Referral(Input):
    """The ad that the person came from."""

    source_id: ShortText
    headline: ShortText | None = None
    body: ShortText | None = None


class TextSaid(Input):
    type: Literal["text"]
    text: Text
    referral: Referral | None = None


class Tapped(Input):
    """A button, or a row of a list, by its id."""

    type: Literal["button_reply", "list_reply"]
    id: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    title: ShortText


class LocationSaid(Input):
    type: Literal["location"]
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: ShortText | None = None


class MediaSaid(Input):
    """A file, which a preview does not have: what a flow sees of it."""

    type: Literal["image", "video", "audio", "document", "sticker"]
    caption: ShortText | None = None
    filename: ShortText | None = None
    mime_type: ShortText | None = None
    voice: bool = Field(default=False, description="Of `audio`: a recording.")


class ContactSaid(Input):
    """A card."""

    type: Literal["contacts"]
    name: ShortText
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{4,20}$")]


Said: TypeAlias = Annotated[TextSaid | Tapped | LocationSaid | MediaSaid | ContactSaid, Field(discriminator="type")]


class Say(Input):
    """The person writes, or taps."""

    type: Literal["say"]
    message: Said


class Wait(Input):
    """Time passes: so many seconds, or until what the flow waits for is due. What falls due meanwhile happens."""

    type: Literal["wait"]
    seconds: int | None = Field(None, ge=1, le=MAX_WAIT_SECONDS)


class Answer(Input):
    """The effect that the flow waits for has its result, given by hand or from an example.

    Of an HTTP request: `ok`, `status` (null: there was no answer), `body`, `error` (why there was none).
    """

    type: Literal["answer"]
    result: dict[str, JsonValue]


class TakeOver(Input):
    """A colleague takes the conversation: the flow ends, or its question is parked, by the flow's own rule."""

    type: Literal["take_over"]


class HandBack(Input):
    """The person who had the conversation gives it back to the bot; a parked question waits again."""

    type: Literal["hand_back"]


class React(Input):
    """The person reacts to the last message. No flow hears of it, as in production."""

    type: Literal["react"]
    emoji: Annotated[str, StringConstraints(min_length=1, max_length=16)]


class Refuse(Input):
    """From now on the provider refuses what is sent, with this code; null: it takes it again.

    The flow goes on, as it does in production: that a message was refused is shown to people.
    """

    type: Literal["refuse"]
    code: int | None = Field(ge=-999_999, le=9_999_999, description="A code of docs/reference/provider-errors.md.")


Act: TypeAlias = Annotated[Say | Wait | Answer | TakeOver | HandBack | React | Refuse, Field(discriminator="type")]


class Perform(Input):
    """The effect that the flow waits for gets its result by itself: in a preview alone, never in a test.

    `example`: what the other system answered this node last, else what the node's own settings say that it answers.
    `real`: Hoopoe makes the request, as it would for a customer.
    """

    type: Literal["perform"]
    by: Literal["example", "real"]


PlayedIn: TypeAlias = Annotated[
    Say | Wait | Answer | TakeOver | HandBack | React | Refuse | Perform, Field(discriminator="type")
]
"""What may be done in a preview."""


class PreviewContact(Input):
    """Who talks to the bot."""

    name: ShortText | None = "Sara"
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,20}$")] | None = "966500000000"
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] | None = None
    fields: dict[str, JsonValue] = Field(default_factory=dict)
    tags: list[ShortText] = Field(default_factory=list, max_length=50)


class Setting(Input):
    """Where and when a preview begins. The workspace's own name, zone and currency stand where none are given."""

    model_config = example(
        {"starts_at": "2026-03-01T09:00:00Z", "timezone": "Asia/Riyadh", "contact": {"name": "Sara"}}
    )

    starts_at: datetime | None = Field(
        None, description="Domain time, from the year 2000 to 2100; now, where it is not given."
    )
    timezone: ShortText | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    workspace: ShortText | None = None
    channel: ShortText | None = None
    provider: Provider = Provider.META
    contact: PreviewContact = PreviewContact()

    @field_validator("starts_at")
    @classmethod
    def _check_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A time needs its zone, such as Z or +03:00.")
        if value is not None and not EARLIEST_START <= value <= LATEST_START:
            raise ValueError("A preview begins between the years 2000 and 2100.")
        return value


def content_of(said: Said) -> JsonObject:
    """What was said, as a message's `content` (docs/reference/messages.md)."""
    match said:
        case TextSaid(text=text, referral=referral):
            ad = None if referral is None else {"source_type": "ad", **referral.model_dump(exclude_none=True)}
            return {"body": text} if ad is None else {"body": text, "referral": ad}
        case Tapped(id=id_, title=title):
            return {"id": id_, "title": title}
        case LocationSaid(latitude=latitude, longitude=longitude, name=name):
            return {"latitude": latitude, "longitude": longitude, **({"name": name} if name else {})}
        case MediaSaid():
            return {
                "caption": said.caption,
                "filename": said.filename,
                "mime_type": said.mime_type or MIME_TYPES[said.type],
                "voice": said.voice and said.type == "audio",
                "animated": False,
                "state": "pending",
            }
        case ContactSaid(name=name, phone=phone):
            return {"contacts": [{"name": name, "phones": [{"phone": phone, "wa_id": phone.removeprefix("+")}]}]}


def text_of(said: Said) -> str:
    """What a flow reads as the answer."""
    match said:
        case TextSaid(text=text):
            return text
        case Tapped(title=title):
            return title
        case LocationSaid(name=name) | ContactSaid(name=name):
            return name or ""
        case MediaSaid(caption=caption):
            return caption or ""


MIME_TYPES: Final = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/ogg",
    "document": "application/pdf",
    "sticker": "image/webp",
}
