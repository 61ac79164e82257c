"""Messages as Meta sends them, one of each type: the examples of docs/reference/messages.md are made of them."""

from __future__ import annotations

from typing import Final

from hoopoe.kernel.json import JsonObject

CALL: Final[JsonObject] = {
    "id": "wacid.HBgM",
    "from": "966501112233",
    "event": "connect",
    "direction": "USER_INITIATED",
    "timestamp": "1763600000",
}

SAMPLES: Final[tuple[JsonObject, ...]] = (
    {"type": "text", "text": {"body": "هل الفرع مفتوح؟"}, "context": {"forwarded": True}},
    {
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": "size-l", "title": "كبير"}},
    },
    {
        "type": "interactive",
        "interactive": {
            "type": "list_reply",
            "list_reply": {"id": "olaya", "title": "Olaya", "description": "Open until 23:00"},
        },
    },
    {
        "type": "interactive",
        "interactive": {
            "type": "nfm_reply",
            "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"day": "Friday", "guests": 4}'},
        },
    },
    {
        "type": "interactive",
        "interactive": {
            "type": "nfm_reply",
            "nfm_reply": {
                "name": "address_message",
                "body": "Rami Nair\n560001, Bengaluru",
                "response_json": '{"values": {"name": "Rami Nair", "in_pin_code": "560001", "city": "Bengaluru"}}',
            },
        },
    },
    {
        "type": "interactive",
        "interactive": {
            "type": "call_permission_reply",
            "call_permission_reply": {
                "response": "accept",
                "is_permanent": False,
                "expiration_timestamp": "1764204800",
                "response_source": "user_action",
            },
        },
    },
    {
        "type": "image",
        "image": {"id": "880011223344", "mime_type": "image/jpeg", "sha256": "q1w2e3=", "caption": "This cake"},
    },
    {"type": "video", "video": {"id": "880011223345", "mime_type": "video/mp4", "sha256": "r4t5y6="}},
    {
        "type": "audio",
        "audio": {"id": "880011223346", "mime_type": "audio/ogg; codecs=opus", "sha256": "u7i8o9=", "voice": True},
    },
    {
        "type": "document",
        "document": {
            "id": "880011223347",
            "mime_type": "application/pdf",
            "sha256": "p0a1s2=",
            "filename": "menu.pdf",
        },
    },
    {
        "type": "sticker",
        "sticker": {"id": "880011223348", "mime_type": "image/webp", "sha256": "d3f4g5=", "animated": True},
    },
    {
        "type": "location",
        "location": {
            "latitude": 24.6911,
            "longitude": 46.6853,
            "name": "Kunafa House",
            "address": "Olaya St, Riyadh",
            "url": "https://kunafa.example",
        },
    },
    {
        "type": "contacts",
        "contacts": [
            {
                "name": {"formatted_name": "هدى الزهراني", "first_name": "هدى"},
                "phones": [{"phone": "+966 50 222 3344", "wa_id": "966502223344", "type": "CELL"}],
            }
        ],
    },
    {
        "type": "order",
        "order": {
            "catalog_id": "5500110022",
            "text": "بدون قشطة",
            "product_items": [
                {"product_retailer_id": "kunafa-l", "quantity": 2, "item_price": 29.5, "currency": "SAR"},
                {"product_retailer_id": "tea", "quantity": 1, "item_price": 4, "currency": "SAR"},
            ],
        },
    },
    {
        "type": "system",
        "system": {
            "type": "user_changed_number",
            "body": "Nada changed from 966501112233 to 966509998877",
            "wa_id": "966509998877",
        },
    },
    {
        "type": "unsupported",
        "unsupported": {"type": "poll"},
        "errors": [{"code": 131051, "title": "Message type unknown"}],
    },
)

FILE_ID: Final = "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"

OUTGOING: Final[dict[str, JsonObject]] = {
    "text": {"body": "Your order is on its way: https://kunafa.example/o/81"},
    "buttons": {
        "body": "Which size of kunafa?",
        "buttons": [{"id": "size-s", "title": "صغير"}, {"id": "size-l", "title": "كبير"}],
        "header": "Kunafa House",
        "footer": "Fresh at noon",
    },
    "list": {
        "body": "Pick a branch",
        "button": "Branches",
        "sections": [
            {
                "title": "Riyadh",
                "rows": [
                    {"id": "olaya", "title": "Olaya", "description": "Open until 23:00"},
                    {"id": "malaz", "title": "Malaz"},
                ],
            },
            {"title": "Jeddah", "rows": [{"id": "rawdah", "title": "Rawdah"}]},
        ],
    },
    "image": {"file_id": FILE_ID, "caption": "قائمة الغداء"},
    "video": {"file_id": FILE_ID, "caption": "How we make it"},
    "audio": {"file_id": FILE_ID, "voice": True},
    "document": {"file_id": FILE_ID, "caption": "With all prices", "filename": "menu.pdf"},
    "sticker": {"file_id": FILE_ID},
    "location": {"latitude": 24.6949, "longitude": 46.6853, "name": "قهوة قمر", "address": "Olaya Street, Riyadh"},
}
