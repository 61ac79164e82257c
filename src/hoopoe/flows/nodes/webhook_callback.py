"""`webhook_callback`: tell another system what happened here."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, JsonValue

from hoopoe.flows.engine import Behaviour, Visit
from hoopoe.flows.expressions import to_json
from hoopoe.flows.nodes.base import Build, Group, NodeType, register
from hoopoe.flows.nodes.fields import ui
from hoopoe.flows.nodes.http_calls import CallConfig
from hoopoe.flows.nodes.json_templates import build_json, inspect_json
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import Json, JsonObject

_METHODS: Final = {method: (method, method) for method in ("POST", "PUT")}
# What is said of the person where nothing else is chosen: enough to find them by, and no more.
_TOLD: Final = ("id", "name", "phone", "language", "tags")


class WebhookCallbackConfig(CallConfig):
    method: Literal["POST", "PUT"] = Field(
        default="POST",
        json_schema_extra=ui(
            "Method",
            "الطريقة",
            widget="select",
            options=_METHODS,
            help_en="PUT may be sent twice.",
            help_ar="يجوز إرسال PUT مرتين.",
        ),
    )
    payload: JsonValue = Field(
        default=None,
        json_schema_extra=ui(
            "What is told",
            "المحتوى",
            widget="json",
            help_en="Sent as JSON. Empty: the flow, the person and the last message.",
            help_ar="يرسل بصيغة JSON. فارغ: المحادثة والشخص وآخر رسالة.",
        ),
    )

    def inspect(self, look: Look) -> None:
        self.inspect_call(look)
        inspect_json(look, "payload", self.payload)

    def build(self, build: Build) -> Behaviour:
        payload = build_json(self.payload)

        def complete(visit: Visit, request: JsonObject) -> None:
            told = payload(visit) if self.payload is not None else _describe(visit, build.node_id)
            # A text alone is JSON as well here.
            request["body"], request["body_type"] = told, "json_value"

        return self.build_call(build, self.method, complete)


def _describe(visit: Visit, node_id: str) -> Json:
    contact = visit.env.contact
    return {
        "event": "flow.callback",
        "node": node_id,
        "flow": visit.flow_name,
        "at": visit.env.now.isoformat(),
        "contact": {name: to_json(contact.get(name)) for name in _TOLD},
        "message": {name: visit.message.get(name) for name in ("type", "text", "payload_id")},
    }


register(
    NodeType(
        name="webhook_callback",
        config=WebhookCallbackConfig,
        group=Group.LOOKS_UP,
        icon="webhook",
        label={"en": "Tell another system", "ar": "إبلاغ نظام آخر"},
        description={"en": "Sends JSON to an address.", "ar": "يرسل JSON إلى عنوان."},
        summary=("method url", "credential"),
        example={
            "url": "https://crm.example.com/hooks/hoopoe",
            "payload": {"order": "{{ order_number }}", "phone": "{{ contact.phone }}"},
        },
    )
)
