"""`http_request`: ask another system. The engine only asks for it; the shell sends it, guarded."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, JsonValue, StringConstraints

from hoopoe.flows.engine import Behaviour, Effect, EffectFinished, EffectWait, Leave, Outcome, Pause, Resume, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, VariableName, ui
from hoopoe.flows.nodes.json_templates import build_json, inspect_json
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import Json, JsonObject, dump_json

MAX_SAVED_BYTES: Final = 32 * 1024
MIN_TIMEOUT_SECONDS: Final = 1
MAX_TIMEOUT_SECONDS: Final = 30

HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=100)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=200)]

_REPEATABLE: Final = frozenset({"GET", "PUT", "DELETE"})
_HTTP: Final = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_SECRET: Final = re.compile(
    r"[?&](?:[a-z0-9_-]*(?:key|token|secret|passw(?:or)?d|pwd|auth|signature)|sig)=(?!\s*\{\{)[^&\s]+", re.IGNORECASE
)
_FILLED_IN: Final = re.compile(r"\{\{.*?\}\}")
_RESERVED_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "idempotency-key"})


class HttpRequestConfig(NodeConfig):
    pauses: ClassVar[bool] = True

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET", json_schema_extra=ui("Method", "الطريقة", widget="select")
    )
    url: Source = Field(json_schema_extra=ui("Address", "العنوان", widget="template"))
    headers: dict[HeaderName, Source] = Field(
        default_factory=dict, max_length=30, json_schema_extra=ui("Headers", "الترويسات", widget="pairs")
    )
    query: dict[str, Source] = Field(
        default_factory=dict, max_length=50, json_schema_extra=ui("Query", "المعاملات", widget="pairs")
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
    timeout: int = Field(
        default=10,
        ge=MIN_TIMEOUT_SECONDS,
        le=MAX_TIMEOUT_SECONDS,
        json_schema_extra=ui("Seconds to wait", "مهلة بالثواني", widget="number"),
    )
    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the answer as",
            "احفظ الرد باسم",
            widget="variable",
            help_en="Read as {{ name.body }}, {{ name.status }}, {{ name.ok }}.",
            help_ar="تقرأ {{ name.body }} و {{ name.status }} و {{ name.ok }}.",
        ),
    )
    mapping: dict[VariableName, Path] = Field(
        default_factory=dict,
        max_length=50,
        json_schema_extra=ui(
            "Take from the answer",
            "خذ من الرد",
            widget="pairs",
            help_en="Variable and path in the body, such as items.0.price.",
            help_ar="المتغير ومساره في الرد، مثل items.0.price.",
        ),
    )
    is_safe: bool = Field(
        default=False,
        json_schema_extra=ui(
            "May be sent twice",
            "يجوز إرساله مرتين",
            widget="switch",
            help_en="For POST and PATCH: after a lost answer, send again instead of taking the exit 'error'.",
            help_ar="مع POST وPATCH: عند ضياع الرد يُعاد الإرسال بدل الخروج من 'error'.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("ok", ending_is_fine=True), Exit("error"))

    def inspect(self, look: Look) -> None:
        look.template("url", self.url)
        _inspect_url(look, self.url)
        for name, value in self.headers.items():
            look.template(f"headers.{name}", value)
            if name.lower() in _RESERVED_HEADERS:
                look.error(f"headers.{name}", "not_allowed", f"The header '{name}' is set by Hoopoe.")
        for name, value in self.query.items():
            look.template(f"query.{name}", value)
            if "{{" not in value and _SECRET.search(f"?{name}={value}"):
                look.warn(f"query.{name}", "secret_in_url", "This looks like a secret; addresses end up in logs.")
        inspect_json(look, "body", self.body)
        if self.body is not None and self.method == "GET":
            look.warn("body", "not_used", "A GET request has no body.")
        for name in self.mapping:
            look.sets(f"mapping.{name}", name)
        if self.save_as is not None:
            look.sets("save_as", self.save_as)
        look.asks_for("http_request")

    def build(self, build: Build) -> Behaviour:
        url = build.template(self.url)
        headers = {name: build.template(value) for name, value in self.headers.items()}
        query = {name: build.template(value) for name, value in self.query.items()}
        body = build_json(None if self.method == "GET" else self.body)
        is_safe = self.method in _REPEATABLE or self.is_safe

        def enter(visit: Visit) -> Outcome:
            address = visit.render(url).strip()
            if not _HTTP.match(address):
                visit.report("bad_url", "The address is not an http or https address; nothing was sent.")
                return Leave("error")
            request: JsonObject = {
                "method": self.method,
                "url": address,
                # A header is one line, whatever the value brings.
                "headers": {name: " ".join(visit.render(value).split()) for name, value in headers.items()},
                "query": {name: visit.render(value) for name, value in query.items()},
                "body": body(visit),
                "timeout_seconds": self.timeout,
            }
            return Pause(EffectWait(Effect("http_request", request, is_safe=is_safe)))

        return Behaviour(enter, self._resume)

    def _resume(self, visit: Visit, resume: Resume) -> Outcome:
        result = resume.result if isinstance(resume, EffectFinished) else {}
        is_ok, body = result.get("ok") is True, result.get("body")
        for name, path in self.mapping.items():
            visit.set_variable(name, read_path(body, path))
        if self.save_as is not None:
            if len(dump_json(body)) > MAX_SAVED_BYTES:
                visit.report("too_large", f"The answer is over {MAX_SAVED_BYTES // 1024} KB; its body was not saved.")
                body = None
            saved: JsonObject = {"ok": is_ok, "status": result.get("status"), "body": body}
            visit.set_variable(self.save_as, saved)
        if not is_ok:
            reason = result.get("error") or f"status {result.get('status')}"
            visit.report("http_failed", f"The request failed: {str(reason)[:200]}.")
        return Leave("ok" if is_ok else "error")


def read_path(value: Json, path: str) -> Json:
    """What is at a dotted path such as `items.0.price`, or None."""
    for key in path.split("."):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and len(key) < 6 and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _inspect_url(look: Look, url: str) -> None:
    address = url.strip()
    if not address:
        look.error("url", "missing", "Say which address is called.")
        return
    if not address.startswith("{{") and not _HTTP.match(address):
        look.error("url", "bad_url", "An address begins with http:// or https://.")
        return
    authority = re.split(r"[/?#]", address.partition("://")[2], maxsplit=1)[0]
    if "@" in authority:
        look.error("url", "credentials_in_url", "A name and password do not belong in an address; use a header.")
    if any("url_encode" not in each for each in _FILLED_IN.findall(address, 1)):
        message = "What is filled into an address may hold anything; write {{ name | url_encode }}."
        look.warn("url", "unescaped_url", message)
    if _SECRET.search(address):
        look.warn("url", "secret_in_url", "This address seems to hold a secret; addresses end up in logs.")


register(
    NodeType(
        name="http_request",
        config=HttpRequestConfig,
        group=Group.LOOKS_UP,
        icon="globe",
        label={"en": "Ask another system", "ar": "طلب من نظام آخر"},
        description={"en": "Calls an address and reads the answer.", "ar": "يتصل بعنوان ويقرأ الرد."},
        example={
            "method": "GET",
            "url": "https://api.example.com/orders/{{ order_number | url_encode }}",
            "save_as": "order",
            "mapping": {"order_status": "status"},
        },
    )
)
