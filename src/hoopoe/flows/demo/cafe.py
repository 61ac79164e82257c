"""A small café."""

from __future__ import annotations

from hoopoe.kernel.json import JsonObject


def cafe_blueprint() -> JsonObject:
    """The café's blueprint, anew at every call."""
    return {
        "name": "Hoopoe Café",
        "languages": ["en", "ar"],
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
            {
                "id": "welcome",
                "type": "whatsapp_reply",
                "config": {
                    "message": {
                        "en": "Hello {{ contact.first_name | default: 'there' }}! ☕",
                        "ar": "أهلا {{ contact.first_name | default: 'بك' }}! ☕",
                    }
                },
            },
        ],
        "edges": [{"id": "e1", "source": "start", "target": "welcome"}],
    }
