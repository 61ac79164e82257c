"""What is sent, on the wire: one shape for each kind of message.

What a change of shape mends is taken and fitted (channels.fitting), with a record in the answer: long texts, many
buttons, many rows. What only a person can mend is refused: titles, headers, ids that WhatsApp would not take.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from fastapi.openapi.models import Example
from pydantic import Field, StringConstraints, model_validator

from hoopoe.channels.capabilities import META, MOST_OPTIONS, MOST_PARTS, TWILIO
from hoopoe.channels.contract import (
    Button,
    ButtonsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaKind,
    OutboundContent,
    Row,
    Section,
    TextContent,
)
from hoopoe.kernel.http.shapes import Input

# What fits into as many messages as one may become, whichever provider the channel has.
MOST_TEXT: Final = MOST_PARTS * TWILIO.text_body


def _text(most: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=most, strip_whitespace=True)


OptionalHeader = Annotated[str, _text(META.header)] | None
OptionalFooter = Annotated[str, _text(META.footer)] | None


class TextBody(Input):
    body: Annotated[str, _text(MOST_TEXT)] = Field(
        description="What is too long for one message leaves as several: see `degradations` of the answer."
    )


class ReplyButton(Input):
    id: Annotated[str, _text(META.button_id)]
    title: Annotated[str, _text(META.button_title)]


class ButtonsBody(Input):
    body: Annotated[str, _text(MOST_TEXT)]
    buttons: Annotated[list[ReplyButton], Field(min_length=1, max_length=MOST_OPTIONS)]
    header: OptionalHeader = None
    footer: OptionalFooter = None

    @model_validator(mode="after")
    def _check_distinct(self) -> ButtonsBody:
        _check_distinct([button.id for button in self.buttons], "Two buttons have the same id.")
        _check_distinct([button.title for button in self.buttons], "Two buttons have the same title.")
        return self


class ListRow(Input):
    id: Annotated[str, _text(META.row_id)]
    title: Annotated[str, _text(META.row_title)]
    description: Annotated[str, _text(META.row_description)] | None = None


class ListSection(Input):
    title: Annotated[str, _text(META.section_title)] | None = None
    rows: Annotated[list[ListRow], Field(min_length=1, max_length=MOST_OPTIONS)]


class ListBody(Input):
    body: Annotated[str, _text(MOST_TEXT)]
    button: Annotated[str, _text(META.list_button)]
    sections: Annotated[list[ListSection], Field(min_length=1, max_length=MOST_OPTIONS)]
    header: OptionalHeader = None
    footer: OptionalFooter = None

    @model_validator(mode="after")
    def _check_rows(self) -> ListBody:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > MOST_OPTIONS:
            raise ValueError(f"A list has {MOST_OPTIONS} rows at most, over all its sections.")
        _check_distinct([row.id for row in rows], "Two rows have the same id.")
        if len(self.sections) > 1 and any(section.title is None for section in self.sections):
            raise ValueError("With more than one section, each needs a title.")
        return self


class SendText(Input):
    type: Literal["text"]
    text: TextBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        return TextContent(self.text.body)


class SendButtons(Input):
    type: Literal["buttons"]
    buttons: ButtonsBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        given = self.buttons
        buttons = tuple(Button(button.id, button.title) for button in given.buttons)
        return ButtonsContent(given.body, buttons, header=given.header, footer=given.footer)


class SendList(Input):
    type: Literal["list"]
    list: ListBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        given = self.list
        sections = tuple(
            Section(tuple(Row(row.id, row.title, row.description) for row in section.rows), section.title)
            for section in given.sections
        )
        return ListContent(given.body, given.button, sections, header=given.header, footer=given.footer)


# --- Files ----------------------------------------------------------------------------------------

FileId = Annotated[UUID, Field(description="A file that was uploaded, or came with a message.")]
Caption = Annotated[str, _text(MOST_TEXT)] | None


class FileBody(Input):
    file_id: FileId
    caption: Caption = None


class AudioBody(Input):
    file_id: FileId
    voice: bool = Field(default=False, description="Shown as a recording. Opus in Ogg with one channel only.")


class DocumentBody(Input):
    file_id: FileId
    caption: Caption = None
    filename: Annotated[str, _text(200)] | None = Field(None, description="Shown instead of the file's own name.")


class StickerBody(Input):
    file_id: FileId


class SendImage(Input):
    type: Literal["image"]
    image: FileBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        return MediaContent(MediaKind.IMAGE, self.image.file_id, self.image.caption)


class SendVideo(Input):
    type: Literal["video"]
    video: FileBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        return MediaContent(MediaKind.VIDEO, self.video.file_id, self.video.caption)


class SendAudio(Input):
    type: Literal["audio"]
    audio: AudioBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        return MediaContent(MediaKind.AUDIO, self.audio.file_id, is_voice=self.audio.voice)


class SendDocument(Input):
    type: Literal["document"]
    document: DocumentBody

    def to_content(self) -> OutboundContent:
        """The content in our own words. The name stays empty where the file's own counts."""
        given = self.document
        return MediaContent(MediaKind.DOCUMENT, given.file_id, given.caption, given.filename)


class SendSticker(Input):
    type: Literal["sticker"]
    sticker: StickerBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        return MediaContent(MediaKind.STICKER, self.sticker.file_id)


# --- Places ---------------------------------------------------------------------------------------


class LocationBody(Input):
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees, south negative.")]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees, west negative.")]
    name: Annotated[str, _text(META.place)] | None = None
    address: Annotated[str, _text(META.place)] | None = None


class SendLocation(Input):
    type: Literal["location"]
    location: LocationBody

    def to_content(self) -> OutboundContent:
        """The content in our own words."""
        given = self.location
        return LocationContent(given.latitude, given.longitude, given.name, given.address)


SendMessage: TypeAlias = Annotated[
    SendText | SendButtons | SendList | SendImage | SendVideo | SendAudio | SendDocument | SendSticker | SendLocation,
    Field(discriminator="type"),
]


SEND_EXAMPLES: Final[dict[str, Example]] = {
    "text": {"value": {"type": "text", "text": {"body": "Your table is ready."}}},
    "buttons": {
        "value": {
            "type": "buttons",
            "buttons": {"body": "Shall we keep it?", "buttons": [{"id": "yes", "title": "Yes"}]},
        }
    },
    "list": {
        "value": {
            "type": "list",
            "list": {
                "body": "When do you come?",
                "button": "Times",
                "sections": [{"rows": [{"id": "19", "title": "19:00"}, {"id": "20", "title": "20:00"}]}],
            },
        }
    },
    "image": {
        "value": {
            "type": "image",
            "image": {"file_id": "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11", "caption": "The new menu"},
        }
    },
    "location": {
        "value": {
            "type": "location",
            "location": {
                "latitude": 24.6949,
                "longitude": 46.6853,
                "name": "Qamar Café",
                "address": "Olaya St, Riyadh",
            },
        }
    },
    "voice note": {
        "value": {"type": "audio", "audio": {"file_id": "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11", "voice": True}}
    },
}


def _check_distinct(values: list[str], words: str) -> None:
    if len(set(values)) < len(values):
        raise ValueError(words)
