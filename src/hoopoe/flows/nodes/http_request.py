"""`http_request`: ask another system. The engine only asks for it; the shell sends it, guarded."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, JsonValue

from hoopoe.flows.engine import Behaviour, Visit
from hoopoe.flows.expressions import to_text
from hoopoe.flows.nodes.base import Build, Group, NodeType, register
from hoopoe.flows.nodes.fields import Source, ui
from hoopoe.flows.nodes.http_calls import CallConfig, Method, inspect_query
from hoopoe.flows.nodes.json_templates import build_json, inspect_json
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import JsonObject

BodyType = Literal["json", "form", "text"]

_METHODS: Final = {method: (method, method) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")}
_BODY_TYPES: Final = {"json": ("JSON", "JSON"), "form": ("Form", "نموذج"), "text": ("Text", "نص")}


class HttpRequestConfig(CallConfig):
    method: Method = Field(
        default="GET",
        json_schema_extra=ui(
            "Method",
            "الطريقة",
            widget="select",
            options=_METHODS,
            help_en="GET, PUT and DELETE may be sent twice; POST and PATCH only where you say so.",
            help_ar="يجوز إرسال GET وPUT وDELETE مرتين؛ أما POST وPATCH فبإذنك فقط.",
        ),
    )
    query: dict[str, Source] = Field(
        default_factory=dict,
        max_length=50,
        json_schema_extra=ui(
            "Query",
            "المعاملات",
            widget="pairs",
            help_en="Comes behind the address, written as addresses are.",
            help_ar="تضاف إلى العنوان بالترميز المناسب.",
        ),
    )
    body_type: BodyType = Field(
        default="json",
        json_schema_extra=ui(
            "Body as",
            "صيغة المحتوى",
            widget="select",
            options=_BODY_TYPES,
            help_en="A form is names and values, as a browser sends them.",
            help_ar="النموذج أسماء وقيم كما يرسلها المتصفح.",
        ),
    )
    body: JsonValue = Field(
        default=None,
        json_schema_extra=ui(
            "Body",
            "المحتوى",
            widget="json",
            help_en="An object or list is sent as JSON, a text as it is.",
            help_ar="الكائن أو القائمة يرسل بصيغة JSON، والنص كما هو.",
        ),
    )

    def inspect(self, look: Look) -> None:
        self.inspect_call(look)
        for name, value in self.query.items():
            look.template(f"query.{name}", value)
            inspect_query(look, f"query.{name}", name, value)
        inspect_json(look, "body", self.body)
        if self.body is not None and self.method == "GET":
            look.warn("body", "not_used", "A GET request has no body.")
        elif self.body_type == "form" and self.body is not None and not isinstance(self.body, dict):
            look.error("body", "wrong_type", "A form is an object of names and values.")
        elif self.body_type == "text" and self.body is not None and not isinstance(self.body, str):
            look.error("body", "wrong_type", "This must be a text.")

    def build(self, build: Build) -> Behaviour:
        query = {name: build.template(value) for name, value in self.query.items()}
        body = build_json(None if self.method == "GET" else self.body)

        def complete(visit: Visit, request: JsonObject) -> None:
            request["query"] = {name: visit.render(value) for name, value in query.items()}
            request["body"] = filled = body(visit)
            if filled is not None and self.body_type != "json":
                request["body_type"] = self.body_type
            if self.body_type == "form" and isinstance(filled, dict):
                request["body"] = {name: to_text(value) for name, value in filled.items()}
            elif self.body_type == "text":
                request["body"] = to_text(filled)

        return self.build_call(build, self.method, complete)


register(
    NodeType(
        name="http_request",
        config=HttpRequestConfig,
        group=Group.LOOKS_UP,
        icon="globe",
        label={"en": "Ask another system", "ar": "طلب من نظام آخر"},
        description={"en": "Calls an address and reads the answer.", "ar": "يتصل بعنوان ويقرأ الرد."},
        summary=("method url", "credential"),
        example={
            "method": "GET",
            "url": "https://api.example.com/orders/{{ order_number | url_encode }}",
            "save_as": "order",
            "mapping": {"order_status": "status"},
        },
    )
)
