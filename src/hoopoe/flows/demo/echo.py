"""The echo bot: one answer to each message, which repeats it. For benchmarks and crash tests.

Five nodes do what a small turn does (trigger, condition, variable, reply, end), and the flow ends with
every message, so that each message starts it anew: N texts in, N texts out, and each answer says which
text it answers.
"""

from __future__ import annotations

from hoopoe.kernel.json import JsonObject


def echo_blueprint() -> JsonObject:
    """The blueprint, anew at every call."""
    return {
        "spec_version": 2,
        "name": "Echo",
        "description": "Answers each message with one text that repeats it.",
        "languages": ["en"],
        "default_language": "en",
        "variables": {"turns": 0},
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
            {
                "id": "has_text",
                "type": "if_condition",
                "config": {"left_value": "{{ message.text }}", "operator": "is_not_empty"},
            },
            {
                "id": "count",
                "type": "store_variable",
                "config": {"variable_name": "turns", "value": "{{ turns | plus: 1 }}"},
            },
            {
                "id": "answer",
                "type": "whatsapp_reply",
                "config": {"message": "Hello {{ contact.name | default: 'friend' }}, you said {{ message.text }}"},
            },
            {"id": "done", "type": "end", "config": {}},
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "has_text", "sourceHandle": None},
            {"id": "e2", "source": "has_text", "target": "count", "sourceHandle": "true"},
            {"id": "e3", "source": "has_text", "target": "answer", "sourceHandle": "false"},
            {"id": "e4", "source": "count", "target": "answer", "sourceHandle": None},
            {"id": "e5", "source": "answer", "target": "done", "sourceHandle": None},
        ],
    }
