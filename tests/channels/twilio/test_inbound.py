"""What people send through Twilio, by the parameters of the form."""

from __future__ import annotations

import pytest

from hoopoe.channels.contract import InboundMessage, InboundType
from hoopoe.channels.twilio.parse import parse_message
from hoopoe.kernel.json import Json
from tests.channels.twilio.forms import INBOUND, file_one, pairs

MEDIA_URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def read(*without: str, **changes: str) -> InboundMessage:
    return parse_message(file_one(pairs(INBOUND, *without, **changes))[1])


PLAIN_FILE: dict[str, Json] = {"filename": None, "voice": False, "animated": False, "state": "pending"}
CONTENTS: list[tuple[dict[str, str], InboundType, dict[str, Json], str, str | None]] = [
    (
        {"MessageType": "button", "Body": "Large", "ButtonText": "Large", "ButtonPayload": "size:l"},
        InboundType.BUTTON_REPLY,
        {"id": "size:l", "title": "Large"},
        "Large",
        "size:l",
    ),
    ({"ButtonText": "Large"}, InboundType.BUTTON_REPLY, {"id": "Large", "title": "Large"}, "Large", "Large"),
    (
        {"MessageType": "interactive", "Body": "Olaya", "ButtonPayload": "b:1"},
        InboundType.BUTTON_REPLY,
        {"id": "b:1", "title": "Olaya"},
        "Olaya",
        "b:1",
    ),
    (
        {"MessageType": "interactive", "ListId": "olaya", "ListTitle": "Olaya", "ListDescription": "Until 23:00"},
        InboundType.LIST_REPLY,
        {"id": "olaya", "title": "Olaya", "description": "Until 23:00"},
        "Olaya",
        "olaya",
    ),
    (
        {"Body": "Malaz", "ListId": "malaz", "ListTitle": ""},
        InboundType.LIST_REPLY,
        {"id": "malaz", "title": "Malaz"},
        "Malaz",
        "malaz",
    ),
    (
        {
            "MessageType": "image",
            "Body": "Is it this one?",
            "NumMedia": "1",
            "MediaUrl0": MEDIA_URL,
            "MediaContentType0": "image/jpeg",
        },
        InboundType.IMAGE,
        {
            "media_url": MEDIA_URL,
            "mime_type": "image/jpeg",
            "sha256": None,
            "caption": "Is it this one?",
            **PLAIN_FILE,
        },
        "Is it this one?",
        None,
    ),
    (
        {"MessageType": "", "Body": "", "NumMedia": "1", "MediaUrl0": MEDIA_URL, "MediaContentType0": "image/png"},
        InboundType.IMAGE,
        {"media_url": MEDIA_URL, "mime_type": "image/png", "sha256": None, "caption": None, **PLAIN_FILE},
        "",
        None,
    ),
    (
        {"MessageType": "audio", "Body": "", "NumMedia": "1", "MediaUrl0": MEDIA_URL, "MediaContentType0": "audio/ogg"},
        InboundType.AUDIO,
        {
            "media_url": MEDIA_URL,
            "mime_type": "audio/ogg",
            "sha256": None,
            "caption": None,
            **PLAIN_FILE,
            "voice": True,
        },
        "",
        None,
    ),
    (
        {
            "MessageType": "audio",
            "Body": "",
            "NumMedia": "1",
            "MediaUrl0": MEDIA_URL,
            "MediaContentType0": "audio/mpeg",
        },
        InboundType.AUDIO,
        {"media_url": MEDIA_URL, "mime_type": "audio/mpeg", "sha256": None, "caption": None, **PLAIN_FILE},
        "",
        None,
    ),
    (
        {
            "MessageType": "video",
            "Body": "شاهد",
            "NumMedia": "1",
            "MediaUrl0": MEDIA_URL,
            "MediaContentType0": "video/mp4",
        },
        InboundType.VIDEO,
        {"media_url": MEDIA_URL, "mime_type": "video/mp4", "sha256": None, "caption": "شاهد", **PLAIN_FILE},
        "شاهد",
        None,
    ),
    (
        {
            "MessageType": "sticker",
            "Body": "",
            "NumMedia": "1",
            "MediaUrl0": MEDIA_URL,
            "MediaContentType0": "image/webp",
        },
        InboundType.STICKER,
        {"media_url": MEDIA_URL, "mime_type": "image/webp", "sha256": None, "caption": None, **PLAIN_FILE},
        "",
        None,
    ),
    (
        {"MessageType": "document", "Body": "menu.pdf", "NumMedia": "1", "MediaUrl0": MEDIA_URL}
        | {"MediaContentType0": "application/pdf"},
        InboundType.DOCUMENT,
        {"media_url": MEDIA_URL, "mime_type": "application/pdf", "sha256": None, "caption": "menu.pdf", **PLAIN_FILE},
        "menu.pdf",
        None,
    ),
    (
        {"MessageType": "", "Body": "", "NumMedia": "1", "MediaUrl0": MEDIA_URL, "MediaContentType0": "text/vcard"},
        InboundType.DOCUMENT,
        {"media_url": MEDIA_URL, "mime_type": "text/vcard", "sha256": None, "caption": None, **PLAIN_FILE},
        "",
        None,
    ),
    (
        {"MessageType": "image", "Body": "", "NumMedia": "1", "MediaUrl0": MEDIA_URL},
        InboundType.IMAGE,
        {"media_url": MEDIA_URL, "mime_type": None, "sha256": None, "caption": None, **PLAIN_FILE},
        "",
        None,
    ),
    (
        {
            "MessageType": "image",
            "Body": "two",
            "NumMedia": "2",
            "MediaUrl0": MEDIA_URL,
            "MediaContentType0": "image/png",
        }
        | {"MediaUrl1": MEDIA_URL + "b", "MediaContentType1": "video/mp4"},
        InboundType.IMAGE,
        {
            "media_url": MEDIA_URL,
            "mime_type": "image/png",
            "sha256": None,
            "caption": "two",
            **PLAIN_FILE,
            "more": [
                {
                    "type": "video",
                    "media_url": MEDIA_URL + "b",
                    "mime_type": "video/mp4",
                    "sha256": None,
                    "caption": None,
                    **PLAIN_FILE,
                }
            ],
        },
        "two",
        None,
    ),
    (
        {"MessageType": "interactive", "Body": "Sent", "FlowData": '{"day": "الجمعة", "guests": 4}'},
        InboundType.FORM_REPLY,
        {"name": None, "body": "Sent", "answer": {"day": "الجمعة", "guests": 4}},
        "Sent",
        None,
    ),
    (
        {"MessageType": "interactive", "Body": ""}
        | {"InteractiveData": '{"nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{\\"day\\": 5}"}}'},
        InboundType.FORM_REPLY,
        {"name": "flow", "body": "Sent", "answer": {"day": 5}},
        "Sent",
        None,
    ),
    (
        {"Body": "look", "Forwarded": "true", "FrequentlyForwarded": "false"},
        InboundType.TEXT,
        {"body": "look", "forwarded": "once"},
        "look",
        None,
    ),
    (
        {"Body": "look", "Forwarded": "true", "FrequentlyForwarded": "true"},
        InboundType.TEXT,
        {"body": "look", "forwarded": "often"},
        "look",
        None,
    ),
    (
        {"Body": "hi", "Mood": "glad", "MediaUrl7": "https://x.example"},
        InboundType.TEXT,
        {"body": "hi", "extra": {"Mood": "glad"}},
        "hi",
        None,
    ),
    (
        {"MessageType": "location", "Body": "", "Latitude": "24.7136", "Longitude": "46.6753", "Label": "Kunafa House"}
        | {"Address": "Olaya Street"},
        InboundType.LOCATION,
        {"latitude": 24.7136, "longitude": 46.6753, "name": "Kunafa House", "address": "Olaya Street"},
        "Kunafa House",
        None,
    ),
    ({"MessageType": "interactive", "Body": "Olaya"}, InboundType.TEXT, {"body": "Olaya"}, "Olaya", None),
    ({"Body": "x" * 4000}, InboundType.TEXT, {"body": "x" * 4000}, "x" * 4000, None),
]


@pytest.mark.parametrize(("changes", "type_", "content", "text", "payload_id"), CONTENTS)
def test_every_kind(
    changes: dict[str, str], type_: InboundType, content: dict[str, Json], text: str, payload_id: str | None
) -> None:
    message = read(**changes)
    assert (message.type, message.content) == (type_, content)
    assert (message.text, message.payload_id) == (text, payload_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"MessageType": "image", "Body": "two", "NumMedia": "2", "MediaContentType0": "image/png"},
        {"MessageType": "image", "Body": "", "NumMedia": "1"},
        {"MessageType": "reaction", "Body": "👍"},
        {"MessageType": "location", "Body": "", "Latitude": "95", "Longitude": "46"},
        {"MessageType": "location", "Body": "", "Latitude": "nan", "Longitude": "46"},
        {"MessageType": "text", "Body": " "},
        {"MessageType": "", "Body": ""},
    ],
)
def test_what_nobody_here_reads_is_kept_as_it_came(changes: dict[str, str]) -> None:
    message = read(**changes)
    assert (message.type, message.text, message.payload_id) == (InboundType.UNSUPPORTED, "", None)
    assert message.content["type"] == (changes["MessageType"] or None)
    raw = message.content["raw"]
    assert isinstance(raw, dict)
    assert dict(raw).items() >= {**INBOUND, **changes}.items()


def test_the_way_by_an_advertisement_is_kept() -> None:
    referral = {"ReferralSourceId": "1202", "ReferralHeadline": "Fresh kunafa", "ReferralNumMedia": "0"}
    message = read(**referral, ReferralCtwaClid="ARkunafa", ReferralMediaUrl="https://media.example/1")
    assert message.content == {
        "body": "كم سعر الكنافة؟",
        "referral": {
            "source_id": "1202",
            "headline": "Fresh kunafa",
            "ctwa_clid": "ARkunafa",
            "media_url": "https://media.example/1",
        },
    }
    assert read(ReferralNumMedia="0").content == {"body": "كم سعر الكنافة؟"}


def test_an_error_that_comes_with_a_message_is_told_in_words() -> None:
    message = read(MessageType="unsupported", Body="", ErrorCode="63005", ErrorMessage="Channel did not accept it")
    assert message.type is InboundType.UNSUPPORTED
    [error] = message.content["errors"]
    assert isinstance(error, dict)
    assert (error["code"], error["title"]) == (63005, "Channel did not accept it")
    assert error["words"] == {
        "en": "WhatsApp could not pass on what this person sent.",
        "ar": "لم يتمكن واتساب من إيصال ما أرسله هذا الشخص.",
    }
